"""The receipt for machines: valid JSON-LD in the terms of DPV, with the checked core kept as it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from pyld import jsonld

from bandeau.model import Lifetime, PersonalData, Purpose, Service
from bandeau.record.dpv import PERSONAL_DATA, PURPOSES, dpv_document, duration_of, uuid_of
from bandeau.record.entry import Action
from bandeau.record.receipt import check_receipt, read_receipt, to_document
from support.newsroom import EXEMPT, NEWSROOM
from support.receipts import ACCEPTED, DECLARATION, NOTICE, ONCE, OWN, RECORD, START, WITHDRAWN, choice, digest, receipt
from support.signing import LOG

WHOLE = receipt()
DOCUMENT = dpv_document(WHOLE, {DECLARATION: NEWSROOM}, OWN, START + 10**9)
(ACTIVITY,) = DOCUMENT["dpv:hasRecordOfActivity"]
DPV = "https://w3id.org/dpv#"
OF_DPV = (DPV, "https://w3id.org/dpv/pd#", "https://w3id.org/dpv/loc#", "https://w3id.org/dpv/legal/eu/gdpr#")


def statuses(document: Any) -> list[tuple[str, list[str], list[str]]]:
    """Each status with the purposes and services that it names."""
    found = []
    for activity in document["dpv:hasRecordOfActivity"]:
        for one in activity["dpv:hasConsentStatus"]:
            names = [
                [node["@id"].rpartition("-")[2] for node in one.get(key, [])]
                for key in ("dpv:hasPurpose", "dpv:hasRecipient")
            ]
            found.append((one["@type"][0].removeprefix("dpv:"), *names))
    return found


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every node of an expanded document."""
    if isinstance(value, list):
        for one in value:
            yield from nodes(one)
    elif isinstance(value, dict) and "@value" not in value:
        yield value
        for key, one in value.items():
            if not key.startswith("@"):
                yield from nodes(one)


# -- an independent processor of JSON-LD ----------------------------------------------------------------------------


def test_a_processor_expands_every_term_and_keeps_the_core_as_it_is() -> None:
    (expanded,) = jsonld.expand(json.loads(json.dumps(DOCUMENT)))
    assert expanded["@type"] == [DPV + "ConsentReceipt"]
    assert expanded["http://purl.org/dc/terms/conformsTo"] == [
        {"@id": "https://w3id.org/dpv/schema/dpv-27560#receipt-eu-gdpr"}
    ]
    assert expanded["urn:bandeau:receipt"] == [{"@type": "@json", "@value": to_document(WHOLE)}]
    (record,) = expanded[DPV + "hasRecordOfActivity"]
    assert record["@type"] == [DPV + "ConsentRecord"]
    assert record[DPV + "hasLegalBasis"] == [{"@id": "https://w3id.org/dpv/legal/eu/gdpr#A6-1-a"}]
    assert {kind for one in nodes(record[DPV + "hasProcess"]) for kind in one.get("@type", ())} >= {
        DPV + "Process",
        DPV + "Purpose",
        DPV + "Advertising",
        DPV + "Recipient",
        DPV + "StorageDuration",
    }


def test_nothing_is_lost_because_its_term_is_no_iri() -> None:
    """A processor drops what it cannot expand, without a word."""
    (expanded,) = jsonld.expand(json.loads(json.dumps(DOCUMENT)))
    for one in nodes(expanded):
        assert all(key.startswith(("@", "http", "urn:")) for key in one)
        assert all(kind.startswith(OF_DPV) for kind in one.get("@type", ()))
        assert one.get("@id", "urn:x").startswith(("https://", "http://", "urn:", "ni:///"))
    assert len(list(nodes(expanded))) > 60


# -- what it says ---------------------------------------------------------------------------------------------------


def test_the_core_inside_is_read_and_holds() -> None:
    assert check_receipt(read_receipt(json.dumps(DOCUMENT)), [LOG.verifier]).size == 12


def test_it_names_the_controller_the_record_and_what_was_shown() -> None:
    assert ACTIVITY["dpv:hasDataController"]["dpv:hasName"] == "Éditions du Port SAS"
    assert ACTIVITY["dpv:hasDataController"]["dpv:hasContact"] == "dpo@gazette.localhost"
    assert ACTIVITY["dpv:hasDataSubject"]["@id"] == "urn:uuid:019b76da-a800-70aa-80bb-ccddeeff0011"
    (notice,) = ACTIVITY["dpv:hasNotice"]
    assert (notice["dct:identifier"], notice["dct:language"]) == (f"sha256:{digest(NOTICE)}", "fr")
    assert notice["dct:date"]["@value"] == "2026-01-01T00:00:00Z"


