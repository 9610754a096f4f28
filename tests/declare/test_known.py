"""Whose a host, a cookie or a storage key is: by the closest claim, and by no looser one."""

from __future__ import annotations

from typing import Any

import pytest

from bandeau.declare import catalogue
from bandeau.declare.known import Index, known
from bandeau.model import Exemption, Host

SITE = "gazette.example"

# Names that any site may give to a cookie or key of its own, for whatever it likes.
INNOCENT = """
theme lang language locale cart basket currency consent cookies choice choices token id uid user username user_id name
email country region city timezone tz visited popup banner newsletter dark dark_mode darkMode font-size fontSize view
sort filter page tab tabs layout style styles settings preferences prefs user-settings sid sessid auth jwt access_token
refresh_token remember hello test foo bar a b x last_visit seen dismissed onboarding tour draft query search history
favorites favourites wishlist compare recent volume muted autoplay quality subtitles paywall articles_read meter count
counter csrf xsrf flash notice message state redirect return_to next ref utm_source source campaign variant ab group
"""

ENTRIES: dict[str, dict[str, Any]] = {
    "wide": {"name": "Wide", "recipient": "Wide SA", "purpose": "advertising", "hosts": ["*.wide.example"]},
    "near": {
        "name": "Near",
        "recipient": "Near SA",
        "purpose": "audience",
        "hosts": ["stats.wide.example", "cdn.example/near"],
        "cookies": [
            {"name": "n_*", "lifetime": "1 day"},
            {"name": "n_own_*", "lifetime": "2 days"},
            {"name": "n_own_exact", "lifetime": "3 days"},
            {"name": "uid", "lifetime": "4 days", "host": "wide.example"},
        ],
        "storage": [{"name": "near:*", "lifetime": "until erased"}],
    },
    "software": {"name": "Software", "purpose": "functioning", "cookies": [{"name": "session", "lifetime": "session"}]},
    "hosted": {
        "name": "Hosted",
        "recipient": "Hosted SA",
        "purpose": "functioning",
        "hosts": ["hosted.example"],
        "cookies": [{"name": "session", "lifetime": "2 weeks"}],
    },
}


@pytest.fixture
def index() -> Index:
    return Index(ENTRIES)


@pytest.mark.parametrize(
    ("host", "path", "owner"),
    [
        ("stats.wide.example", None, "near"),
        ("other.wide.example", None, "wide"),
        ("deep.stats.wide.example", None, "wide"),
        ("wide.example", None, None),
        ("notwide.example", None, None),
        ("cdn.example", None, "near"),
        ("cdn.example", "/", None),
        ("cdn.example", "/near/it.js", "near"),
        ("cdn.example", "/nearby.js", None),
        ("", None, None),
        ("...", None, None),
    ],
)
def test_the_closest_host_tells_the_owner(index: Index, host: str, path: str | None, owner: str | None) -> None:
    found = index.owner(host, path)
    assert (found and found.id) == owner


@pytest.mark.parametrize(
    ("name", "days"), [("n_1", 1), ("n_own_1", 2), ("n_own_exact", 3), ("N_1", None), ("n-1", None), ("", None)]
)
def test_the_closest_name_tells_the_cookie(index: Index, name: str, days: int | None) -> None:
    found = index.cookie(name, SITE)
    assert (found and found.lifetime and found.lifetime.days) == days


def test_a_cookie_of_one_host_is_no_cookie_of_another(index: Index) -> None:
    assert index.cookie("uid", SITE) is None
    for domain in ("wide.example", "www.wide.example"):
        found = index.cookie("uid", domain)
        assert found is not None
        assert (found.id, found.tracker) == ("near", "uid")


def test_on_the_host_of_a_known_service_a_session_is_that_services(index: Index) -> None:
    found = index.cookie("session", "other.wide.example")
    assert found is not None
    assert (found.id, found.tracker, found.lifetime, found.exempt) == ("wide", "", None, None)


