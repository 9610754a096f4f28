"""A receipt made by hand: a small log of the newsroom's, with what was asked and what one visitor answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

from bandeau.declare import canonical, version
from bandeau.model import Declaration
from bandeau.record import leaf
from bandeau.record.checkpoint import Checkpoint, sign_checkpoint
from bandeau.record.entry import Action, Entry, How, commitment
from bandeau.record.leaf import Kind, Version, leaf_of
from bandeau.record.proof import InclusionProof
from bandeau.record.receipt import Proved, Receipt
from support.newsroom import NEWSROOM
from support.signing import LOG
from support.trees import audit_path, entries, tree_hash

NOTICE = "fr\nTout accepter\nTout refuser\nL’« étoile » & <cetera>\n"
RECORD = bytes.fromhex("019b76daa80070aa80bbccddeeff0011")
START = 1_767_225_600_000  # 2026-01-01 00:00 UTC
OWN = "https://gazette.example/.bandeau/"
ALL = {"social": True, "media": True, "advertising": True}
SERVICES = {"comments": True, "video": True, "ads": True, "fonts": True}
DECLARATION = version(NEWSROOM)


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def choice(number: int, action: Action, on: Sequence[str] = (), **changes: object) -> Entry:
    """A choice about everything, which allows those purposes and services."""
    entry = Entry(
        record=RECORD,
        at=START + number * 86_400_000,
        declaration=DECLARATION,
        notice=digest(NOTICE),
        language="fr",
        action=action,
        purposes={name: name in on for name in ALL},
        services={name: name in on for name in SERVICES},
        how=How.FORM,
        signals=(),
        salt=sha256(b"salt" + bytes((number,))).digest(),
    )
    return replace(entry, **changes)  # type: ignore[arg-type]


ACCEPTED = choice(0, Action.ACCEPT_ALL, (*ALL, *SERVICES))
DETAILED = choice(1, Action.CUSTOM, ("media", "video", "fonts"), how=How.SCRIPT, signals=("gpc",))
ONCE = choice(2, Action.ALLOW_ONCE, purposes={}, services={"comments": True})
WITHDRAWN = choice(3, Action.WITHDRAW)
CHOICES = (ACCEPTED, DETAILED, ONCE, WITHDRAWN)
ASKED = Version(START - 1000, "0.1.0", DECLARATION, {"fr": digest(NOTICE)}, {"notice.js": digest("script")})


def receipt(
    choices: Sequence[Entry] = CHOICES,
    asked: Version | None = ASKED,
    declaration: Declaration | None = NEWSROOM,
    notice: str | None = NOTICE,
    *,
    late: bool = False,
) -> Receipt:
    """A receipt that holds: leaves of others, then what was asked, then the choices with one of others after each.

    ``late`` makes one that does not: what was asked comes last.
    """
    foreign = entries(3 + len(choices))
    leaves = foreign[:3]
    version_leaf = [] if asked is None else [leaf_of(Kind.VERSION, leaf.digest_of(leaf.canonical(asked)))]
    leaves += [] if late else version_leaf
    at = []
    for entry, other in zip(choices, foreign[3:], strict=True):
        at.append(len(leaves))
        leaves += [leaf_of(Kind.CHOICE, commitment(entry)), other]
    asked_at = len(leaves) if late else 3
    leaves += version_leaf if late else []
    note = sign_checkpoint(Checkpoint(LOG.name, len(leaves), tree_hash(leaves)), [LOG])

    def proof(index: int) -> InclusionProof:
        return InclusionProof(b"", index, tuple(audit_path(index, leaves)), note)

    return Receipt(
        tuple(
            Proved(entry, proof(index), None if asked is None else (asked, proof(asked_at)))
            for entry, index in zip(choices, at, strict=True)
        ),
        {} if declaration is None else {version(declaration): canonical(declaration).decode()},
        {} if notice is None else {digest(notice): notice},
    )
