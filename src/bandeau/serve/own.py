"""Bandeau's own paths, under one prefix: the choice, the settings, the visitor's own data, the assets, the reports.

A handler is a generator: it yields what it waits for (a future of the store) and returns its answer. So one handler
serves every edge: one awaits the future, another blocks on it, and none acknowledges what is not yet durable.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Generator
from concurrent.futures import Future
from typing import Any

from bandeau.ask import browser, notice
from bandeau.ask.cookie import KeptChoice
from bandeau.ask.view import PREFIX
from bandeau.ask.words import pick_language
from bandeau.decide import accept_all, allow_service, refuse_all, settle
from bandeau.enforce.edits import Header
from bandeau.enforce.purge import expiries
from bandeau.errors import StoreError
from bandeau.model import Choice
from bandeau.record.entry import Action, Entry, How
from bandeau.serve import reports
from bandeau.serve.http import FORM_LIMIT, Answer, Request, safe_place
from bandeau.serve.site import Site, Visit

log = logging.getLogger("bandeau")

Steps = Generator["Future[Any]", Any, Answer]
Handler = Callable[[Site, Visit], "Answer | Steps"]

_NO_STORE: list[Header] = [(b"cache-control", b"no-store"), (b"vary", b"Cookie, Sec-GPC")]
_STRICT = (
    b"default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
    b"form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
_SAFE: list[Header] = [
    (b"content-security-policy", _STRICT),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
]


def answer(site: Site, visit: Visit) -> Steps:
    """Answer a request to one of Bandeau's own paths; whatever is wrong with it, the answer is a clean page."""
    try:
        return (yield from _route(site, visit))
    except Exception:
        log.exception("a request to %s could not be answered", visit.request.path)
        return _problem(visit, 500)


def _route(site: Site, visit: Visit) -> Steps:
    request = visit.request
    methods = _ROUTES.get(request.path.removeprefix(PREFIX))
    if methods is None:
        return _problem(visit, 404)
    method = "GET" if request.method == "HEAD" else request.method
    handler = methods.get(method)
    if handler is None:
        answer = _problem(visit, 405)
        answer.headers.append((b"allow", ", ".join(methods).encode()))
        return answer
    if len(request.body) > FORM_LIMIT:
        return _problem(visit, 413)
    if method == "POST" and handler is not _report and not _from_this_site(request):
        return _problem(visit, 403)
    result = handler(site, visit)
    return result if isinstance(result, Answer) else (yield from result)


def _from_this_site(request: Request) -> bool:
    """Whether a form was posted by a page of this very site.

    ``Sec-Fetch-Site`` decides where the browser sends it, else ``Origin`` has to name our own host. With neither,
    the client is not a browser that could be led astray by another site (W3C Fetch Metadata, section 6).
    """
    fetch_site = request.value(b"sec-fetch-site")
    if fetch_site:
        return fetch_site in ("same-origin", "none")
    origin = request.value(b"origin")
    return not origin or origin.partition("://")[2] == request.value(b"host")


# -- the choice ---------------------------------------------------------------------------------------------------


