"""The tree: how it grows, and that nothing but a true proof is taken for one."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bandeau.errors import ProofError
from bandeau.record.merkle import (
    EMPTY,
    EMPTY_ROOT,
    SIZE_LIMIT,
    Frontier,
    check_growth,
    check_inclusion,
    format_frontier,
    grow,
    leaf_hash,
    node_hash,
    parse_frontier,
    perfect_root,
)
from support.trees import TilesInMemory, audit_path, consistency_proof, entries, tree_hash
from support.vectors import vectors

Proof = list[bytes]

hashes = st.binary(min_size=32, max_size=32)


def grown(count: int) -> Frontier:
    return grow(EMPTY, map(leaf_hash, entries(count))).frontier


def refused(check: Callable[..., None], *claim: Any) -> bool:
    try:
        check(*claim)
    except ProofError:
        return True
    return False


# Growing


def test_the_root_is_that_of_the_definition_at_every_size() -> None:
    leaves = entries(300)
    frontier = EMPTY
    assert frontier.root() == EMPTY_ROOT == tree_hash([])
    for size, leaf in enumerate(leaves, start=1):
        frontier = grow(frontier, [leaf_hash(leaf)]).frontier
        assert (frontier.size, frontier.root()) == (size, tree_hash(leaves[:size]))


@given(st.lists(st.integers(0, 300), max_size=5))
@example([255, 1, 256])
@example([0])
def test_it_makes_no_difference_how_many_leaves_are_appended_at_once(batches: list[int]) -> None:
    leaves = [leaf_hash(entry) for entry in entries(sum(batches))]
    frontier, completed, done = EMPTY, [], 0
    for batch in batches:
        frontier, new = grow(frontier, leaves[done : done + batch])
        completed += new
        done += batch
    assert (frontier, tuple(completed)) == grow(EMPTY, leaves)


@pytest.mark.parametrize("count", [0, 1, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 66_048, 131_072])
def test_what_became_complete_is_what_tiles_above_level_0_hold(count: int) -> None:
    completed = grow(EMPTY, map(leaf_hash, entries(count))).completed
    levels = TilesInMemory(entries(count)).levels[1:]
    by_level = [[(one.position, one.hash) for one in completed if one.level == level] for level in (1, 2, 3)]
    assert by_level == [list(enumerate(row)) for row in [*levels, [], [], []][:3]]


def test_subtrees_are_named_in_the_order_in_which_they_became_complete() -> None:
    before = grown(65_535 - 256)
    named = [(one.level, one.position) for one in grow(before, map(leaf_hash, entries(257))).completed]
    assert named == [(1, 254), (1, 255), (2, 0)]


def test_growing_leaves_the_old_frontier_as_it_was() -> None:
    before = grown(7)
    grow(before, map(leaf_hash, entries(5)))
    assert before == grown(7)


@pytest.mark.parametrize("leaf", [b"", bytes(31), bytes(33)])
def test_a_leaf_that_is_no_hash_is_not_appended(leaf: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        grow(EMPTY, [bytes(32), leaf])


def test_leaves_and_nodes_hash_apart() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)


@pytest.mark.parametrize("count", [1, 2, 4, 256])
def test_the_root_over_a_power_of_two_of_hashes_is_that_of_the_definition(count: int) -> None:
    assert perfect_root(b"".join(map(leaf_hash, entries(count)))) == tree_hash(entries(count))


@pytest.mark.parametrize("length", [0, 31, 33, 63, 96, 32 * 255, 32 * 256 + 1])
def test_another_number_of_hashes_has_no_perfect_subtree_over_it(length: int) -> None:
    with pytest.raises(ValueError, match="power of two"):
        perfect_root(bytes(length))


# The frontier


@given(st.data(), st.integers(0, 2**63 - 1))
def test_a_frontier_comes_back_from_its_bytes(data: st.DataObject, size: int) -> None:
    count = size.bit_count()
    frontier = Frontier(size, tuple(data.draw(st.lists(hashes, min_size=count, max_size=count))))
    assert parse_frontier(format_frontier(frontier)) == frontier


def test_the_bytes_of_a_frontier_are_its_size_and_its_hashes_largest_subtree_first() -> None:
    three = entries(3)
    expected = b"\0\0\0\0\0\0\0\3" + tree_hash(three[:2]) + tree_hash(three[2:])
    assert format_frontier(grown(3)) == expected
    assert format_frontier(EMPTY) == bytes(8)


@given(st.binary(max_size=200) | st.builds(lambda size, rest: bytes(7) + size + rest, st.binary(max_size=1), hashes))
@example(bytes(7))
@example(bytes(9))
@example(bytes(7) + b"\1")
@example(bytes(7) + b"\1" + bytes(31))
@example(bytes(7) + b"\1" + bytes(33))
@example(bytes(7) + b"\1" + bytes(64))
@example(bytes(8) + bytes(32))
@example(b"\x80" + bytes(7) + bytes(32))
def test_bytes_are_a_frontier_or_one_well_known_error(data: bytes) -> None:
    try:
        frontier = parse_frontier(data)
    except ProofError:
        return
    assert format_frontier(frontier) == data


@pytest.mark.parametrize(
    ("size", "row"),
    [
        (-1, ()),
        (-1, (bytes(32),)),
        (0, (bytes(32),)),
        (1, ()),
        (2, (bytes(32), bytes(32))),
        (3, (bytes(32),)),
        (3, (bytes(32), bytes(31))),
        (3, (bytes(33), bytes(32))),
        (SIZE_LIMIT, (bytes(32),)),
    ],
)
def test_a_frontier_that_no_tree_has_cannot_exist(size: int, row: tuple[bytes, ...]) -> None:
    with pytest.raises(ProofError):
        Frontier(size, row)


# Checking: true proofs, of our own plain tree and of others


def test_every_leaf_is_shown_to_be_in_every_tree_up_to_64() -> None:
    for size in range(1, 65):
        leaves = entries(size)
        root = tree_hash(leaves)
        for index in range(size):
            check_inclusion(leaf_hash(leaves[index]), index, size, audit_path(index, leaves), root)


def test_every_growth_up_to_64_is_shown() -> None:
    leaves = entries(64)
    roots = [tree_hash(leaves[:size]) for size in range(65)]
    for new in range(1, 65):
        for old in range(1, new + 1):
            check_growth(old, roots[old], new, roots[new], consistency_proof(old, leaves[:new]))


def _decoded(vector: dict[str, Any], *names: str) -> list[bytes]:
    return [b64decode(vector[name] or "") for name in names]


def _proof(vector: dict[str, Any]) -> Proof:
    return [b64decode(one) for one in vector["proof"] or []]


def test_inclusion_is_judged_as_published_vectors_want_it() -> None:
    cases = vectors("merkle/inclusion.json")
    assert len(cases) > 90
    for case in cases:
        leaf, root = _decoded(case, "leafHash", "root")
        judged = refused(check_inclusion, leaf, case["leafIdx"], case["treeSize"], _proof(case), root)
        assert judged == case["wantErr"], case["_file"]


def test_growth_is_judged_as_published_vectors_want_it() -> None:
    cases = vectors("merkle/consistency.json")
    assert len(cases) > 90
    for case in cases:
        old_root, new_root = _decoded(case, "root1", "root2")
        judged = refused(check_growth, case["size1"], old_root, case["size2"], new_root, _proof(case))
        # One vector takes equal roots for good that are no hashes. Ours have 32 bytes, or are refused.
        assert judged == (case["wantErr"] or len(old_root) != 32), case["_file"]


def test_the_reference_tree_of_certificate_transparency_is_ours() -> None:
    tree = vectors("merkle/rfc6962_reference_tree.json")
    leaves = [bytes.fromhex(entry) for entry in tree["entries_hex"]]
    roots = {int(size): bytes.fromhex(root) for size, root in tree["roots"].items()}
    assert [leaf_hash(leaf).hex() for leaf in leaves] == tree["leaf_hashes"]
    assert tree["empty_root"] == EMPTY_ROOT.hex()
    for size, root in roots.items():
        assert grow(EMPTY, map(leaf_hash, leaves[:size])).frontier.root() == root
    for case in tree["inclusion"]:
        proof = [bytes.fromhex(one) for one in case["proof"]]
        check_inclusion(leaf_hash(leaves[case["index"]]), case["index"], case["size"], proof, roots[case["size"]])
    for case in tree["consistency"]:
        proof = [bytes.fromhex(one) for one in case["proof"]]
        check_growth(case["old"], roots[case["old"]], case["new"], roots[case["new"]], proof)


# Checking: one mutation at a time


def flip(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def bit_flipped(proof: Proof) -> Iterator[Proof]:
    for at, one in enumerate(proof):
        yield [*proof[:at], flip(one, 31 * (at % 2)), *proof[at + 1 :]]


def hash_missing(proof: Proof) -> Iterator[Proof]:
    for at in range(len(proof)):
        yield proof[:at] + proof[at + 1 :]


def hash_extra(proof: Proof) -> Iterator[Proof]:
    for at in range(len(proof) + 1):
        yield [*proof[:at], bytes(32), *proof[at:]]
        yield [*proof[:at], *proof[max(at - 1, 0) : at], bytes(32), *proof[at:]]


def hash_shorter(proof: Proof) -> Iterator[Proof]:
    for at, one in enumerate(proof):
        yield [*proof[:at], one[:31], *proof[at + 1 :]]
        yield [*proof[:at], b"", *proof[at + 1 :]]


def hash_longer(proof: Proof) -> Iterator[Proof]:
    for at, one in enumerate(proof):
        yield [*proof[:at], one + b"\0", *proof[at + 1 :]]


def bytes_shifted(proof: Proof) -> Iterator[Proof]:
    for at, (one, other) in enumerate(pairwise(proof)):
        yield [*proof[:at], one[:31], one[31:] + other, *proof[at + 2 :]]


def order_changed(proof: Proof) -> Iterator[Proof]:
    for at, (one, other) in enumerate(pairwise(proof)):
        yield [*proof[:at], other, one, *proof[at + 2 :]]


MUTATIONS = [bit_flipped, hash_missing, hash_extra, hash_shorter, hash_longer, bytes_shifted, order_changed]


@pytest.mark.parametrize("mutate", MUTATIONS, ids=lambda one: one.__name__)
def test_a_mutated_proof_shows_no_leaf(mutate: Callable[[Proof], Iterator[Proof]]) -> None:
    tried = 0
    for size in range(1, 18):
        leaves = entries(size)
        for index in range(size):
            for proof in mutate(audit_path(index, leaves)):
                assert refused(check_inclusion, leaf_hash(leaves[index]), index, size, proof, tree_hash(leaves))
                tried += 1
    assert tried > 100


@pytest.mark.parametrize("mutate", MUTATIONS, ids=lambda one: one.__name__)
def test_a_mutated_proof_shows_no_growth(mutate: Callable[[Proof], Iterator[Proof]]) -> None:
    tried = 0
    for new in range(1, 18):
        leaves = entries(new)
        for old in range(1, new + 1):
            for proof in mutate(consistency_proof(old, leaves)):
                assert refused(check_growth, old, tree_hash(leaves[:old]), new, tree_hash(leaves), proof)
                tried += 1
    assert tried > 100


def test_no_other_index_leaf_or_root_passes_with_a_proof() -> None:
    for size in range(1, 18):
        leaves = entries(size)
        root = tree_hash(leaves)
        for index in range(size):
            proof, leaf = audit_path(index, leaves), leaf_hash(leaves[index])
            assert all(refused(check_inclusion, leaf, at, size, proof, root) for at in range(-2, 40) if at != index)
            assert refused(check_inclusion, flip(leaf, 5), index, size, proof, root)
            assert refused(check_inclusion, leaf, index, size, proof, flip(root, 31))
            assert refused(check_inclusion, leaf[:31], index, size, proof, root)
            assert refused(check_inclusion, leaf, index, size, proof, root[:31])


def test_no_other_old_size_or_root_passes_with_a_proof() -> None:
    for new in range(1, 18):
        leaves = entries(new)
        root = tree_hash(leaves)
        for old in range(1, new + 1):
            proof, old_root = consistency_proof(old, leaves), tree_hash(leaves[:old])
            others = [at for at in range(-2, 40) if at != old]
            assert all(refused(check_growth, at, old_root, new, root, proof) for at in others)
            assert refused(check_growth, old, flip(old_root, 0), new, root, proof)
            assert refused(check_growth, old, old_root, new, flip(root, 0), proof)
            assert refused(check_growth, old, old_root[:31], new, root, proof)
            assert refused(check_growth, old, old_root, new, root[:31], proof)


@pytest.mark.parametrize(
    ("index", "size", "claimed"), [(0, 8, 9), (0, 9, 8), (8, 9, 10), (4, 5, 6), (0, 2, 3), (0, 2, 1)]
)
def test_a_size_off_by_one_is_refused_where_the_path_has_another_shape(index: int, size: int, claimed: int) -> None:
    leaves = entries(size)
    proof, leaf = audit_path(index, leaves), leaf_hash(leaves[index])
    assert refused(check_inclusion, leaf, index, claimed, proof, tree_hash(leaves))


@pytest.mark.parametrize(("old", "new", "claimed"), [(3, 8, 9), (3, 9, 8), (4, 5, 4), (5, 5, 6), (7, 8, 7), (2, 3, 2)])
def test_a_new_size_off_by_one_is_refused_where_the_path_has_another_shape(old: int, new: int, claimed: int) -> None:
    leaves = entries(new)
    proof = consistency_proof(old, leaves)
    assert refused(check_growth, old, tree_hash(leaves[:old]), claimed, tree_hash(leaves), proof)


def test_a_log_that_changed_a_leaf_cannot_show_that_it_grew() -> None:
    before = entries(5)
    after = [*before[:2], b"changed", *before[3:], *entries(6, start=5)]
    for proof in (consistency_proof(5, after), consistency_proof(5, entries(11))):
        assert refused(check_growth, 5, tree_hash(before), 11, tree_hash(after), proof)


@pytest.mark.parametrize(
    ("new", "proof"), [(0, []), (1, []), (0, [EMPTY_ROOT]), (1, [EMPTY_ROOT]), (1, [leaf_hash(b"")])]
)
def test_nothing_is_proved_about_the_tree_without_leaves(new: int, proof: Proof) -> None:
    new_root = leaf_hash(b"") if new else EMPTY_ROOT
    assert refused(check_growth, 0, EMPTY_ROOT, new, new_root, proof)
    assert refused(check_inclusion, leaf_hash(b""), 0, 0, proof, EMPTY_ROOT)


@pytest.mark.parametrize("number", [-1, -(10**400), SIZE_LIMIT, 2**64, 10**400])
def test_numbers_that_no_tree_has_are_refused_before_anything_is_computed(number: int) -> None:
    assert refused(check_inclusion, bytes(32), 0, number, [bytes(32)], bytes(32))
    assert refused(check_inclusion, bytes(32), number, 4, [bytes(32)] * 2, bytes(32))
    assert refused(check_inclusion, bytes(32), number - 1, number, [bytes(32)], bytes(32))
    assert refused(check_growth, number, bytes(32), number, bytes(32), [])
    assert refused(check_growth, 1, bytes(32), number, bytes(32), [bytes(32)])
    assert refused(check_growth, number, bytes(32), 2, bytes(32), [bytes(32)])


def climbed(node: bytes, proof: Proof) -> bytes:
    """The root over a node whose siblings all stand to its left."""
    for one in proof:
        node = node_hash(one, node)
    return node


def test_a_tree_beyond_the_largest_size_is_refused_even_with_a_true_proof() -> None:
    leaf, proof = leaf_hash(b""), [leaf_hash(b"left")] * 63
    check_inclusion(leaf, SIZE_LIMIT // 2 - 1, SIZE_LIMIT // 2, proof[1:], climbed(leaf, proof[1:]))
    assert refused(check_inclusion, leaf, SIZE_LIMIT - 1, SIZE_LIMIT, proof, climbed(leaf, proof))
    assert refused(check_growth, SIZE_LIMIT // 2, leaf, SIZE_LIMIT, node_hash(leaf, leaf), [leaf])
    assert refused(check_growth, SIZE_LIMIT, leaf, SIZE_LIMIT, leaf, [])


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_what_is_no_hash_is_refused_even_where_it_leads_to_the_root(length: int) -> None:
    leaf, wrong = leaf_hash(b""), bytes(length)
    assert refused(check_inclusion, leaf, 1, 2, [wrong], node_hash(wrong, leaf))
    assert refused(check_inclusion, wrong, 1, 2, [leaf], node_hash(leaf, wrong))
    assert refused(check_inclusion, wrong, 0, 1, [], wrong)
    assert refused(check_growth, 1, leaf, 2, node_hash(leaf, wrong), [wrong])
    assert refused(check_growth, 1, wrong, 2, node_hash(wrong, leaf), [leaf])
    assert refused(check_growth, 1, wrong, 1, wrong, [])


def test_a_proof_of_a_million_hashes_is_refused() -> None:
    assert refused(check_inclusion, bytes(32), 3, 1000, [bytes(32)] * 1_000_000, bytes(32))
    assert refused(check_growth, 3, bytes(32), 1000, bytes(32), [bytes(32)] * 1_000_000)


numbers = st.integers(-2, 70) | st.integers(-(2**70), 2**70)
proofs = st.lists(hashes | st.binary(max_size=40), max_size=70)


@given(hashes | st.binary(), numbers, numbers, proofs, hashes | st.binary())
def test_no_chance_proof_of_a_leaf_holds(leaf: bytes, index: int, size: int, proof: Proof, root: bytes) -> None:
    assert refused(check_inclusion, leaf, index, size, proof, root) or (size == 1 and leaf == root)


@given(numbers, hashes | st.binary(), numbers, hashes | st.binary(), proofs)
def test_no_chance_proof_of_growth_holds(old: int, old_root: bytes, new: int, new_root: bytes, proof: Proof) -> None:
    assert refused(check_growth, old, old_root, new, new_root, proof) or (old == new and old_root == new_root)


# Somebody else's tree


def _folded(path: Proof, rule: list[int]) -> bytes:
    root, *rest = path
    for turn, one in zip(rule, rest, strict=False):
        root = node_hash(one, root) if turn else node_hash(root, one)
    return root


def _as_in_the_rfc(found: Any) -> Proof:
    """Another library's consistency proof, in the hashes of RFC 6962.

    It begins one walk down at a leaf of what was added, and names the root that the checker has already.
    """
    first = found.subset.index(1)
    proof = (
        found.path
        if first == 0
        else [found.path[first], _folded(found.path[:first], found.rule), *found.path[first + 1 :]]
    )
    return proof[1:] if found.prior_size.bit_count() == 1 else proof


def test_another_library_builds_the_same_tree_and_the_same_proofs() -> None:
    pymerkle = pytest.importorskip("pymerkle")
    tree, leaves = pymerkle.InmemoryTree(algorithm="sha256"), entries(70)
    frontier, roots = EMPTY, [EMPTY_ROOT]
    for leaf in leaves:
        tree.append_entry(leaf)
        frontier = grow(frontier, [leaf_hash(leaf)]).frontier
        roots.append(frontier.root())
        assert tree.get_root(frontier.size) == frontier.root()
    for size in range(1, 71):
        for index in range(size):
            found = tree.prove_inclusion(index + 1, size)
            assert found.path == [leaf_hash(leaves[index]), *audit_path(index, leaves[:size])]
            check_inclusion(found.path[0], index, size, found.path[1:], roots[size])
        for old in range(1, size):
            proof = _as_in_the_rfc(tree.prove_consistency(old, size))
            assert proof == consistency_proof(old, leaves[:size])
            check_growth(old, roots[old], size, roots[size], proof)
