from __future__ import annotations

import re

import pytest

from bandeau.declare import Advice, lint, parse_declaration
from bandeau.declare.lint import RULES

STATS = '[services.stats]\nname = "Port Stats"\nrecipient = "Éditions du Port SAS"\npurpose = "audience"\n'


def advice(text: str) -> list[tuple[str, str]]:
    return [(one.code, one.key) for one in lint(parse_declaration(text, "f"))]


def test_nothing_is_said_of_a_declaration_that_breaks_no_rule(design: str) -> None:
    assert lint(parse_declaration(design, "f")) == ()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('address = "1 quai des Brumes, 76600 Le Havre, France"\n', "", [("B001", "site.controller.address")]),
        ('contact = "dpo@gazette.localhost"\n', "", [("B002", "site.controller.contact")]),
        ('privacy_policy = "/confidentialite"\n', "", [("B003", "site.privacy_policy")]),
        ('choice_lifetime = "6 months"', 'choice_lifetime = "14 months"', [("B004", "site.choice_lifetime")]),
        ('choice_lifetime = "6 months"', 'choice_lifetime = "13 months"', []),
        ('choice_lifetime = "6 months"', 'choice_lifetime = "5 months"', [("B005", "site.choice_lifetime")]),
        ('mode = "enforce"', 'mode = "observe"', [("B006", "site.mode")]),
        (
            "[purposes.advertising]",
            '[purposes.advertising]\nexempt = "strictly-necessary"',
            [("B007", "purposes.advertising.exempt")],
        ),
        ('purpose = "audience"', 'purpose = "audience"\nprofiling = true', [("B008", "services.stats.profiling")]),
        (
            'purpose = "audience"',
            'purpose = "audience"\npersonal_data = ["geolocation"]',
            [("B009", "services.stats.personal_data")],
        ),
        (
            'purpose = "functioning"',
            'purpose = "functioning"\nhosts = ["cdn.example", "connect.facebook.net"]',
            [
                ("B010", "services.site.hosts[1]"),
                ("B016", "services.site.recipient"),
                ("B017", "services.site.countries"),
            ],
        ),
        (
            'hosts = ["stats.localhost"]',
            'hosts = ["stats.localhost", "www.google-analytics.com"]',
            [("B011", "services.stats.hosts[1]")],
        ),
        ('hosts = ["stats.localhost"]', 'hosts = ["port.matomo.cloud"]', []),
        (
            'purpose = "functioning"',
            'purpose = "functioning"\nrecipient = "Éditions du Port SAS"\nhosts = ["www.gstatic.com/charts"]',
            [],
        ),
        (
            'name = "ps_id", lifetime = "13 months"',
            'name = "ps_id", lifetime = "399 days"',
            [("B012", "services.stats.cookies[0].lifetime")],
        ),
        (
            'name = "ps_id", lifetime = "13 months"',
            'name = "ps_id", lifetime = "14 months"',
            [("B012", "services.stats.cookies[0].lifetime"), ("B018", "services.stats.cookies[0].lifetime")],
        ),
        (
            'purpose = "audience"',
            'purpose = "audience"\nstorage = [{ name = "ps", lifetime = "until erased" }]',
            [("B012", "services.stats.storage[0].lifetime")],
        ),
        (
            'recipient = "Éditions du Port SAS"',
            'recipient = "Compteurs SA"\ncountries = ["FR"]',
            [("B013", "services.stats.recipient")],
        ),
        (
            'name = "ps_id", ',
            'name = "ps_id", host = "stats.localhost", ',
            [("B014", "services.stats.cookies[0].host")],
        ),
        (
            'personal_data = ["ip-address", "browsing", "usage", "social-interactions", "comments"]\n',
            "",
            [("B015", "services.comments.personal_data")],
        ),
        ('recipient = "Palabre SA"\n', "", [("B016", "services.comments.recipient")]),
        ('countries = ["FR"]\n', "", [("B017", "services.comments.countries")]),
        (
            '"palabre_*", lifetime = "13 months"',
            '"palabre_*", lifetime = "2 years"',
            [("B018", "services.comments.cookies[0].lifetime")],
        ),
    ],
)
def test_a_rule_speaks_of_what_breaks_it_and_of_nothing_else(
    design: str, old: str, new: str, expected: list[tuple[str, str]]
) -> None:
    assert old in design
    assert advice(design.replace(old, new)) == expected


def test_google_analytics_is_asked_about_even_beside_an_exempt_purpose(design: str) -> None:
    declaration = parse_declaration(design + '[services.ga]\nuse = "google-analytics"\n', "f")

    assert "ga" in [service.id for service in declaration.asked]
    assert lint(declaration) == ()


def test_google_analytics_called_exempt_measurement_is_told_off(design: str) -> None:
    codes = {code for code, _ in advice(design + '[services.ga]\nuse = "google-analytics"\npurpose = "audience"\n')}

    assert codes >= {"B008", "B011", "B013"}


def test_every_rule_has_a_code_of_its_own_and_its_source() -> None:
    assert [rule.code for rule in RULES] == [f"B{number:03}" for number in range(1, len(RULES) + 1)]
    for rule in RULES:
        assert rule.message
        assert rule.remedy
        assert re.search(r"GDPR|CNIL|EDPB|ePrivacy|RFC", rule.source)
        assert "https://" in rule.source


def test_advice_is_a_value() -> None:
    one = Advice("B001", ("site", "controller", "address"), "message", "remedy", "source")

    assert one.key == "site.controller.address"
    assert one == Advice("B001", ("site", "controller", "address"), "message", "remedy", "source")
