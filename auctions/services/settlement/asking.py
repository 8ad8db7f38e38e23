"""Ask for money that is owed, once: for an invoice, and for what an undone sale left owed.

In the caller's transaction, which holds the lock under which the debt is read.
"""

from collections.abc import Callable

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import Party, User
from artmarket.core.errors import Invalid, Text, WrongState
from artmarket.core.money import Money
from artmarket.ledger.models import Account, Payment
from artmarket.ledger.payments.enums import OPEN_PAYMENTS
from artmarket.ledger.services.payments import ask_payment

MAX_KEY = 40


def require_key(key: str) -> None:
    """Raises `Invalid` where a request has no number, or an endless one."""
    if not 0 < len(key) <= MAX_KEY:
        raise Invalid(fields={"key": _("付款请求要有编号。")})


def ask_owed(
    *,
    actor: User,
    subject: Model,
    purpose: str,
    party: Party,
    owed: Money,
    amount_minor: int | None,
    gateway: str,
    key: str,
    credit_account: Callable[[], Account],
    nothing: Text,
    rule: str,
) -> Payment:
    """A payment of all that is owed, or of a part.

    The same `key`, or the same sum by the same gateway while nobody has paid it, is the same
    payment. Raises `WrongState` with the words `nothing` where nothing is owed, `Invalid` (amount).
    """
    full_key = f"{purpose}:{subject.pk}:{key}"
    standing = Payment.objects.filter(idempotency_key=full_key).first()
    if standing is not None:
        return standing
    if owed.minor <= 0:
        raise WrongState(nothing, rule=rule)
    amount = owed.minor if amount_minor is None else amount_minor
    if not 0 < amount <= owed.minor:
        raise Invalid(fields={"amount": _("金额在零到%(owed)s之间。") % {"owed": owed}}, rule=rule)
    waiting = Payment.objects.asked_for(purpose, subject).filter(
        state__in=OPEN_PAYMENTS, gateway=gateway, amount_minor=amount
    )
    return waiting.first() or ask_payment(
        actor=actor, party=party, purpose=purpose, subject=subject, currency=owed.currency,
        amount_minor=amount, gateway=gateway, credit_account=credit_account(), key=full_key,
    )  # fmt: skip
