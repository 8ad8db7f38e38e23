"""Where files of pictures lie, and safe ways to write, read and delete them.

In the private storage: originals `originals/ab/<uuid>.jpg`, documents `documents/ab/<uuid>.pdf`,
tiles for deep zoom `pyramids/ab/<uuid>/<attempt>.tif`.
Public pictures: `pictures/ab/<uuid>/<attempt>/<kind>.avif`: every attempt writes into a folder of
its own, so an address never changes its content and two workers never write the same file.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Any
from uuid import UUID

import structlog
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages

log = structlog.get_logger(__name__)
ORIGINALS, PICTURES, DOCUMENTS = "originals", "pictures", "documents"
PYRAMIDS = "pyramids"
SPOOL_PREFIX = "artmarket-picture-"
STEP = 1 << 20


class FileLost(Exception):
    """The stored original is gone or not what was received."""


def private() -> Storage:
    return storages["private"]


def public() -> Storage:
    return storages["default"]


def original_name(uuid: UUID, extension: str) -> str:
    return f"{ORIGINALS}/{uuid.hex[:2]}/{uuid.hex}{extension}"


def document_name(uuid: UUID, extension: str) -> str:
    return f"{DOCUMENTS}/{uuid.hex[:2]}/{uuid.hex}{extension}"


def plain_name(name: str) -> str:
    """The last part of the sender's path, without control characters, at most 200 characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable()).strip()[-200:]


def picture_name(uuid: UUID, attempt: str, kind: str, extension: str) -> str:
    return f"{PICTURES}/{uuid.hex[:2]}/{uuid.hex}/{attempt}/{kind}{extension}"


def pyramid_name(uuid: UUID, attempt: str) -> str:
    return f"{PYRAMIDS}/{uuid.hex[:2]}/{uuid.hex}/{attempt}.tif"


class _Hashing:
    """A readable stream that counts and digests what passes; reading again starts anew."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self._start()

    def _start(self) -> None:
        self.digest, self.count = hashlib.sha256(), 0

    def read(self, size: int = -1) -> bytes:
        piece = self.stream.read(size)
        self.digest.update(piece)
        self.count += len(piece)
        return piece

    def seek(self, offset: int, whence: int = 0) -> int:
        position = self.stream.seek(offset, whence)
        if position == 0:
            self._start()
        return position

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


def store_original(path: Path, name: str) -> str:
    """Write the file to the private storage under `name`; return its SHA-256 (hex).

    The bytes are on the disk when this returns. Raises OSError.
    """
    with path.open("rb") as stream:
        hashing = _Hashing(stream)
        stored = private().save(name, File(hashing, name=name))  # type: ignore[arg-type]
    if stored != name or hashing.count != path.stat().st_size:
        private().delete(stored)
        raise OSError(f"{name} was not stored whole")
    _flush(private(), name)
    return hashing.digest.hexdigest()


def store_picture(name: str, content: bytes) -> str:
    """Write a public picture; return its SHA-256 (hex)."""
    public().save(name, ContentFile(content))
    _flush(public(), name)
    return hashlib.sha256(content).hexdigest()


def _flush(storage: Storage, name: str) -> None:
    """Make a file of a local storage survive a power cut; other storages answer for themselves."""
    path = _on_this_machine(storage, name)
    if path is None:
        return
    for target in (path, path.parent):
        handle = os.open(target, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def spooled(file: Any, *, max_bytes: int) -> Iterator[Path]:
    """The file as a path: an upload's own temporary file, or a copy that is deleted afterwards.

    Copies one byte more than `max_bytes` at most; the inspection then refuses it.
    """
    if hasattr(file, "temporary_file_path"):
        yield Path(file.temporary_file_path())
        return
    with tempfile.NamedTemporaryFile(prefix=SPOOL_PREFIX) as copy:
        with suppress(AttributeError, OSError):
            file.seek(0)
        left = max_bytes + 1
        while left and (piece := file.read(min(STEP, left))):
            copy.write(piece)
            left -= len(piece)
        copy.flush()
        yield Path(copy.name)


@contextmanager
def original_at_hand(name: str, *, sha256: str) -> Iterator[Path]:
    """The private original as a local path, proved by its digest. Raises FileLost."""
    with ExitStack() as stack:
        try:
            path = local_path(name) or _fetched(name, stack)
            with path.open("rb") as stream:
                found = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            raise FileLost(str(error)) from error
        if found != sha256:
            raise FileLost(f"{name}: digest {found} instead of {sha256}")
        yield path


def local_path(name: str) -> Path | None:
    """Where a local storage keeps the private file; None for a storage beyond this machine."""
    return _on_this_machine(private(), name)


def fetch_private(name: str, target: IO[bytes]) -> None:
    """Copy a private file to an open one. Raises OSError."""
    with private().open(name) as source:
        shutil.copyfileobj(source, target, STEP)


@contextmanager
def scratch(suffix: str) -> Iterator[Path]:
    """A path for a file of a while; a killed process leaves it to the sweep."""
    handle, name = tempfile.mkstemp(prefix=SPOOL_PREFIX, suffix=suffix)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _fetched(name: str, stack: ExitStack) -> Path:
    """A copy of a file from beyond this machine, deleted when `stack` ends."""
    handle, path = tempfile.mkstemp(prefix=SPOOL_PREFIX)
    stack.callback(os.unlink, path)
    with private().open(name) as source, os.fdopen(handle, "wb") as copy:
        shutil.copyfileobj(source, copy, STEP)
    return Path(path)


def is_remote(storage: Storage) -> bool:
    """Whether the files lie beyond this machine."""
    return _on_this_machine(storage, "x") is None


def _on_this_machine(storage: Storage, name: str) -> Path | None:
    """The path of a storage's file; a storage without paths says so by NotImplementedError."""
    try:
        return Path(storage.path(name))
    except NotImplementedError:
        return None


def private_url(name: str, *, mime: str, disposition: str, seconds: int) -> str:
    """The storage's own signed address of a private file; "" for a folder of this machine."""
    storage: Any = private()
    if not is_remote(storage):
        return ""
    return storage.url(
        name,
        expire=seconds,
        parameters={
            "ResponseContentType": mime,
            "ResponseContentDisposition": disposition,
            "ResponseCacheControl": "private, no-store",
        },
    )


def remove(storage: Storage, names: Iterable[str]) -> int:
    """Delete files; a missing one is no error, another failure is left to the sweep.

    Returns how many were deleted.
    """
    count = 0
    folders = set()
    for name in names:
        try:
            storage.delete(name)
            count += 1
        except OSError as error:
            log.warning("file_not_deleted", file=name, error=str(error))
        folders.add(name.rpartition("/")[0])
    for folder in folders:
        remove_empty(storage, folder)
    return count


def remove_empty(storage: Storage, folder: str) -> None:
    """Delete an empty folder of a local storage, and the picture's folder above when empty too."""
    with suppress(NotImplementedError, OSError):
        while folder.count("/") >= 2:
            Path(storage.path(folder)).rmdir()
            folder = folder.rpartition("/")[0]
