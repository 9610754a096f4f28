"""What a kept file proves: roots and leaves, or nothing."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeau.errors import ProofError
from bandeau.record.evidence import check_evidence, check_kept
from bandeau.record.leaf import leaf_of
from bandeau.record.proof import HEADER, InclusionProof, format_proof
from bandeau.record.regrowth import KnownLeaf, KnownRoot
from bandeau.record.stores.sqlite import SQLiteStore
from support.ledgers import SIGNER, fill


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, bytes, str, KnownRoot]:
    """A proof, its leaf, the note in it, and the root that this says."""
    path: Path = tmp_path_factory.mktemp("kept") / "x"
    with closing(SQLiteStore(path)) as store:
        fill(store, 20)
        note = str(store.published().result())
        (row,) = store.rows(9, 1).result()
        (hashes,) = store.prove([9], 21).result()
        head = store.head().result()
    leaf = leaf_of(row.kind, row.commitment)
    return format_proof(InclusionProof(leaf, 9, hashes, note)), leaf, note, KnownRoot(*head, "a file")


def test_a_checkpoint_proves_a_root(kept: tuple[str, bytes, str, KnownRoot]) -> None:
    assert check_kept(kept[2], [SIGNER.verifier]).root("a file") == kept[3]


def test_a_proof_proves_a_root_and_a_leaf(kept: tuple[str, bytes, str, KnownRoot]) -> None:
    evidence = check_evidence(kept[0], "a file", [SIGNER.verifier])
    assert evidence.root("a file") == kept[3]
    assert evidence.leaves == (KnownLeaf(9, kept[1], "a file"),)


def test_a_proof_that_names_no_leaf_needs_it_given(kept: tuple[str, bytes, str, KnownRoot]) -> None:
    header, _, *rest = kept[0].split("\n")
    bare = "\n".join((header, *rest))
    with pytest.raises(ProofError, match="does not name the leaf"):
        check_evidence(bare, "a file", [SIGNER.verifier])
    assert check_evidence(bare, "a file", [SIGNER.verifier], entry=kept[1]).leaves[0].index == 9
    with pytest.raises(ProofError):
        check_evidence(bare, "a file", [SIGNER.verifier], entry=bytes(33))


def test_every_changed_byte_of_a_proof_is_seen(kept: tuple[str, bytes, str, KnownRoot]) -> None:
    for at in range(len(kept[0])):
        changed = kept[0][:at] + ("B" if kept[0][at] == "A" else "A") + kept[0][at + 1 :]
        with pytest.raises(ProofError):
            check_evidence(changed, "a file", [SIGNER.verifier])


@given(
    st.one_of(
        st.text(), st.text().map(lambda text: f"{HEADER}{text}"), st.text().map(lambda text: f'{{"choices":{text}')
    )
)
def test_any_other_text_is_the_one_error(text: str) -> None:
    with pytest.raises(ProofError):
        check_evidence(text, "a file", [SIGNER.verifier])
    with pytest.raises(ProofError):
        check_kept(text, [SIGNER.verifier])
