"""The receipt in the terms of ISO/IEC TS 27560:2023, written as JSON-LD 1.1 with the W3C Data Privacy Vocabulary.

It follows the guide of the Data Privacy Vocabularies and Controls Community Group
(https://w3id.org/dpv/guides/consent-27560) and DPV 2.3 (https://w3id.org/dpv). Nothing in it counts in a check: the
checked core of the receipt stands inside, as a JSON literal under ``bandeau``.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from bandeau.model import Controller, Declaration, Lifetime, PersonalData, Purpose, Service
from bandeau.record.entry import Action, Entry
from bandeau.record.receipt import Receipt, to_document

PURPOSES: Mapping[str, str] = {
    "functioning": "dpv:TechnicalServiceProvision",
    "security": "dpv:EnforceSecurity",
    "audience": "dpv:ServiceUsageAnalytics",
    "social": "dpv:CommunicationManagement",
    "media": "dpv:RequestedServiceProvision",
    "advertising": "dpv:Advertising",
    "personalisation": "dpv:Personalisation",
}
"""The nearest term for each purpose that has words of ours: https://w3id.org/dpv/2.3#vocab-purposes.

Others have a term of the site's own alone.
"""

PERSONAL_DATA: Mapping[PersonalData, str] = {
    PersonalData.IP_ADDRESS: "pd:IPAddress",
    PersonalData.BROWSING: "pd:BrowsingBehaviour",
    PersonalData.USAGE: "pd:ServiceConsumptionBehaviour",
    PersonalData.GEOLOCATION: "pd:Location",
    PersonalData.SOCIAL_INTERACTIONS: "pd:SocialMediaCommunication",
    PersonalData.COMMENTS: "pd:Communication",
    PersonalData.DEVICE: "pd:DeviceBased",
    PersonalData.IDENTIFIERS: "pd:UID",
    PersonalData.CONTACT: "pd:Contact",
    PersonalData.PURCHASES: "pd:Purchase",
}
"""The nearest term for each category of personal data: https://w3id.org/dpv/2.3/pd."""

CONTEXT: Mapping[str, Any] = {
    "@version": 1.1,
    "dct": "http://purl.org/dc/terms/",
    "dpv": "https://w3id.org/dpv#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "loc": "https://w3id.org/dpv/loc#",
    "pd": "https://w3id.org/dpv/pd#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    # JSON-LD 1.1, section 4.2.2: a processor keeps the value as it is.
    "bandeau": {"@id": "urn:bandeau:receipt", "@type": "@json"},
}

_SCHEMA = "https://w3id.org/dpv/schema/dpv-27560#"
_RIGHTS = ("A7-3", "A15", "A16", "A17", "A18", "A20", "A77")  # GDPR: withdraw, access, ..., complain
_UNITS = {"minute": "PT{}M", "hour": "PT{}H", "day": "P{}D", "month": "P{}M", "year": "P{}Y"}


def dpv_document(receipt: Receipt, declarations: Mapping[str, Declaration], own: str, at: int) -> dict[str, Any]:
    """The receipt in terms for machines, a JSON-LD document, with the checked core inside.

    ``declarations`` are those that the choices name, by their digests; of one that is missing only the choices are
    told. ``own`` is the absolute address of Bandeau's own paths on the site, ``at`` the time in Unix milliseconds.
    """
    entries = [one.entry for one in receipt.choices]
    statuses = [list(_statuses(entry, entries[:number], declarations, own)) for number, entry in enumerate(entries)]
    record, newest = uuid_of(entries[-1].record), receipt.choices[-1].proof.index
    digests = dict.fromkeys(entry.declaration for entry in entries)
    activities = [
        _record(
            declarations.get(digest),
            digest,
            [entry for entry in entries if entry.declaration == digest],
            [one for entry, one in zip(entries, statuses, strict=True) if entry.declaration == digest],
            own,
        )
        for digest in digests
    ]
    return {
        "@context": dict(CONTEXT),
        "@id": f"urn:uuid:{record}#receipt-{newest}",
        "@type": "dpv:ConsentReceipt",
        "dct:identifier": f"{record}-{newest}",
        "dct:conformsTo": _iri(_SCHEMA + "receipt-eu-gdpr"),
        "dct:created": _time(at),
        "dpv:hasRecordOfActivity": activities,
        "bandeau": to_document(receipt),
    }


def uuid_of(identifier: bytes) -> str:
    """Sixteen bytes as a UUID is written (RFC 9562, section 4)."""
    digits = identifier.hex()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def duration_of(lifetime: Lifetime) -> str | None:
    """A lifetime as an XML Schema duration, ``None`` where it is not one."""
    if lifetime.seconds is None:
        return None
    number, unit = lifetime.text.removesuffix("s").split(" ")
    return f"P{int(number) * 7}D" if unit == "week" else _UNITS[unit].format(number)  # xsd:duration knows no weeks


