"""Proofs about a signed tree, judged without the tree.

The arithmetic of a proof says nothing about size and root: an inner node of a large tree passes as
a leaf of a small one when somebody may name the size. So the functions for callers take size and
root together from one opened checkpoint, and hash the entry themselves (RFC 9162, sections
2.1.3.2 and 2.1.4.2; registry rules, section 7).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.engine.log.checkpoint import SignedCheckpoint
from catalog.engine.log.encoding import MOST
from catalog.engine.log.errors import (
    Fork,
    OlderCheckpoint,
    WrongIndex,
    WrongLeaf,
    WrongOrigin,
    WrongProofLength,
    WrongRoot,
    WrongSize,
)
from catalog.engine.log.hashing import leaf_hash, node_hash, require_hash


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody states about an entry: position, tree, leaf hash and the hashes beside it."""

    index: int
    size: int
    root: bytes
    leaf: bytes
    proof: tuple[bytes, ...]


def verify_entry(
    entry: bytes, index: int, proof: Sequence[bytes], checkpoint: SignedCheckpoint
) -> None:
    """Nothing, when the entry stands at this position of the signed tree.

    Args:
        entry: its bytes as logged; the leaf hash is made here.
        index: its position, from zero.
        proof: the hashes beside its way to the root, from the leaf upwards.
        checkpoint: where size and root come from.
    Raises:
        WrongIndex, WrongProofLength, MalformedHash, WrongRoot.
    """
    verify_inclusion(index, checkpoint.size, checkpoint.root, leaf_hash(entry), proof)


def verify_claim(claim: Claim, entry: bytes, checkpoint: SignedCheckpoint) -> None:
    """Nothing, when all that is stated is true of this entry and this signed tree.

    Raises `WrongSize`, `WrongRoot` or `WrongLeaf` where the statement differs from what is signed
    or hashed, however well its arithmetic fits; else as `verify_entry`.
    """
    if claim.size != checkpoint.size:
        raise WrongSize(f"{claim.size} entries are stated, {checkpoint.size} are signed")
    if claim.root != checkpoint.root:
        raise WrongRoot("another root is stated than the one signed")
    if claim.leaf != leaf_hash(entry):
        raise WrongLeaf("the leaf hash that is stated is not the hash of the entry")
    verify_entry(entry, claim.index, claim.proof, checkpoint)


def verify_growth(older: SignedCheckpoint, newer: SignedCheckpoint, proof: Sequence[bytes]) -> None:
    """Nothing, when the newer signed tree is the older one with entries behind it (or the same).

    Raises `WrongOrigin` (two logs), `OlderCheckpoint` (the tree shrank), `Fork` (the proof fits
    neither pair of roots, or equal sizes have two roots), `WrongProofLength`, `MalformedHash`.
    """
    if older.origin != newer.origin:
        raise WrongOrigin(f"{older.origin!r} and {newer.origin!r} are two logs")
    if newer.size < older.size:
        raise OlderCheckpoint(f"the log had {older.size} entries already, here it has {newer.size}")
    if older.size == 0:  # its root is the empty one, and every tree begins with nothing
        if proof:
            raise WrongProofLength("growth from nothing needs no hashes")
        if newer.size == 0 and newer.root != older.root:
            raise Fork("two empty trees have one root")
        return
    try:
        verify_consistency(older.size, newer.size, older.root, newer.root, proof)
    except WrongRoot as error:
        raise Fork(
            f"the {newer.size} entries are not shown to begin with the {older.size} before: {error}"
        ) from error


def verify_inclusion(
    index: int, size: int, root: bytes, leaf: bytes, proof: Sequence[bytes]
) -> None:
    """The arithmetic of an inclusion proof: nothing, or what does not fit.

    It takes size, root and leaf hash on trust; use `verify_entry`. Raises `WrongSize`,
    `WrongIndex`, `WrongProofLength`, `MalformedHash`, `WrongRoot`.
    """
    if not 0 <= size <= MOST:
        raise WrongSize(f"no tree has {size} entries")
    if not 0 <= index < size:
        raise WrongIndex(f"a tree of {size} entries has no entry {index}")
    require_hash(root, what="the root")
    require_hash(leaf, what="the leaf hash")
    last = size - 1
    shared = (index ^ last).bit_length()  # below this height both ways lie apart
    _require_length(proof, shared + (index >> shared).bit_count())
    found = _up(leaf, proof[:shared], index)
    for left in proof[shared:]:
        found = node_hash(left, found)
    if found != root:
        raise WrongRoot("the entry with these hashes leads to another root")


def verify_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """The arithmetic of a consistency proof: nothing, or what does not fit.

    It takes sizes and roots on trust; use `verify_growth`. The old size must not be zero. Raises
    `WrongSize`, `WrongProofLength`, `MalformedHash`, `WrongRoot`.
    """
    if not 0 < old <= new <= MOST:
        raise WrongSize(f"no proof leads from {old} to {new} entries")
    require_hash(old_root, what="the old root")
    require_hash(new_root, what="the new root")
    if old == new:
        _require_length(proof, 0)
        if old_root != new_root:
            raise WrongRoot("trees of the same size have two roots")
        return
    height = (old & -old).bit_length() - 1  # of the last whole subtree of the old tree
    last = old - 1
    shared = (last ^ (new - 1)).bit_length()
    inner, border = shared - height, (last >> shared).bit_count()
    if old == 1 << height:  # the old tree is that one subtree, and its root is known
        seed, rest = old_root, proof
        _require_length(proof, inner + border)
    else:
        _require_length(proof, 1 + inner + border)
        seed, rest = proof[0], proof[1:]
    way = last >> height
    old_found, new_found = seed, _up(seed, rest[:inner], way)
    for place, beside in enumerate(rest[:inner]):
        if way >> place & 1:
            old_found = node_hash(beside, old_found)
    for left in rest[inner:]:
        old_found, new_found = node_hash(left, old_found), node_hash(left, new_found)
    if old_found != old_root:
        raise WrongRoot("the proof leads to another old root")
    if new_found != new_root:
        raise WrongRoot("the proof leads to another new root")


def _up(found: bytes, beside: Sequence[bytes], way: int) -> bytes:
    """Climb by one hash a height; each bit of `way` says whether we come from the right."""
    for place, other in enumerate(beside):
        found = node_hash(other, found) if way >> place & 1 else node_hash(found, other)
    return found


def _require_length(proof: Sequence[bytes], needed: int) -> None:
    if len(proof) != needed:
        raise WrongProofLength(f"the proof needs {needed} hashes and has {len(proof)}")
    for place, value in enumerate(proof):
        require_hash(value, what=f"hash {place} of the proof")
