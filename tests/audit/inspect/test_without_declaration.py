"""Judging a site that declares nothing: what is known to need consent, and what identifies, is found; no more."""

from __future__ import annotations

import pytest

from bandeau.audit.facts import Area, Contact, CookieRead, Fact, Place, SentCookie, Storing, WorkerStarted
from bandeau.audit.knowledge import Knowledge
from bandeau.audit.recording import Recording, State
from bandeau.declare import catalogue
from support.recordings import HOME, by, codes, cookie, judged, kept, one, page, recorded, request, seen, stay

UID = "0af3be9912cd77aa41"
OTHER = "77b0e3f19ac2d45503"
YEAR = 31_536_000
REGIE_JS = "https://cdn.regie.example/tag.js"
BEFORE, REFUSED, ACCEPTED, WITHDRAWN = State.BEFORE, State.REFUSED, State.ACCEPTED, State.WITHDRAWN


def storing(area: Area, key: str = "regie-id", op: str = "set", value: str = UID, **more: object) -> Storing:
    return Storing(area=area, op=op, key=key, value=value, page=HOME, **more)  # type: ignore[arg-type]


def sent(name: str, domain: str, url: str = HOME) -> Fact:
    return request(url, cookies=(SentCookie(name=name, domain=domain),))


TRACKING: list[tuple[str, Fact]] = [
    ("A101", cookie("_regie", UID, lifetime=YEAR)),
    ("A102", cookie("_regie", UID, lifetime=YEAR, via="document.cookie")),
    ("A102", cookie("_regie", UID, lifetime=YEAR, via="cookieStore")),
    ("A102", cookie("anything", "x", via="document.cookie", by=by(REGIE_JS))),
    ("A103", cookie("_regie", UID, lifetime=YEAR, http_only=True)),
    ("A101", cookie("id", UID, "unknown.example", lifetime=YEAR)),
    ("A101", cookie("anything", "x", "regie.example")),
    ("A101", cookie("_stats", UID, "stats.example", lifetime=YEAR)),
    ("A101", cookie("fw_state", UID, "unknown.example", lifetime=YEAR)),
    ("A101", cookie("id", UID, "d1.delivery.example", lifetime=YEAR)),
    ("A104", storing(Area.LOCAL)),
    ("A104", storing(Area.LOCAL, "anything", by=by(REGIE_JS))),
    ("A105", storing(Area.SESSION)),
    ("A106", storing(Area.DATABASE, op="open")),
    ("A107", storing(Area.CACHE, op="open")),
    ("A108", storing(Area.FILES)),
    ("A109", WorkerStarted(kind="service_worker", url=HOME + "sw.js", page=HOME, by=by(REGIE_JS))),
    ("A109", storing(Area.WORKER, "https://gazette.example/sw.js", by=by(REGIE_JS))),
    ("A110", cookie("visitor", UID, lifetime=YEAR)),
    ("A110", cookie("id", UID, "unknown.example")),
    ("A112", cookie("_regie", UID, lifetime=YEAR, refused="ThirdPartyPhaseout")),
    ("A201", CookieRead(names=("_regie",), page=HOME)),
    ("A202", storing(Area.LOCAL, op="get")),
    ("A203", storing(Area.SESSION, op="get")),
    ("A204", storing(Area.DATABASE, "regie-id/visitors", op="get")),
    ("A205", storing(Area.CACHE, "pages", op="get", value="https://regie.example/ads.json")),
    ("A206", storing(Area.FILES, op="get")),
    ("A301", sent("_regie", "gazette.example")),
    ("A302", sent("anything", "regie.example", "https://sesame.example/")),
    ("A401", request("https://regie.example/tag.js")),
    ("A402", request("https://regie.example/p.gif?u=1", "Image", size=43)),
    ("A403", request("https://regie.example/collect", "Ping")),
    ("A404", request("wss://regie.example/live", "WebSocket")),
    ("A404", Contact(via="WebTransport", url="https://regie.example/live")),
    ("A405", Contact(via="WebRTC", url="stun:turn.regie.example:3478")),
    ("A406", Contact(via="preconnect", url="https://regie.example")),
    ("A407", request("https://regie.example/embed", "Document", top=False)),
    ("A408", request("https://types.example/a.woff2", "Font")),
    ("A409", request("https://unknown.example/p.gif?u=1", "Image", size=43)),
    ("A409", request("https://d1.delivery.example/p.gif?u=1", "Image", size=43)),
    ("A410", request("https://unknown.example/collect", "Ping")),
    ("A411", Contact(via="WebRTC", url="stun:unknown.example:3478")),
]


