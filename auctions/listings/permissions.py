"""Who offers a work, and who reads what is written about an offer."""

import rules

from artmarket.accounts.permissions import holds, is_active
from catalog.permissions import holds_title


@rules.predicate
def takes_part(user, enquiry) -> bool:
    """The buyer who asked, or the seller."""
    return bool(enquiry and user and user.pk in (enquiry.buyer_id, enquiry.offer.seller_id))


rules.add_perm("listings.offer_work", is_active & holds_title)
rules.add_perm("listings.close_offer", is_active & (holds_title | holds("registrar")))
rules.add_perm("listings.ask", is_active)
rules.add_perm("listings.read_enquiry", is_active & takes_part)
