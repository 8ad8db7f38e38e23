"""Tiles and bundles of the public log as files (C2SP tlog-tiles)."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.engine.log import (
    CompactRange,
    Tile,
    bundles_between,
    errors,
    hashes_from_tiles,
    holding_tile,
    inclusion_proof,
    leaf_hash,
    level_widths,
    read_bundle,
    read_path,
    read_tile,
    tiles_between,
    tiles_of,
    tree_root,
    verify_inclusion,
    write_bundle,
    write_tile,
)

from . import oracle

LEAVES = [leaf_hash(str(i).encode()) for i in range(1100)]


@settings(deadline=None)
@given(
    st.one_of(st.integers(0, 63), st.just("entries")),
    st.integers(0, 2**63 - 1),
    st.integers(1, 256),
)
def test_each_tile_has_one_path_and_each_path_one_tile(level: Any, index: int, width: int) -> None:
    tile = Tile(level, index, width)
    assert read_path(tile.path) == tile
    assert max(map(len, tile.path.split("/"))) <= 7
    assert tile.path.endswith(f".p/{width}") != tile.is_full


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0",
        "tile/0/",
        "/tile/0/000",
        "tile/0/000/",
        "tile/0/000\n",
        "tile/00/000",
        "tile/01/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/Entries/000",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/1000",
        "tile/0/x000/001",
        "tile/0/001/000",
        "tile/0/x001/x000",
        "tile/0/X001/000",
        "tile/0/x01/000",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/999",
        "tile/0/000.p/-1",
        "tile/0/000.p",
        "tile/0/000.p/",
        "tile/0/000.p/1/2",
        "tile/0/٠٠٠",
        "tile/0/" + "x999/" * 7 + "999",
        "tile/0/../000",
    ],
)
def test_what_is_not_the_path_of_a_tile_is_refused(path: str) -> None:
    with pytest.raises(errors.MalformedTile):
        read_path(path)


@pytest.mark.parametrize(
    ("level", "index", "width"), [(-1, 0, 1), (64, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)]
)
def test_a_tile_that_no_tree_has_is_not_made(level: int, index: int, width: int) -> None:
    with pytest.raises(errors.MalformedTile):
        Tile(level, index, width)


@settings(deadline=None)
@given(st.integers(0, 2**63 - 1))
def test_the_widths_are_those_of_the_specification(size: int) -> None:
    rows = level_widths(size)
    for row in rows:
        assert row.partial == size // 256**row.level % 256
        assert row.full * 256 + row.partial == size // 256**row.level > 0
    assert size // 256 ** len(rows) == 0


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 1100), st.integers(0, 1100))
def test_tiles_of_an_append_and_the_full_ones_before_are_all_tiles(one: int, other: int) -> None:
    old, new = sorted((one, other))
    kept = {tile for tile in tiles_of(old) if tile.is_full}
    written = set(tiles_between(old, new))
    assert written | kept == set(tiles_of(new))
    assert not written & kept
    bundles = set(bundles_between(old, new))
    assert {(tile.index, tile.width) for tile in bundles} == {
        (tile.index, tile.width) for tile in written if tile.level == 0
    }
    assert all(tile.level == "entries" for tile in bundles)


def test_a_tree_of_two_hundred_and_fifty_six_has_a_full_tile_and_a_narrow_one() -> None:
    assert [tile.path for tile in tiles_of(256)] == ["tile/0/000", "tile/1/000.p/1"]
    assert [tile.path for tile in bundles_between(0, 256)] == ["tile/entries/000"]
    assert list(tiles_of(0)) == list(bundles_between(0, 0)) == []


@pytest.mark.parametrize("size", [1, 255, 256, 257, 511, 512, 1023, 1100])
def test_a_client_with_tiles_alone_has_the_root_and_every_proof(size: int) -> None:
    store = oracle.MemoryStore()
    store.keep(CompactRange().appended(LEAVES))  # a later tree: the client sees only its own
    served = {tile.path: write_tile(tile, store.read) for tile in tiles_of(size)}
    asked = list[str]()

    def fetch(tile: Tile) -> bytes:
        asked.append(tile.path)
        return served[tile.path]

    read = hashes_from_tiles(size, fetch)
    root = tree_root(size, read)
    assert root == oracle.root(LEAVES[:size])
    for index in (0, size // 2, size - 1):
        verify_inclusion(index, size, root, LEAVES[index], inclusion_proof(index, size, read))
    assert len(asked) == len(set(asked))
    for level, index in ((0, size), (1, size // 256), (-1, 0), (0, -1), (63, 0)):
        with pytest.raises(errors.WrongIndex):
            read(level, index)


def test_the_tile_that_holds_a_hash() -> None:
    assert holding_tile(0, 70_000 - 1, 70_000).path == "tile/0/273.p/112"
    assert holding_tile(0, 69_887, 70_000).path == "tile/0/272"
    assert holding_tile(1, 272, 70_000).path == "tile/1/001.p/17"
    assert holding_tile(2, 0, 70_000).path == "tile/2/000.p/1"
    with pytest.raises(errors.WrongIndex):
        holding_tile(1, 273, 70_000)
    with pytest.raises(errors.WrongSize):
        holding_tile(0, 0, -1)


def test_a_tile_has_exactly_the_length_of_its_width() -> None:
    tile = Tile(0, 0, 3)
    raw = b"".join(LEAVES[:3])
    assert read_tile(tile, raw) == tuple(LEAVES[:3])
    for wrong in (raw[:-1], raw + b"x", raw[:-32], raw + bytes(32), b""):
        with pytest.raises(errors.MalformedTile):
            read_tile(tile, wrong)
    with pytest.raises(errors.MalformedTile):
        read_tile(Tile("entries", 0, 3), raw)
    with pytest.raises(errors.MalformedTile):
        write_tile(Tile("entries", 0, 3), lambda level, index: LEAVES[index])
    with pytest.raises(errors.MissingHash):
        write_tile(tile, lambda level, index: LEAVES[:2][index])


@settings(deadline=None)
@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_bundles_give_back_their_entries(entries: list[bytes]) -> None:
    raw = write_bundle(entries)
    assert list(read_bundle(raw, len(entries))) == entries
    with pytest.raises(errors.TrailingBytes):
        read_bundle(raw + b"\x00", len(entries))
    with pytest.raises(errors.MalformedTile):
        read_bundle(raw[:-1], len(entries))
    if len(entries) < 256:
        with pytest.raises(errors.MalformedTile):
            read_bundle(raw, len(entries) + 1)
    if len(entries) > 1:
        with pytest.raises(errors.TrailingBytes):
            read_bundle(raw, len(entries) - 1)


def test_an_entry_of_the_greatest_length_fits_and_one_more_byte_does_not() -> None:
    entry = b"x" * 65_535
    assert read_bundle(write_bundle([entry, b""]), 2) == (entry, b"")
    with pytest.raises(errors.EntryTooLarge):
        write_bundle([entry + b"x"])
    for entries in ([], [b""] * 257):
        with pytest.raises(errors.MalformedTile):
            write_bundle(entries)
    for width in (0, 257):
        with pytest.raises(errors.MalformedTile):
            read_bundle(b"", width)


def test_an_append_that_goes_backwards_has_no_tiles() -> None:
    for old, new in ((2, 1), (-1, 1)):
        with pytest.raises(errors.WrongSize):
            list(tiles_between(old, new))
        with pytest.raises(errors.WrongSize):
            list(bundles_between(old, new))
    with pytest.raises(errors.WrongSize):
        level_widths(-1)
