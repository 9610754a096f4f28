"""Making, changing and erasing a choice: what a visitor posts becomes a record, a cookie and a purge."""

from __future__ import annotations

from collections.abc import Mapping

from bandeau.ask import notice
from bandeau.ask.cookie import UNDECLARED, KeptChoice
from bandeau.ask.view import PREFIX
from bandeau.decide import accept_all, allow_service, refuse_all, settle
from bandeau.enforce.edits import Header
from bandeau.enforce.purge import expiries, limited
from bandeau.errors import StoreError, Withheld
from bandeau.model import CHOICE_COOKIE, Choice
from bandeau.record.entry import Action, Entry, How
from bandeau.serve import late
from bandeau.serve.answers import Steps, first, language, page, problem, see_other, unavailable
from bandeau.serve.http import safe_place
from bandeau.serve.site import Site, Visit
from bandeau.serve.variants import Variant


def choose(site: Site, visit: Visit) -> Steps:
    """Take in a choice: record it, then answer with the cookie that keeps it and the expiry of what it refuses."""
    form = visit.request.form()
    if first(form, "action") == "allow-once":
        return (yield from _show_once(site, visit, form))
    wanted = _wanted(site, visit, form)
    if wanted is None:
        return problem(visit, 400)
    before = visit.variant.choice
    entry = _chosen(site, visit, form, before, wanted)
    kept = KeptChoice(wanted, entry.record, entry.at // 1000, site.version[:16], visit.signal_sent)
    place = safe_place(first(form, "back"))
    headers = _to_keep(site, visit, kept, place)
    try:
        yield site.store.append(entry)
    except StoreError:
        # Nothing was recorded, so nothing is acknowledged; but what only narrows is done all the same: a visitor
        # who withdraws must not be followed for want of a disk.
        narrower = wanted.services <= (before or Choice()).services
        return unavailable(visit, headers if narrower else [])
    return see_other(place, headers)


def _wanted(site: Site, visit: Visit, form: dict[str, list[str]]) -> Choice | None:
    """The choice that a form asks for, ``None`` where it asks for nothing that exists."""
    declaration, before = site.declaration, visit.variant.choice
    match first(form, "action"):
        case "accept-all":
            return accept_all(declaration)
        case "refuse-all":
            return refuse_all()
        case "allow-service" if (service := first(form, "service")) in {one.id for one in declaration.asked}:
            return allow_service(declaration, before, service)
        case "allow-purpose" if (purpose := first(form, "purpose")) in {one.id for one in declaration.asked_purposes}:
            earlier = before or Choice()
            return settle(declaration, earlier, Choice(earlier.purposes | {purpose}, earlier.services))
        case "custom":
            # What was on when the form was drawn, not what is on now: another tab may have chosen since.
            drawn = Choice.of(first(form, "was-purpose").split(), first(form, "was-service").split())
            return settle(declaration, drawn, Choice.of(form.get("purpose", ()), form.get("service", ())))
    return None


def _show_once(site: Site, visit: Visit, form: dict[str, list[str]]) -> Steps:
    """Let one embed be shown for this once: a consent, and recorded as one, while the choice stays as it is."""
    record, service = visit.record or site.new_record(), first(form, "service")
    place = late.once(site, visit, first(form, "back"), service, record)
    if place is None:
        return problem(visit, 400)
    entry = _entry(site, visit, form, record, Action.ALLOW_ONCE, {}, {service: True})
    try:
        yield site.store.append(entry)
    except StoreError:
        return unavailable(visit, [])
    return see_other(place, [] if visit.record else _to_find(site, visit, entry.record))


def _to_find(site: Site, visit: Visit, record: bytes) -> list[Header]:
    """The cookie by which a visitor without a choice in force finds the record, to see it and to have it erased."""
    kept = KeptChoice(Choice(), record, site.now_ms() // 1000, UNDECLARED)
    cookie = site.choice_cookie(visit, site.seal.close(kept, site.neutral.name))
    return [*_unplanted(visit, "/"), (b"set-cookie", cookie.encode())]


def _chosen(site: Site, visit: Visit, form: dict[str, list[str]], before: Choice | None, wanted: Choice) -> Entry:
    """The record of a choice, which says of everything that was asked about how it stands now."""
    purposes = {purpose.id: purpose.id in wanted.purposes for purpose in site.declaration.asked_purposes}
    services = {service.id: service.id in wanted.services for service in site.declaration.asked}
    record, action = visit.record or site.new_record(), _action(site, before, wanted)
    return _entry(site, visit, form, record, action, purposes, services)


def _entry(
    site: Site,
    visit: Visit,
    form: dict[str, list[str]],
    record: bytes,
    action: Action,
    purposes: Mapping[str, bool],
    services: Mapping[str, bool],
) -> Entry:
    spoken = language(visit, first(form, "lang"))
    return Entry(
        record=record,
        at=site.now_ms(),
        declaration=site.version,
        notice=site.notice_digest(spoken, signal=visit.variant.policy.signal),
        language=spoken,
        action=action,
        purposes=purposes,
        services=services,
        how=How.SCRIPT if first(form, "how") == "script" else How.FORM,
        signals=("gpc",) if visit.signal_sent else (),
        salt=site.new_salt(),
    )


def _action(site: Site, before: Choice | None, wanted: Choice) -> Action:
    if wanted == refuse_all():
        return Action.WITHDRAW if before and before.services else Action.REFUSE_ALL
    return Action.ACCEPT_ALL if wanted == accept_all(site.declaration) else Action.CUSTOM


# A page that the browser fetched ahead was made for the choice before; see docs/why/purge.md.
_AHEAD = (b"clear-site-data", b'"prefetchCache", "prerenderCache"')


def _to_keep(site: Site, visit: Visit, kept: KeptChoice, place: str) -> list[Header]:
    """The cookie that keeps the choice, and the expiry of every cookie that it refuses."""
    variant = site.variant(kept.choice, signal=False)
    cookie = site.choice_cookie(visit, site.seal.close(kept, variant.name))
    return [*_unplanted(visit, place), (b"set-cookie", cookie.encode()), _AHEAD, *_refused(site, visit, variant, place)]


def _unplanted(visit: Visit, place: str) -> list[Header]:
    """Where somebody wrote a second choice cookie, every one goes before the new one comes."""
    return expiries((CHOICE_COOKIE,), visit.request.base().origin.host, _path(place)) if visit.planted else []


def _refused(site: Site, visit: Visit, variant: Variant, place: str) -> list[Header]:
    """The expiry of every cookie, seen, known or declared, that a variant refuses."""
    policy = variant.policy
    there = dict.fromkeys([*visit.cookies_seen, *site.places.names()])
    seen = [name for name in there if not policy.cookie(name).allowed]
    declared = [name for name, allowed in policy.cookie_rules if not allowed and "*" not in name and name not in there]
    host, path = visit.request.base().origin.host, _path(place)
    # What is there goes first, then what may be.
    return limited([*expiries(seen, host, path, site.places.of), *expiries(declared, host, path)])


def _path(place: str) -> str:
    return place.partition("?")[0]


def erase(site: Site, visit: Visit) -> Steps:
    """Erase what is held about the choice, and with it the choice itself and what it allowed (GDPR, art. 17).

    A record that is withheld is not erased, and the visitor reads why and whom to write to (GDPR, art. 12(4) and
    17(3)(e)): 403, because the request was understood and is refused (RFC 9110, 15.5.4). The choice ends all the same,
    since nothing of a legal claim needs it to go on. The cookie stays, with the number of the record alone: without it
    nobody could see, take along, or ask again to erase, what is kept about them.
    """
    form = visit.request.form()
    place = safe_place(first(form, "back"))
    ended = [_AHEAD, *_refused(site, visit, site.neutral, place)]
    if visit.record is not None:
        try:
            yield site.store.erase(visit.record)
        except Withheld as reason:
            view = site.neutral.view(language(visit, first(form, "lang")), place)
            return page(notice.withheld_page(view, str(reason)), 403, [*_to_find(site, visit, visit.record), *ended])
        except StoreError:
            return unavailable(visit, [])
    gone = (b"set-cookie", site.choice_cookie(visit, "", forget=True).encode())
    return see_other(PREFIX + "my-choices", [*_unplanted(visit, place), gone, *ended])
