"""Checks a whole ledger: everything that a store keeps is hashed again and compared, and what is first wrong is told.

The tree is grown again from the leaves, and its hashes compared with the stored ones, with the head, and with every
signed checkpoint. Whoever rewrites records, commitments, tree and head together leaves nothing that these could show:
what was signed before, and what others have kept of it, does. So checkpoints and leaves from outside can be given.

Memory does not grow with the log: rows come in pages, and each is looked at once, in order, while others write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256

from bandeau.errors import ProofError, StoreError
from bandeau.record import leaf as leaves
from bandeau.record.checkpoint import open_checkpoint
from bandeau.record.keys import Verifier
from bandeau.record.regrowth import RESTORE, Fault, KnownLeaf, KnownRoot, Regrowth
from bandeau.record.stores import Signed, Store, Text

_TEXTS = 64  # read at once; a text may have half a megabyte


def check_ledger(
    store: Store,
    verifiers: Iterable[Verifier] = (),
    *,
    former: Iterable[Verifier] = (),
    roots: Iterable[KnownRoot] = (),
    known: Iterable[KnownLeaf] = (),
    told: Callable[[int], None] = lambda _: None,
) -> Iterator[Fault]:
    """Check all that a store keeps, while others may write; nothing comes of it where all holds.

    ``verifiers`` are the log's public keys: without any, its signatures are not checked. ``former`` are further keys,
    trusted less: what they signed holds, but not the newest checkpoint. ``roots`` and ``known`` are what others kept
    of this log, already checked themselves. ``told`` is called, again and again, with the number of leaves done.

    Faults come in the order of the leaves, then those of what lies beside.

    Raises:
        StoreError: the store cannot be read.
    """
    keys = tuple(verifiers)
    expected, faults = list(roots), []
    for signed, trusted in _signed(store, keys, tuple(former)) if keys else ():
        try:
            expected.append(_open(signed, trusted))
        except ProofError as problem:
            faults.append(_wrong_signature(signed, problem))
    try:
        head = store.head().result()  # after the signed ones, which it is never smaller than
    except StoreError as problem:
        head = None
        yield Fault("the head", f"a row that contradicts itself ({problem})", "the size and the root of the log")
    versions: set[str] = set()
    texts = list(_check_texts(store, versions))
    yield from Regrowth(store, head, expected, known, versions, told).check()
    yield from faults
    yield from texts
    yield from _check_database(store)


# -- what was signed ----------------------------------------------------------------------------------------------


def _signed(
    store: Store, keys: tuple[Verifier, ...], former: tuple[Verifier, ...]
) -> Iterator[tuple[Signed, tuple[Verifier, ...]]]:
    """The signed heads, each with the keys that may have signed it."""
    kept = store.checkpoints().result()
    for number, signed in enumerate(kept, 1):
        yield signed, keys if number == len(kept) else (*keys, *former)


def _open(signed: Signed, verifiers: Sequence[Verifier]) -> KnownRoot:
    if not isinstance(signed.note, str):
        raise ProofError("a note is text")
    checkpoint = open_checkpoint(signed.note, verifiers)
    if checkpoint.size != signed.size:
        raise ProofError(f"it is of size {checkpoint.size}")
    return KnownRoot(checkpoint.size, checkpoint.root, f"the kept checkpoint of size {checkpoint.size}")


def _wrong_signature(signed: Signed, problem: ProofError) -> Fault:
    return Fault(
        f"kept checkpoint of size {signed.size}",
        f"one that does not hold ({problem})",
        "a note signed by the log's key",
        "if the log had another key by then, give its public half with --key; otherwise " + RESTORE,
    )


# -- texts --------------------------------------------------------------------------------------------------------


def _check_texts(store: Store, versions: set[str]) -> Iterator[Fault]:
    """Check every archived text against its digest, and put into ``versions`` which of those there are."""
    present: set[tuple[str, str]] = set()
    needed: list[tuple[str, str, str]] = []
    for text in _texts(store):
        present.add((text.kind, text.digest))
        if text.kind == "version":
            versions.add(text.digest)
        if not isinstance(text.body, bytes) or sha256(text.body).hexdigest() != text.digest:
            yield _text_fault(text.kind, text.digest, "another text", "the text with this SHA-256")
        elif text.kind == "version":
            needed += _named_in(text)
    for kind, digest, version in needed:
        if (kind, digest) not in present:
            yield _text_fault(kind, digest, "nothing", f"the text that the version {version} names")


def _texts(store: Store) -> Iterator[Text]:
    last = ("", "")
    while page := store.texts(*last, _TEXTS).result():
        yield from page
        last = (page[-1].kind, page[-1].digest)


def _named_in(text: Text) -> list[tuple[str, str, str]]:
    try:
        version = leaves.parse(text.body)
    except ValueError:
        return []  # a leaf that names it says so
    named = [("declaration", version.declaration), *(("notice", digest) for digest in version.notices.values())]
    return [(kind, digest, text.digest) for kind, digest in named]


def _text_fault(kind: str, digest: str, found: str, expected: str) -> Fault:
    return Fault(f"archived {kind} {digest}", found, expected, "put the text back from a backup")


# -- the database -------------------------------------------------------------------------------------------------


def _check_database(store: Store) -> Iterator[Fault]:
    """An index that disagrees with its table hides a record from its visitor, and no hash shows it."""
    damage = store.damage().result()
    if damage is not None:
        yield Fault("the database", f"damage ({damage})", "none")