def only(recording: Recording) -> set[str]:
    """The codes that speak of what a page does, and not of its notice."""
    return {code for code in codes(recording) if code < "A8"}


@pytest.mark.parametrize("state", [BEFORE, REFUSED, WITHDRAWN])
@pytest.mark.parametrize(("code", "fact"), TRACKING)
def test_what_tracks_without_consent_is_found_in_every_state(code: str, fact: Fact, state: State) -> None:
    if state is WITHDRAWN:
        code = {"A2": "A603", "A3": "A602"}.get(code[:2], code)
        fact = fact_of_next_view(fact)
    if state is REFUSED:
        fact = fact_of_next_view(fact)
    assert code in only(seen(state, fact))


def fact_of_next_view(fact: Fact) -> Fact:
    from msgspec.structs import replace

    return replace(fact, view=1)


@pytest.mark.parametrize(("code", "fact"), TRACKING)
def test_nothing_of_it_is_found_once_it_was_accepted(code: str, fact: Fact) -> None:
    assert only(seen(ACCEPTED, fact)) == set()


INNOCENT: list[Fact] = [
    cookie("PHPSESSID", UID, http_only=True),
    cookie("session", UID, lifetime=14 * 86_400, http_only=True),
    cookie("csrftoken", UID, lifetime=YEAR),
    cookie("XSRF-TOKEN", UID, lifetime=YEAR, via="document.cookie"),
    cookie("lang", "fr", lifetime=YEAR),
    cookie("fw_state", UID, lifetime=YEAR),
    cookie("theme", "dark", lifetime=YEAR, via="document.cookie"),
    cookie("AWSALB", UID + UID, lifetime=7 * 86_400),
    cookie("cookieconsent", '{"ads":false,"id":"' + UID + '"}', lifetime=YEAR, via="document.cookie"),
    cookie("last_visit", "1764152214", lifetime=YEAR),
    cookie("seen", "2026-11-26T10:00:00Z", lifetime=YEAR),
    cookie("prefs", "%7B%22layout%22%3A%22wide%22%2C%22columns%22%3A3%7D", lifetime=YEAR),
    cookie("_regie", "", lifetime=0),
    cookie("_stats", UID, lifetime=YEAR, via="document.cookie"),
    cookie("sesame", UID, "sesame.example", lifetime=YEAR),
    cookie("region", "fr", "cdn.unknown.example", lifetime=YEAR),
    storing(Area.LOCAL, "theme", value="dark"),
    storing(Area.LOCAL, "articles-read", value="[12, 13]"),
    storing(Area.LOCAL, "app-cache", value=UID),
    storing(Area.SESSION, "tab", value=UID),
    storing(Area.LOCAL, "regie-id", op="get", got=False),
    storing(Area.DATABASE, "drafts", op="open"),
    storing(Area.DATABASE, "drafts/texts"),
    storing(Area.CACHE, "pages", op="get", value="https://gazette.example/app.js"),
    storing(Area.FILES, "/", op="open"),
    storing(Area.WORKER, "https://gazette.example/sw.js"),
    WorkerStarted(kind="service_worker", url=HOME + "sw.js", page=HOME),
    CookieRead(names=("session", "theme"), page=HOME),
    sent("session", "gazette.example"),
    request(HOME + "app.js"),
    request("https://www.gazette.example/p.gif?u=1", "Image", size=43),
    request("https://static.gazette.example/font.woff2", "Font"),
    request("https://cdn.unknown.example/library.js"),
    request("https://d1.delivery.example/library.js"),
    request("https://cdn.unknown.example/spacer.gif", "Image", size=43),
    request("https://sesame.example/widget.js"),
    request("https://stats.example/matomo.js"),
    request("https://regie.example/tag.js", stopped="csp"),
    request("data:text/javascript,1"),
    request("blob:https://gazette.example/1", "Document", top=False),
    Contact(via="WebSocket", url="wss://gazette.example/live"),
    Contact(via="preconnect", url="https://cdn.unknown.example"),
]


