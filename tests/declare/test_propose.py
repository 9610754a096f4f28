"""What was seen on live pages becomes lines that a publisher can paste, fill in and use."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeau.declare import parse_declaration
from bandeau.declare.catalogue import entry, names
from bandeau.declare.propose import GAP, propose
from bandeau.errors import DeclarationError
from bandeau.model import Declaration

HEAD = """
[site]
name = "La Gazette du Port"
hosts = ["gazette.example"]
languages = ["en"]
privacy_policy = "/privacy"

[site.controller]
name = "Port SAS"
address = "1 quai des Brumes, 76600 Le Havre, France"
contact = "dpo@gazette.example"

[purposes.functioning]
[purposes.social]

[services.site]
purpose = "functioning"
cookies = [{ name = "session", lifetime = "session" }]

[services.comments]
name = "Palabre"
recipient = "Palabre SA"
purpose = "social"
personal_data = ["comments"]
countries = ["FR"]
hosts = ["palabre.example"]
cookies = [{ name = "palabre_*", lifetime = "13 months" }]
"""


def declared(text: str = HEAD) -> Declaration:
    return parse_declaration(text, "bandeau.toml")


def filled(proposal: str) -> Declaration:
    """The declaration with the proposal behind it, every gap filled in."""
    text = proposal.replace(f'lifetime = "{GAP}"', 'lifetime = "1 month"').replace(
        f'purpose = "{GAP}"', 'purpose = "social"'
    )
    return declared(HEAD + "\n" + text.replace(f'"{GAP}"', '"Somebody SA"'))


def test_what_is_declared_is_not_proposed() -> None:
    assert propose(["palabre.example", "gazette.example"], ["session", "palabre_*", "palabre_uid"], declared()) == ""


def test_a_known_service_is_one_line_with_its_purpose() -> None:
    proposal = propose(["i.ytimg.com", "www.youtube.com"], ["_ga", "_ga_*"], declared())
    assert tomllib.loads(proposal) == {
        "purposes": {"audience": {}, "advertising": {}},
        "services": {"youtube": {"use": "youtube"}, "google-analytics": {"use": "google-analytics"}},
    }
    assert "social" in proposal
    services = {service.id for service in filled(proposal).services}
    assert {"youtube", "google-analytics"} <= services


def test_an_unknown_service_is_a_block_with_gaps_that_cannot_be_used_before_they_are_filled() -> None:
    proposal = propose(["cdn.tracker.example", "tracker.example"], ["tk_uid"], declared())
    with pytest.raises(DeclarationError):
        declared(HEAD + proposal)
    whole = filled(proposal)
    service = whole.service("tracker-example")
    assert service is not None
    assert [str(host) for host in service.hosts] == ["cdn.tracker.example", "tracker.example"]
    assert propose(["cdn.tracker.example", "tracker.example"], ["tk_uid"], whole) == ""


def test_without_a_declaration_everything_is_proposed() -> None:
    assert set(tomllib.loads(propose(["palabre.example"], ["session"], None))["services"]) >= {"palabre-example"}


def test_an_id_that_is_taken_gets_a_number() -> None:
    text = HEAD + '[services.youtube]\nuse = "vimeo"\n[purposes.media]\n'
    assert set(tomllib.loads(propose(["www.youtube.com"], [], declared(text)))["services"]) == {"youtube-2"}


@pytest.mark.parametrize(
    ("seen", "hosts"),
    [
        ("cdn*.tracker.example", ["*.tracker.example"]),
        ("a.*.cdn.tracker.example", ["*.cdn.tracker.example"]),
        ("cdn*.example", None),
        ("*", None),
        ("*.com", None),
        ("unreadable*", None),
        ("www.shop.co.uk", ["www.shop.co.uk"]),
    ],
)
def test_a_host_of_which_a_part_was_left_out_never_allows_a_whole_top_level(seen: str, hosts: list[str] | None) -> None:
    proposal = tomllib.loads(propose([seen], [], declared()))
    services = list(proposal.get("services", {}).values())
    assert [service["hosts"] for service in services] == ([] if hosts is None else [hosts])


def test_hosts_of_one_party_stand_together_and_those_of_two_apart() -> None:
    proposal = tomllib.loads(propose(["a.x.co.uk", "b.y.co.uk", "c.x.co.uk", "127.0.0.1"], [], declared()))
    assert [service["hosts"] for service in proposal["services"].values()] == [
        ["a.x.co.uk", "c.x.co.uk"],
        ["b.y.co.uk"],
        ["127.0.0.1"],
    ]


@pytest.mark.parametrize("name", ["*", "**", "?", "_*"])
def test_a_cookie_whose_name_is_all_left_out_is_not_allowed_by_a_star(name: str) -> None:
    assert propose([], [name], declared()) == ""


def test_a_cookie_that_several_known_services_set_says_so() -> None:
    assert propose([], ["_pk_id.*"], declared()).count("(or of matomo-cloud or piwik-pro?)") == 1
    seen = propose(["x.piwik.pro"], ["_pk_id.*"], declared())
    assert set(tomllib.loads(seen)["services"]) == {"piwik-pro"}
    assert "(or of" not in seen


def test_a_host_of_a_shared_service_is_proposed_alone_and_with_its_gaps() -> None:
    services = tomllib.loads(propose(["d1.cloudfront.net"], [], declared()))["services"]
    assert [(service["hosts"], service["purpose"]) for service in services.values()] == [(["d1.cloudfront.net"], GAP)]


@pytest.mark.parametrize("use", [name for name in names() if not entry(name).get("shared")])
def test_every_known_service_can_be_proposed(use: str) -> None:
    hosts = [host.partition("/")[0].replace("*.", "x.") for host in entry(use).get("hosts", ())]
    cookies = [cookie["name"] for cookie in entry(use).get("cookies", ()) if "host" not in cookie]
    proposal = propose(hosts, cookies, declared())
    assert 'use = "' in proposal
    filled(proposal)


_SEEN = st.text(max_size=30) | st.text("ab.*?-_\"'\\\n#[]\x1b1é", max_size=20)


@given(st.lists(_SEEN, max_size=6), st.lists(_SEEN, max_size=6))
def test_whatever_was_seen_the_proposal_can_be_filled_in_and_used(hosts: list[str], cookies: list[str]) -> None:
    proposal = propose(hosts, cookies, declared())
    assert proposal.isprintable() or set(filter(lambda one: not one.isprintable(), proposal)) == {"\n"}
    filled(proposal)
