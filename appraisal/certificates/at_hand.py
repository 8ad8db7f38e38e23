"""What this site has to check a certificate with: its keys, its lists, its successors; and numbers.

The same documents that a stranger fetches from the machine addresses, without the network.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings

from appraisal.certificates.addresses import certificate_address
from appraisal.certificates.numbers import read_number
from appraisal.engine.credentials import TrustedKey
from appraisal.models import Certificate, StatusList
from appraisal.services import signing_keys
from catalog.engine.numbers import NumberError

KEYS_ADDRESS: Final = "/.well-known/did.json"
EXAMPLE: Final = "ZS-7K3M-92QF"
SHORT_DIGEST: Final = 16
_IN_ADDRESS: Final = re.compile(r"/(?:verify|certificates)/([^/?#\s]+)")
_LAST_NUMBER: Final = re.compile(r"/([0-9]{1,9})(?:\.json)?/?$", re.ASCII)


def site() -> str:
    """The address of this site, without a slash at its end."""
    return settings.SITE_URL.rstrip("/")


def number_from(typed: str) -> str | None:
    """The certificate's number in what somebody typed, pasted or scanned; None when it has none."""
    found = _IN_ADDRESS.search(typed)
    words = found.group(1) if found else typed
    try:
        return read_number(words.removesuffix(".pdf").removesuffix(".json"))
    except NumberError:
        return None


def json_address(number: str) -> str:
    """Where the signed document is read, as a path."""
    return certificate_address(number).removeprefix(site()) + ".json"


def is_known(number: str) -> bool:
    """Whether a certificate of this number was issued."""
    return Certificate.objects.filter(number=number).exists()


def state_of(number: str) -> str:
    """The state of a certificate in the register; empty when there is none of this number."""
    rows = Certificate.objects.filter(number=number) if number else Certificate.objects.none()
    return rows.values_list("state", flat=True).first() or ""


def keys() -> tuple[TrustedKey, ...]:
    """The keys of the platform; those of persons sign no certificate."""
    return signing_keys.trusted_keys(controller=signing_keys.controller_of())


def number_of(document: Any) -> str:
    """The number of a certificate of this site, from its own address; empty for all others."""
    address = document.get("id") if isinstance(document, Mapping) else None
    if not isinstance(address, str) or not address.startswith(f"{site()}/"):
        return ""
    return number_from(address.rpartition("/")[2]) or ""


def lists_for(document: Any) -> list[str]:
    """The signed status lists that a document names, where they are this site's."""
    numbers = set()
    entries = document.get("credentialStatus") if isinstance(document, Mapping) else None
    for entry in entries[:8] if isinstance(entries, list) else []:
        address = entry.get("statusListCredential") if isinstance(entry, Mapping) else None
        if isinstance(address, str) and address.startswith(f"{site()}/"):
            numbers |= {int(found) for found in _LAST_NUMBER.findall(address)}
    rows = StatusList.objects.filter(number__in=numbers).exclude(document="")
    return list(rows.order_by("number").values_list("document", flat=True)) if numbers else []


def successors_of(number: str) -> list[str]:
    """The certificate that replaces this one."""
    if not number:
        return []
    rows = Certificate.objects.filter(replaces__number=number)
    return list(rows.values_list("document", flat=True))