@pytest.mark.parametrize("state", [BEFORE, REFUSED, WITHDRAWN])
@pytest.mark.parametrize("fact", INNOCENT)
def test_what_is_innocent_raises_no_alarm(fact: Fact, state: State) -> None:
    assert codes(seen(state, fact)) == []


def test_all_that_is_innocent_raises_no_alarm_together() -> None:
    both = recorded(page(stay(BEFORE, *INNOCENT), stay(REFUSED, *INNOCENT)))
    assert codes(both) == []


def test_the_same_value_in_two_clean_visits_identifies_nobody() -> None:
    several = (stay(BEFORE, cookie("build", UID, lifetime=YEAR)), stay(ACCEPTED, cookie("build", UID, lifetime=YEAR)))
    assert codes(recorded(page(*several))) == []


def test_what_is_stored_and_differs_in_every_clean_visit_is_doubtful() -> None:
    first, second = storing(Area.LOCAL, "visitor"), storing(Area.LOCAL, "visitor", value=OTHER)
    assert codes(recorded(page(stay(BEFORE, first), stay(ACCEPTED, second)))) == ["A111"]


def test_what_lay_there_unseen_is_found_once() -> None:
    left = kept("_regie", UID, lifetime=YEAR)
    both = recorded(page(stay(BEFORE, kept=(left,)), stay(REFUSED, kept=(left,))))
    assert [finding.code for finding in judged(both) if finding.code < "A8"] == ["A101"]


def test_a_refusal_may_carry_what_it_takes_away() -> None:
    carried = sent("_regie", "gazette.example")
    gone = page(stay(REFUSED, carried, CookieRead(names=("_regie",), page=HOME)))
    assert codes(recorded(gone)) == []
    stays = page(stay(REFUSED, carried, kept=(kept("_regie", UID),)))
    assert "A301" in codes(recorded(stays))


def test_a_finding_leads_back_to_the_tag_in_the_page() -> None:
    manager = "https://gazette.example/tags.js"
    tag = request(REGIE_JS, by=by(manager))
    pixel = request("https://px.regie.example/p.gif", "Image", size=43, at=900, by=by(REGIE_JS))
    loaded = request(manager, by=by(HOME))
    found = one("A402", seen(BEFORE, loaded, tag, pixel))
    (evidence,) = found.evidence
    assert evidence.places == tuple(Place(url=url, line=7) for url in (REGIE_JS, manager, HOME))
    assert (evidence.at, evidence.url) == (900, "https://px.regie.example/p.gif")


def test_a_finding_says_what_to_add_to_the_declaration() -> None:
    found = one("A401", seen(BEFORE, request("https://regie.example/tag.js")))
    assert found.change.endswith('[services.regie]\nuse = "regie"')
    assert found.service == "regie"
    assert found.message == (
        "host regie.example was contacted before any choice: it belongs to Régie (advertising), which needs consent"
    )


def test_a_subject_is_the_same_in_every_run() -> None:
    first = one("A102", seen(BEFORE, cookie("rg_0af3be9912cd77aa41", UID, via="document.cookie", by=by(REGIE_JS))))
    second = one("A102", seen(BEFORE, cookie("rg_77b0e3f19ac2d45503", OTHER, via="document.cookie", by=by(REGIE_JS))))
    assert first.key == second.key == "A102 https://gazette.example/ desktop before cookie rg_* on gazette.example"


