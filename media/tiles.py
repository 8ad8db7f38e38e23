"""The bytes of an image request: from the tile cache, or drawn from the pyramid and kept.

Pyramids of a storage beyond this machine are copied here once; both caches are bounded folders of
this machine that may be deleted at any time (settings IIIF_*).
"""

from hashlib import sha256
from pathlib import Path
from typing import IO

import pyvips
from django.conf import settings

from . import files
from .disk_cache import DiskCache
from .engine import pyramid
from .engine.iiif import ImageRequest
from .models import Pyramid

TRIES = 3


def tile_cache() -> DiskCache:
    return DiskCache(Path(settings.IIIF_CACHE_DIR) / "tiles", settings.IIIF_TILE_CACHE_BYTES)


def pyramid_cache() -> DiskCache:
    return DiskCache(
        Path(settings.IIIF_CACHE_DIR) / "pyramids", settings.IIIF_PYRAMID_CACHE_BYTES, shards=1
    )


def tile_key(row: Pyramid, request: ImageRequest) -> str:
    """The same for the same pixels: of the pyramid's content and the canonical request."""
    return sha256(f"{row.sha256}/{request.canonical}".encode()).hexdigest()


def kept(row: Pyramid, request: ImageRequest) -> bytes | None:
    """The picture that is asked for, when it was drawn before."""
    return tile_cache().read(tile_key(row, request))


def keep(row: Pyramid, request: ImageRequest, content: bytes) -> None:
    """Let those who ask for the same later have it from the cache."""
    tile_cache().keep(tile_key(row, request), content)


def drawn(row: Pyramid, request: ImageRequest) -> bytes:
    """Draw; a copy that another process has just evicted is fetched again.

    Raises files.FileLost when the pyramid can't be read.
    """
    words, built = "", pyramid.Built(row.width, row.height, row.turn)
    for _attempt in range(TRIES):
        path = _at_hand(row)
        try:
            return pyramid.render(path, built, request)
        except pyvips.Error as error:
            words = str(error)
            if path.exists():
                break
    raise files.FileLost(f"{row.path}: {words}")


def _at_hand(row: Pyramid) -> Path:
    """The pyramid as a local file. Raises files.FileLost."""
    local = files.local_path(row.path)
    if local is not None:
        return local
    cache = pyramid_cache()
    found = cache.find(row.sha256)
    if found is None:
        with cache.alone(row.sha256):
            found = cache.find(row.sha256)  # another process was faster
            if found is None:
                try:
                    found = cache.write(row.sha256, lambda copy: _fetch(row, copy))
                except OSError as error:
                    raise files.FileLost(str(error)) from error
    return found


def _fetch(row: Pyramid, copy: IO[bytes]) -> None:
    files.fetch_private(row.path, copy)
    if copy.tell() != row.size:
        raise OSError(f"{row.path} has {copy.tell()} bytes instead of {row.size}")
