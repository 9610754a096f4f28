"""The receipt as Kantara Consent Receipt 1.1 has it: every field that is required, and what stands allowed."""

from __future__ import annotations

import re
from dataclasses import replace

from bandeau.model import Controller
from bandeau.record.entry import Action
from bandeau.record.kantara import kantara_document
from support.newsroom import NEWSROOM
from support.receipts import ACCEPTED, DETAILED, ONCE, OWN, WITHDRAWN, choice, receipt

REQUIRED = {
    "version", "jurisdiction", "consentTimestamp", "collectionMethod", "consentReceiptID", "language",
    "piiPrincipalId", "piiControllers", "policyUrl", "services", "sensitive", "spiCat",
}  # fmt: skip


def test_it_has_every_field_that_is_required() -> None:
    document = kantara_document(receipt((ACCEPTED,)), NEWSROOM, OWN)
    assert set(document) == REQUIRED
    assert document["version"] == "KI-CR-v1.1.0"
    assert document["consentTimestamp"] == ACCEPTED.at // 1000
    (controller,) = document["piiControllers"]
    assert controller == {
        "piiController": "Éditions du Port SAS",
        "contact": "dpo@gazette.localhost",
        "address": {"streetAddress": "1 quai des Brumes, 76600 Le Havre, France"},
        "email": "dpo@gazette.localhost",
        "phone": "",
    }


def test_its_number_is_a_random_uuid_that_stays_with_the_choice() -> None:
    first, again, other = (
        kantara_document(receipt(choices), NEWSROOM, OWN)["consentReceiptID"]
        for choices in ((ACCEPTED,), (ACCEPTED, ONCE), (DETAILED,))
    )
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", first)
    assert first == again != other


def test_it_names_what_the_newest_choice_allows_and_nothing_else() -> None:
    named = [one["service"] for one in kantara_document(receipt((ACCEPTED, DETAILED)), NEWSROOM, OWN)["services"]]
    assert named == ["Lanterne", "Casse"]
    assert kantara_document(receipt((ACCEPTED, WITHDRAWN)), NEWSROOM, OWN)["services"] == []


def test_each_service_says_why_which_data_and_who_gets_it() -> None:
    services = kantara_document(receipt((ACCEPTED,)), NEWSROOM, OWN)["services"]
    (purpose,) = next(one for one in services if one["service"] == "Réclame")["purposes"]
    assert purpose == {
        "purpose": "advertising",
        "purposeCategory": ["advertising"],
        "consentType": "EXPLICIT",
        "piiCategory": ["ip-address", "browsing", "geolocation"],
        "primaryPurpose": False,
        "termination": f"6 months, or when withdrawn: {OWN}settings",
        "thirdPartyDisclosure": True,
        "thirdPartyName": "Réclame Régie SA",
    }


def test_showing_once_is_told_where_there_is_no_other_choice() -> None:
    (service,) = kantara_document(receipt((ONCE,)), NEWSROOM, OWN)["services"]
    assert service["service"] == "Palabre"
    assert service["purposes"][0]["termination"].startswith("once")


def test_a_controller_without_a_contact_is_reached_through_the_policy() -> None:
    bare = replace(NEWSROOM, site=replace(NEWSROOM.site, controller=Controller("Port")))
    (controller,) = kantara_document(receipt((choice(0, Action.CUSTOM),)), bare, OWN)["piiControllers"]
    assert (controller["contact"], controller["email"]) == (OWN + "policy", "")
