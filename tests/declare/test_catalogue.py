from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from bandeau.declare import catalogue, lint, parse_declaration
from bandeau.declare.build import KNOWN_PURPOSES
from bandeau.declare.schema import service_schema

SITE = """\
[site]
name = "Le Phare"
hosts = ["phare.example"]
languages = ["fr", "en"]
privacy_policy = "/p"
controller = { name = "Phare SARL", address = "Brest", contact = "a@phare.example" }
"""


@pytest.mark.parametrize("name", catalogue.names())
def test_a_known_service_has_the_shape_of_a_service(name: str) -> None:
    errors = [error.message for error in Draft202012Validator(service_schema()).iter_errors(catalogue.entry(name))]

    assert errors == []
    assert "use" not in catalogue.entry(name)


@pytest.mark.parametrize("name", catalogue.names())
def test_a_known_service_is_whole_and_breaks_no_rule(name: str) -> None:
    purposes = "".join(f"[purposes.{purpose}]\n" for purpose in KNOWN_PURPOSES)
    declaration = parse_declaration(f'{SITE}{purposes}[services.it]\nuse = "{name}"\n', name)
    service = declaration.service("it")

    assert service is not None
    assert set(service.description) == {"fr", "en"}
    assert service.hosts or service.cookies
    assert [one.code for one in lint(declaration)] == []
    # Where it needs no consent, it serves the functioning and nothing else.
    assert declaration.exempt(service) is (service.purposes == ("functioning",))


def test_a_service_that_nobody_knows_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        catalogue.entry("../schema")


def test_the_services_that_news_sites_use_most_are_known() -> None:
    assert {"youtube", "facebook", "x", "instagram", "disqus", "google-analytics", "matomo"} <= set(catalogue.names())
