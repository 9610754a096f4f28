"""The visitor's own page, « Mes choix conservés », and the page that says that something went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bandeau.ask.document import document
from bandeau.ask.markup import Html, html, tag
from bandeau.ask.settings import links
from bandeau.ask.view import PREFIX, View, local
from bandeau.ask.words import Words, words

PROBLEMS = (400, 403, 404, 405, 413, 500, 502, 503, 504)
"""The statuses that have a page of their own words; any other gets those of 500."""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One recorded choice as its visitor sees it: when (ISO 8601), which act, the names of what it allowed."""

    at: str
    action: str
    allowed: tuple[str, ...]
    language: str


def my_choices_page(view: View, history: Sequence[HistoryLine]) -> str:
    """All that is held about one visitor's choice, with the way to export it and to erase it."""
    words = view.words
    site = view.declaration.site
    return document(
        words,
        words["my-choices.title"],
        tag("p", words["my-choices.intro"].format(site=site.name)),
        _held(view, history) if history else tag("p", words["my-choices.empty"]),
        links(view, "settings", "policy"),
        site=site.name,
        prefix=view.prefix,
    )


def _held(view: View, history: Sequence[HistoryLine]) -> Html:
    words = view.words
    head = tag("tr", (tag("th", words[f"my-choices.{column}"], scope="col") for column in _COLUMNS))
    rows = (tag("tr", (tag("td", cell) for cell in _cells(words, line))) for line in history)
    export = tag("a", words["my-choices.export"], href=view.own("my-choices.json"), download=True)
    erase = tag("button", words["my-choices.erase"], class_="bandeau-button")
    return html(
        tag("div", tag("table", tag("thead", head), tag("tbody", rows)), class_="bandeau-wide", tabindex="0"),
        tag("p", export),
        tag(
            "form",
            view.hidden(),
            tag("p", words["my-choices.erase-explained"]),
            erase,
            method="post",
            action=view.own("erase"),
        ),
    )


_COLUMNS = ("at", "action", "allowed", "language")


def _cells(words: Words, line: HistoryLine) -> tuple[object, ...]:
    allowed = words.listing(line.allowed) if line.allowed else words["my-choices.nothing"]
    done = words.label(f"done.{line.action}", words.label(f"actions.{line.action}", line.action))
    return _time(words, line.at), done, allowed, line.language


def _time(words: Words, iso: str) -> Html:
    """The moment in the language's own form, in UTC; as it stands where it cannot be read."""
    try:
        moment = datetime.fromisoformat(iso)
    except ValueError:
        return tag("time", iso)
    return tag("time", words.moment(moment), datetime=iso)


def problem_page(language: str, status: int, back: str = "/", prefix: str = PREFIX) -> str:
    """A page that says honestly what went wrong, what became of the choice, and how to go on."""
    said = words(language)
    kind = status if status in PROBLEMS else 500
    text = tag("p", said[f"problems.text-{kind}"])
    way_back = tag("nav", tag("a", said["links.back"], href=local(back)))
    return document(said, said[f"problems.title-{kind}"], text, way_back, prefix=prefix)
