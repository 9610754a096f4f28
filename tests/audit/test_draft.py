"""What an audit saw becomes a declaration: true where it was seen, marked where it is a guess, usable at once."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bandeau.audit.draft import draft, lifetime
from bandeau.audit.facts import Area, Storing
from bandeau.audit.knowledge import Knowledge
from bandeau.audit.recording import Page, Recording, State
from bandeau.audit.sightings import gather
from bandeau.audit.visit import recorded
from bandeau.declare import catalogue, parse_declaration, read_declaration
from bandeau.model import Declaration, Lifetime, Mode
from support.recordings import HOME, by, cookie, page, pages, request, seen
from support.recordings import recorded as built
from support.seeing import Eyes

KNOWLEDGE = Knowledge({name: catalogue.entry(name) for name in catalogue.names()})


def drafted(recording: Recording) -> str:
    return draft(recording, gather(recording, KNOWLEDGE))


def declared(recording: Recording) -> Declaration:
    return parse_declaration(drafted(recording), "draft.toml")


@given(some.lists(pages, max_size=2))
def test_a_draft_of_any_recording_can_be_used(several: list[Page]) -> None:
    assert declared(built(*several)).site.mode is Mode.OBSERVE


def test_a_known_service_is_taken_from_the_catalogue() -> None:
    recording = seen(State.BEFORE, request("https://www.youtube.com/embed/x", "Document", page=HOME))
    assert tomllib.loads(drafted(recording))["services"]["youtube"] == {"use": "youtube"}


def test_what_the_catalogue_does_not_list_stands_beside_what_it_lists() -> None:
    page_seen = request("https://www.youtube.com/embed/x", "Document")
    extra = cookie("brand_new", domain="youtube.com", lifetime=86_400)
    service = tomllib.loads(drafted(seen(State.ACCEPTED, page_seen, extra)))["services"]["youtube"]
    names = [row["name"] for row in service["cookies"]]
    assert names == [*(row["name"] for row in catalogue.entry("youtube")["cookies"]), "brand_new"]


def test_a_cookie_of_the_sites_own_belongs_to_whose_script_set_it() -> None:
    tag = request("https://cdn.unknown-ads.example/tag.js")
    name = cookie("uid", lifetime=34_164_000, via="document.cookie", by=by("https://cdn.unknown-ads.example/tag.js"))
    services = tomllib.loads(drafted(seen(State.BEFORE, tag, name)))["services"]
    assert services["unknown-ads-example"]["cookies"] == [{"name": "uid", "lifetime": "13 months"}]
    assert "site" not in services


def test_what_the_sites_own_software_sets_is_the_sites_own_and_told_so() -> None:
    text = drafted(seen(State.BEFORE, cookie("csrftoken", lifetime=31_449_600), cookie("basket")))
    cookies = tomllib.loads(text)["services"]["site"]["cookies"]
    assert [row["name"] for row in cookies] == ["csrftoken", "basket"]
    assert '{ name = "csrftoken", lifetime = "12 months" },  # so called by Django' in text


def test_storage_belongs_to_whose_script_used_it_and_lives_as_its_area_does() -> None:
    script = by("https://cdn.unknown-ads.example/tag.js")
    facts = [Storing(area=area, op="set", key=area, page=HOME, by=script) for area in (Area.LOCAL, Area.SESSION)]
    services = tomllib.loads(drafted(seen(State.BEFORE, *facts)))["services"]
    assert [row["lifetime"] for row in services["unknown-ads-example"]["storage"]] == ["until erased", "session"]


def test_a_refused_attempt_and_a_removal_are_not_declared() -> None:
    recording = seen(State.BEFORE, cookie("tried", refused="SameSiteLax"), cookie("gone", lifetime=0))
    assert "tried" not in drafted(recording)
    assert "gone" not in drafted(recording)


def test_identifiers_in_names_become_a_star() -> None:
    assert '"_seen_*"' in drafted(seen(State.BEFORE, cookie("_seen_0af3be9912cd77aa")))


def test_every_guess_is_marked() -> None:
    text = drafted(seen(State.BEFORE, request("https://unknown.example/x.js")))
    for key in ("name =", "recipient =", "purpose =", "profiling =", "personal_data ="):
        lines = [line for line in text.split("[services.unknown-example]")[1].splitlines() if line.startswith(key)]
        assert lines
        assert all("# GUESS" in line for line in lines)


def test_what_a_page_says_cannot_break_out_of_its_string_or_comment() -> None:
    evil = 'x"\n[site]\nmode = "enforce"'
    recording = built(page(*seen(State.BEFORE, cookie(evil.replace(";", "")), title=evil).pages[0].stays))
    declaration = declared(recording)
    assert declaration.site.mode is Mode.OBSERVE
    assert declaration.site.name == " ".join(evil.split())


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "session"),
        (1, "1 minute"),
        (3_600, "1 hour"),
        (86_400, "1 day"),
        (7_776_000, "3 months"),
        (31_536_000, "12 months"),
        (33_696_000, "13 months"),
        (34_164_000, "13 months"),
        (10**9, "400 days"),
    ],
)
def test_a_lifetime_is_said_as_people_say_it(seconds: int | None, text: str) -> None:
    assert lifetime(seconds) == text


@given(some.integers(1, 400 * 86_400))
def test_a_lifetime_is_never_said_shorter_and_hardly_longer(seconds: int) -> None:
    said = Lifetime.parse(lifetime(seconds)).seconds
    assert said is not None
    assert seconds <= said < seconds * 1.05 + 60


@pytest.mark.browser
def test_the_newsrooms_declaration_is_derived_again(audit_eyes: Eyes) -> None:
    from newsroom.articles import ARTICLES

    import newsroom

    with newsroom.start() as room:
        paths = ("/", *(article.path for article in ARTICLES))
        several = [audit_eyes.see(room.page_url + path, states=(State.BEFORE,), scroll=True).page for path in paths]
        found = declared(recorded(audit_eyes.live.facts(), several))
    wanted = read_declaration(Path(newsroom.__file__).parent / "bandeau.toml")
    # The reader's choice of light or dark is stored when a button is pressed, which an audit does not do.
    assert names_of(wanted) - names_of(found) == {"key theme"}


def names_of(declaration: Declaration) -> set[str]:
    """Every host, cookie and key that is declared, but for what belongs to Bandeau itself."""
    services = [service for service in declaration.services if service.id != "bandeau"]
    cookies = {f"cookie {one.name.text} {one.host}" for service in services for one in service.cookies}
    keys = {f"key {one.name.text}" for service in services for one in service.storage}
    return cookies | keys | {str(host) for service in services for host in service.hosts}
