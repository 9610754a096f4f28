"""A service's facts as markup: who, why, which data, which trackers, how long. Settings and policy page share them."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from bandeau.ask.markup import Html, html, tag
from bandeau.ask.view import View
from bandeau.model import Service


def facts(view: View, service: Service) -> Html:
    """The service's facts as a list of terms, its trackers last."""
    rows = [tag("div", tag("dt", term), tag("dd", text)) for term, text in fact_rows(view, service)]
    if service.privacy_policy:
        rows.append(tag("div", tag("dd", _policy_link(view, service.privacy_policy))))
    return html(tag("dl", rows), _trackers(view, service))


def fact_rows(view: View, service: Service) -> Iterator[tuple[str, str]]:
    """Who receives the data, for which purposes, which data, whether profiles are made, in which countries."""
    words = view.words
    data = view.data([service])
    yield words["facts.recipient"], service.recipient
    yield words["facts.purposes"], words.listing(view.label(purpose) for purpose in view.purposes_of(service))
    yield words["facts.personal-data"], words.listing(data) if data else words["facts.none"]
    yield words["facts.profiling"], words["facts.profiling-yes" if service.profiling else "facts.profiling-no"]
    if service.countries:
        yield words["facts.countries"], words.listing(map(words.country, service.countries))


def linkable(address: str) -> bool:
    """Whether a declared address is one that a page may link to: of the site itself, http or https."""
    try:
        return urlsplit(address).scheme.lower() in ("", "http", "https")
    except ValueError:
        return False


def _policy_link(view: View, address: str) -> Html | str:
    return tag("a", view.words["facts.privacy-policy"], href=address) if linkable(address) else address


def tracker_rows(view: View, service: Service) -> Iterator[tuple[str, str, str, str, str]]:
    """Every tracker of a service: its name, kind, where it lives, how long, and what it is for."""
    words = view.words
    own = str(view.declaration.site.hosts[0]) if view.declaration.site.hosts else view.declaration.site.name
    for cookie in service.cookies:
        lifetime = words.lifetime(cookie.lifetime)
        yield cookie.name.text, words["facts.cookie"], cookie.host or own, lifetime, view.said(cookie.description)
    for key in service.storage:
        yield key.name.text, words["facts.storage"], own, words.lifetime(key.lifetime), view.said(key.description)
    for host in service.hosts:
        yield str(host), words["facts.host"], "", "", ""


def _trackers(view: View, service: Service) -> Html | None:
    items = [
        tag("li", tag("code", name), " · ", ", ".join(filter(None, (kind, where, lifetime, about))))
        for name, kind, where, lifetime, about in tracker_rows(view, service)
    ]
    return tag("ul", items, class_="bandeau-trackers") if items else None
