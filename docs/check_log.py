#!/usr/bin/env python3
"""Check that an entry is in the public log, without the platform and without a network.

    python3 check_log.py PROOF ENTRY KEY

PROOF  the .tlog-proof file    ENTRY  a file with the entry, byte for byte
KEY    the public key of the log, name+ID+base64, from a source that you trust

Needs Python 3.8 and `cryptography`. Exit code 0: proven, prints size and root; else it says why not.
"""

import base64
import sys
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

proof, entry = Path(sys.argv[1]).read_bytes().decode(), Path(sys.argv[2]).read_bytes()
name, key_id, encoded = sys.argv[3].split("+", 2)
head, checkpoint = proof.split("\n\n", 1)
first, *lines = [line for line in head.split("\n") if not line.startswith("extra ")]
index, hashes = int(lines[0].removeprefix("index ")), [base64.b64decode(x) for x in lines[1:]]
text, signatures = checkpoint.rsplit("\n\n", 1)
origin, size, root = (text + "\n").split("\n")[:3]
key = base64.b64decode(encoded)
assert key_id == sha256(f"{name}\n".encode() + key).hexdigest()[:8], "a key with another ID"
assert key[:1] == b"\x01", "not the key of a log"
of_log = [row.split(" ")[2] for row in signatures.splitlines() if row.split(" ")[1] == name]
signed = [raw[4:] for raw in map(base64.b64decode, of_log) if raw[:4].hex() == key_id]
assert first == "c2sp.org/tlog-proof@v1" and signed, "not a proof, or not signed by this key"
Ed25519PublicKey.from_public_bytes(key[1:]).verify(signed[0], (text + "\n").encode())
at, last, found = index, int(size) - 1, sha256(b"\0" + entry).digest()
assert 0 <= at <= last, "a position outside the log"
for beside in hashes:
    assert last > 0, "too many hashes"
    if at % 2 or at == last:
        while at % 2 == 0:
            at, last = at >> 1, last >> 1
        found = sha256(b"\1" + beside + found).digest()
    else:
        found = sha256(b"\1" + found + beside).digest()
    at, last = at >> 1, last >> 1
assert last == 0 and found == base64.b64decode(root), "the entry is not in the log as it was signed"
print(f"proven: entry {index} is in {origin}, size {size}, root {root}")
