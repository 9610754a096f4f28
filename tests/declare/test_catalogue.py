from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bandeau.declare import catalogue, lint, parse_declaration
from bandeau.declare.build import KNOWN_PURPOSES
from bandeau.declare.schema import entry_schema
from bandeau.errors import DeclarationError
from bandeau.model import Host, Lifetime, NamePattern
from support.catalogue import page, written

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "src/bandeau/declare/catalogue"
SITE = """\
[site]
name = "Le Phare"
hosts = ["phare.example"]
languages = ["fr", "en"]
privacy_policy = "/p"
controller = { name = "Phare SARL", address = "Brest", contact = "a@phare.example" }
"""
SHAPE = Draft202012Validator(entry_schema())


@pytest.mark.parametrize("name", catalogue.names())
def test_a_known_service_is_whole_and_breaks_no_rule(name: str) -> None:
    assert [error.message for error in SHAPE.iter_errors(catalogue.entry(name))] == []
    purposes = "".join(f"[purposes.{purpose}]\n" for purpose in KNOWN_PURPOSES)
    own = 'hosts = ["own.cdn.example"]\n' if catalogue.entry(name).get("shared") else ""
    declaration = parse_declaration(f'{SITE}{purposes}[services.it]\nuse = "{name}"\n{own}', name)
    service = declaration.service("it")

    assert service is not None
    assert set(service.description) == {"fr", "en"}
    assert service.hosts or service.cookies
    assert [one.code for one in lint(declaration)] == []
    # Where it needs no consent, it serves the functioning and nothing else.
    assert declaration.exempt(service) is (service.purposes == ("functioning",))


def test_every_file_is_written_in_the_one_form() -> None:
    for name in catalogue.names():
        text = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
        comment = "".join(re.findall(r"^# .{1,118}\n", text, re.MULTILINE))
        assert written(catalogue.entry(name), comment) == text, name


def test_every_lifetime_is_one_that_browsers_grant_and_every_name_and_host_is_one() -> None:
    for name in catalogue.names():
        entry = catalogue.entry(name)
        for tracker in (*entry.get("cookies", ()), *entry.get("storage", ())):
            assert (Lifetime.parse(tracker["lifetime"]).days or 0) <= 400, name
            # A pattern that begins with a star, or is hardly more than one, claims what others set.
            assert NamePattern(tracker["name"]).exact or re.match(r"[^*]{2}|_\*_", tracker["name"]), name
        for host in map(Host.parse, entry.get("hosts", ())):
            assert "." in host.name, name
            assert host.port is None, name


def test_a_name_is_given_once() -> None:
    told: dict[str, list[str]] = defaultdict(list)
    for name in catalogue.names():
        told[catalogue.entry(name)["name"].casefold()].append(name)
    assert [names for names in told.values() if len(names) > 1] == []


def test_of_a_shared_service_the_hosts_of_ones_own_are_asked_for() -> None:
    with pytest.raises(DeclarationError, match=r"services\.it\.hosts: found nothing; anybody's content lies there"):
        parse_declaration(f'{SITE}[services.it]\nuse = "cloudfront"\n', "bandeau.toml")


def test_a_service_that_nobody_knows_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        catalogue.entry("../schema")


def test_the_third_parties_and_the_software_of_news_sites_are_known() -> None:
    entries = [catalogue.entry(name) for name in catalogue.names()]
    assert sum("hosts" in entry for entry in entries) >= 150
    assert sum("recipient" not in entry and "hosts" not in entry for entry in entries) >= 20
    assert {"youtube", "facebook", "x", "instagram", "disqus", "google-analytics", "matomo"} <= set(catalogue.names())


def test_the_page_that_lists_the_catalogue_is_up_to_date() -> None:
    assert (ROOT / "docs/reference/catalogue.md").read_text(encoding="utf-8") == page(), "run scripts/list-catalogue"
