"""The visitor's own page, « Mes choix conservés », and the page that says that something went wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bandeau.ask.banner import state_of
from bandeau.ask.document import document
from bandeau.ask.markup import Html, html, tag
from bandeau.ask.settings import links
from bandeau.ask.view import PREFIX, View, button, local
from bandeau.ask.words import Words, words

TRIES = "tries"
"""The field in which the script counts how often it has sent a form by itself."""

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
    """How things stand, and all that is held about one visitor's choice: to withdraw, to export, to erase."""
    words = view.words
    site = view.declaration.site
    return document(
        words,
        words["my-choices.title"],
        tag("p", words["my-choices.intro"].format(site=site.name)),
        _standing(view) if view.declaration.asked else None,
        _withdraw(view),
        _held(view, history) if history else tag("p", words["my-choices.empty"]),
        _erase(view) if history else None,
        links(view, "settings", "policy"),
        site=site.name,
        prefix=view.prefix,
    )


def _standing(view: View) -> Html:
    """What is allowed now, in words."""
    words = view.words
    purposes = [view.label(one) for one in view.declaration.asked_purposes if one.id in view.choice.purposes]
    services = [one.name for one in view.declaration.asked if view.policy.services[one.id].allowed]
    rows = (
        (words["control.label"], words[f"control.{state_of(view)}"]),
        (words["facts.purposes"], words.listing(purposes) or words["my-choices.nothing"]),
        (words["my-choices.allowed"], words.listing(services) or words["my-choices.nothing"]),
    )
    return tag("dl", (_row(term, said) for term, said in rows))


def _withdraw(view: View) -> Html | None:
    """To refuse it all in one click, wherever anything is allowed."""
    if state_of(view) == "none":
        return None
    refuse = button(view.words["actions.refuse-all"], "refuse-all")
    return tag("form", view.hidden(), tag("p", refuse), method="post", action=view.own("choice"))


def _held(view: View, history: Sequence[HistoryLine]) -> Html:
    words = view.words
    head = tag("tr", (tag("th", words[f"my-choices.{column}"], scope="col") for column in _COLUMNS))
    rows = (tag("tr", (tag("td", cell) for cell in _cells(words, line))) for line in history)
    return html(
        tag("div", tag("table", tag("thead", head), tag("tbody", rows)), class_="bandeau-wide", tabindex="0"),
        _receipt(view),
    )


def _receipt(view: View) -> Html:
    """What may be taken along: the receipt for people, its forms for machines, and the plain export."""
    words = view.words
    forms = (
        ("receipt.jsonld", "JSON-LD (ISO/IEC TS 27560)"),
        ("receipt.kantara.json", "JSON (Kantara 1.1)"),
        ("my-choices.json", words["my-choices.export"]),
    )
    receipt = tag(
        "a", tag("b", words["my-choices.receipt"]), href=view.own("receipt", lang=view.language), download=True
    )
    others = [tag("bdi", tag("a", label, href=view.own(path), download=True)) for path, label in forms]
    return html(
        tag("h2", words["receipt.title"]),
        tag("p", words["my-choices.receipt-explained"]),
        tag("p", receipt),
        tag("p", others[0], " · ", others[1], " · ", others[2]),
    )


def _erase(view: View) -> Html:
    words = view.words
    erase = tag("button", words["my-choices.erase"], class_="bandeau-button")
    explained = tag("p", words["my-choices.erase-explained"])
    return tag("form", view.hidden(), explained, erase, method="post", action=view.own("erase"))


_COLUMNS = ("at", "action", "allowed", "language")


def _cells(words: Words, line: HistoryLine) -> tuple[object, ...]:
    allowed = words.listing(line.allowed) if line.allowed else words["my-choices.nothing"]
    return moment(words, line.at), done(words, line.action), allowed, line.language


def done(words: Words, action: str) -> str:
    """What a visitor did, in words."""
    return words.label(f"done.{action}", words.label(f"actions.{action}", action))


def moment(words: Words, iso: str) -> Html:
    """The moment in the language's own form, in UTC; as it stands where it cannot be read."""
    try:
        moment = datetime.fromisoformat(iso)
    except ValueError:
        return tag("time", iso)
    return tag("time", words.moment(moment), datetime=iso)


def withheld_page(view: View, reason: str) -> str:
    """Says that a record is kept although it was to be erased, why, and whom to write to (GDPR, art. 12(4))."""
    words, site = view.words, view.declaration.site
    contact = site.controller.contact
    who = ", ".join(filter(None, (site.controller.name, site.controller.address)))
    return document(
        words,
        words["withheld.title"],
        tag("p", words["withheld.text"].format(site=site.name)),
        tag("dl", _row(words["withheld.reason"], reason), _row(words["policy.controller"], who)),
        tag("p", words["policy.write"].format(contact=contact)) if contact else None,
        tag("p", words["policy.complain"]),
        links(view, "my-choices", "policy"),
        site=site.name,
        prefix=view.prefix,
    )


def _row(term: str, said: str) -> Html:
    return tag("div", tag("dt", term), tag("dd", said))


_REPEATED = ("action", "service", "purpose", "was-purpose", "was-service", "back", "lang", TRIES)


@dataclass(frozen=True, slots=True)
class Again:
    """A form that was sent in vain: the name of the path that it was sent to, and its fields."""

    name: str
    fields: Mapping[str, Sequence[str]]


def problem_page(
    language: str,
    status: int,
    back: str = "/",
    prefix: str = PREFIX,
    *,
    own: Mapping[str, str] | None = None,
    again: Again | None = None,
) -> str:
    """A page that says honestly what went wrong, what became of the choice, and how to go on.

    ``own`` are the publisher's texts in that language, where the site is known; ``again`` is the form that may be sent
    once more just as it was.
    """
    said = words(language, own)
    kind = status if status in PROBLEMS else 500
    text = tag("p", said[f"problems.text-{kind}"])
    way_back = tag("nav", tag("a", said["links.back"], href=local(back)))
    repeat = _again(said, again, prefix) if again else None
    title = said[f"problems.title-{kind}"]
    return document(said, title, text, repeat, way_back, prefix=prefix, late=repeat is not None)


def _again(said: Words, again: Again, prefix: str) -> Html:
    """The form, ready to be sent again by the reader; by the script as well, which says so and can be stopped."""
    hidden = (
        tag("input", type="hidden", name=name, value=value)
        for name in _REPEATED
        for value in again.fields.get(name, ())
    )
    return tag(
        "form",
        hidden,
        tag("p", tag("button", said["problems.again"], class_="bandeau-button")),
        class_="bandeau-again",
        method="post",
        action=prefix + again.name,
        data_waiting=said["problems.waiting"],
        data_stop=said["problems.stop"],
    )