def test_of_equal_claims_software_of_the_sites_own_comes_first_and_the_others_are_told(index: Index) -> None:
    found = index.cookie("session", SITE)
    assert found is not None
    assert (found.id, found.also, found.recipient) == ("software", ("hosted",), None)
    assert index.first_party_cookie("session") == found
    assert index.first_party_cookie("uid") is None


def test_a_storage_key_is_known_by_its_pattern(index: Index) -> None:
    assert index.storage("near") is None
    found = index.storage("near:7")
    assert found is not None
    assert found.id == "near"


@pytest.mark.parametrize(
    ("name", "exempt"),
    [
        ("_ga_8X1", None),
        ("csrftoken", Exemption.STRICTLY_NECESSARY),
        ("PHPSESSID", Exemption.STRICTLY_NECESSARY),
        ("session", Exemption.STRICTLY_NECESSARY),
        ("didomi_token", Exemption.STRICTLY_NECESSARY),
        ("AWSALB", Exemption.STRICTLY_NECESSARY),
        ("_pk_id.1.1fff", Exemption.AUDIENCE_MEASUREMENT),
        ("_fbp", None),
        ("_hjSessionUser_1", None),
    ],
)
def test_what_is_known_says_whether_it_can_do_without_consent(name: str, exempt: Exemption | None) -> None:
    found = known().cookie(name, SITE)
    assert found is not None
    assert found.exempt is exempt


def test_who_delivers_anybodys_content_is_known_and_what_for_is_not() -> None:
    found = known().owner("d1.cloudfront.net")
    assert found is not None
    assert (found.recipient, found.shared, found.exempt) == ("Amazon Web Services EMEA SARL", True, None)
    cookies = [known().cookie(name, "d1.cloudfront.net") for name in ("PHPSESSID", "mine")]
    assert [cookie and cookie.id for cookie in cookies] == ["php", "cloudfront"]


@pytest.mark.parametrize("name", INNOCENT.split())
def test_a_name_that_any_site_may_use_is_nobodys(name: str) -> None:
    assert known().cookie(name, SITE) is None
    assert known().storage(name) is None


@pytest.mark.parametrize("host", ["gazette.example", "stats.gazette.example", "localhost", "127.0.0.1", "[::1]", "com"])
def test_a_host_of_the_sites_own_is_nobodys(host: str) -> None:
    assert known().owner(host) is None


def test_every_claim_of_the_catalogue_is_found_again_and_none_is_hidden_by_another_service() -> None:
    for use in catalogue.names():
        entry = catalogue.entry(use)
        for host in map(Host.parse, entry.get("hosts", ())):
            owner = known().owner(f"x9.{host.name}" if host.subdomains else host.name, host.path)
            assert owner is not None
            assert use in (owner.id, *owner.also), host
        for cookie in entry.get("cookies", ()):
            found = known().cookie(cookie["name"].replace("*", "x9"), cookie.get("host", SITE))
            assert found is not None
            assert use in (found.id, *found.also), cookie
        for item in entry.get("storage", ()):
            found = known().storage(item["name"].replace("*", "x9"))
            assert found is not None
            assert use in (found.id, *found.also), item


def test_services_that_claim_the_same_agree_on_what_it_is_for() -> None:
    for use in catalogue.names():
        entry = catalogue.entry(use)
        found = [known().owner(host.removeprefix("*.").partition("/")[0]) for host in entry.get("hosts", ())]
        found += [known().cookie(one["name"], one.get("host", SITE)) for one in entry.get("cookies", ())]
        found += [known().storage(one["name"]) for one in entry.get("storage", ())]
        for one in filter(None, found):
            for other in one.also:
                theirs = catalogue.entry(other)
                purposes = tuple(theirs.get("purposes") or [theirs["purpose"]])
                assert one.purposes == purposes or one.recipient == theirs.get("recipient"), (one.id, other)
