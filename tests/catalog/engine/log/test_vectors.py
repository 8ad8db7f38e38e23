"""The shared examples of the public log: what must verify, what must fail, and for which reason."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from artmarket.core.testing import require_shared
from catalog.engine.log import (
    Checkpoint,
    Claim,
    CompactRange,
    KeyType,
    Policy,
    SigningKey,
    Tile,
    canonical_json,
    consistency_proof,
    cosigned,
    errors,
    inclusion_proof,
    leaf_hash,
    level_widths,
    open_checkpoint,
    open_note,
    read_bundle,
    read_entry,
    read_key,
    read_path,
    read_proof,
    signed_checkpoint,
    tiles_of,
    tree_root,
    verify_claim,
    verify_consistency,
    verify_entry,
    verify_inclusion,
    verify_offline,
    write_bundle,
    write_proof,
)

from . import oracle

Vectors = dict[str, Any]


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    path = require_shared("vectors/registry/merkle.json")
    found: Vectors = json.loads(path.read_text("utf-8"))
    return found


def entries_of(tree: Vectors) -> list[bytes]:
    if "entries_hex" in tree:
        return [bytes.fromhex(text) for text in tree["entries_hex"]]
    return [text.encode() for text in tree["entries_utf8"]]


def unhexed(rows: list[str]) -> list[bytes]:
    return [bytes.fromhex(row) for row in rows]


def by_name(vectors: Vectors) -> dict[str, Vectors]:
    return {tree["name"]: tree for tree in vectors["trees"]}


def policy_of(vectors: Vectors, *, needed: int = 0) -> Policy:
    log, witness = (read_key(vectors["keys"][name]["vkey"]) for name in ("log", "witness"))
    return Policy("log.registry.example", (log,), (witness,), needed)


def test_leaf_hashes_and_roots_of_every_size(vectors: Vectors) -> None:
    for tree in vectors["trees"]:
        leaves = [leaf_hash(entry) for entry in entries_of(tree)]
        assert [leaf.hex() for leaf in leaves] == tree["leaf_hashes"]
        for size, root in enumerate(tree["roots"]):
            assert CompactRange().appended(leaves[:size]).range.root.hex() == root


def test_every_inclusion_proof_verifies_and_is_the_one_we_make(vectors: Vectors) -> None:
    trees, count = by_name(vectors), 0
    for case in vectors["inclusion"]:
        tree, index, size = trees[case["tree"]], case["index"], case["size"]
        leaves, proof = unhexed(tree["leaf_hashes"]), unhexed(case["proof"])
        root = bytes.fromhex(tree["roots"][size])
        verify_inclusion(index, size, root, leaves[index], proof)
        _tree, read = oracle.grown(leaves)
        assert list(inclusion_proof(index, size, read)) == proof
        count += 1
    assert count == 72


def test_every_consistency_proof_verifies_and_is_the_one_we_make(vectors: Vectors) -> None:
    trees, count = by_name(vectors), 0
    for case in vectors["consistency"]:
        tree, old, new = trees[case["tree"]], case["size1"], case["size2"]
        proof, roots = unhexed(case["proof"]), unhexed(tree["roots"])
        verify_consistency(old, new, roots[old], roots[new], proof)
        _tree, read = oracle.grown(unhexed(tree["leaf_hashes"]))
        assert list(consistency_proof(old, new, read)) == proof
        count += 1
    assert count == 72


REASONS: dict[str, type[errors.LogError]] = {
    "wrong index": errors.WrongRoot,
    "index beyond the tree": errors.WrongIndex,
    "negative index": errors.WrongIndex,
    "wrong leaf": errors.WrongRoot,
    "wrong root": errors.WrongRoot,
    "proof cut short": errors.WrongProofLength,
    "one hash too many": errors.WrongProofLength,
    "empty tree": errors.WrongIndex,
    "hash of 31 bytes": errors.MalformedHash,
    "one bit changed": errors.WrongRoot,
    "two hashes swapped": errors.WrongRoot,
    "entry hashed without the 0x00 prefix": errors.WrongRoot,
    "inner node offered as a leaf, true size": errors.WrongProofLength,
    "old size zero": errors.WrongSize,
    "sizes reversed": errors.WrongSize,
    "empty proof for a grown tree": errors.WrongProofLength,
    "equal sizes but a proof is given": errors.WrongProofLength,
    "smaller tree size (5 leaves need another proof length)": errors.WrongProofLength,
    "wrong old root": errors.WrongRoot,
    "wrong new root": errors.WrongRoot,
    "equal sizes, other roots": errors.WrongRoot,
    "entry 1 rewritten between the two sizes": errors.WrongRoot,
}


def test_everything_that_must_fail_fails_for_its_reason(vectors: Vectors) -> None:
    count = 0
    for case in vectors["negative"]:
        with pytest.raises(errors.LogError) as found:
            if case["kind"] == "inclusion":
                verify_inclusion(
                    case["index"],
                    case["size"],
                    bytes.fromhex(case["root"]),
                    bytes.fromhex(case["leaf_hash"]),
                    unhexed(case["proof"]),
                )
            else:
                verify_consistency(
                    case["size1"],
                    case["size2"],
                    bytes.fromhex(case["root1"]),
                    bytes.fromhex(case["root2"]),
                    unhexed(case["proof"]),
                )
        assert found.type is REASONS[case["why"]], case["why"]
        count += 1
    assert count == 24


def test_the_trap_passes_the_arithmetic_and_is_refused_for_its_reason(vectors: Vectors) -> None:
    checkpoint_note, entries = small_checkpoint(vectors)
    checkpoint = open_checkpoint(checkpoint_note, policy_of(vectors))
    (trap,) = vectors["traps"]
    claim = Claim(
        trap["index"],
        trap["size"],
        bytes.fromhex(trap["root"]),
        bytes.fromhex(trap["leaf_hash"]),
        tuple(unhexed(trap["proof"])),
    )
    verify_inclusion(claim.index, claim.size, claim.root, claim.leaf, claim.proof)
    assert checkpoint.root == claim.root  # the root is the true one, the size is not
    for entry in entries:
        with pytest.raises(errors.WrongSize):
            verify_claim(claim, entry, checkpoint)
    signed_size = Claim(claim.index, 8, claim.root, claim.leaf, claim.proof)
    for entry in entries:
        with pytest.raises(errors.WrongLeaf):
            verify_claim(signed_size, entry, checkpoint)
    # Nor can the two halves below the node be offered as an entry.
    halves = b"\x01" + b"".join(unhexed(by_name(vectors)["small"]["leaf_hashes"])[4:6])
    with pytest.raises(errors.WrongProofLength):
        verify_entry(halves, claim.index, claim.proof, checkpoint)


def small_checkpoint(vectors: Vectors) -> tuple[str, list[bytes]]:
    tree = by_name(vectors)["small"]
    root = bytes.fromhex(tree["roots"][8])
    key = signing_key(vectors, "log", KeyType.LOG)
    return signed_checkpoint(Checkpoint("log.registry.example", 8, root), key), entries_of(tree)


def signing_key(vectors: Vectors, name: str, type_: KeyType) -> SigningKey:
    row = vectors["keys"][name]
    return SigningKey(row["name"], type_, bytes.fromhex(row["seed_hex"]))


def test_widths_of_tiles_at_every_size(vectors: Vectors) -> None:
    for case in vectors["tiles"]:
        found = [
            {"level": row.level, "full": row.full, "partial_width": row.partial}
            for row in level_widths(case["size"])
        ]
        assert found == case["levels"]
    tiles = list(tiles_of(70_000))
    assert sum(tile.level == 0 and tile.is_full for tile in tiles) == 273
    assert [tile.width for tile in tiles if not tile.is_full] == [112, 17, 1]


def test_paths_of_tiles_in_both_directions(vectors: Vectors) -> None:
    for case in vectors["tile_paths"]:
        tile = Tile(case["level"], case["index"], case["width"] or 256)
        assert tile.path == case["path"]
        assert read_path(case["path"]) == tile


def test_roots_of_large_trees(vectors: Vectors) -> None:
    store, tree = oracle.MemoryStore(), CompactRange()
    for case in vectors["large"]["roots"]:
        more = range(tree.size, case["size"])
        tree = store.keep(tree.appended(leaf_hash(str(i).encode()) for i in more))
        assert tree.root.hex() == case["root"]
    for case in vectors["large"]["roots"]:
        assert tree_root(case["size"], store.read).hex() == case["root"]


def test_an_entry_bundle_in_both_directions(vectors: Vectors) -> None:
    case = vectors["entry_bundle"]
    entries = [text.encode() for text in case["entries_utf8"]]
    assert write_bundle(entries).hex() == case["bytes_hex"]
    assert list(read_bundle(bytes.fromhex(case["bytes_hex"]), 2)) == entries


def test_keys_in_both_directions(vectors: Vectors) -> None:
    for name, type_ in (("log", KeyType.LOG), ("witness", KeyType.WITNESS)):
        row, key = vectors["keys"][name], signing_key(vectors, name, type_).verifier
        assert key == read_key(row["vkey"])
        assert key.text == row["vkey"]
        assert key.public.hex() == row["public_hex"]
        assert key.key_id.hex() == row["key_id"]


def test_the_checkpoint_is_signed_byte_for_byte_and_opens(vectors: Vectors) -> None:
    case = vectors["checkpoint"]
    root = by_name(vectors)["platform"]["roots"][8]
    stated = Checkpoint("log.registry.example", 8, bytes.fromhex(root))
    assert stated.text == case["note_body"]
    key = signing_key(vectors, "log", KeyType.LOG)
    assert signed_checkpoint(stated, key) == case["text"]
    found = open_checkpoint(case["text"].encode(), policy_of(vectors))
    assert (found.origin, found.size, found.root.hex()) == ("log.registry.example", 8, root)
    assert found.witnesses == ()
    with pytest.raises(errors.NotEnoughWitnesses):
        open_checkpoint(case["text"], policy_of(vectors, needed=1))


def test_the_witness_signs_byte_for_byte_and_its_time_is_told(vectors: Vectors) -> None:
    case, policy = vectors["cosigned_checkpoint"], policy_of(vectors)
    key = signing_key(vectors, "witness", KeyType.WITNESS)
    at = case["timestamp"]
    assert cosigned(vectors["checkpoint"]["text"], policy, key, at=at, last=None) == case["text"]
    found = open_checkpoint(case["text"], policy_of(vectors, needed=1), now=at)
    assert [(w.name, w.at) for w in found.witnesses] == [("witness.bureau.example", at)]
    with pytest.raises(errors.SignedInFuture):
        open_checkpoint(case["text"], policy, now=at - 1)


BAD_NOTES = {
    "size changed after signing": errors.WrongSignature,
    "root changed after signing": errors.WrongSignature,
    "origin changed": errors.WrongOrigin,
    "signed by an unknown key only": errors.NoTrustedSignature,
    "witness time changed": errors.WrongSignature,
}
NAMED = {
    "size changed after signing": "log.registry.example",
    "root changed after signing": "log.registry.example",
    "origin changed": "log.registry2.example",
    "signed by an unknown key only": "other.example",
    "witness time changed": "witness.bureau.example",
}


def test_bad_notes_are_refused_each_for_its_reason(vectors: Vectors) -> None:
    seen = set()
    for case in vectors["note_negative"]:
        with pytest.raises(BAD_NOTES[case["why"]]) as found:
            open_checkpoint(case["text"], policy_of(vectors))
        assert NAMED[case["why"]] in str(found.value)
        seen.add(case["why"])
    assert seen == set(BAD_NOTES)


def test_the_public_note_opens(vectors: Vectors) -> None:
    case = vectors["public_note"]
    found = open_note(case["text"], [read_key(case["vkey"])])
    assert found.text == "This is an example message.\n"


def test_the_offline_proof_in_both_directions(vectors: Vectors) -> None:
    case, policy = vectors["offline_proof"], policy_of(vectors, needed=1)
    entry = case["entry_utf8"].encode()
    checkpoint = verify_offline(case["text"].encode(), entry, policy)
    assert (checkpoint.size, len(checkpoint.witnesses)) == (8, 1)
    proof = read_proof(case["text"])
    assert proof.index == case["entry_index"]
    assert write_proof(proof.index, proof.hashes, proof.checkpoint) == case["text"]
    for other in by_name(vectors)["platform"]["entries_utf8"]:
        if other != case["entry_utf8"]:
            with pytest.raises(errors.WrongRoot):
                verify_offline(case["text"], other.encode(), policy)


def test_no_change_of_one_character_of_the_offline_proof_verifies(vectors: Vectors) -> None:
    case, policy = vectors["offline_proof"], policy_of(vectors, needed=1)
    raw, entry = case["text"].encode(), case["entry_utf8"].encode()
    for place in range(len(raw)):
        changed = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        with pytest.raises(errors.LogError):
            verify_offline(changed, entry, policy)
        with pytest.raises(errors.LogError):
            verify_offline(raw[:place], entry, policy)


def test_entries_of_the_examples_are_canonical(vectors: Vectors) -> None:
    for text in by_name(vectors)["platform"]["entries_utf8"]:
        assert canonical_json(read_entry(text.encode())) == text.encode()


def jcs_cases() -> Iterator[Vectors]:
    path = require_shared("vectors/registry/eddsa_jcs.json")
    yield from json.loads(path.read_text("utf-8"))["jcs"]


def test_canonical_json_is_that_of_the_examples() -> None:
    cases = list(jcs_cases())
    assert len(cases) == 7
    for case in cases:
        assert canonical_json(case["input"]).decode() == case["output"]
