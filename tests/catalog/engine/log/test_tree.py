"""The tree of the public log: appends, stored hashes and proofs (registry rules, section 7)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.engine.log import (
    EMPTY_ROOT,
    CompactRange,
    consistency_proof,
    inclusion_proof,
    loaded_range,
    tree_root,
    verify_consistency,
    verify_inclusion,
)
from catalog.engine.log.errors import (
    LogError,
    MalformedHash,
    MissingHash,
    WrongIndex,
    WrongProofLength,
    WrongRoot,
    WrongSize,
)

from . import oracle

LEAVES = [oracle.leaf(str(i).encode()) for i in range(1100)]
entries = st.binary(max_size=40)
hashes = st.binary(min_size=32, max_size=32)


def one_bit_changed(value: bytes, bit: int) -> bytes:
    place, shift = divmod(bit % (len(value) * 8), 8)
    return value[:place] + bytes([value[place] ^ 1 << shift]) + value[place + 1 :]


@settings(deadline=None)
@given(st.lists(st.lists(hashes, max_size=90), max_size=8))
def test_every_sequence_of_appends_has_the_root_of_the_definition(runs: list[list[bytes]]) -> None:
    store, tree, leaves = oracle.MemoryStore(), CompactRange(), list[bytes]()
    for run in runs:
        tree = loaded_range(tree.size, store.read)  # nothing is remembered between appends
        tree = store.keep(tree.appended(run))
        leaves += run
        assert tree.size == len(leaves)
        assert tree.root == oracle.root(leaves) == tree_root(tree.size, store.read)


def test_one_append_at_a_time_stores_what_one_append_of_all_stores() -> None:
    together, one_by_one, tree = oracle.MemoryStore(), oracle.MemoryStore(), CompactRange()
    whole = together.keep(CompactRange().appended(LEAVES))
    for leaf in LEAVES:
        tree = one_by_one.keep(tree.appended([leaf]))
    assert tree == whole
    assert one_by_one.hashes == together.hashes
    assert {level for level, _index in together.hashes} == {0, 1}
    assert sum(level == 1 for level, _index in together.hashes) == 1100 // 256


def test_each_older_root_can_be_read_from_the_store_of_a_later_tree() -> None:
    _tree, read = oracle.grown(LEAVES)
    for size in (0, 1, 2, 255, 256, 257, 511, 512, 513, 1023, 1024, 1100):
        assert tree_root(size, read) == oracle.root(LEAVES[:size])


def test_an_append_after_loading_reads_one_row_of_one_tile_a_subtree() -> None:
    store = oracle.MemoryStore()
    store.keep(CompactRange().appended(LEAVES))
    store.reads = 0
    loaded_range(1100, store.read)
    assert store.reads == 4 + 64 + 8 + 4  # 1024 as four hashes of level 1, then 76 leaves


def test_all_proofs_of_small_trees_are_those_of_the_definition_and_verify() -> None:
    _tree, read = oracle.grown(LEAVES[:40])
    for size in range(1, 41):
        root = oracle.root(LEAVES[:size])
        for index in range(size):
            proof = inclusion_proof(index, size, read)
            assert list(proof) == oracle.path(index, LEAVES[:size])
            verify_inclusion(index, size, root, LEAVES[index], proof)
        for old in range(1, size + 1):
            steps = consistency_proof(old, size, read)
            assert list(steps) == oracle.subproof(old, LEAVES[:size], True)
            verify_consistency(old, size, oracle.root(LEAVES[:old]), root, steps)


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_proofs_across_tiles_are_those_of_the_definition(data: st.DataObject) -> None:
    _tree, read = oracle.grown(LEAVES)
    size = data.draw(st.integers(1, len(LEAVES)))
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))
    assert list(inclusion_proof(index, size, read)) == oracle.path(index, LEAVES[:size])
    steps = consistency_proof(old, size, read)
    assert list(steps) == oracle.subproof(old, LEAVES[:size], True)


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_no_change_of_one_bit_of_an_inclusion_proof_verifies(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 70))
    index = data.draw(st.integers(0, size - 1))
    _tree, read = oracle.grown(LEAVES[:size])
    root, proof = oracle.root(LEAVES[:size]), inclusion_proof(index, size, read)
    parts = [root, LEAVES[index], *proof]
    for place in range(len(parts)):
        bit = data.draw(st.integers(0, 255))
        changed = [*parts[:place], one_bit_changed(parts[place], bit), *parts[place + 1 :]]
        with pytest.raises(WrongRoot):
            verify_inclusion(index, size, changed[0], changed[1], changed[2:])


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_no_change_of_one_bit_of_a_consistency_proof_verifies(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 70))
    old = data.draw(st.integers(1, size))
    _tree, read = oracle.grown(LEAVES[:size])
    parts = [oracle.root(LEAVES[:old]), oracle.root(LEAVES[:size])]
    parts += consistency_proof(old, size, read)
    for place in range(len(parts)):
        bit = data.draw(st.integers(0, 255))
        changed = [*parts[:place], one_bit_changed(parts[place], bit), *parts[place + 1 :]]
        with pytest.raises(WrongRoot):
            verify_consistency(old, size, changed[0], changed[1], changed[2:])


def test_every_bit_of_one_proof_counts() -> None:
    _tree, read = oracle.grown(LEAVES[:11])
    root, proof = oracle.root(LEAVES[:11]), inclusion_proof(5, 11, read)
    refused = 0
    for place in range(len(proof)):
        for bit in range(256):
            changed = [*proof[:place], one_bit_changed(proof[place], bit), *proof[place + 1 :]]
            with pytest.raises(WrongRoot):
                verify_inclusion(5, 11, root, LEAVES[5], changed)
            refused += 1
    assert refused == 4 * 256


def test_a_proof_holds_at_no_other_position_and_for_no_other_entry() -> None:
    for size in range(2, 24):
        _tree, read = oracle.grown(LEAVES[:size])
        root = oracle.root(LEAVES[:size])
        for index in range(size):
            proof = inclusion_proof(index, size, read)
            for other in range(size):
                if other == index:
                    continue
                with pytest.raises(LogError):
                    verify_inclusion(other, size, root, LEAVES[index], proof)
                with pytest.raises(LogError):
                    verify_inclusion(index, size, root, LEAVES[other], proof)


def test_a_consistency_proof_holds_for_no_other_old_size() -> None:
    for size in range(2, 24):
        _tree, read = oracle.grown(LEAVES[:size])
        root = oracle.root(LEAVES[:size])
        for old in range(1, size):
            steps = consistency_proof(old, size, read)
            for other in range(1, size):
                if other != old:
                    with pytest.raises(LogError):
                        verify_consistency(other, size, oracle.root(LEAVES[:old]), root, steps)


def test_hashes_too_few_or_too_many_are_refused_before_any_arithmetic() -> None:
    _tree, read = oracle.grown(LEAVES[:11])
    root, proof = oracle.root(LEAVES[:11]), inclusion_proof(5, 11, read)
    steps, old_root = consistency_proof(6, 11, read), oracle.root(LEAVES[:6])
    for changed in (proof[:-1], (*proof, root), (root, *proof), ()):
        with pytest.raises(WrongProofLength):
            verify_inclusion(5, 11, root, LEAVES[5], changed)
    for changed in (steps[:-1], (*steps, root), (root, *steps), ()):
        with pytest.raises(WrongProofLength):
            verify_consistency(6, 11, old_root, root, changed)
    with pytest.raises(WrongProofLength):
        verify_consistency(11, 11, root, root, (root,))


@pytest.mark.parametrize("short", [b"", bytes(31), bytes(33), "a" * 32])
def test_what_is_not_a_hash_is_refused_wherever_it_stands(short: bytes) -> None:
    root, beside = oracle.root(LEAVES[:2]), LEAVES[1]
    with pytest.raises(MalformedHash):
        verify_inclusion(0, 2, root, LEAVES[0], (short,))
    with pytest.raises(MalformedHash):
        verify_inclusion(0, 2, short, LEAVES[0], (beside,))
    with pytest.raises(MalformedHash):
        verify_inclusion(0, 2, root, short, (beside,))
    with pytest.raises(MalformedHash):
        verify_consistency(2, 2, short, short, ())
    with pytest.raises(MalformedHash):
        verify_consistency(1, 2, LEAVES[0], root, (short,))
    with pytest.raises(MalformedHash):
        CompactRange().appended([short])
    with pytest.raises(MalformedHash):
        tree_root(1, lambda level, index: short)


def test_positions_and_sizes_that_no_tree_has_are_refused() -> None:
    tree, read = oracle.grown(LEAVES[:8])
    for index in (-1, 8, 2**63):
        with pytest.raises(WrongIndex):
            inclusion_proof(index, 8, read)
        with pytest.raises(WrongIndex):
            verify_inclusion(index, 8, tree.root, LEAVES[0], ())
    with pytest.raises(WrongIndex):
        verify_inclusion(0, 0, EMPTY_ROOT, LEAVES[0], ())
    for old, new in ((0, 8), (9, 8), (-1, 8), (1, 2**63)):
        with pytest.raises(WrongSize):
            consistency_proof(old, new, read)
        with pytest.raises(WrongSize):
            verify_consistency(old, new, tree.root, tree.root, ())
    for size in (-1, 2**63):
        with pytest.raises(WrongSize):
            tree_root(size, read)
        with pytest.raises(WrongSize):
            verify_inclusion(0, size, tree.root, LEAVES[0], ())
    with pytest.raises(WrongSize):
        CompactRange(3, (LEAVES[0],))


def test_a_hash_that_the_store_has_lost_is_named() -> None:
    store = oracle.MemoryStore()
    store.keep(CompactRange().appended(LEAVES[:300]))
    del store.hashes[0, 290]
    with pytest.raises(MissingHash, match="hash 290 of tile level 0"):
        tree_root(300, store.read)
    with pytest.raises(MissingHash, match="hash 290 of tile level 0"):
        inclusion_proof(0, 300, store.read)
    assert tree_root(290, store.read) == oracle.root(LEAVES[:290])


def test_an_empty_tree_has_the_hash_of_nothing() -> None:
    assert CompactRange().root == EMPTY_ROOT == oracle.root([])
    assert CompactRange().appended([]).stored == ()


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 2**63 - 1), st.data())
def test_proof_lengths_are_right_for_trees_of_any_size(size: int, data: st.DataObject) -> None:
    """Trees too large to build: all entries are alike, so each whole subtree has one hash."""
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))
    same = [LEAVES[0]]
    for _height in range(64):
        same.append(oracle.sha256(b"\x01" + same[-1] + same[-1]).digest())

    def read(level: int, index: int) -> bytes:
        return same[8 * level]

    root = tree_root(size, read)
    verify_inclusion(index, size, root, LEAVES[0], inclusion_proof(index, size, read))
    steps = consistency_proof(old, size, read)
    verify_consistency(old, size, tree_root(old, read), root, steps)
