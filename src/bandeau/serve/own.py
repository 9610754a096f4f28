"""Bandeau's own paths, under one prefix: the choice, the settings, the visitor's own data, the assets, the reports."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Generator
from concurrent.futures import Future
from typing import Any

from bandeau.ask import browser, notice
from bandeau.ask.view import PREFIX
from bandeau.enforce.edits import Held
from bandeau.record.entry import Entry
from bandeau.record.stores import Recorded
from bandeau.serve import late, reports
from bandeau.serve.answers import FOR_GOOD, NO_STORE, SAFE, Steps, first, language, page, problem, waiting
from bandeau.serve.choosing import choose, erase
from bandeau.serve.http import FORM_LIMIT, Answer, Request, safe_place
from bandeau.serve.published import published
from bandeau.serve.receipts import for_kantara, for_machines, for_people
from bandeau.serve.site import Site, Visit

log = logging.getLogger("bandeau")

Handler = Callable[[Site, Visit], "Answer | Steps"]


def answer(site: Site, visit: Visit) -> Steps:
    """Answer a request to one of Bandeau's own paths; whatever is wrong with it, the answer is a clean page."""
    try:
        return (yield from _route(site, visit))
    except Exception:
        log.exception("a request to %s could not be answered", visit.request.path)
        return problem(visit, 500)


def _route(site: Site, visit: Visit) -> Steps:
    request = visit.request
    place = request.path.removeprefix(PREFIX)
    methods = _PUBLISHED if place.startswith("log/") else _ROUTES.get(place)
    if methods is None:
        return problem(visit, 404)
    method = "GET" if request.method == "HEAD" else request.method
    handler = methods.get(method)
    if handler is None:
        answer = problem(visit, 405)
        answer.headers.append((b"allow", ", ".join(methods).encode()))
        return answer
    if len(request.body) > FORM_LIMIT:
        return problem(visit, 413)
    if not request.whole:
        return problem(visit, 400)
    checked = handler is not _report if method == "POST" else handler in _FOR_ITS_PAGES
    if checked and not _from_this_site(request):
        return problem(visit, 403)
    result = handler(site, visit)
    return result if isinstance(result, Answer) else (yield from result)


def _from_this_site(request: Request) -> bool:
    """Whether a form was posted, or something of a page asked for, by a page of this very site.

    ``Sec-Fetch-Site`` decides where the browser sends it, else ``Origin`` has to name our own host. With neither,
    the client is not a browser that could be led astray by another site (W3C Fetch Metadata, section 6).
    """
    fetch_site = request.value(b"sec-fetch-site")
    if fetch_site:
        return fetch_site in ("same-origin", "none")
    scheme, _, host = request.value(b"origin").partition("://")
    # A server in front may not tell that it speaks HTTPS; the other way round, what came in the clear is not trusted.
    return not scheme or (host == request.value(b"host") and scheme in ("https", request.scheme))


# -- pages --------------------------------------------------------------------------------------------------------


def _settings(_site: Site, visit: Visit) -> Answer:
    arguments = visit.request.arguments()
    view = visit.view(language(visit, first(arguments, "lang")), safe_place(first(arguments, "back")))
    return page(notice.settings_page(view, saved=first(arguments, "saved") == "1"))


def _again(_site: Site, visit: Visit) -> Answer:
    return waiting(visit)


def _policy(site: Site, visit: Visit) -> Answer:
    view = visit.view(language(visit, first(visit.request.arguments(), "lang")), "/")
    return page(notice.policy_page(view, site.versions))


def _my_choices(site: Site, visit: Visit) -> Steps:
    view = visit.view(language(visit, first(visit.request.arguments(), "lang")), PREFIX + "my-choices")
    entries = yield from _history(site, visit)
    lines = tuple(
        notice.HistoryLine(
            at=site.iso(entry.at),
            action=entry.action,
            allowed=tuple(_name(site, service) for service, allowed in entry.services.items() if allowed),
            language=entry.language,
        )
        for entry in entries
    )
    return page(notice.my_choices_page(view, lines))


def _name(site: Site, service_id: str) -> str:
    """A service by its name; by its id where it is no longer declared."""
    service = site.declaration.service(service_id)
    return service.name if service else service_id