def test_what_is_seen_a_hundred_times_is_one_finding_with_some_of_its_evidence() -> None:
    many = [request(f"https://regie.example/{number}", at=number) for number in range(100)]
    found = one("A401", seen(BEFORE, *many))
    assert [evidence.at for evidence in found.evidence[:5]] == [0, 1, 2, 3, 4]
    assert found.evidence[5].text == "and 95 more of the same"
    assert len(found.evidence) == 6


def test_of_services_that_share_a_host_the_one_at_the_path_is_meant() -> None:
    knowledge = Knowledge(
        {
            "many": {"name": "Many", "recipient": "Many SA", "purpose": "advertising", "hosts": ["many.example"]},
            "check": {
                "name": "Check",
                "recipient": "Many SA",
                "purpose": "functioning",
                "hosts": ["many.example/check"],
            },
        }
    )
    assert "A401" in codes(seen(BEFORE, request("https://many.example/tag.js")), None, knowledge)
    assert "A401" not in codes(seen(BEFORE, request("https://many.example/check/it.js")), None, knowledge)


def test_what_a_filter_list_calls_tracking_is_doubtful() -> None:
    listed = Knowledge({}, {"list": "||unknown.example/tag.js^\n||gazette.example/own.js^"})
    tag = seen(BEFORE, request("https://unknown.example/tag.js"))
    assert codes(tag, lore=listed) == ["A412"]
    assert judged(tag, lore=listed)[0].message.endswith(
        "the rule ||unknown.example/tag.js^ of a filter list calls it tracking"
    )
    assert codes(seen(BEFORE, request("https://unknown.example/app.js")), lore=listed) == []
    assert codes(seen(BEFORE, request(HOME + "own.js")), lore=listed) == []
    assert codes(seen(ACCEPTED, request("https://unknown.example/tag.js")), lore=listed) == []


CATALOGUE = Knowledge({name: catalogue.entry(name) for name in catalogue.names()})


@pytest.mark.parametrize(
    "name",
    [
        "PHPSESSID", "JSESSIONID", "laravel_session", "XSRF-TOKEN", "csrftoken", "AWSALB", "__cf_bm", "CookieConsent",
        "OptanonConsent", "euconsent-v2", "didomi_token", "axeptio_cookies", "tarteaucitron", "klaro", "cc_cookie",
        "cmplz_marketing", "wordpress_logged_in_1", "_pk_id.1.ab12", "django_language", "bandeau_choice",
    ],
)  # fmt: skip
def test_what_frameworks_and_consent_managers_keep_raises_no_alarm(name: str) -> None:
    assert codes(seen(BEFORE, cookie(name, UID, lifetime=YEAR)), lore=CATALOGUE) == []


@pytest.mark.parametrize(
    "name", ["_ga", "_fbp", "_gcl_au", "_hjSessionUser_1", "_clck", "__gads", "_scid", "_tt_enable_cookie"]
)
def test_what_known_trackers_keep_is_found(name: str) -> None:
    assert "A102" in codes(seen(BEFORE, cookie(name, UID, lifetime=YEAR, via="document.cookie")), lore=CATALOGUE)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.google-analytics.com/g/collect?v=2", ["A401", "A818"]),
        ("https://www.google.com/recaptcha/api.js", ["A401", "A818"]),
        ("https://fonts.googleapis.com/css2?family=Sans", ["A408"]),
        ("https://cdn.jsdelivr.net/npm/library.js", []),
        ("https://js.stripe.com/v3/", []),
        ("https://consent.cookiebot.com/uc.js", []),
    ],
)
def test_known_hosts_weigh_by_what_they_are_for(url: str, expected: list[str]) -> None:
    assert codes(seen(BEFORE, request(url)), lore=CATALOGUE) == expected
