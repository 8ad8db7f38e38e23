"""One ZIP with everything that checks a certificate without the network.

Other parts of appraisal add files to it (the paper) through `package_files`. Two packages of one
state are the same bytes.
"""

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Final

from appraisal.certificates.facts import issued_fact
from appraisal.engine.credentials import canonical, did_document, did_web_address
from appraisal.models import Certificate
from appraisal.services.signing_keys import controller_of, trusted_keys
from appraisal.services.status_lists import lists_of
from catalog.engine.log import write_entry
from catalog.services import public_log

package_files: list[Callable[[Certificate], Mapping[str, bytes]]] = []
"""Functions that give further files by name."""

README: Final = """\
certificate.json      证书，签名在内 · the certificate with its signature
did.json              签发者公布的密钥 · the keys that the issuer publishes
status-*.json         撤销与暂停名单 · the lists of revocations and suspensions
object-id.json        著录，摘要在证书里 · the record whose SHA-256 the certificate carries
log-entry.json        公开日志里的一条 · its entry in the public log
certificate.tlog-proof  记入日志的证明（记入后才有） · proof that it is logged, once it is
successor.json        取代它的证书（如有） · the certificate that replaces it, if any

核对（Python 3.11和cryptography，不用联网） · To check (no network):

    python3 check_certificate.py certificate.json --keys did.json --status status-*.json

密钥请到签发者的网址另取一份比对 · Compare the keys with those at the issuer's address:
%(address)s
"""


def package_of(certificate: Certificate) -> bytes:
    """The ZIP of a certificate as things stand."""
    files = _files(certificate)
    for more in package_files:
        files |= more(certificate)
    buffer = io.BytesIO()
    at = certificate.valid_from
    moment = (at.year, at.month, at.day, at.hour, at.minute, at.second)
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(f"{certificate.number}/{name}", moment)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def _files(certificate: Certificate) -> dict[str, bytes]:
    did = controller_of()
    keys = did_document(did, trusted_keys(controller=did))
    files = {
        "README.txt": (README % {"address": did_web_address(did)}).encode(),
        "certificate.json": certificate.document.encode(),
        "did.json": canonical(keys),
        "object-id.json": certificate.record.encode(),
        "log-entry.json": write_entry(issued_fact(certificate.content)),
    }
    for row in lists_of(certificate.place.shard):
        files[f"status-{row.purpose}.json"] = row.document.encode()
    proof = log_proof_of(certificate)
    if proof:
        files["certificate.tlog-proof"] = proof.encode()
    successor = Certificate.objects.filter(replaces=certificate).first()
    if successor:
        files["successor.json"] = successor.document.encode()
    return files


def log_proof_of(certificate: Certificate) -> str:
    """The proof that the issue is logged, empty while it waits or the log cannot be read."""
    try:
        return public_log.proof_of(ticket=certificate.log_ticket)
    except (public_log.NotLogged, public_log.LogBroken):
        return ""