def test_each_purpose_that_needs_consent_says_who_gets_which_data_where_and_for_how_long() -> None:
    named = [one["dpv:hasPurpose"]["dct:identifier"] for one in ACTIVITY["dpv:hasProcess"]]
    assert named == ["social", "media", "advertising"]
    ads = ACTIVITY["dpv:hasProcess"][2]
    (recipient,) = ads["dpv:hasRecipient"]
    assert recipient["dpv:hasName"] == "Réclame Régie SA"
    assert recipient["dpv:hasLocation"] == [{"@id": "loc:FR"}, {"@id": "loc:IE"}]
    assert [one["@id"] for one in ads["dpv:hasPersonalData"]] == ["pd:IPAddress", "pd:BrowsingBehaviour", "pd:Location"]
    assert {"@id": "dpv:Profiling"} in ads["dpv:hasProcessing"]
    place, *durations = ads["dpv:hasStorageCondition"]
    assert place["dpv:hasLocation"] == {"@id": "dpv:WithinDevice"}
    values = [one["dpv:hasDuration"]["rdf:value"] for one in durations]
    assert values == [
        {"@value": "P13M", "@type": "xsd:duration"},
        {"@value": "P12M", "@type": "xsd:duration"},
        "until erased",
    ]


def test_every_choice_is_a_status_in_the_order_of_time() -> None:
    everything, services = ["social", "media", "advertising"], ["comments", "video", "ads", "fonts"]
    assert statuses(DOCUMENT) == [
        ("ConsentGiven", everything, services),
        ("ConsentGiven", ["media"], ["video", "fonts"]),
        ("ConsentWithdrawn", ["social", "advertising"], ["comments", "ads"]),
        ("ConsentGiven", [], ["comments"]),
        ("ConsentWithdrawn", ["media"], ["video", "fonts"]),
        ("ConsentRefused", ["social", "advertising"], ["comments", "ads"]),
    ]
    times = [one["dpv:isIndicatedAtTime"]["@value"] for one in ACTIVITY["dpv:hasConsentStatus"]]
    assert times == sorted(times)
    assert ACTIVITY["dpv:hasConsentStatus"][1]["dpv:hasIndicationMethod"] == "custom (script, gpc)"
    assert ACTIVITY["dpv:hasConsentStatus"][0]["dpv:hasDuration"]["rdf:value"]["@value"] == "P6M"


def test_a_first_refusal_withdraws_nothing_and_showing_once_leaves_nothing_to_withdraw() -> None:
    for before in ((), (ONCE,)):
        made = receipt((*before, WITHDRAWN))
        kinds = [kind for kind, _, _ in statuses(dpv_document(made, {DECLARATION: NEWSROOM}, OWN, START))]
        assert kinds[-1] == "ConsentRefused"
        assert "ConsentWithdrawn" not in kinds


def test_what_ran_out_has_expired() -> None:
    made = receipt((ACCEPTED, choice(1, Action.EXPIRED)))
    assert statuses(dpv_document(made, {DECLARATION: NEWSROOM}, OWN, START))[-1][0] == "ConsentExpired"


def test_controls_and_rights_have_an_address_on_the_site() -> None:
    for one in (*ACTIVITY["dpv:hasConsentControl"], *ACTIVITY["dpv:hasRight"]):
        assert one["dpv:isExercisedAt"]["@id"].startswith(OWN)
    assert {one["@type"] for one in ACTIVITY["dpv:hasConsentControl"]} == {"dpv:WithdrawConsent", "dpv:ProvideConsent"}


def test_each_declaration_that_was_answered_has_a_record_of_its_own() -> None:
    other = digest("another declaration")
    made = receipt((ACCEPTED, choice(1, Action.REFUSE_ALL, declaration=other)), asked=None)
    document = dpv_document(made, {DECLARATION: NEWSROOM}, OWN, START)
    first, second = document["dpv:hasRecordOfActivity"]
    assert first["dpv:hasDataController"]
    assert "dpv:hasProcess" not in second
    assert [kind for kind, _, _ in statuses(document)] == ["ConsentGiven", "ConsentWithdrawn"]


def test_a_purpose_of_the_publishers_own_is_a_term_of_the_sites_own() -> None:
    own = Purpose("loyalty", label={"fr": "Fidélité", "en": "Loyalty"})
    card = Service("card", "Carte", "Carte SA", ("loyalty",))
    declared = replace(NEWSROOM, purposes=(*NEWSROOM.purposes, own), services=(*EXEMPT, card))
    (activity,) = dpv_document(WHOLE, {DECLARATION: declared}, OWN, START)["dpv:hasRecordOfActivity"]
    assert activity["dpv:hasProcess"][-1]["dpv:hasPurpose"] == {
        "@id": OWN + "policy#purpose-loyalty",
        "@type": "dpv:Purpose",
        "dct:identifier": "loyalty",
        "dct:title": [{"@value": "Fidélité", "@language": "fr"}, {"@value": "Loyalty", "@language": "en"}],
    }


def test_every_category_of_personal_data_and_every_purpose_of_ours_has_a_term() -> None:
    assert set(PERSONAL_DATA) == set(PersonalData)
    assert set(PURPOSES) == {
        "functioning", "security", "audience", "social", "media", "advertising", "personalisation"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("30 minutes", "PT30M"),
        ("1 hour", "PT1H"),
        ("2 days", "P2D"),
        ("3 weeks", "P21D"),
        ("13 months", "P13M"),
        ("1 year", "P1Y"),
        ("session", None),
        ("until erased", None),
    ],
)
def test_a_lifetime_is_a_duration_of_xml_schema(text: str, duration: str | None) -> None:
    assert duration_of(Lifetime.parse(text)) == duration


def test_an_identifier_is_written_as_a_uuid() -> None:
    assert uuid_of(RECORD) == "019b76da-a800-70aa-80bb-ccddeeff0011"
