"""Who offers a work, and who reads what is written about an offer."""

import rules

from artmarket.accounts.permissions import holds, is_active, parties_of
from catalog.permissions import holds_title


@rules.predicate
def sells(user, offer) -> bool:
    """The person whose offer it is, or an administrator of the organisation whose it is."""
    return bool(offer and user and user.pk) and parties_of(user).filter(pk=offer.party_id).exists()


@rules.predicate
def takes_part(user, enquiry) -> bool:
    """The buyer who asked, or whoever acts for the seller."""
    if not (enquiry and user):
        return False
    return user.pk == enquiry.buyer_id or sells(user, enquiry.offer)


rules.add_perm("listings.offer_work", is_active & holds_title)
rules.add_perm("listings.change_offer", is_active & sells)
rules.add_perm("listings.close_offer", is_active & (sells | holds("registrar")))
rules.add_perm("listings.ask", is_active)
rules.add_perm("listings.read_enquiry", is_active & takes_part)