def _iri(name: str) -> dict[str, str]:
    return {"@id": name}


def _time(milliseconds: int) -> dict[str, str]:
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return {"@value": moment.strftime("%Y-%m-%dT%H:%M:%SZ"), "@type": "xsd:dateTime"}


def _named(digest: str) -> str:
    """The name of bytes by their SHA-256 (RFC 6920)."""
    return "ni:///sha-256;" + urlsafe_b64encode(bytes.fromhex(digest)).decode().rstrip("=")


def _without_gaps(node: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in node.items() if value not in (None, [], "")}


# -- one record for each declaration that was answered --------------------------------------------------------------


def _record(
    declaration: Declaration | None,
    digest: str,
    entries: Sequence[Entry],
    statuses: Sequence[Sequence[dict[str, Any]]],
    own: str,
) -> dict[str, Any]:
    subject = uuid_of(entries[0].record)
    identifier = f"{subject}-{digest[:16]}"
    purposes = declaration.asked_purposes if declaration else ()
    return _without_gaps(
        {
            "@id": f"urn:uuid:{subject}#{digest[:16]}",
            "@type": "dpv:ConsentRecord",
            "dct:identifier": identifier,
            "dct:conformsTo": _iri(_SCHEMA + "record-eu-gdpr"),
            "dct:source": _iri(_named(digest)),
            "dpv:hasDataSubject": {"@id": f"urn:uuid:{subject}", "@type": "dpv:DataSubject", "dct:identifier": subject},
            "dpv:hasDataController": declaration and _controller(declaration.site.controller, own),
            "dpv:hasJurisdiction": _iri("loc:EU"),
            "dpv:hasApplicableLaw": _iri("eu-gdpr:GDPR"),
            "dpv:hasLegalBasis": _iri("eu-gdpr:A6-1-a"),
            "dpv:hasNotice": _notices(entries),
            "dpv:hasProcess": [_process(declaration, purpose, own) for purpose in purposes] if declaration else None,
            "dpv:hasConsentControl": _controls(own),
            "dpv:hasRight": [_right(name, own) for name in _RIGHTS],
            "dpv:hasConsentStatus": list(chain.from_iterable(statuses)),
        }
    )


def _controller(controller: Controller, own: str) -> dict[str, Any]:
    return _without_gaps(
        {
            "@id": f"{own}policy#controller",
            "@type": "dpv:DataController",
            "dpv:hasName": controller.name,
            "dpv:hasAddress": controller.address,
            "dpv:hasContact": controller.contact,
        }
    )


