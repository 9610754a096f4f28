"""What a visitor takes along of the own record: the receipt for people, for machines, and as Kantara has it.

Each is made afresh of what the store holds, and checked as anybody would check it before it leaves.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from bandeau.ask import notice
from bandeau.ask.receipt import FILE
from bandeau.ask.view import PREFIX
from bandeau.decide import Policy
from bandeau.declare import from_document
from bandeau.errors import DeclarationError, StoreError
from bandeau.model import Declaration
from bandeau.record.checkpoint import Checkpoint
from bandeau.record.dpv import dpv_document, uuid_of
from bandeau.record.kantara import kantara_document, standing
from bandeau.record.keys import format_vkey
from bandeau.record.lines import format_bytes
from bandeau.record.receipt import Proved, Receipt, check_receipt
from bandeau.serve.answers import NO_STORE, SAFE, Steps, first, language, problem, unavailable
from bandeau.serve.http import Answer
from bandeau.serve.site import Site, Visit

_PORTS = {"http": 80, "https": 443}

Draws = Callable[[Site, Visit, Receipt, Checkpoint], str]


def for_people(site: Site, visit: Visit) -> Steps:
    """The receipt as a page to keep."""
    return _receipt(site, visit, _page, FILE, "text/html; charset=utf-8")


def for_machines(site: Site, visit: Visit) -> Steps:
    """The receipt in the terms of ISO/IEC TS 27560."""
    return _receipt(site, visit, _dpv, "consent-receipt.jsonld", "application/ld+json")


def for_kantara(site: Site, visit: Visit) -> Steps:
    """The receipt as a Kantara Consent Receipt."""
    return _receipt(site, visit, _kantara, "consent-receipt.kantara.json", "application/json")


def _receipt(site: Site, visit: Visit, draw: Draws, name: str, content_type: str) -> Steps:
    try:
        receipt = None if visit.record is None else (yield from site.ledger.receipt(visit.record))
    except StoreError:
        return unavailable(visit, [])
    if receipt is None:
        return problem(visit, 404)
    # What does not hold is never given out: the ProofError is logged, and answered as any error of ours.
    head = check_receipt(receipt, site.ledger.keys.verifiers)
    attached = (b"content-disposition", f'attachment; filename="{name}"'.encode())
    return Answer(200, draw(site, visit, receipt, head).encode(), content_type, [*NO_STORE, *SAFE, attached])


def _page(site: Site, visit: Visit, receipt: Receipt, head: Checkpoint) -> str:
    spoken = language(visit, first(visit.request.arguments(), "lang"))
    declarations = _declarations(receipt)
    views = {
        digest: notice.View(Policy(declaration, None), spoken, "/") for digest, declaration in declarations.items()
    }
    facts = notice.ReceiptFacts(
        record=uuid_of(receipt.choices[-1].entry.record),
        at=site.iso(site.now_ms()),
        own=_own(visit),
        log=head.origin,
        size=head.size,
        root=format_bytes(head.root),
        keys=tuple(map(format_vkey, site.ledger.keys.verifiers)),
    )
    shown = [_shown(site, receipt, one, views) for one in receipt.choices]
    return notice.receipt_page(site.neutral.view(spoken, "/"), shown, facts, _dpv(site, visit, receipt, head))


def _shown(site: Site, receipt: Receipt, one: Proved, views: Mapping[str, notice.View]) -> notice.ReceiptChoice:
    entry = one.entry
    return notice.ReceiptChoice(
        at=site.iso(entry.at),
        action=entry.action,
        language=entry.language,
        signals=entry.signals,
        purposes=entry.purposes,
        services=entry.services,
        asked=views.get(entry.declaration),
        text=receipt.notices.get(entry.notice),
        declaration=entry.declaration,
        notice=entry.notice,
        leaf=one.proof.index,
    )


def _dpv(site: Site, visit: Visit, receipt: Receipt, _head: Checkpoint) -> str:
    document = dpv_document(receipt, _declarations(receipt), _own(visit), site.now_ms())
    return json.dumps(document, ensure_ascii=False, indent=1)


def _kantara(site: Site, visit: Visit, receipt: Receipt, _head: Checkpoint) -> str:
    declaration = _declarations(receipt).get(standing(receipt).declaration, site.declaration)
    return json.dumps(kantara_document(receipt, declaration, _own(visit)), ensure_ascii=False, indent=2)


def _own(visit: Visit) -> str:
    """The absolute address of Bandeau's own paths, as the visitor reached them."""
    scheme, host, port = visit.request.base().origin
    return f"{scheme}://{host}{'' if port == _PORTS.get(scheme) else f':{port}'}{PREFIX}"


def _declarations(receipt: Receipt) -> dict[str, Declaration]:
    """The archived declarations that can still be read, by their digests."""
    read = ((digest, _read(text)) for digest, text in receipt.declarations.items())
    return {digest: declaration for digest, declaration in read if declaration is not None}


@lru_cache(maxsize=32)
def _read(text: str) -> Declaration | None:
    document: dict[str, Any] = json.loads(text)
    # The publisher's own words of then may name a key that is gone since; the exact words stand in the receipt.
    document["site"].pop("texts", None)
    try:
        return from_document(document)
    except DeclarationError:
        return None
