"""Who reads the books: operators all of them, everybody the accounts of whom he acts for."""

import rules

from artmarket.accounts.permissions import is_active, is_operator, parties_of


@rules.predicate
def acts_for_holder(user, account) -> bool:
    """The account is of a party for whom this person acts."""
    return bool(account and account.party_id and user and user.pk) and (
        parties_of(user).filter(pk=account.party_id).exists()
    )


rules.add_perm("ledger.see_books", is_active & is_operator)
rules.add_perm("ledger.close_period", is_active & is_operator)
rules.add_perm("ledger.see_statement", is_active & acts_for_holder)
