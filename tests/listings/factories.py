"""Offers for the tests, made through the service."""

from artmarket.core.money import Money
from auctions.listings.models import Offer
from auctions.listings.services.offers import Terms, open_offer
from tests.accounts.identities import identified
from tests.catalog.factories import registered

TERMS = {"condition": "good", "condition_words": "背面有轻微旧痕", "includes_packing": True}


def terms(yuan: int = 4800, **more) -> Terms:
    return Terms(**({"price": Money(yuan * 100)} | TERMS | more))


def seller_of(work):
    """Its owner, identified."""
    if not work.created_by.identity_checks.exists():
        identified(work.created_by, by=work.created_by)
    return work.created_by


def offered(work=None, yuan: int = 4800) -> Offer:
    """A registered work that its owner offers."""
    work = work or registered()
    return open_offer(actor=seller_of(work), work_id=work.pk, terms=terms(yuan))
