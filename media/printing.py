"""Public pictures on sheets of paper, and finished sheets kept by the digest of what they say."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import structlog
from django.conf import settings

from media import files
from media.disk_cache import DiskCache
from media.models import Image
from media.selectors import smallest_jpeg

EDGE: Final = 480
KEPT_BYTES: Final = 512 << 20

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Print:
    """A picture for paper: the path of its public file, and its pixels."""

    path: str
    width: int
    height: int

    def fitting(self, square: float) -> tuple[float, float]:
        """Width and height in a square of this side (millimetres)."""
        scale = square / max(self.width, self.height, 1)
        return self.width * scale, self.height * scale

    def content(self) -> bytes:
        """The file; empty where it is lost, since paper without a picture is better than none."""
        try:
            with files.public().open(self.path) as file:
                return bytes(file.read())
        except OSError as error:
            log.warning("printed_picture_lost", path=self.path, error=str(error))
            return b""


def print_of(image: Image | None, edge: int = EDGE) -> Print | None:
    """The picture for paper; None where there is none yet. No query with prefetched derivatives."""
    row = smallest_jpeg(image, edge)
    return Print(row.path, row.width, row.height) if row else None


def digest_of(printed: Any) -> str:
    """SHA-256 of what is printed: anything that JSON can hold."""
    return hashlib.sha256(json.dumps(printed, ensure_ascii=False).encode()).hexdigest()


def kept(folder: str, digest: str, draw: Callable[[], bytes]) -> bytes:
    """The sheets of this digest, drawn only when they are not there."""
    cache = DiskCache(settings.VAR_DIR / "cache" / folder, KEPT_BYTES, shards=1)
    content = cache.read(digest)
    if content is None:
        content = draw()
        cache.keep(digest, content)
    return content