def _export(site: Site, visit: Visit) -> Steps:
    entries = yield from _history(site, visit)
    rows = [
        {
            "record": entry.record.hex(),
            "at": site.iso(entry.at),
            "declaration": entry.declaration,
            "notice": entry.notice,
            "language": entry.language,
            "action": entry.action,
            "purposes": dict(entry.purposes),
            "services": dict(entry.services),
            "how": entry.how,
            "signals": list(entry.signals),
        }
        for entry in entries
    ]
    body = json.dumps({"choices": rows}, ensure_ascii=False, indent=2).encode()
    attachment = (b"content-disposition", b'attachment; filename="my-choices.json"')
    return Answer(200, body, "application/json", [*NO_STORE, *SAFE, attachment])


def _history(site: Site, visit: Visit) -> Generator[Future[Any], Any, tuple[Entry, ...]]:
    if visit.record is None:
        return ()
    recorded: tuple[Recorded, ...] = yield site.store.history(visit.record)
    return tuple(one.entry for one in recorded)


# -- assets, reports, health --------------------------------------------------------------------------------------


def _asset(name: str, content_type: str) -> Handler:
    def handler(_site: Site, visit: Visit) -> Answer:
        current = first(visit.request.arguments(), "v") == browser.version(name)
        kept = FOR_GOOD if current else (b"cache-control", b"no-cache")
        return Answer(200, browser.asset(name), content_type, [kept, *SAFE])

    return handler


def _guard(site: Site, visit: Visit) -> Answer:
    """The guard as a file of its own, for pages whose own policy forbids an inline script.

    A page names the guard that it wants. Who has another variant gets that one's, which no cache keeps under the name.
    Another host's page, a sub-domain's above all, could read the choice from the rules: it gets those of nobody.
    """
    foreign = visit.request.value(b"sec-fetch-site") in ("same-site", "cross-site")
    variant = site.neutral if foreign else visit.variant
    named = first(visit.request.arguments(), "v") == variant.mark
    kept = [FOR_GOOD] if named else NO_STORE
    return Answer(200, variant.guard, "text/javascript; charset=utf-8", [*kept, *SAFE])


def _report(site: Site, visit: Visit) -> Answer:
    """Count a report; of what the guard found stored, tell which is still held, so that it erases that."""
    kind, names = reports.read_swept(visit.request.body)
    if not names:
        site.counts.add(reports.read(visit.request.body))
        return Answer(204, headers=list(NO_STORE))
    verdict = visit.variant.policy.cookie if kind == "cookie" else visit.variant.policy.storage
    held = [name for name in names if not verdict(name).allowed]
    site.counts.add([Held("swept", name) for name in held])
    return Answer(200, json.dumps(held).encode(), "application/json", [*NO_STORE, *SAFE])


def _health(_site: Site, _visit: Visit) -> Answer:
    return Answer(200, b"ok\n", "text/plain; charset=utf-8", [*NO_STORE, *SAFE])


_ROUTES: dict[str, dict[str, Handler]] = {
    "choice": {"POST": choose},
    "settings": {"GET": _settings},
    "again": {"GET": _again},
    "my-choices": {"GET": _my_choices},
    "my-choices.json": {"GET": _export},
    "receipt": {"GET": for_people},
    "receipt.jsonld": {"GET": for_machines},
    "receipt.kantara.json": {"GET": for_kantara},
    "erase": {"POST": erase},
    "policy": {"GET": _policy},
    "notice.css": {"GET": _asset("notice.css", "text/css; charset=utf-8")},
    "notice.js": {"GET": _asset("notice.js", "text/javascript; charset=utf-8")},
    "still.css": {"GET": _asset("still.css", "text/css; charset=utf-8")},
    "guard.js": {"GET": _guard},
    "guard-rest.js": {"GET": _asset("guard-rest.js", "text/javascript; charset=utf-8")},
    "late.js": {"GET": _asset("late.js", "text/javascript; charset=utf-8")},
    "embed": {"GET": late.embed},
    "notice": {"GET": late.standing},
    "report": {"POST": _report},
    "healthz": {"GET": _health},
}

_PUBLISHED: dict[str, Handler] = {"GET": published}

_FOR_ITS_PAGES: tuple[Handler, ...] = (late.embed, late.standing)
"""What only a page of this site may ask for, as it may post a form."""
