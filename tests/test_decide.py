"""The rules: every verdict, the most specific pattern, the switches of the settings page, and when to ask again."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any
from weakref import ref

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeau.changes import Change, Widening, changes, must_ask_again, terms
from bandeau.decide import (
    RULES,
    Policy,
    Standing,
    accept_all,
    allow_service,
    effective,
    judge,
    refuse_all,
    settle,
)
from bandeau.declare import parse_declaration
from bandeau.model import (
    Choice,
    Controller,
    Cookie,
    Declaration,
    Exemption,
    Host,
    Lifetime,
    NamePattern,
    Origin,
    PersonalData,
    Purpose,
    Reason,
    Service,
    Site,
    StorageKey,
)

DOCS = Path(__file__).parent.parent / "docs"


def cookie(name: str, lifetime: str = "13 months") -> Cookie:
    return Cookie(NamePattern(name), Lifetime.parse(lifetime))


def key(name: str, lifetime: str = "13 months") -> StorageKey:
    return StorageKey(NamePattern(name), Lifetime.parse(lifetime))


def service(name: str, *purposes: str, hosts: str = "", cookies: str = "", storage: str = "", **facts: Any) -> Service:
    return Service(
        name,
        name.title(),
        facts.pop("recipient", f"{name.title()} SA"),
        purposes,
        hosts=tuple(map(Host.parse, hosts.split())),
        cookies=tuple(map(cookie, cookies.split())),
        storage=tuple(map(key, storage.split())),
        **facts,
    )


def declaration(*services: Service, **site: Any) -> Declaration:
    own = {
        "name": "Gazette",
        "hosts": (Host("gazette.example"),),
        "languages": ("fr",),
        "controller": Controller("Port SAS"),
    }
    purposes = (
        Purpose("functioning", Exemption.STRICTLY_NECESSARY),
        Purpose("audience", Exemption.AUDIENCE_MEASUREMENT),
        Purpose("social"),
        Purpose("personalisation"),
        Purpose("advertising"),
    )
    return Declaration(Site(**{**own, **site}), purposes, services)


SITE = service("site", "functioning", cookies="session", storage="theme")
STATS = service("stats", "audience", hosts="stats.example", cookies="ps_id")
COMMENTS = service(
    "comments", "social", hosts="palabre.example *.palabre.example", cookies="palabre_*", storage="pal:*"
)
VIDEO = service("video", "social", "personalisation", hosts="video.example/embed")
READER = service("reader", "personalisation", cookies="reader")
ADS = service("ads", "advertising", hosts="ads.example", cookies="ad_id", profiling=True)
GAZETTE = declaration(SITE, STATS, COMMENTS, VIDEO, READER, ADS)


def to(host: str, port: int = 443) -> Origin:
    return Origin("https", host, port)


def allowed(policy: Policy) -> set[str]:
    return {service.id for service in policy.allowed_services()}


# The table


def verdict_of(standing: Standing) -> tuple[bool, Reason]:
    return next((allowed, reason) for applies, allowed, reason in RULES if applies(standing))


def table() -> str:
    """The rules as the documentation prints them: every standing of a service and its verdict."""
    lines = ["| the service | a signal | the visitor | verdict | reason |", "|---|---|---|---|---|"]
    visitors = {
        "has not chosen": (False, False),
        "has chosen, not this": (True, False),
        "has chosen this": (True, True),
    }
    for exempt, signalled, (visitor, (asked, ok)) in product((True, False), (False, True), visitors.items()):
        may, reason = verdict_of(Standing(exempt=exempt, asked=asked, allowed=ok, signalled=signalled))
        names = ("exempt" if exempt else "needs consent", "refuses it" if signalled else "none", visitor)
        lines.append(f"| {' | '.join(names)} | {'allow' if may else 'hold'} | `{reason}` |")
    return "\n".join(lines)


def test_the_table_in_the_documentation_is_the_table_in_force() -> None:
    assert table() in (DOCS / "why" / "the-rules.md").read_text(encoding="utf-8"), table()


@pytest.mark.parametrize("signal", [False, True])
@pytest.mark.parametrize("choice", [None, refuse_all(), accept_all(GAZETTE)])
def test_exempt_services_run_in_every_state(choice: Choice | None, *, signal: bool) -> None:
    for exempt in (SITE, STATS):
        assert judge(GAZETTE, choice, exempt, signal=signal).reason is Reason.EXEMPT
    assert {"site", "stats"} <= allowed(Policy(GAZETTE, choice, signal=signal))


def test_silence_holds_all_that_needs_consent() -> None:
    policy = Policy(GAZETTE, None)
    assert allowed(policy) == {"site", "stats"}
    assert policy.undecided == (COMMENTS, VIDEO, READER, ADS)
    assert policy.cookie("palabre_sid").reason is Reason.NO_CHOICE


def test_refusing_all_holds_the_same_and_asks_no_more() -> None:
    policy = Policy(GAZETTE, refuse_all())
    assert allowed(policy) == {"site", "stats"}
    assert policy.undecided == ()
    assert policy.cookie("palabre_sid").reason is Reason.REFUSED


def test_accepting_all_lets_every_declared_service_run() -> None:
    policy = Policy(GAZETTE, accept_all(GAZETTE))
    assert allowed(policy) == {one.id for one in GAZETTE.services}
    assert policy.cookie("palabre_sid").reason is Reason.ACCEPTED


def test_a_service_runs_by_its_own_name_not_by_its_purpose() -> None:
    assert allowed(Policy(GAZETTE, Choice.of(purposes=["social"]))) == {"site", "stats"}
    assert allowed(Policy(GAZETTE, Choice.of(services=["comments"]))) == {"site", "stats", "comments"}


def test_names_that_are_not_declared_change_nothing() -> None:
    assert allowed(Policy(GAZETTE, Choice.of(["nothing"], ["nothing"]))) == {"site", "stats"}


# Signals


def test_a_signal_refuses_advertising_social_and_all_that_profiles() -> None:
    profiler = service("profiler", "personalisation", profiling=True)
    policy = Policy(declaration(SITE, COMMENTS, VIDEO, READER, ADS, profiler), None, signal=True)
    reasons = {name: verdict.reason for name, verdict in policy.services.items()}
    assert reasons == {
        "site": Reason.EXEMPT,
        "comments": Reason.SIGNAL,
        "video": Reason.SIGNAL,
        "ads": Reason.SIGNAL,
        "profiler": Reason.SIGNAL,
        "reader": Reason.NO_CHOICE,
    }
    assert [one.id for one in policy.undecided] == ["reader"]


def test_a_signal_takes_out_of_an_older_choice_what_it_refuses() -> None:
    everything = accept_all(GAZETTE)
    assert effective(GAZETTE, everything, signal=True) == Choice.of(services=["reader"])
    assert effective(GAZETTE, everything) == everything
    assert effective(GAZETTE, None, signal=True) is None


def test_allowing_one_service_under_a_signal_brings_nothing_else_back() -> None:
    before = effective(GAZETTE, accept_all(GAZETTE), signal=True)
    assert allow_service(GAZETTE, before, "comments").services == {"reader", "comments"}


@given(st.sets(st.sampled_from([one.id for one in GAZETTE.services])))
def test_an_effective_choice_allows_without_the_signal_what_the_choice_allowed_under_it(services: set[str]) -> None:
    choice = Choice.of(services=services)
    assert allowed(Policy(GAZETTE, effective(GAZETTE, choice, signal=True))) == allowed(
        Policy(GAZETTE, choice, signal=True)
    )


# Which pattern speaks


def test_what_is_not_declared_is_held_even_when_all_is_accepted() -> None:
    policy = Policy(GAZETTE, accept_all(GAZETTE))
    for verdict in (policy.cookie("_ga"), policy.storage("_ga"), policy.url(to("evil.example"), "/")):
        assert not verdict.allowed
        assert verdict.reason is Reason.UNDECLARED
        assert verdict.service is None


def test_the_sites_own_hosts_are_allowed_and_its_subdomains_are_not() -> None:
    policy = Policy(GAZETTE, None)
    assert policy.url(to("gazette.example"), "/x").reason is Reason.OWN
    assert policy.url(to("metrics.gazette.example"), "/x").reason is Reason.UNDECLARED


def test_a_verdict_names_its_service() -> None:
    policy = Policy(GAZETTE, None)
    assert policy.cookie("ps_id").service is STATS
    assert policy.storage("pal:draft").service is COMMENTS
    assert policy.url(to("a.palabre.example"), "/").service is COMMENTS


def test_cookies_and_storage_do_not_answer_for_each_other() -> None:
    policy = Policy(GAZETTE, None)
    assert policy.cookie("theme").reason is Reason.UNDECLARED
    assert policy.storage("session").reason is Reason.UNDECLARED


def test_a_path_that_is_not_named_is_not_declared() -> None:
    policy = Policy(GAZETTE, accept_all(GAZETTE))
    assert policy.url(to("video.example"), "/embed/1").allowed
    assert policy.url(to("video.example"), "/pixel").reason is Reason.UNDECLARED


@pytest.mark.parametrize(
    ("exempt", "asked"),
    [
        ("stats.big.example", "*.big.example"),
        ("*.stats.big.example", "*.big.example"),
        ("big.example:8443", "big.example"),
        ("big.example/stats", "big.example"),
        ("big.example/stats", "big.example/"),
    ],
)
def test_the_more_specific_host_speaks(exempt: str, asked: str) -> None:
    origin, path = to("big.example", 8443), "/stats/1"
    if "stats.big" in exempt:
        origin = to("a.stats.big.example" if "*" in exempt else "stats.big.example")
    for one, other in ((exempt, asked), (asked, exempt)):
        site = declaration(service("one", "audience", hosts=one), service("other", "advertising", hosts=other))
        assert Policy(site, None).url(origin, path).allowed is (one == exempt)


def test_the_more_specific_name_speaks() -> None:
    site = declaration(
        service("wide", "advertising", cookies="_p*", storage="*"),
        service("narrow", "audience", cookies="_pk_* _pixel", storage="k:*"),
    )
    policy = Policy(site, None)
    assert [policy.cookie(name).allowed for name in ("_p", "_pk_1", "_pixel", "_pixel2")] == [False, True, True, False]
    assert [policy.storage(name).allowed for name in ("x", "k:1")] == [False, True]


@pytest.mark.parametrize("order", [("first", "second"), ("second", "first")])
def test_between_equals_that_disagree_the_tracker_is_held(order: tuple[str, str]) -> None:
    kinds = {
        "first": service("first", "audience", hosts="same.example", cookies="a_* same", storage="same"),
        "second": service("second", "advertising", hosts="same.example", cookies="*_b same", storage="same"),
    }
    policy = Policy(declaration(*(kinds[name] for name in order)), None)
    for verdict in (
        policy.cookie("same"),
        policy.cookie("a_b"),
        policy.storage("same"),
        policy.url(to("same.example"), "/"),
    ):
        assert verdict.reason is Reason.NO_CHOICE


NAMES = st.text("ab*", min_size=1, max_size=4)
HOSTS = st.builds(
    lambda sub, name, port, path: f"{sub}{name}{port}{path}",
    st.sampled_from(["", "*."]),
    st.sampled_from(["a.example", "b.a.example", "c.b.a.example", "example"]),
    st.sampled_from(["", ":8443"]),
    st.sampled_from(["", "/x", "/x/y"]),
)


def most_specific(rows: list[tuple[Any, bool]], matches: Callable[[Any], bool]) -> bool:
    """The rule in its plainest form: of all that match, the heaviest; of equals, held wins; of none, held."""
    found = [(pattern.weight, allowed) for pattern, allowed in rows if matches(pattern)]
    top = max((weight for weight, _ in found), default=None)
    return bool(found) and all(allowed for weight, allowed in found if weight == top)


@given(st.lists(st.tuples(NAMES, st.booleans()), max_size=6), st.text("ab", max_size=5))
def test_names_are_found_as_the_plain_rule_says(rows: list[tuple[str, bool]], name: str) -> None:
    services = [
        service(f"s{at}", "audience" if ok else "social", cookies=text, storage=text)
        for at, (text, ok) in enumerate(rows)
    ]
    policy = Policy(declaration(*services), None)
    expected = most_specific([(NamePattern(text), ok) for text, ok in rows], lambda one: one.matches(name))
    assert policy.cookie(name).allowed is expected
    assert policy.storage(name).allowed is expected
    for rules in (policy.cookie_rules, policy.storage_rules):
        # What the guard is given says the same, by the first rule that matches.
        assert next((ok for text, ok in rules if NamePattern(text).matches(name)), False) is expected


@given(
    st.lists(st.tuples(HOSTS, st.booleans()), max_size=6),
    st.sampled_from(["a.example", "b.a.example", "c.b.a.example", "example", "d.example"]),
    st.sampled_from([443, 8443]),
    st.sampled_from(["/", "/x", "/x/y", "/xy"]),
)
def test_hosts_are_found_as_the_plain_rule_says(rows: list[tuple[str, bool]], host: str, port: int, path: str) -> None:
    services = [service(f"s{at}", "audience" if ok else "social", hosts=text) for at, (text, ok) in enumerate(rows)]
    policy = Policy(declaration(*services), None)
    expected = most_specific(
        [(Host.parse(text), ok) for text, ok in rows], lambda one: one.matches(to(host, port), path)
    )
    assert policy.url(to(host, port), path).allowed is expected


def test_a_name_from_outside_that_is_long_is_judged_and_not_kept() -> None:
    class Name(str):  # a plain one cannot be watched
        __slots__ = ("__weakref__",)

    policy = Policy(GAZETTE, accept_all(GAZETTE))
    name = Name("palabre_" + "x" * 60_000)
    watched = ref(name)
    assert policy.cookie(name).allowed
    assert not policy.storage(name).allowed
    del name
    gc.collect()
    assert watched() is None


def test_allowed_hosts_are_the_sites_own_and_those_of_running_services() -> None:
    assert list(map(str, Policy(GAZETTE, None).allowed_hosts)) == ["gazette.example", "stats.example"]
    assert list(map(str, Policy(GAZETTE, Choice.of(services=["comments"])).allowed_hosts)) == [
        "gazette.example",
        "stats.example",
        "palabre.example",
        "*.palabre.example",
    ]


# The switches


def test_allowing_one_service_leaves_the_rest_as_it_was() -> None:
    assert allow_service(GAZETTE, None, "comments") == Choice.of(services=["comments"])
    before = Choice.of(["personalisation"], ["reader"])
    assert allow_service(GAZETTE, before, "comments") == Choice.of(["personalisation"], ["reader", "comments"])


@pytest.mark.parametrize("name", ["stats", "nothing", ""])
def test_allowing_what_is_exempt_or_unknown_changes_nothing(name: str) -> None:
    before = Choice.of(services=["reader"])
    assert allow_service(GAZETTE, before, name) == before
    assert allow_service(GAZETTE, None, name) == refuse_all()


def test_without_a_script_a_purpose_switch_alone_moves_its_services() -> None:
    on = settle(GAZETTE, None, Choice.of(purposes=["social"]))
    assert on == Choice.of(["social"], ["comments"])
    assert settle(GAZETTE, on, Choice.of(services=["comments"])) == refuse_all()


def test_a_service_of_two_purposes_needs_both() -> None:
    on = settle(GAZETTE, None, Choice.of(["social", "personalisation"]))
    assert on.services == {"comments", "video", "reader"}
    off = settle(GAZETTE, on, Choice(frozenset({"social"}), on.services))
    assert off.services == {"comments"}


def test_an_exempt_purpose_beside_needs_no_switch() -> None:
    site = declaration(service("mixed", "audience", "social"))
    assert settle(site, None, Choice.of(["social"])).services == {"mixed"}


def test_without_a_script_a_service_switch_alone_moves_that_service() -> None:
    assert settle(GAZETTE, None, Choice.of(services=["comments"])) == Choice.of(services=["comments"])
    everything = accept_all(GAZETTE)
    wanted = Choice(everything.purposes, everything.services - {"comments"})
    assert settle(GAZETTE, everything, wanted) == wanted


def test_a_services_own_switch_wins_over_its_purpose() -> None:
    everything = accept_all(GAZETTE)
    assert settle(GAZETTE, refuse_all(), Choice.of(["social"], ["reader"])).services == {"comments", "reader"}
    only_off = Choice(everything.purposes - {"social"}, everything.services - {"comments"})
    assert settle(GAZETTE, everything, only_off).services == {"reader", "ads"}


def test_a_script_that_moves_both_switches_gets_just_that() -> None:
    assert settle(GAZETTE, None, accept_all(GAZETTE)) == accept_all(GAZETTE)
    assert settle(GAZETTE, accept_all(GAZETTE), refuse_all()) == refuse_all()


IDS = [one.id for one in GAZETTE.services] + ["nothing"]
PURPOSES = [one.id for one in GAZETTE.purposes] + ["nothing"]
CHOICES = st.builds(Choice, st.frozensets(st.sampled_from(PURPOSES)), st.frozensets(st.sampled_from(IDS)))


@given(st.none() | CHOICES, CHOICES)
def test_a_settled_choice_holds_only_what_is_asked_and_stays_settled(before: Choice | None, wanted: Choice) -> None:
    settled = settle(GAZETTE, before, wanted)
    everything = accept_all(GAZETTE)
    assert settled.purposes <= everything.purposes
    assert settled.services <= everything.services
    assert settle(GAZETTE, settled, settled) == settled


@given(CHOICES)
def test_saving_without_moving_a_switch_changes_nothing(before: Choice) -> None:
    shown = settle(GAZETTE, before, before)
    assert allowed(Policy(GAZETTE, shown)) == allowed(Policy(GAZETTE, before))


@given(st.none() | CHOICES, CHOICES)
def test_a_service_is_never_switched_on_by_a_form_that_names_neither_it_nor_its_purposes(
    before: Choice | None, wanted: Choice
) -> None:
    for name in settle(GAZETTE, before, wanted).services - (before or Choice()).services:
        one = GAZETTE.service(name)
        assert one is not None
        assert name in wanted.services or set(one.purposes) <= wanted.purposes


# When to ask again

ASKED = service(
    "video",
    "social",
    "personalisation",
    hosts="video.example",
    personal_data=(PersonalData.IP_ADDRESS, PersonalData.USAGE),
    countries=("FR", "US"),
    profiling=False,
)
ASKED = replace(ASKED, cookies=(cookie("v_id", "6 months"), cookie("v_s", "session")), storage=(key("v", "1 day"),))


def changed(**facts: Any) -> Declaration:
    return declaration(SITE, replace(ASKED, **facts))


@pytest.mark.parametrize(
    "facts",
    [
        {"recipient": "Another SA"},
        {"purposes": ("social", "personalisation", "advertising")},
        {"purposes": ("advertising",)},
        {"personal_data": (PersonalData.IP_ADDRESS, PersonalData.GEOLOCATION)},
        {"countries": ("FR", "US", "CN")},
        {"profiling": True},
        {"cookies": (cookie("v_id", "13 months"),)},
        {"cookies": (cookie("v_id", "until erased"),)},
        {"cookies": (cookie("v_s", "1 day"),)},
        {"cookies": (cookie("v_new", "7 months"),)},
        {"storage": (key("v", "2 days"),)},
        {"storage": (key("v_id", "7 months"),)},
        {"id": "other"},
    ],
    ids=str,
)
def test_a_change_that_widens_what_was_agreed_to_asks_again(facts: dict[str, Any]) -> None:
    assert must_ask_again(changed(), changed(**facts))
    assert terms(changed()) != terms(changed(**facts))


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"name": "Vidéo"},
        {"description": {"fr": "Des vidéos."}},
        {"privacy_policy": "https://video.example/privacy"},
        {"hosts": ()},
        {"purposes": ("social",)},
        {"purposes": ("personalisation", "social")},
        {"personal_data": (PersonalData.IP_ADDRESS,)},
        {"countries": ()},
        {"cookies": ()},
        {"cookies": (cookie("v_id", "5 months"), cookie("v_new", "6 months"))},
        {"storage": (key("v", "session"),)},
    ],
    ids=str,
)
def test_a_corrected_text_or_a_narrower_promise_does_not(facts: dict[str, Any]) -> None:
    assert not must_ask_again(changed(), changed(**facts))


def test_of_what_only_corrects_the_terms_stay_and_with_them_the_names_under_which_caches_keep_pages() -> None:
    corrected = changed(
        name="Vidéo", description={"fr": "Des vidéos."}, hosts=(), purposes=("social", "personalisation")
    )
    assert terms(changed()) == terms(corrected)
    old = declaration(ASKED)
    assert terms(old) != terms(declaration(ASKED, controller=Controller("Another SAS")))
    lapsing = replace(old, site=replace(old.site, choice_lifetime=Lifetime.parse("1 day")))
    assert terms(old) != terms(lapsing)


@pytest.mark.parametrize(
    ("facts", "kinds"),
    [
        ({"id": "other"}, ["service"]),
        ({"recipient": "Another SA", "profiling": True}, ["recipient", "profiling"]),
        ({"purposes": ("advertising",), "countries": ("CN",)}, ["purposes", "countries"]),
        (
            {"personal_data": (PersonalData.GEOLOCATION,), "storage": (key("v", "2 days"),)},
            ["personal-data", "lifetime"],
        ),
        ({"name": "Vidéo"}, []),
    ],
    ids=str,
)
def test_what_changed_is_told_by_kind_and_service(facts: dict[str, Any], kinds: list[str]) -> None:
    new = changed(**facts)
    assert changes(changed(), new) == tuple(Change(Widening(kind), new.services[-1].name) for kind in kinds)


def test_changes_are_told_kind_by_kind_and_each_once_and_the_controller_first() -> None:
    old = declaration(ASKED, COMMENTS)
    wider = [
        replace(one, profiling=True, recipient="Another SA") for one in (replace(ASKED, profiling=False), COMMENTS)
    ]
    twin = replace(ADS, id="ads2")
    told = changes(old, declaration(*wider, ADS, twin, controller=Controller("Another SAS")))
    assert [(one.kind.value, one.name) for one in told] == [
        ("controller", "Another SAS"),
        ("service", ADS.name),
        ("recipient", ASKED.name),
        ("recipient", COMMENTS.name),
        ("profiling", ASKED.name),
        ("profiling", COMMENTS.name),
    ]


def test_another_controller_asks_again_and_a_new_address_does_not() -> None:
    old = declaration(ASKED)
    assert must_ask_again(old, declaration(ASKED, controller=Controller("Another SAS")))
    assert not must_ask_again(old, declaration(ASKED, controller=Controller("Port SAS", "2 quai des Brumes")))


def test_a_new_service_asks_again_and_a_service_less_does_not() -> None:
    assert must_ask_again(declaration(COMMENTS), declaration(COMMENTS, ADS))
    assert not must_ask_again(declaration(COMMENTS, ADS), declaration(COMMENTS))


def test_a_new_exempt_service_does_not_ask_again() -> None:
    assert not must_ask_again(declaration(COMMENTS), declaration(COMMENTS, STATS))


def test_a_service_that_was_exempt_and_needs_consent_now_asks_again() -> None:
    wider = replace(STATS, purposes=("advertising",))
    assert must_ask_again(declaration(STATS), declaration(wider))
    old = declaration(STATS)
    new = replace(old, purposes=tuple(replace(one, exempt=None) for one in old.purposes))
    assert must_ask_again(old, new)


def test_nothing_has_changed_where_nothing_has_changed() -> None:
    twice = replace(ASKED, cookies=(cookie("same", "1 year"), cookie("same", "1 day")))
    for site in (GAZETTE, declaration(twice), declaration()):
        assert not must_ask_again(site, site)


def test_a_name_that_the_site_and_a_third_party_both_use_is_the_sites() -> None:
    text = """
[site]
name = "S"
hosts = ["site.example"]
languages = ["en"]
[site.controller]
name = "S Ltd"
[purposes.functioning]
exempt = "strictly-necessary"
[purposes.advertising]
[services.own]
purpose = "functioning"
cookies = [{ name = "uid", lifetime = "session" }]
[services.ads]
purpose = "advertising"
hosts = ["ads.example"]
cookies = [
  { name = "uid", lifetime = "1 year", host = "ads.example" },
  { name = "ads_*", lifetime = "1 year", host = "ads.example" },
]
"""
    declaration = parse_declaration(text, "bandeau.toml")
    assert Policy(declaration, None).cookie("uid").allowed
    assert not Policy(declaration, None).cookie("ads_1").allowed
    assert Policy(declaration, accept_all(declaration)).cookie("ads_1").allowed