def _choose(site: Site, visit: Visit) -> Steps:
    form = visit.request.form()
    wanted = _wanted(site, visit, form)
    if wanted is None:
        return _problem(visit, 400)
    before = visit.variant.choice
    entry = _entry(site, visit, form, before, wanted)
    kept = KeptChoice(wanted, entry.record, entry.at // 1000, site.version[:16], visit.signal_sent)
    headers = _to_keep(site, visit, kept)
    try:
        yield site.store.append(entry)
    except StoreError:
        # Nothing was recorded, so nothing is acknowledged; but what only narrows is done all the same: a visitor
        # who withdraws must not be followed for want of a disk.
        narrower = wanted.services <= (before or Choice()).services
        return _unavailable(visit, headers if narrower else [])
    return _see_other(safe_place(_first(form, "back")), headers)


def _wanted(site: Site, visit: Visit, form: dict[str, list[str]]) -> Choice | None:
    """The choice that a form asks for, ``None`` where it asks for nothing that exists."""
    declaration, before = site.declaration, visit.variant.choice
    match _first(form, "action"):
        case "accept-all":
            return accept_all(declaration)
        case "refuse-all":
            return refuse_all()
        case "allow-service" if (service := _first(form, "service")) in {one.id for one in declaration.asked}:
            return allow_service(declaration, before, service)
        case "allow-purpose" if (purpose := _first(form, "purpose")) in {one.id for one in declaration.asked_purposes}:
            earlier = before or Choice()
            return settle(declaration, earlier, Choice(earlier.purposes | {purpose}, earlier.services))
        case "custom":
            # What was on when the form was drawn, not what is on now: another tab may have chosen since.
            drawn = Choice.of(_first(form, "was-purpose").split(), _first(form, "was-service").split())
            return settle(declaration, drawn, Choice.of(form.get("purpose", ()), form.get("service", ())))
    return None


def _entry(site: Site, visit: Visit, form: dict[str, list[str]], before: Choice | None, wanted: Choice) -> Entry:
    declaration = site.declaration
    language = _language(visit, _first(form, "lang"))
    return Entry(
        record=visit.kept.record if visit.kept else site.new_record(),
        at=site.now_ms(),
        declaration=site.version,
        notice=site.notice_digest(language),
        language=language,
        action=_action(site, before, wanted),
        purposes={purpose.id: purpose.id in wanted.purposes for purpose in declaration.asked_purposes},
        services={service.id: service.id in wanted.services for service in declaration.asked},
        how=How.SCRIPT if _first(form, "how") == "script" else How.FORM,
        signals=("gpc",) if visit.signal_sent else (),
        salt=site.new_salt(),
    )


def _action(site: Site, before: Choice | None, wanted: Choice) -> Action:
    if wanted == accept_all(site.declaration):
        return Action.ACCEPT_ALL
    if wanted == refuse_all():
        return Action.WITHDRAW if before and before.services else Action.REFUSE_ALL
    return Action.CUSTOM


def _to_keep(site: Site, visit: Visit, kept: KeptChoice) -> list[Header]:
    """The cookie that keeps the choice, and the expiry of every cookie that it refuses."""
    variant = site.variant(kept.choice, signal=False)
    value = site.seal.close(kept, variant.name)
    seen = visit.cookies_seen
    declared = [name for name, allowed in variant.policy.cookie_rules if not allowed and "*" not in name]
    refused = [name for name in (*seen, *declared) if not variant.policy.cookie(name).allowed]
    back = safe_place(_first(visit.request.form(), "back")).partition("?")[0]
    host = visit.request.base().origin.host
    return [(b"set-cookie", site.choice_cookie(visit, value).encode()), *expiries(refused, host, back)]


# -- pages --------------------------------------------------------------------------------------------------------


def _settings(_site: Site, visit: Visit) -> Answer:
    arguments = visit.request.arguments()
    view = visit.view(_language(visit, _first(arguments, "lang")), safe_place(_first(arguments, "back")))
    return _page(notice.settings_page(view, saved=_first(arguments, "saved") == "1"))


def _policy(_site: Site, visit: Visit) -> Answer:
    return _page(notice.policy_page(visit.view(_language(visit, _first(visit.request.arguments(), "lang")), "/")))


def _my_choices(site: Site, visit: Visit) -> Steps:
    view = visit.view(_language(visit, _first(visit.request.arguments(), "lang")), PREFIX + "my-choices")
    entries = yield from _history(site, visit)
    lines = tuple(
        notice.HistoryLine(
            at=site.iso(entry.at),
            action=entry.action,
            allowed=tuple(service for service, allowed in entry.services.items() if allowed),
            language=entry.language,
        )
        for entry in entries
    )
    return _page(notice.my_choices_page(view, lines))


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
    return Answer(200, body, "application/json", [*_NO_STORE, *_SAFE, attachment])


def _history(site: Site, visit: Visit) -> Generator[Future[Any], Any, tuple[Entry, ...]]:
    if visit.kept is None:
        return ()
    entries: tuple[Entry, ...] = yield site.store.history(visit.kept.record)
    return entries


def _erase(site: Site, visit: Visit) -> Steps:
    """Erase what is held about the choice, and with it the choice itself (GDPR, art. 17)."""
    if visit.kept is not None:
        try:
            yield site.store.erase(visit.kept.record)
        except StoreError:
            return _unavailable(visit, [])
    gone = (b"set-cookie", site.choice_cookie(visit, "", forget=True).encode())
    return _see_other(PREFIX + "my-choices", [gone])


# -- assets, reports, health --------------------------------------------------------------------------------------


def _asset(name: str, content_type: str) -> Handler:
    def handler(_site: Site, visit: Visit) -> Answer:
        current = _first(visit.request.arguments(), "v") == browser.version(name)
        age = b"public, max-age=31536000, immutable" if current else b"no-cache"
        return Answer(200, browser.asset(name), content_type, [(b"cache-control", age), *_SAFE])

    return handler


def _guard(_site: Site, visit: Visit) -> Answer:
    """The guard as a file of its own, for pages whose own policy forbids an inline script."""
    return Answer(200, visit.variant.guard, "text/javascript; charset=utf-8", [*_NO_STORE, *_SAFE])


def _report(site: Site, visit: Visit) -> Answer:
    site.count(reports.read(visit.request.body))
    return Answer(204, headers=list(_NO_STORE))


def _health(_site: Site, _visit: Visit) -> Answer:
    return Answer(200, b"ok\n", "text/plain; charset=utf-8", [*_NO_STORE, *_SAFE])


_ROUTES: dict[str, dict[str, Handler]] = {
    "choice": {"POST": _choose},
    "settings": {"GET": _settings},
    "my-choices": {"GET": _my_choices},
    "my-choices.json": {"GET": _export},
    "erase": {"POST": _erase},
    "policy": {"GET": _policy},
    "notice.css": {"GET": _asset("notice.css", "text/css; charset=utf-8")},
    "notice.js": {"GET": _asset("notice.js", "text/javascript; charset=utf-8")},
    "guard.js": {"GET": _guard},
    "report": {"POST": _report},
    "healthz": {"GET": _health},
}


# -- answers ------------------------------------------------------------------------------------------------------


def _page(html: str, status: int = 200, headers: list[Header] | None = None) -> Answer:
    body = html.encode("utf-8", "replace")
    return Answer(status, body, headers=[*_NO_STORE, *_SAFE, *(headers or [])])


def _problem(visit: Visit, status: int) -> Answer:
    return _page(notice.problem_page(_language(visit, ""), status), status)


def _unavailable(visit: Visit, headers: list[Header]) -> Answer:
    """RFC 9110, 15.6.4: the record could not be made durable, so nothing is acknowledged."""
    return _page(notice.problem_page(_language(visit, ""), 503), 503, [*headers, (b"retry-after", b"5")])


def _see_other(place: str, headers: list[Header]) -> Answer:
    """RFC 9110, 15.4.4: the form was handled, the reader goes back by GET."""
    return Answer(303, headers=[*_NO_STORE, *_SAFE, (b"location", place.encode("ascii")), *headers])


def _language(visit: Visit, asked: str) -> str:
    offered = visit.variant.policy.declaration.site.languages
    return asked if asked in offered else pick_language(offered, visit.request.value(b"accept-language"))


def _first(fields: dict[str, list[str]], name: str) -> str:
    return fields.get(name, [""])[0]