def _notices(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """What was shown, each text once, by its digest and in its language."""
    shown = {entry.notice: entry for entry in reversed(entries)}
    return [
        {
            "@id": _named(digest),
            "@type": "dpv:ConsentNotice",
            "dct:identifier": f"sha256:{digest}",
            "dct:language": entry.language,
            "dct:date": _time(entry.at),
        }
        for digest, entry in reversed(shown.items())
    ]


def _controls(own: str) -> list[dict[str, Any]]:
    where = {"dpv:isExercisedAt": _iri(f"{own}settings")}
    return [{"@type": f"dpv:{control}", **where} for control in ("WithdrawConsent", "ProvideConsent")]


def _right(name: str, own: str) -> dict[str, Any]:
    page = "settings" if name == "A7-3" else "my-choices" if name in ("A15", "A17", "A20") else "policy"
    return {"@type": ["dpv:DataSubjectRight", f"eu-gdpr:{name}"], "dpv:isExercisedAt": _iri(own + page)}


# -- what is done, for each purpose ---------------------------------------------------------------------------------


def _purpose_iri(identifier: str, own: str) -> str:
    return f"{own}policy#purpose-{identifier}"


def _service_iri(identifier: str, own: str) -> str:
    return f"{own}policy#service-{identifier}"


def _process(declaration: Declaration, purpose: Purpose, own: str) -> dict[str, Any]:
    services = declaration.of_purpose(purpose.id)
    named = {category for service in services for category in service.personal_data}
    processing = ["dpv:Collect", "dpv:Store", *(["dpv:Profiling"] if any(one.profiling for one in services) else [])]
    return _without_gaps(
        {
            "@type": "dpv:Process",
            "dpv:hasPurpose": _purpose(purpose, own),
            "dpv:hasProcessing": [_iri(name) for name in processing],
            "dpv:hasPersonalData": [_iri(PERSONAL_DATA[category]) for category in PersonalData if category in named],
            "dpv:hasRecipient": [_recipient(service, own) for service in services],
            "dpv:hasStorageCondition": _storage(services),
        }
    )


def _purpose(purpose: Purpose, own: str) -> dict[str, Any]:
    """A purpose as a term of the site's own, and the nearest term of the vocabulary where there is one."""
    nearest = PURPOSES.get(purpose.id)
    return _without_gaps(
        {
            "@id": _purpose_iri(purpose.id, own),
            "@type": ["dpv:Purpose", nearest] if nearest else "dpv:Purpose",
            "dct:identifier": purpose.id,
            "dct:title": [{"@value": text, "@language": language} for language, text in purpose.label.items()],
        }
    )


def _recipient(service: Service, own: str) -> dict[str, Any]:
    return _without_gaps(
        {
            "@id": _service_iri(service.id, own),
            "@type": "dpv:Recipient",
            "dct:identifier": service.id,
            "dct:title": service.name,
            "dpv:hasName": service.recipient,
            "dpv:hasLocation": [_iri(f"loc:{country}") for country in service.countries],
        }
    )


def _storage(services: Sequence[Service]) -> list[dict[str, Any]]:
    """Where trackers are kept, and for how long: every lifetime once."""
    cookies = [cookie.lifetime for service in services for cookie in service.cookies]
    lifetimes = dict.fromkeys([*cookies, *(key.lifetime for service in services for key in service.storage)])
    if not lifetimes:
        return []
    place = {"@type": "dpv:StorageLocation", "dpv:hasLocation": _iri("dpv:WithinDevice")}
    return [place, *({"@type": "dpv:StorageDuration", "dpv:hasDuration": _duration(one)} for one in lifetimes)]


def _duration(lifetime: Lifetime) -> dict[str, Any]:
    lasting = duration_of(lifetime)
    if lasting is None:
        return {"@type": "dpv:UntilEventDuration", "rdf:value": lifetime.text}
    return {"@type": "dpv:TemporalDuration", "rdf:value": {"@value": lasting, "@type": "xsd:duration"}}


# -- what was chosen ------------------------------------------------------------------------------------------------


def _statuses(
    entry: Entry, before: Sequence[Entry], declarations: Mapping[str, Declaration], own: str
) -> Iterator[dict[str, Any]]:
    """What one choice gave, withdrew and refused: one status each, which names the purposes and services."""
    given = _standing(before)
    lost = "ConsentExpired" if entry.action is Action.EXPIRED else "ConsentWithdrawn"
    for status in ("ConsentGiven", lost, "ConsentRefused"):
        named: dict[str, list[dict[str, str]]] = {}
        parts = (
            ("dpv:hasPurpose", entry.purposes, given[0], _purpose_iri),
            ("dpv:hasRecipient", entry.services, given[1], _service_iri),
        )
        for key, states, earlier, iri in parts:
            ids = [one for one, state in states.items() if _became(state, was=one in earlier, lost=lost) == status]
            if ids:
                named[key] = [_iri(iri(one, own)) for one in ids]
        if named:
            yield {**_event(status, entry, declarations.get(entry.declaration)), **named}


def _became(state: bool, *, was: bool, lost: str) -> str:  # noqa: FBT001 - the state as the record has it
    return "ConsentGiven" if state else lost if was else "ConsentRefused"


def _standing(before: Sequence[Entry]) -> tuple[set[str], set[str]]:
    """The purposes and services that the choices before left allowed; showing one embed once changes nothing."""
    last = next((one for one in reversed(before) if one.action is not Action.ALLOW_ONCE), None)
    if last is None:
        return set(), set()
    return {one for one, on in last.purposes.items() if on}, {one for one, on in last.services.items() if on}


def _event(status: str, entry: Entry, declaration: Declaration | None) -> dict[str, Any]:
    once = {"@type": "dpv:FixedOccurrencesDuration", "rdf:value": 1}
    lasting = once if entry.action is Action.ALLOW_ONCE else declaration and _duration(declaration.site.choice_lifetime)
    types = [f"dpv:{status}", *(["dpv:ExpressedConsent"] if status == "ConsentGiven" else [])]
    return _without_gaps(
        {
            "@type": types,
            "dpv:isIndicatedBy": _iri(f"urn:uuid:{uuid_of(entry.record)}"),
            "dpv:isIndicatedAtTime": _time(entry.at),
            "dpv:hasIndicationMethod": f"{entry.action} ({', '.join((entry.how, *entry.signals))})",
            "dpv:hasDuration": lasting,
            "dpv:hasNotice": _iri(_named(entry.notice)),
        }
    )
