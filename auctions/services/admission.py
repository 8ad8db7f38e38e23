"""What has to hold before a registration is approved, and the rule that approves by itself.

Called under the lock of the paddle. Auction rules §8.
"""

from django.utils.translation import gettext_lazy as _

from artmarket.accounts import gates
from artmarket.accounts.models import Organisation, User
from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError, Invalid, WrongState
from artmarket.core.events import record_event
from artmarket.core.money import Money

from .. import citations, rule_books
from ..engine.approval import Candidate, admission
from ..enums import DepositKind, PaddleState, PowerState
from ..models import Paddle, Power
from ..selectors.registration import deposit_due, deposit_of, record_of


class DepositDue(DomainError):
    """Less than the deposit that is due has been confirmed."""

    code = "deposit_due"
    rule = citations.DEPOSIT
    message = _("保证金还没有到账。")
    hint = _("到账以后才能通过。")


def due_and_held(paddle: Paddle, limit_minor: int | None) -> tuple[int, int]:
    """The deposit due for a bid limit, and what of it the house holds."""
    deposit = deposit_of(paddle)
    if rule_books.deposit_of(paddle.sale).basis == "limit":
        due = deposit_due(paddle.sale, paddle.party, paddle.user, limit_minor)
    else:
        due = deposit.due_minor if deposit else 0
    return due, deposit.held_minor if deposit else 0


def allowed_limit(paddle: Paddle, limit_minor: int | None) -> int | None:
    """The bid limit with which a paddle may be approved now.

    An agent bids up to the amount of his power. Raises `WrongState` (power not in force), `Invalid`
    (above the power, none where the deposit follows from it), `DepositDue`.
    """
    limit_minor = _within_power(paddle.power, limit_minor)
    if limit_minor is None and rule_books.deposit_of(paddle.sale).basis == "limit":
        raise Invalid(fields={"bid_limit": _("保证金按额度计算，要填写额度。")})
    due, held = due_and_held(paddle, limit_minor)
    if held < due:
        currency = paddle.sale.currency
        raise DepositDue(
            _("应交保证金%(due)s，已确认%(held)s。")
            % {"due": Money(due, currency), "held": Money(held, currency)}
        )
    return limit_minor


def holds_now(power: Power) -> bool:
    """Whether a power of attorney is in force at this moment of the database."""
    return power.state == PowerState.IN_FORCE and power.valid_from <= db_now() < power.valid_until


def admit_by_rule(paddle: Paddle) -> bool:
    """Approve a waiting registration by the rule of its sale, where the rule says so.

    The decision names the rule; nobody decided it.
    """
    sale = paddle.sale
    if paddle.state != PaddleState.PENDING or sale.approval is None:
        return False
    if paddle.power and not holds_now(paddle.power):
        return False
    due, held = due_and_held(paddle, paddle.bid_limit_minor)
    admitted = admission(
        rule_books.approval_of(sale),
        Candidate(
            is_identified=_is_identified(paddle),
            held=held,
            due=due,
            strikes=record_of(sale, paddle.party, paddle.user).strikes,
            limit=paddle.bid_limit_minor,
        ),
    )
    if admitted is None:
        return False
    before = {"state": paddle.state, "bid_limit": paddle.bid_limit_minor}
    paddle.state, paddle.bid_limit_minor = PaddleState.APPROVED, admitted.limit
    paddle.decided_by, paddle.decided_rule, paddle.decided_at = None, sale.approval, db_now()
    paddle.note = ""
    paddle.save(
        update_fields=[
            "state", "bid_limit_minor", "decided_by", "decided_rule", "decided_at", "note",
        ]
    )  # fmt: skip
    record_event(
        actor=None, action="paddle.decided", subject=paddle, before=before,
        after={"state": paddle.state, "bid_limit": paddle.bid_limit_minor},
        rule=str(sale.approval), cites=citations.APPROVAL,
    )  # fmt: skip
    return True


def covers_high_value(paddle: Paddle) -> bool:
    """Whether the deposit for the high-value lots, where one is due, is there."""
    deposit = deposit_of(paddle, DepositKind.HIGH_VALUE)
    return deposit is None or not deposit.missing_minor


def _within_power(power: Power | None, limit_minor: int | None) -> int | None:
    if power is None:
        return limit_minor
    if not holds_now(power):
        raise WrongState(_("授权委托书现在不在有效期。"), rule=citations.POWER)
    if limit_minor is not None and limit_minor > power.amount_minor:
        words = _("不能超过授权委托书的金额%(amount)s。") % {"amount": power.amount}
        raise Invalid(fields={"bid_limit": words}, rule=citations.POWER)
    return power.amount_minor if limit_minor is None else limit_minor


def _is_identified(paddle: Paddle) -> bool:
    """Whoever bids; and for whom, but for a principal whose paper the house verified."""
    holders: list[User | Organisation] = [paddle.user]
    if paddle.party.organisation:
        holders.append(paddle.party.organisation)
    elif paddle.party.user and paddle.party.user_id != paddle.user_id:
        holders.append(paddle.party.user)
    return all(gates.identity_of(holder) for holder in holders)
