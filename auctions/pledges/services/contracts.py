"""The contract: drawn up from an accepted offer, signed by both sides, ended before it is paid out.

Its text is data that never changes; both sign the same digest. Its works are only promised: no
pledge arises before delivery (民法典 427, 429).
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.core.clock import SHANGHAI, db_now
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.events import plain, record_event
from auctions.models import Consignment
from catalog.engine.log import canonical_json

from .. import advance_citations, citations, reckoning
from ..enums import HoldingState, ItemOrigin, ItemState, LoanState, Side
from ..locks import lock_loan
from ..models import Holding, Loan, LoanOffer, LoanSignature, PledgeItem
from ..selectors.assessing import Assessed
from .ground import move_item, move_loan, require, words_of

FORM: Final = 1
"""Counts up with every change of what a contract says, so that old ones are read as they are."""
_LAWS: Final = (
    citations.WRITTEN_CONTRACT, citations.NO_FORFEITURE, citations.DELIVERY, citations.CUSTODIAN,
    citations.SECURED_SCOPE, citations.NET_PRINCIPAL, citations.PREPAYMENT, citations.SURPLUS,
    citations.RETURN,
)  # fmt: skip
_PERMS: Final[dict[str, str]] = {Side.BORROWER: "borrow", Side.LENDER: "run_lender"}


def draw_up(offer: LoanOffer, found: Sequence[Assessed], *, actor: User, at: datetime) -> Loan:
    """Make the loan of an accepted offer, inside the caller's transaction and locks.

    Raises `WrongState` where a work is under another loan.
    """
    application = offer.application
    lender = application.product.lender
    number = f"ZY{at.astimezone(SHANGHAI):%Y}-{offer.pk:06d}"
    contract = plain(_text(offer, found, number, at))
    try:
        with transaction.atomic():
            loan = Loan.objects.create(
                offer=offer, number=number, lender=lender, borrower=application.borrower,
                version=offer.version, currency=application.product.currency,
                limit_minor=offer.principal_minor, months=offer.months, contract=contract,
                digest=digest_of(contract),
            )  # fmt: skip
            PledgeItem.objects.bulk_create(
                new_item(loan, one, place, actor=actor, agreed_by=offer.made_by, at=at)
                for place, one in enumerate(found, 1)
            )
    except IntegrityError as error:
        raise WrongState(_("有一件作品已经在另一笔贷款里。"), rule=citations.EXCLUSIVE) from error
    record_event(
        actor=actor, action="loan.drawn_up", subject=loan, after={"state": loan.state},
        offer=offer.pk, number=number, digest=loan.digest,
        works=[one.work.pk for one in found],
    )  # fmt: skip
    return loan


def new_item(
    loan: Loan, one: Assessed, number: int, *, actor: User, agreed_by: User | None,
    at: datetime | None, origin: ItemOrigin = ItemOrigin.CONTRACT,
) -> PledgeItem:  # fmt: skip
    """A work of a loan with its value; without `agreed_by` it is only proposed."""
    value = one.valued.value
    assert value is not None  # noqa: S101 - who calls has refused works without a value
    return PledgeItem(
        loan=loan, work=one.work, number=number, origin=origin,
        state=ItemState.AGREED if agreed_by else ItemState.PROPOSED,
        category=value.category, liquidity=value.liquidity, valuations=list(value.valuations),
        base_minor=value.base, haircut_pct=value.haircut, advance_pct=value.advance,
        eligible_minor=value.eligible, value_until=value.until, proposed_by=actor,
        agreed_by=agreed_by, agreed_at=at if agreed_by else None,
    )  # fmt: skip


def advance_text(found: Sequence[Assessed]) -> dict[str, Any]:
    """What a contract of an advance says besides: the contracts of consignment it rests on, the
    share of the low estimate that is lent, the days in which it falls due."""
    values = [one.valued.value for one in found]
    keys = [value.consignment for value in values if value and value.consignment is not None]
    if not keys:
        return {}
    rows = Consignment.objects.filter(pk__in=keys).select_related("house", "work").order_by("pk")
    return {
        "advance": {
            "consignments": [
                {
                    "consignment": row.pk, "house": row.house.name, "work": row.work.number,
                    "low": row.estimate_low_minor,
                }
                for row in rows
            ],
            "share": rulebook.get(advance_citations.SHARE),
            "due_days": rulebook.get(advance_citations.DAYS)["due"],
        }
    }  # fmt: skip


def digest_of(contract: dict[str, Any]) -> str:
    """SHA-256 of a contract as canonical JSON, in hexadecimal digits."""
    return hashlib.sha256(canonical_json(contract)).hexdigest()


def _text(offer: LoanOffer, found: Sequence[Assessed], number: str, at: datetime) -> dict[str, Any]:
    """All that the contract says; amounts in the smallest unit, rates in percent as text."""
    application, version = offer.application, offer.version
    lender = application.product.lender
    return {
        "form": FORM,
        "number": number,
        "made_on": at.astimezone(SHANGHAI).date().isoformat(),
        "lender": {
            "name": lender.organisation.name, "kind": lender.kind, "licence": offer.licence.number,
        },
        "borrower": {"name": application.borrower.name},
        "product": {"name": application.product.name, "version": version.number},
        "purpose": application.purpose,
        "currency": application.product.currency,
        "principal": offer.principal_minor,
        "terms": reckoning.terms_data(version, months=offer.months),
        "fee": offer.fee_minor,
        "interest": offer.interest_minor,
        "all_in_pct": str(offer.all_in_pct),
        "cap_pct": None if offer.cap_pct is None else str(offer.cap_pct),
        "plan": offer.plan,
        "works": [
            {
                "number": one.work.number, "title": one.work.title,
                "value": one.valued.value.as_dict() if one.valued.value else None,
            }
            for one in found
        ],
        "secured": list(rulebook.get(citations.SECURED_SCOPE)),
        "ltv": {
            "initial": str(version.ltv_initial_pct), "margin": str(version.ltv_margin_pct),
            "liquidation": str(version.ltv_liquidation_pct),
        },
        "cure_days": version.cure_days,
        "waterfall": list(version.waterfall),
        "realisation": list(version.realisation),
        **advance_text(found),
        "clauses": offer.clauses,
        "rules": {law: rulebook.find(law).number for law in _LAWS},
    }  # fmt: skip


@transaction.atomic(durable=True)
def sign_contract(*, actor: User, loan_id: int, side: str, digest: str) -> Loan:
    """Sign the digest for one side; with the second signature the contract stands.

    Raises `NotAllowed` (not of this side, or the same person for both), `WrongState` (signed,
    ended), `Invalid` (another text was read).
    """
    loan = lock_loan(pk=loan_id)
    if side not in _PERMS:
        raise Invalid(fields={"side": _("请从列表中选择。")})
    require(actor, _PERMS[side], loan)
    if loan.state != LoanState.SIGNING or loan.signatures.filter(side=side).exists():
        raise WrongState(_("这一方已经签名，或合同已经不能签。"), rule=citations.WRITTEN_CONTRACT)
    if digest != loan.digest:
        raise Invalid(
            _("你读到的文本和要签的合同不是同一份。"), code="other_text",
            rule=citations.WRITTEN_CONTRACT,
        )  # fmt: skip
    if loan.signatures.filter(signer=actor).exists():
        raise NotAllowed(
            _("双方要由两个人签名。"), code="four_eyes", rule=citations.WRITTEN_CONTRACT
        )
    LoanSignature.objects.create(loan=loan, side=side, signer=actor, digest=digest)
    record_event(
        actor=actor, action="loan.signed", subject=loan, side=side, digest=digest
    )  # fmt: skip
    if loan.signatures.count() == len(Side):
        loan.signed_at = db_now()
        move_loan(loan, LoanState.AGREED, actor=actor, fields=("signed_at",))
    return loan


@transaction.atomic(durable=True)
def cancel_loan(*, actor: User, loan_id: int, reason: str) -> Loan:
    """Either side ends a contract under which nothing was paid out; delivered works go back.

    Raises `NotAllowed`, `WrongState` (paid out, ended), `Invalid`.
    """
    loan = lock_loan(pk=loan_id)
    if not (actor.has_perm("pledges.borrow", loan) or actor.has_perm("pledges.run_lender", loan)):
        raise NotAllowed()
    words = words_of(reason)
    loan.ended_at, loan.end_reason = db_now(), words
    move_loan(loan, LoanState.CANCELLED, actor=actor, fields=("ended_at", "end_reason"))
    for item in loan.items.select_related("work"):
        if item.state == ItemState.PLEDGED:
            let_go(item, words, actor=actor, at=loan.ended_at)
        elif item.state in (ItemState.AGREED, ItemState.PROPOSED):
            drop(item, actor=actor, at=loan.ended_at)
    return loan


def let_go(item: PledgeItem, why: str, *, actor: User | None, at: datetime) -> None:
    """A work in pledge may be fetched, inside the caller's transaction and locks."""
    item.leaving_by, item.leaving_at, item.leave_reason = actor, at, why
    move_item(
        item, ItemState.LEAVING, actor=actor, fields=("leaving_by", "leaving_at", "leave_reason")
    )


def drop(item: PledgeItem, *, actor: User | None, at: datetime) -> None:
    """A work that was not delivered is no longer promised; what was brought goes back."""
    item.holdings.filter(state=HoldingState.ARRIVING).update(state=HoldingState.REFUSED)
    item.ended_at = at
    move_item(item, ItemState.DROPPED, actor=actor, fields=("ended_at",))


def close_if_done(loan: Loan, *, actor: User | None) -> bool:
    """End a loan that is repaid and whose works are all back, inside the caller's transaction."""
    is_held = loan.items.filter(state__in=[ItemState.PLEDGED, ItemState.LEAVING]).exists()
    if loan.state != LoanState.REPAID or is_held or loan.credit_minor:
        return False
    assert not Holding.objects.in_house().filter(item__loan=loan).exists()  # noqa: S101
    loan.ended_at = db_now()
    move_loan(loan, LoanState.CLOSED, actor=actor, fields=("ended_at",))
    return True
