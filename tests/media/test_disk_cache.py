"""The bounded folder: never too large, never half a file, whoever writes at the same time."""

import os
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import pytest

from media.disk_cache import UNFINISHED, DiskCache


def key(n: int) -> str:
    return sha256(str(n).encode()).hexdigest()


def size(root: Path) -> int:
    return sum(p.stat().st_size for p in root.rglob("*") if p.is_file())


def test_what_was_kept_is_read_and_what_was_not_is_none(tmp_path):
    cache = DiskCache(tmp_path, 256 * 1000)
    cache.keep(key(1), b"kite")
    assert cache.read(key(1)) == b"kite"
    assert cache.read(key(2)) is None


def test_the_bound_holds_and_the_least_recently_used_goes_first(tmp_path):
    cache = DiskCache(tmp_path, 1000, shards=1)
    for n in range(4):
        cache.keep(key(n), bytes(250))
        os.utime(cache.path(key(n)), (1_000_000 + n, 1_000_000 + n))
    assert cache.read(key(0)) == bytes(250)  # used again: no longer the oldest
    cache.keep(key(9), bytes(250))
    assert [n for n in (0, 1, 2, 3, 9) if cache.path(key(n)).exists()] == [0, 2, 3, 9]
    assert size(tmp_path) == 1000


def test_ten_thousand_tiles_never_pass_the_bound(tmp_path):
    cache = DiskCache(tmp_path, 256 * 2000)
    for n in range(10_000):
        cache.keep(key(n), bytes(n % 700))
        if not n % 1000:
            assert size(tmp_path) <= 256 * 2000
    assert 256 * 1000 < size(tmp_path) <= 256 * 2000


def test_a_file_larger_than_the_share_is_not_kept_and_drives_nothing_out(tmp_path):
    cache = DiskCache(tmp_path, 1000, shards=1)
    cache.keep(key(1), bytes(900))
    cache.keep(key(2), bytes(1001))
    assert cache.read(key(2)) is None and cache.read(key(1)) == bytes(900)


def test_a_cache_of_no_bytes_keeps_nothing(tmp_path):
    cache = DiskCache(tmp_path / "none", 0)
    cache.keep(key(1), b"x")
    assert cache.read(key(1)) is None and not (tmp_path / "none").exists()


def test_a_writer_that_breaks_off_leaves_nothing(tmp_path):
    cache = DiskCache(tmp_path, 1000, shards=1)

    def broken(file) -> None:
        file.write(b"half")
        raise OSError("the line is cut")

    with pytest.raises(OSError, match="the line is cut"):
        cache.write(key(1), broken)
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_writer_left_is_cleared_but_not_what_is_being_written(tmp_path):
    cache = DiskCache(tmp_path, 1000, shards=1)
    old, new = tmp_path / f"{UNFINISHED}a", tmp_path / f"{UNFINISHED}b"
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 7200,) * 2)
    cache.keep(key(1), b"x")
    assert not old.exists() and new.exists()


def test_a_disk_that_refuses_is_no_error(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    cache = DiskCache(tmp_path / "file", 1_000_000)
    cache.keep(key(1), b"x")
    assert cache.read(key(1)) is None


PROGRAM = """
import sys
from hashlib import sha256
from pathlib import Path
from media.disk_cache import DiskCache
cache = DiskCache(Path(sys.argv[1]), 64_000, shards=1)
broken = 0
for n in range(1500):
    key = sha256(str(n % 97).encode()).hexdigest()
    wanted = key.encode() * 40
    content = cache.read(key)
    if content is None:
        cache.keep(key, wanted)
    elif content != wanted:
        broken += 1
print(broken)
"""


def test_many_processes_share_one_folder_and_nobody_reads_half_a_file(tmp_path):
    """97 files of 2,560 bytes want 248 kB, the bound is 64 kB: everybody evicts all the time."""
    command = [sys.executable, "-c", PROGRAM, str(tmp_path)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    answers = [process.communicate(timeout=120)[0] for process in running]
    assert answers == ["0\n"] * 4
    # Four writers may each have one file more than the bound while they run.
    assert 30_000 < size(tmp_path) <= 64_000 + 4 * 2560
    assert not list(tmp_path.glob(f"{UNFINISHED}*"))


def test_one_process_at_a_time_fetches(tmp_path):
    """Control: without `alone` the programme below reports an overlap."""
    program = """
import sys, time
from contextlib import nullcontext
from pathlib import Path
from media.disk_cache import DiskCache
root, alone = Path(sys.argv[1]), sys.argv[2] == "alone"
cache, overlaps = DiskCache(root, 1000, shards=1), 0
for _ in range(20):
    with cache.alone("ab") if alone else nullcontext():
        mark = root / "mark"
        overlaps += mark.exists()
        mark.touch()
        time.sleep(0.01)
        mark.unlink(missing_ok=True)
print(overlaps)
"""

    def overlaps(how: str) -> int:
        command = [sys.executable, "-c", program, str(tmp_path), how]
        running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
        return sum(int(process.communicate(timeout=60)[0]) for process in running)

    assert overlaps("alone") == 0
    assert overlaps("together") > 0
