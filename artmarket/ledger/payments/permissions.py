"""Who may confirm, assign, return and close what concerns payments; who may pay a payment."""

import rules

from artmarket.accounts.models import User
from artmarket.accounts.permissions import is_operator, parties_of

from ..models import Payment


@rules.predicate
def is_payer(user: User, payment: Payment | None) -> bool:
    """Whoever acts for the party that is asked."""
    return payment is not None and parties_of(user).filter(pk=payment.party_id).exists()


rules.add_perm("ledger.handle_payments", is_operator)
rules.add_perm("ledger.send_again", is_operator)
rules.add_perm("ledger.pay", is_payer)
rules.add_perm("ledger.see_payment", is_operator | is_payer)
