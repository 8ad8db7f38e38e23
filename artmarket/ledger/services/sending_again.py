"""A refund or payout that failed is sent again by a person, once for each failure.

Only what is dead is sent again: the gateway, or the person at the bank, said that it will never
arrive, and the money is back on its account. The new one has its own reference and key; an attempt
whose end is not known is never replaced, it is asked about under its own key.
"""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event

from ..gateways import BANK, MANUAL
from ..hooks import objection_to
from ..models import Payout, Refund
from ..payments.enums import OutgoingState
from .outgoing import MAX_REASON, ask_payout, ask_refund, give_back, kind_of, locked
from .payout_ways import ways_for


@transaction.atomic(durable=True)
def send_again(
    *, actor: User, row: Refund | Payout, reason: str, gateway: str = ""
) -> Refund | Payout:
    """Ask once more for what failed; repeated, the one that stands.

    A refund goes to the same payment; a payout as its party is paid out now, or by the bank where
    `gateway` says so. Raises `NotAllowed`, `Invalid` (no reason, another gateway), `WrongState`
    (not dead, or its cause objects), `Insufficient` (the money is not on its account any more).
    """
    words = _allowed(actor, reason)
    if gateway not in ("", BANK):
        raise Invalid(fields={"gateway": _("请从列表中选择。")})
    objection = objection_to(row)  # first: it may lock what the money is of
    failed = locked(row)
    standing = type(row)._default_manager.filter(replaces=failed).first()
    if standing is not None:
        return standing
    if failed.state != OutgoingState.FAILED:
        raise WrongState(_("这笔款没有失败，不能再发。"))
    if objection:
        raise WrongState(objection)
    made = _ask(actor, failed, words, gateway)
    made.replaces = failed
    made.save(update_fields=["replaces"])
    record_event(
        actor=actor, action=f"{kind_of(row)}.sent_again", subject=made,
        after={"state": made.state}, replaces=failed.reference, reason=words,
        amount=made.amount_minor, currency=made.currency, gateway=made.gateway,
    )  # fmt: skip
    return made


def _ask(actor: User, failed: Refund | Payout, words: str, gateway: str) -> Refund | Payout:
    """The next one, under a key that only this failure gives."""
    key = f"again:{kind_of(failed)}:{failed.reference}"
    if isinstance(failed, Refund):
        return ask_refund(
            actor=actor, payment_id=failed.payment_id, amount_minor=failed.amount_minor,
            from_account=failed.from_account, key=key, reason=words,
        )  # fmt: skip
    way = gateway or ways_for([(failed.party, failed.amount_minor)], failed.currency)[0]
    made = ask_payout(
        actor=actor, party=failed.party, currency=failed.currency,
        amount_minor=failed.amount_minor, from_account=failed.from_account, gateway=way, key=key,
        subject=None,
    )  # fmt: skip
    made.subject_kind, made.subject_id = failed.subject_kind, failed.subject_id
    made.save(update_fields=["subject_kind", "subject_id"])
    return made


@transaction.atomic(durable=True)
def give_up(*, actor: User, row: Refund | Payout, reason: str) -> Refund | Payout:
    """A person could not send it (the account does not exist): the money goes back to its account.

    Only what the bank or the desk was to send and did not. Raises `NotAllowed`, `Invalid`,
    `WrongState` (a gateway's, or ended).
    """
    words = _allowed(actor, reason)
    fresh = locked(row)
    if fresh.gateway not in MANUAL or fresh.state not in (
        OutgoingState.ASKED, OutgoingState.SENT,
    ):  # fmt: skip
        raise WrongState(_("这笔款已经办完，或者由支付机构办理。"))
    give_back(fresh, words, actor=actor)
    return fresh


def _allowed(actor: User, reason: str) -> str:
    if not actor.has_perm("ledger.send_again"):
        raise NotAllowed()
    words = " ".join(reason.split())[:MAX_REASON]
    if not words:
        raise Invalid(fields={"note": _("请写明理由。")})
    return words
