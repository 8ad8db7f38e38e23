"""What the public log says of certificates: told from the certificate itself, nothing else.

The entry of an issue can be written again by whoever holds the certificate, so that its proof
needs no further file. Neither names nor reasons go to the log. Registry rules, section 7.
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from appraisal.engine.credentials import canonical
from appraisal.engine.credentials.moments import write_moment
from appraisal.enums import CertificateStep
from catalog.engine.numbers import check_number

ISSUED = f"certificate.{CertificateStep.ISSUED.value}"


def digest_of_document(document: Mapping[str, Any]) -> str:
    """SHA-256, in hex, of the canonical text of a signed certificate. Raises as `canonical`."""
    return sha256(canonical(dict(document))).hexdigest()


def issued_fact(document: Mapping[str, Any]) -> dict[str, object]:
    """The entry of the log for the issue of this certificate.

    Raises KeyError, ValueError when the document is no certificate of the registry.
    """
    return {
        "kind": ISSUED,
        "at": str(document["validFrom"]),
        "work": check_number(str(document["credentialSubject"]["registryNumber"])),
        "number": str(document["id"]).rpartition("/")[2],
        "digest": digest_of_document(document),
    }


def changed_fact(
    *, step: str, at: datetime, work: str, number: str, digest: str, by: str = ""
) -> dict[str, object]:
    """The entry for a later step; `by` is the number of the certificate that replaces it."""
    fact: dict[str, object] = {
        "kind": f"certificate.{step}",
        "at": write_moment(at),
        "work": work,
        "number": number,
        "digest": digest,
    }
    return fact | ({"by": by} if by else {})
