"""The hashes of a Merkle tree: leaf, node and the empty tree (RFC 6962 and 9162, section 2.1)."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from catalog.engine.log.errors import MalformedHash

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256 of 0x00 and the entry."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 of 0x01 and the hashes of both halves."""
    return sha256(b"\x01" + left + right).digest()


def require_hash(value: bytes, *, what: str) -> bytes:
    """The value, when it is a hash of 32 bytes. Raises `MalformedHash`."""
    if not isinstance(value, bytes) or len(value) != HASH_BYTES:
        size = f"{len(value)} bytes" if isinstance(value, bytes) else type(value).__name__
        raise MalformedHash(f"{what} is not a hash of {HASH_BYTES} bytes but {size}")
    return value


def joined(peaks: Sequence[bytes]) -> bytes:
    """The root over whole subtrees that lie side by side, the largest first."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def whole(hashes: Sequence[bytes]) -> bytes:
    """The root over 2^n neighbouring hashes of one level."""
    row = list(hashes)
    if not row or len(row) & (len(row) - 1):
        raise MalformedHash(f"a whole subtree has 2^n hashes, not {len(row)}")
    while len(row) > 1:
        row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row), 2)]
    return row[0]
