"""A folder of files that may be lost at any time and never grows beyond its bound.

Safe with any number of processes and without any state of its own: files appear whole (written
beside, then renamed), the age of a file is when it was last used, and whoever adds one deletes
the oldest of the same shard until the shard's share is kept. A full disk only means less speed.
"""

import fcntl
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import structlog

log = structlog.get_logger(__name__)
UNFINISHED = ".unfinished-"
UNFINISHED_LASTS = 3600  # seconds; longer than any file takes to be written
TOUCH_AFTER = 60  # seconds; a file used again sooner keeps its age


@dataclass(frozen=True, slots=True)
class DiskCache:
    """`max_bytes` in all; `shards` (256 or 1) folders share them evenly. 0 bytes: keeps nothing."""

    root: Path
    max_bytes: int
    shards: int = 256

    @property
    def share(self) -> int:
        """The bytes of one shard; a larger file is never kept."""
        return self.max_bytes // self.shards

    def path(self, key: str) -> Path:
        """Where the file of this key (hexadecimal) lies, whether it is there or not."""
        return self._folder(key) / key

    def find(self, key: str) -> Path | None:
        """The file when it is there; it counts as just used."""
        path = self.path(key)
        try:
            age = time.time() - path.stat().st_mtime
            if age > TOUCH_AFTER:
                os.utime(path)
        except OSError:
            return None
        return path

    def read(self, key: str) -> bytes | None:
        """The content when it is there."""
        path = self.find(key)
        try:
            return path.read_bytes() if path else None
        except OSError:
            return None

    def keep(self, key: str, content: bytes) -> None:
        """Keep these bytes if they fit; a disk that refuses is no error."""
        if len(content) > self.share:
            return
        try:
            self.write(key, lambda file: file.write(content) and None)
        except OSError as error:
            log.warning("cache_not_written", key=key, error=str(error))

    def write(self, key: str, fill: Callable[[IO[bytes]], None]) -> Path:
        """Let `fill` write the file, and give it its place whole. Raises OSError.

        Other files make room first; one that is larger than the share stays until the next comes.
        """
        folder = self._folder(key)
        try:
            handle, name = tempfile.mkstemp(prefix=UNFINISHED, dir=folder)
        except FileNotFoundError:  # the first of its shard, or somebody emptied the cache
            folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=UNFINISHED, dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                fill(file)
                size = file.tell()
            self._make_room(folder, size)
            path = folder / key
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return path

    @contextmanager
    def alone(self, key: str) -> Iterator[None]:
        """Only one process at a time is in here for this key (and a few others)."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / f".lock-{key[:1]}").open("wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _folder(self, key: str) -> Path:
        return self.root / key[:2] if self.shards > 1 else self.root

    def _make_room(self, folder: Path, size: int) -> None:
        """Delete the least recently used files of the folder until `size` more bytes fit."""
        found: list[tuple[float, int, str]] = []
        left_behind = time.time() - UNFINISHED_LASTS
        with os.scandir(folder) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):
                    status = entry.stat()
                    if not entry.name.startswith("."):
                        found.append((status.st_mtime, status.st_size, entry.path))
                    elif entry.name.startswith(UNFINISHED) and status.st_mtime < left_behind:
                        Path(entry.path).unlink(missing_ok=True)
        total = size + sum(bytes_ for _used, bytes_, _path in found)
        for _used, bytes_, path in sorted(found):
            if total <= self.share:
                return
            Path(path).unlink(missing_ok=True)
            total -= bytes_
