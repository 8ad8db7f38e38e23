"""The lock of an offer is that of its work, which comes before everything that hangs on it."""

from artmarket.core.errors import WrongState
from auctions.listings.models import Offer
from catalog.locks import lock_work


def lock_offer(*, pk: int) -> Offer:
    """The offer, fresh, under the lock of its work."""
    work_id = Offer.objects.filter(pk=pk).values_list("work_id", flat=True).first()
    if work_id is None:
        raise WrongState()
    work = lock_work(pk=work_id)
    offer = Offer.objects.select_related("encumbrance").get(pk=pk)
    offer.work = work
    return offer
