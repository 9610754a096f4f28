"""The cookie policy as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from bandeau.ask.facts import fact_rows, tracker_rows
from bandeau.ask.policy import Version, controller, sections
from bandeau.ask.view import View
from bandeau.ask.words import Words
from bandeau.model import Service

_SPACE = re.compile(r"[^\S\xa0]+")  # not the no-break space, which French needs
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#+|~&!]|(?<=\d)[.)]|-(?=\s)|@(?=\w))")


def policy_markdown(view: View, versions: Sequence[Version] = ()) -> str:
    """The cookie policy as CommonMark with tables, no HTML in it: every declared text is escaped."""
    return "\n\n".join([*_blocks(view), *_history(view, versions)]) + "\n"


def _blocks(view: View) -> Iterator[str]:
    words = view.words
    site = view.declaration.site
    yield f"# {words['policy.title']}"
    yield _plain(words["policy.intro"].format(site=site.name))
    yield f"## {words['policy.controller']}"
    yield _plain(", ".join(controller(view)))
    yield f"## {words['policy.choose']}"
    yield _plain(words["policy.choose-text"].format(lifetime=words.lifetime(site.choice_lifetime)))
    for heading, rows in sections(view):
        yield f"## {heading}"
        for purpose, services in rows:
            yield f"### {_plain(view.label(purpose))}"
            yield _plain(view.about(purpose))
            for service in services:
                yield from _service(view, service)
    yield f"## {words['policy.rights']}"
    yield "\n".join(f"- {right}" for right in _rights(view))


def _history(view: View, versions: Sequence[Version]) -> Iterator[str]:
    words = view.words
    if versions:
        yield f"## {words['policy.versions']}"
        yield "\n".join(f"- `{one.short}`{_since(words, one.since)}" for one in versions)


def _since(words: Words, since: datetime | None) -> str:
    return f" {_plain(words['policy.since'].format(date=words.day(since)))}" if since else ""


def _service(view: View, service: Service) -> Iterator[str]:
    words = view.words
    yield f"#### {_plain(service.name)}"
    if about := view.said(service.description):
        yield _plain(about)
    rows = [*fact_rows(view, service)]
    if service.privacy_policy:
        rows.append((words["facts.privacy-policy"], service.privacy_policy))
    yield "\n".join(f"- **{term}**: {_plain(text)}" for term, text in rows)
    trackers = [*tracker_rows(view, service)]
    if trackers:
        head = [words[f"facts.{column}"] for column in ("name", "kind", "where", "lifetime", "use")]
        lines = [head, ["---"] * len(head), *([_plain(cell) for cell in row] for row in trackers)]
        yield "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _rights(view: View) -> Iterator[str]:
    words = view.words
    buttons = {"refuse": view.action("refuse-all"), "settings": view.action("settings")}
    yield _plain(words["policy.withdraw"].format(**buttons))
    yield _plain(words["policy.access"].format(**{"my-choices": words["links.my-choices"]}))
    yield _plain(words["policy.other-rights"])
    if contact := view.declaration.site.controller.contact:
        yield _plain(words["policy.write"].format(contact=contact))
    yield _plain(words["policy.complain"])


def _plain(text: str) -> str:
    """Text that Markdown shows as it stands, on one line."""
    return _SPECIAL.sub(r"\\\1", _SPACE.sub(" ", text).strip(" "))
