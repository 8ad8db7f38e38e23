"""Where a witness reads the log: over HTTP like any stranger, or in the platform's own database."""

from http.client import HTTPException
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from catalog import log_reads
from catalog.engine.log import Tile
from catalog.services.log_witnesses import receive_cosignature

SECONDS: Final = 30
MOST_BYTES: Final = 2_000_000


class Unreachable(OSError):
    """The log did not answer, or not with what was asked for."""


class Remote:
    """A log under an address, such as https://host/log."""

    def __init__(self, address: str) -> None:
        if urlsplit(address).scheme not in ("http", "https"):
            raise Unreachable(f"not an address of a log: {address}")
        self.address = address.rstrip("/")

    def checkpoint(self) -> str:
        """The last checkpoint as it is served."""
        try:
            return self._asked("checkpoint").decode("utf-8")
        except UnicodeDecodeError as error:
            raise Unreachable("the checkpoint is not UTF-8") from error

    def tile(self, tile: Tile) -> bytes:
        """The bytes of a hash tile."""
        return self._asked(tile.path)

    def submit(self, note: str) -> None:
        """Hand in a cosigned checkpoint."""
        self._asked("cosignature", note.encode())

    def _asked(self, path: str, body: bytes | None = None) -> bytes:
        headers = {"User-Agent": "artmarket-witness", "Content-Type": "text/plain; charset=utf-8"}
        request = Request(f"{self.address}/{path}", data=body, headers=headers)  # noqa: S310
        try:
            with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - http and https only
                found: bytes = answer.read(MOST_BYTES + 1)
        except HTTPError as error:
            said = error.read(2000).decode("utf-8", "replace")
            raise Unreachable(f"{request.full_url} answered {error.code}: {said}") from error
        except (URLError, HTTPException, TimeoutError) as error:
            raise Unreachable(f"{request.full_url} does not answer: {error}") from error
        if len(found) > MOST_BYTES:
            raise Unreachable(f"{request.full_url} is longer than a log's file can be")
        return found


class Own:
    """The log in this platform's database; a witness on a machine of his own trusts it less."""

    def checkpoint(self) -> str:
        """The last checkpoint as it is served."""
        return log_reads.head().note

    def tile(self, tile: Tile) -> bytes:
        """The bytes of a hash tile."""
        return log_reads.tile_bytes(tile)

    def submit(self, note: str) -> None:
        """Hand in a cosigned checkpoint."""
        receive_cosignature(note=note)
