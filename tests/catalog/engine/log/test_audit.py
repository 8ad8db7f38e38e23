"""The audit of the whole log names what was done to it, where, and which signature proves it."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.engine.log import (
    AuditReport,
    Checkpoint,
    CheckpointFault,
    CompactRange,
    EntryFault,
    HashFault,
    Policy,
    SignedCheckpoint,
    StoredHashes,
    audit,
    errors,
    leaf_hash,
    open_checkpoint,
    signed_checkpoint,
)

from . import oracle
from .signed import LOG, POLICY, opened_over

ENTRIES = [b'{"n":%d}' % n for n in range(600)]
STRANGE = b'{"n":"strange"}'
SIZES = (1, 100, 300, 600)
CHECKPOINTS = [opened_over(ENTRIES, size) for size in SIZES]


def store_of(entries: Sequence[bytes]) -> oracle.MemoryStore:
    store = oracle.MemoryStore()
    store.keep(CompactRange().appended(leaf_hash(entry) for entry in entries))
    return store


def report(
    entries: Sequence[bytes],
    read: StoredHashes | None = None,
    checkpoints: Sequence[SignedCheckpoint] = CHECKPOINTS,
    size: int = 600,
) -> AuditReport:
    return audit(entries, size, read or store_of(ENTRIES).read, checkpoints)


def test_an_untouched_log_is_sound() -> None:
    found = report(ENTRIES)
    assert found.is_sound
    assert (found.size, found.root) == (600, CHECKPOINTS[-1].root)
    assert audit([], 0, oracle.MemoryStore().read, []).is_sound
    assert audit([], 0, oracle.MemoryStore().read, [opened_over([], 0)]).is_sound
    assert report(ENTRIES, checkpoints=[]).is_sound


def test_the_same_checkpoint_twice_in_a_row_is_no_fault() -> None:
    assert report(ENTRIES, checkpoints=[CHECKPOINTS[1], CHECKPOINTS[1], CHECKPOINTS[2]]).is_sound


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 599))
def test_a_changed_entry_is_named(index: int) -> None:
    found = report([*ENTRIES[:index], STRANGE, *ENTRIES[index + 1 :]])
    assert found.entry == EntryFault(index, "changed", is_signed=True)
    assert (found.hashes, found.checkpoints, found.is_sound) == ((), (), False)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 599), st.integers(1, 600))
def test_the_first_of_removed_entries_is_named(index: int, count: int) -> None:
    found = report(ENTRIES[:index] + ENTRIES[index + count :])
    assert found.entry == EntryFault(index, "removed", is_signed=True)
    assert not found.hashes


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 599))
def test_an_inserted_entry_is_named(index: int) -> None:
    found = report([*ENTRIES[:index], STRANGE, *ENTRIES[index:]])
    assert found.entry == EntryFault(index, "inserted", is_signed=True)
    assert not found.hashes


@settings(deadline=None, max_examples=40)
@given(st.sets(st.integers(0, 599), min_size=2, max_size=2))
def test_swapped_entries_are_both_named(places: set[int]) -> None:
    first, second = sorted(places)
    changed = list(ENTRIES)
    changed[first], changed[second] = changed[second], changed[first]
    found = report(changed)
    assert found.entry == EntryFault(first, "swapped", is_signed=True, other=second)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 590), st.integers(3, 9))
def test_the_first_of_reordered_entries_is_named(start: int, count: int) -> None:
    moved = [*ENTRIES[start + 1 : start + count], ENTRIES[start]]
    found = report([*ENTRIES[:start], *moved, *ENTRIES[start + count :]])
    assert found.entry == EntryFault(start, "reordered", is_signed=True)


def test_entries_that_are_alike_do_not_confuse_it() -> None:
    alike = [b"{}", b"{}", b'{"a":1}', b"{}", b'{"a":1}']
    read, checkpoints = store_of(alike).read, [opened_over(alike)]
    assert audit(alike, 5, read, checkpoints).is_sound
    shorter = audit([alike[0], *alike[2:]], 5, read, checkpoints)
    assert shorter.entry == EntryFault(1, "removed", is_signed=True)
    swapped = audit([*alike[:1], alike[2], alike[1], *alike[3:]], 5, read, checkpoints)
    assert swapped.entry == EntryFault(1, "swapped", is_signed=True, other=2)


def test_an_entry_beyond_the_stored_tree_is_strange_until_it_is_integrated() -> None:
    found = report([*ENTRIES, STRANGE])
    assert found.entry == EntryFault(600, "inserted", is_signed=False)


def test_a_difference_behind_the_last_signature_is_told_as_unsigned() -> None:
    changed = [*ENTRIES[:400], STRANGE, *ENTRIES[401:]]
    found = report(changed, checkpoints=CHECKPOINTS[:3])
    assert found.entry == EntryFault(400, "changed", is_signed=False)
    assert report(changed, checkpoints=CHECKPOINTS).entry == EntryFault(
        400, "changed", is_signed=True
    )


def test_a_changed_stored_hash_is_told_apart_from_a_changed_entry() -> None:
    store = store_of(ENTRIES)
    store.hashes[0, 300] = bytes(32)
    found = report(ENTRIES, store.read)
    assert found.entry is None
    assert found.hashes == (HashFault(0, 300, False), HashFault(1, 1, False))
    assert found.checkpoints == ()


def test_lost_stored_hashes_are_named_and_the_entries_still_judged() -> None:
    store = store_of(ENTRIES)
    for place in ((0, 5), (0, 299), (1, 1)):
        del store.hashes[place]
    found = report(ENTRIES, store.read)
    assert found.entry is None
    assert found.hashes == (
        HashFault(0, 5, True),
        HashFault(0, 299, True),
        HashFault(1, 1, True),
    )
    changed = report([*ENTRIES[:3], STRANGE, *ENTRIES[4:]], store.read)
    assert changed.entry == EntryFault(3, "changed", is_signed=True)


def test_an_entry_and_the_stored_hash_of_another_are_both_found() -> None:
    store = store_of(ENTRIES)
    store.hashes[0, 50] = bytes(32)
    found = report([*ENTRIES[:400], STRANGE, *ENTRIES[401:]], store.read)
    assert found.entry == EntryFault(400, "changed", is_signed=True)
    assert found.hashes == (HashFault(0, 50, False), HashFault(1, 0, False))
    assert found.checkpoints == ()


def test_an_entry_lost_with_its_stored_hash_is_removed() -> None:
    store = store_of(ENTRIES)
    del store.hashes[0, 599]
    found = report(ENTRIES[:599], store.read)
    assert found.entry == EntryFault(599, "removed", is_signed=False)  # nothing left to prove by
    assert found.hashes == (HashFault(0, 599, True),)
    assert found.checkpoints == (CheckpointFault(3, 600, "beyond", 300),)


def test_what_is_stored_but_is_no_hash_counts_as_missing() -> None:
    store = store_of(ENTRIES)
    store.hashes[0, 7], store.hashes[1, 0] = b"short", b""
    found = report(ENTRIES, store.read)
    assert found.hashes == (HashFault(0, 7, True), HashFault(1, 0, True))
    assert found.entry is None


def test_a_tree_stored_behind_the_signed_one_lacks_its_hashes() -> None:
    found = report(ENTRIES, store_of(ENTRIES[:598]).read, size=598)
    assert found.entry is None
    assert found.hashes == (HashFault(0, 598, True), HashFault(0, 599, True))


def test_a_changed_hash_above_the_leaves_is_named() -> None:
    store = store_of(ENTRIES)
    store.hashes[1, 0] = bytes(32)
    found = report(ENTRIES, store.read)
    assert found.hashes == (HashFault(1, 0, False),)
    assert found.entry is None


def test_an_entry_rewritten_with_its_stored_hashes_is_caught_by_the_signatures() -> None:
    changed = [*ENTRIES[:150], STRANGE, *ENTRIES[151:]]
    found = report(changed, store_of(changed).read)
    assert found.entry is None  # entries and tiles agree: only the signed roots tell
    assert found.checkpoints == (
        CheckpointFault(2, 300, "contradicted", 100),
        CheckpointFault(3, 600, "contradicted", 100),
    )
    assert found.suspects == (100, 300)


def test_the_row_above_narrows_the_suspects_when_only_the_leaf_was_rewritten() -> None:
    changed, store = [*ENTRIES[:150], STRANGE, *ENTRIES[151:]], store_of(ENTRIES)
    store.hashes[0, 150] = leaf_hash(STRANGE)
    found = report(changed, store.read)
    assert found.hashes == (HashFault(1, 0, False),)
    assert found.suspects == (100, 256)


def test_a_log_cut_at_its_end_with_its_tiles_is_caught() -> None:
    found = report(ENTRIES[:550], store_of(ENTRIES[:550]).read, size=550)
    assert found.checkpoints == (CheckpointFault(3, 600, "beyond", 300),)
    assert found.entry == EntryFault(550, "removed", is_signed=True)


def test_an_old_checkpoint_shown_again_is_named() -> None:
    replayed = [CHECKPOINTS[0], CHECKPOINTS[2], CHECKPOINTS[1], CHECKPOINTS[3]]
    found = report(ENTRIES, checkpoints=replayed)
    assert found.checkpoints == (CheckpointFault(2, 100, "replayed", 1),)
    assert found.entry is None
    assert found.suspects is None


def test_a_forked_checkpoint_is_named_and_the_log_is_not_blamed() -> None:
    fork = opened_over([*ENTRIES[:200], STRANGE, *ENTRIES[201:]], 300)
    for place in (0, 2, 3, 4):
        shown = [*CHECKPOINTS[:place], fork, *CHECKPOINTS[place:]]
        found = report(ENTRIES, checkpoints=shown)
        assert found.checkpoints == (CheckpointFault(place, 300, "fork", 100),)
        assert (found.entry, found.suspects) == (None, None)


def test_a_fork_at_the_end_is_a_contradiction() -> None:
    fork = opened_over([*ENTRIES[:500], STRANGE, *ENTRIES[501:]])
    found = report(ENTRIES, checkpoints=[*CHECKPOINTS[:3], fork])
    assert found.checkpoints == (CheckpointFault(3, 600, "contradicted", 300),)
    assert found.suspects == (300, 600)


def test_a_checkpoint_of_another_log_is_named() -> None:
    text = signed_checkpoint(Checkpoint("other.example", 600, CHECKPOINTS[3].root), LOG)
    other = open_checkpoint(text, Policy("other.example", POLICY.log_keys))
    found = report(ENTRIES, checkpoints=[CHECKPOINTS[0], other, CHECKPOINTS[2]])
    assert found.checkpoints == (CheckpointFault(1, 600, "other_log", 300),)


def test_no_tree_has_a_negative_size() -> None:
    with pytest.raises(errors.WrongSize):
        report(ENTRIES, size=-1)
