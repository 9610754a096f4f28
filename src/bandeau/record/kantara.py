"""The receipt as Kantara Consent Receipt 1.1, for what still reads that; superseded by ISO/IEC TS 27560, see ``dpv``.

It has room for one consent: the one that stands. It says nothing of refusals, and nobody can check it.
Specification: https://kantarainitiative.org/file-downloads/consent-receipt-specification-v1-1-0/ (20 February 2018).
"""

from __future__ import annotations

from typing import Any

from bandeau.model import Controller, Declaration, Purpose, Service
from bandeau.record.dpv import uuid_of
from bandeau.record.entry import Action, Entry, commitment
from bandeau.record.receipt import Receipt


def kantara_document(receipt: Receipt, declaration: Declaration, own: str) -> dict[str, Any]:
    """The newest choice of a receipt, as far as it allows anything.

    ``declaration`` is the one that it names; ``own`` is the absolute address of Bandeau's own paths on the site.
    """
    entry = standing(receipt)
    site = declaration.site
    services = [one for one in declaration.services if entry.services.get(one.id)]
    return {
        "version": "KI-CR-v1.1.0",
        "jurisdiction": "EU",
        "consentTimestamp": entry.at // 1000,
        "collectionMethod": f"{entry.action} ({entry.how})",
        "consentReceiptID": _receipt_id(entry),
        "language": entry.language,
        "piiPrincipalId": uuid_of(entry.record),
        "piiControllers": [_controller(site.controller, own)],
        "policyUrl": f"{own}policy",
        "services": [_service(service, entry, declaration, own) for service in services],
        "sensitive": False,  # none of the categories that a declaration has is one of GDPR, art. 9
        "spiCat": [],
    }


def standing(receipt: Receipt) -> Entry:
    """The newest choice, where there is one that is more than showing one embed once."""
    entries = [one.entry for one in receipt.choices]
    return next((one for one in reversed(entries) if one.action is not Action.ALLOW_ONCE), entries[-1])


def _receipt_id(entry: Entry) -> str:
    """A random UUID (RFC 9562, section 5.4), whose random bits are the commitment's, so that it stays the same."""
    digest = bytearray(commitment(entry)[:16])
    digest[6] = 0x40 | digest[6] & 0x0F
    digest[8] = 0x80 | digest[8] & 0x3F
    return uuid_of(bytes(digest))


def _controller(controller: Controller, own: str) -> dict[str, Any]:
    """Every field is required; what the publisher did not declare is empty, and the policy page is there to ask."""
    contact = controller.contact or ""
    return {
        "piiController": controller.name,
        "contact": contact or f"{own}policy",
        "address": {"streetAddress": controller.address or ""},
        "email": contact if "@" in contact else "",
        "phone": "",
    }


def _service(service: Service, entry: Entry, declaration: Declaration, own: str) -> dict[str, Any]:
    purposes = [declaration.purpose(one) for one in service.purposes]
    return {
        "service": service.name,
        "purposes": [
            _purpose(purpose, service, entry, declaration, own)
            for purpose in purposes
            if purpose is not None and purpose.exempt is None
        ],
    }


def _purpose(purpose: Purpose, service: Service, entry: Entry, declaration: Declaration, own: str) -> dict[str, Any]:
    lifetime = "once" if entry.action is Action.ALLOW_ONCE else declaration.site.choice_lifetime.text
    return {
        "purpose": purpose.label.get(entry.language) or next(iter(purpose.label.values()), purpose.id),
        "purposeCategory": [purpose.id],
        "consentType": "EXPLICIT",
        "piiCategory": [category.value for category in service.personal_data],
        "primaryPurpose": False,  # nothing of the site depends on it
        "termination": f"{lifetime}, or when withdrawn: {own}settings",
        "thirdPartyDisclosure": service.recipient != declaration.site.controller.name,
        "thirdPartyName": service.recipient,
    }
