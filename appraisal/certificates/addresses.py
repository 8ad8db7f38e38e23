"""Addresses that certificates and lists carry. They are signed, so they may never change.

Without a language, because machines read them; the page for people stands at the same number.
"""

from typing import Final

from artmarket.core.rest.paging import own_url
from catalog.models import Work

CONTEXT_PATH: Final = "/contexts/certificate-v1.json"


def certificate_address(number: str) -> str:
    """The id of a certificate; with `.json` behind it, where it is read."""
    return own_url(f"/certificates/{number}")


def list_address(number: int) -> str:
    """The id of a status list, where it is read."""
    return own_url(f"/status/{number}.json")


def context_address() -> str:
    """The JSON-LD context of certificates."""
    return own_url(CONTEXT_PATH)


def object_address(work: Work) -> str:
    """The page of a registered work, in the language without a prefix."""
    return own_url(f"/works/{work.number}/")
