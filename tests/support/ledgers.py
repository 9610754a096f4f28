"""Whole ledgers for the tests: choices, versions, texts, erasures and signed heads, on a disk."""

from __future__ import annotations

from concurrent.futures import wait
from hashlib import sha256
from pathlib import Path

from bandeau.record.checkpoint import Checkpoint, sign_checkpoint
from bandeau.record.keys import Signer
from bandeau.record.leaf import Version
from bandeau.record.stores import Store
from bandeau.record.stores.sqlite import SQLiteStore
from support.records import entry

ORIGIN = "gazette.example/.bandeau/log"
SIGNER = Signer(ORIGIN, bytes(range(32)))
ERASED = 7
CHOICES = 700
SIGNED_AT = (3, 300)
"""Sizes at which the head is signed, beside the last one."""


def publish(store: Store, signer: Signer = SIGNER) -> str:
    """Sign the head of a log; gives the note."""
    head = store.head().result()
    return store.publish(head, sign_checkpoint(Checkpoint(signer.name, *head), [signer])).result()


def version(number: int) -> Version:
    """A version whose texts are those of :func:`texts`."""
    (_, declaration), (_, notice) = ((kind, digest) for kind, digest, _ in texts(number))
    return Version(1_767_225_600_000 + number, "0.1.0", declaration, {"fr": notice}, {"notice.css": "ab" * 32})


def texts(number: int) -> list[tuple[str, str, bytes]]:
    """The declaration and the notice of a version, as they are archived."""
    bodies = (("declaration", f"declaration {number}".encode()), ("notice", f"notice {number}".encode()))
    return [(kind, sha256(body).hexdigest(), body) for kind, body in bodies]


def fill(store: Store, choices: int = CHOICES, *, first: int = 0) -> None:
    """Fill an empty store: a version, choices, another version behind 400, an erased choice, signed heads."""
    for number in range(first, first + choices):
        if number % 400 == 0:
            for kind, digest, body in texts(number):
                store.archive(kind, digest, body, 0).result()
            store.append_version(version(number)).result()
        future = store.append(entry(number))
        if store_size(number) in SIGNED_AT:
            wait([future])
            publish(store)
    wait([future])
    if first <= ERASED < first + choices:
        store.erase(entry(ERASED).record).result()
    publish(store)


def store_size(number: int) -> int:
    """How many leaves the log has once the choice of this number is appended."""
    return number + 2 + number // 400


def ledger(path: Path, choices: int = CHOICES) -> None:
    """A ledger in a file, closed."""
    store = SQLiteStore(path)
    fill(store, choices)
    store.close()
