"""The lender's signature under a contract: only by somebody with a second factor.

A bank's promise of money is worth at least what an appraiser's signature is: who signs it has an
authenticator app or a passkey (security.second_factor_roles says the same of roles).
"""

from django.utils.translation import gettext_lazy as _

from artmarket.accounts import second_factor
from artmarket.accounts.models import User
from artmarket.core.errors import NotAllowed

from ..enums import Side
from ..models import Loan
from .contracts import sign_contract


class NoSecondFactor(NotAllowed):
    """Whoever signs for a lender has set up two-step verification."""

    code = "second_factor"
    rule = second_factor.RULE
    message = _("代表贷款人签合同，要先设置两步验证。")
    hint = _("在账户的两步验证里设置验证器或通行密钥，再回来签。")


def may_sign(user: User) -> bool:
    """Whether a person has a second factor, or is one of the demonstration's."""
    return bool(user.has_second_factor) or second_factor.is_exempt(user)


def sign_for_lender(*, actor: User, loan_id: int, digest: str) -> Loan:
    """Sign for the lender. Raises `NoSecondFactor` and all that `sign_contract` does."""
    if not may_sign(actor):
        raise NoSecondFactor()
    return sign_contract(actor=actor, loan_id=loan_id, side=Side.LENDER, digest=digest)
