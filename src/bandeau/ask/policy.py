"""The cookie policy, drawn from the declaration that is enforced: as a page, or as a part of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bandeau.ask.document import document
from bandeau.ask.facts import facts
from bandeau.ask.markup import Html, fill, html, tag
from bandeau.ask.settings import links
from bandeau.ask.view import View
from bandeau.ask.words import Words
from bandeau.model import Purpose, Service


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the declaration, 64 hexadecimal digits, and since when it is; ``None`` where nobody noted that."""

    name: str
    since: datetime | None = None

    @property
    def short(self) -> str:
        """As many digits as tell it from any other."""
        return self.name[:12]


def policy_page(view: View, versions: Sequence[Version] = ()) -> str:
    """The cookie policy as a page of its own; ``versions`` are those of its history, the newest first."""
    title = view.words["policy.title"]
    foot = links(view, "settings", "my-choices")
    return document(view.words, title, _body(view, versions), foot, site=view.declaration.site.name, prefix=view.prefix)


def policy_fragment(view: View, versions: Sequence[Version] = ()) -> str:
    """The cookie policy as one element, for a page of the publisher's own."""
    title = tag("h2", view.words["policy.title"])
    return str(tag("section", title, _body(view, versions), class_="bandeau-policy", **view.spoken))


def _body(view: View, versions: Sequence[Version]) -> Html:
    words = view.words
    site = view.declaration.site
    lifetime = words.lifetime(site.choice_lifetime)
    return html(
        tag("p", words["policy.intro"].format(site=site.name)),
        tag("h2", words["policy.controller"]),
        tag("p", ", ".join(controller(view))),
        tag("h2", words["policy.choose"]),
        tag("p", words["policy.choose-text"].format(lifetime=lifetime)),
        (html(tag("h2", heading), (_purpose(view, *row) for row in rows)) for heading, rows in sections(view)),
        tag("h2", words["policy.rights"]),
        tag("ul", (tag("li", right) for right in _rights(view))),
        _history(words, versions) if versions else None,
    )


def _history(words: Words, versions: Sequence[Version]) -> Html:
    items = (tag("li", tag("code", one.short), " ", _since(words, one.since)) for one in versions)
    return html(tag("h2", words["policy.versions"]), tag("ul", items))


def _since(words: Words, since: datetime | None) -> Html | None:
    if since is None:
        return None
    day = tag("time", words.day(since), datetime=since.astimezone(UTC).date().isoformat())
    return fill(words["policy.since"], date=day)


def controller(view: View) -> Iterator[str]:
    """Who answers for the processing: name, address, contact, as far as declared."""
    who = view.declaration.site.controller
    yield from filter(None, (who.name, who.address, who.contact))


def sections(view: View) -> Iterator[tuple[str, list[tuple[Purpose, tuple[Service, ...]]]]]:
    """The purposes with consent, then those without, each with its services; empty parts are left out."""
    declaration = view.declaration
    for heading, exempt in (("policy.asked", False), ("policy.exempt", True)):
        rows = [
            (purpose, declaration.of_purpose(purpose.id))
            for purpose in declaration.purposes
            if bool(purpose.exempt) is exempt
        ]
        if rows:
            yield view.words[heading], rows


def _purpose(view: View, purpose: Purpose, services: tuple[Service, ...]) -> Html:
    parts = (
        html(tag("h4", service.name), tag("p", view.said(service.description) or None), facts(view, service))
        for service in services
    )
    return html(tag("h3", view.label(purpose)), tag("p", view.about(purpose)), parts)


def _rights(view: View) -> Iterator[Html]:
    words = view.words
    settings = tag("a", view.action("settings"), href=view.page("settings"))
    mine = tag("a", words["links.my-choices"], href=view.page("my-choices"))
    yield fill(words["policy.withdraw"], refuse=view.action("refuse-all"), settings=settings)
    yield fill(words["policy.access"], **{"my-choices": mine})
    contact = view.declaration.site.controller.contact
    yield html(words["policy.other-rights"], f" {words['policy.write'].format(contact=contact)}" if contact else None)
    yield html(words["policy.complain"])
