"""Pre-acquirers (预收购人): asked while the contract waits, signed, checked each year.

Before the borrower signs he reads who would buy at which price. Neither the lender nor anybody of
his house, nor a declared relation of his, nor the borrower may be one (流质, 民法典 428; rules §9).
"""

from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts import gates
from artmarket.accounts.models import Membership, Party, User
from artmarket.core.clock import db_now, db_today
from artmarket.core.errors import DomainError, Invalid, Text, WrongState
from artmarket.core.events import plain, record_event
from artmarket.core.money import MAX_MINOR
from auctions.models import Relation

from .. import realisation_citations as rules
from ..enums import ItemState, LoanState, Realisation, Side
from ..locks import lock_loan
from ..models import CapacityCheck, Lender, Loan, PledgeItem, PreAcquisition
from ..realisation_enums import COMMITMENT_MOVES, LIVE_COMMITMENTS, CommitmentState
from .contracts import digest_of
from .ground import require, words_of

FORM = 1


class Affiliated(DomainError):
    """Who lends or borrows, or is close to the lender, cannot be the one who buys."""

    code = "affiliated"
    rule = rules.PRE_ACQUIRER
    status = 403
    message = _("贷款人、和贷款人有关联的人、借款人，都不能做预收购人。")


# ------------------------------------------------------------------ asked and signed


@transaction.atomic(durable=True)
def ask_pre_acquirer(
    *, actor: User, item_id: int, party_id: int, price_minor: int, expires_on: date,
    deposit_minor: int = 0, deposit_terms: str = "",
) -> PreAcquisition:  # fmt: skip
    """The lender asks a party to commit to a forward price for a work, before anybody signed.

    Amounts in the smallest unit. Raises `NotAllowed`, `WrongState` (the borrower has signed, the
    contract knows no such way, one is asked already), `Affiliated`, `Invalid`.
    """
    item = _locked_item(item_id)
    loan = item.loan
    require(actor, "run_lender", loan)
    _require_before_signing(loan)
    if (
        item.state != ItemState.AGREED
        or Realisation.PRE_ACQUIRER not in loan.contract["realisation"]
    ):
        raise WrongState(_("这份合同没有约定由预收购人购买。"), rule=rules.ORDER)
    party = Party.objects.filter(pk=party_id).first()
    if party is None or (party.user_id is None and party.organisation_id is None):
        raise Invalid(fields={"party": _("没有这个账户或机构。")})
    require_independent(party, loan)
    _check(price_minor, deposit_minor, deposit_terms, expires_on, on=db_today())
    text = plain(_text(item, party, price_minor, deposit_minor, deposit_terms, expires_on))
    try:
        with transaction.atomic():
            row = PreAcquisition.objects.create(
                item=item, party=party, price_minor=price_minor, deposit_minor=deposit_minor,
                deposit_terms=" ".join(deposit_terms.split())[:300], expires_on=expires_on,
                text=text, digest=digest_of(text), asked_by=actor,
            )  # fmt: skip
    except IntegrityError as error:
        raise WrongState(_("这件作品已经有一位预收购人。")) from error
    record_event(
        actor=actor, action="pre_acquisition.asked", subject=row, after={"state": row.state},
        loan=loan.pk, work=item.work_id, party=party.pk, price=price_minor, digest=row.digest,
    )  # fmt: skip
    return row


@transaction.atomic(durable=True)
def sign_commitment(*, actor: User, commitment_id: int, digest: str) -> PreAcquisition:
    """The party signs what it read; from then on it binds it until its last day.

    Raises `NotAllowed`, `NotIdentified`, `WrongState` (answered, the borrower has signed),
    `Affiliated`, `Invalid` (another text).
    """
    row = _locked(commitment_id)
    require(actor, "pre_acquire", row)
    _require_before_signing(row.item.loan)
    require_independent(row.party, row.item.loan)
    subject = row.party.organisation or row.party.user
    if subject is not None:
        gates.require_identity(subject, rule="identity.seller")
    if digest != row.digest:
        raise Invalid(_("你读到的文本和要签的不是同一份。"), code="other_text")
    row.signed_by, row.signed_at = actor, db_now()
    _move(row, CommitmentState.SIGNED, actor=actor, fields=("signed_by", "signed_at"))
    return row


@transaction.atomic(durable=True)
def decline_commitment(*, actor: User, commitment_id: int) -> PreAcquisition:
    """The party says no. Raises `NotAllowed`, `WrongState`."""
    row = _locked(commitment_id)
    require(actor, "pre_acquire", row)
    row.ended_at = db_now()
    _move(row, CommitmentState.DECLINED, actor=actor, fields=("ended_at",))
    return row


@transaction.atomic(durable=True)
def end_commitment(*, actor: User, commitment_id: int, reason: str) -> PreAcquisition:
    """The lender lets a party out of its commitment (a capacity that is gone).

    Raises `NotAllowed`, `WrongState` (the work is being sold to it), `Invalid`.
    """
    row = _locked(commitment_id)
    require(actor, "run_lender", row.item.loan)
    if row.steps.filter(state="awaiting").exists():
        raise WrongState(_("预收购人正在付款，不能终止。"))
    row.ended_at, row.end_reason = db_now(), words_of(reason)
    _move(row, CommitmentState.ENDED, actor=actor, fields=("ended_at", "end_reason"))
    return row


# ------------------------------------------------------------------ checked


@transaction.atomic(durable=True)
def check_capacity(*, actor: User, commitment_id: int, is_able: bool, papers: str) -> CapacityCheck:
    """Somebody of the lender has seen papers of what the party can pay; holds for the rule's days.

    Raises `NotAllowed`, `WrongState` (over), `Invalid` (no papers).
    """
    row = _locked(commitment_id)
    require(actor, "work_for_lender", row.item.loan)
    if row.state not in LIVE_COMMITMENTS:
        raise WrongState()
    days: int = rulebook.get(rules.CHECK_DAYS)
    made = CapacityCheck.objects.create(
        commitment=row, is_able=is_able, papers=words_of(papers, "papers"),
        valid_until=db_today() + timedelta(days=days), by=actor,
    )  # fmt: skip
    record_event(
        actor=actor, action="pre_acquisition.checked", subject=row,
        after={"able": is_able, "until": made.valid_until}, papers=made.papers,
    )  # fmt: skip
    return made


def why_not_able(row: PreAcquisition, *, on: date) -> Text | None:
    """Why a commitment cannot be called on a day; None: it can."""
    if row.state != CommitmentState.SIGNED:
        return _("预收购人没有签字，或承诺已经结束。")
    if row.expires_on < on:
        return _("预收购承诺已经到期。")
    last = row.checks.order_by("-pk").first()
    if last is None or last.valid_until < on:
        return _("预收购人的履行能力没有在期限内核实。")
    return None if last.is_able else _("核实的结果是预收购人没有能力履行。")


def lapse_commitments(*, most: int = 1000) -> int:
    """End the commitments whose last day is over; how many. Safe to call again."""
    rows = PreAcquisition.objects.filter(
        state__in=LIVE_COMMITMENTS, expires_on__lt=db_today()
    ).exclude(steps__state="awaiting")
    return sum(_lapse(commitment_id=pk) for pk in list(rows.values_list("pk", flat=True)[:most]))


@transaction.atomic(durable=True)
def _lapse(*, commitment_id: int) -> int:
    row = _locked(commitment_id)
    if row.state not in LIVE_COMMITMENTS or row.expires_on >= db_today():
        return 0
    row.ended_at = db_now()
    is_signed = row.state == CommitmentState.SIGNED
    to = CommitmentState.LAPSED if is_signed else CommitmentState.ENDED
    _move(row, to, actor=None, fields=("ended_at",))
    return 1


# ------------------------------------------------------------------ who may not


def require_independent(party: Party, loan: Loan) -> None:
    """Raises `Affiliated` with why."""
    why = why_affiliated(party, loan)
    if why is not None:
        raise Affiliated(why)


def why_affiliated(party: Party, loan: Loan) -> Text | None:
    """How a party is close to the lender or the borrower; None: it is neither.

    The lender, its people, whatever these people are members of, relations on record with the
    lender, its people, or the borrower; the borrower, and whoever acts for him.
    """
    lender = loan.lender
    if party.organisation_id == lender.organisation_id:
        return _("贷款人自己不能做预收购人。")
    if party.pk == loan.borrower_id or _acts_for(party, loan.borrower):
        return _("借款人自己不能做预收购人。")
    people = _people_of(lender)
    if party.user_id is not None and party.user_id in people:
        return _("贷款人的人不能做预收购人。")
    if party.organisation_id is not None and _members(party.organisation_id) & people:
        return _("这家单位和贷款人有共同的人员，不能做预收购人。")
    if _is_related(party, loan, people):
        return _("登记的关联关系不允许做预收购人。")
    return None


def _people_of(lender: Lender) -> set[int]:
    return _members(lender.organisation_id)


def _members(organisation_id: int) -> set[int]:
    rows = Membership.objects.filter(organisation=organisation_id, ended_at__isnull=True)
    return set(rows.values_list("user", flat=True))


def _acts_for(party: Party, borrower: Party) -> bool:
    """The same person behind both: himself, or as a member of the company on either side."""
    if borrower.user_id is not None and party.organisation_id is not None:
        return borrower.user_id in _members(party.organisation_id)
    if borrower.organisation_id is not None and party.user_id is not None:
        return party.user_id in _members(borrower.organisation_id)
    return False


def _is_related(party: Party, loan: Loan, people: set[int]) -> bool:
    """A relation on record between the party and the lender, its people, or the borrower."""
    close = Q(other__organisation=loan.lender.organisation_id) | Q(other__user__in=people)
    close |= Q(house=loan.lender.organisation_id) | Q(other=loan.borrower_id)
    other_way = Q(party__organisation=loan.lender.organisation_id) | Q(party__user__in=people)
    other_way |= Q(party=loan.borrower_id)
    live = Relation.objects.live()
    towards = Q(other=party)
    if party.organisation_id is not None:
        towards |= Q(house=party.organisation_id)
    return (
        live.filter(close, party=party).exists()
        or live.filter(close, party__user=party.user_id, party__user__isnull=False).exists()
        or live.filter(towards, other_way).exists()
    )


# ------------------------------------------------------------------ shared


def _check(price: int, deposit: int, terms: str, expires_on: date, *, on: date) -> None:
    errors: dict[str, Any] = {}
    if not 0 < price <= MAX_MINOR:
        errors["price"] = _("金额要大于零。")
    most: int = rulebook.get(rules.DEPOSIT_MOST)
    if deposit < 0 or deposit * 100 > price * most:
        errors["deposit"] = _("定金不能超过价款的%(most)d%%。") % {"most": most}
    elif deposit and not terms.strip():
        errors["deposit_terms"] = _("请写明定金怎样付、怎样退。")
    if expires_on <= on:
        errors["expires_on"] = _("有效期要在今天以后。")
    if errors:
        raise Invalid(fields=errors, rule=rules.DEPOSIT_MOST if "deposit" in errors else None)


def _text(
    item: PledgeItem, party: Party, price: int, deposit: int, terms: str, expires_on: date
) -> dict[str, Any]:
    """All that the party signs."""
    loan = item.loan
    return {
        "form": FORM,
        "loan": loan.number,
        "contract": loan.digest,
        "lender": loan.lender.organisation.name,
        "party": party.name,
        "work": {"number": item.work.number, "title": item.work.title},
        "currency": loan.currency,
        "price": price,
        "deposit": deposit,
        "deposit_terms": " ".join(terms.split())[:300],
        "expires_on": expires_on.isoformat(),
        "rules": {rules.PRE_ACQUIRER: rulebook.find(rules.PRE_ACQUIRER).number},
    }


def _require_before_signing(loan: Loan) -> None:
    """The borrower reads it before he signs."""
    has_signed = loan.signatures.filter(side=Side.BORROWER).exists()
    if loan.state != LoanState.SIGNING or has_signed:
        raise WrongState(
            _("借款人已经签字，预收购人要在他签字以前确定。"), rule="lending.steps_shown"
        )


def _move(
    row: PreAcquisition, to: CommitmentState, *, actor: User | None, fields: tuple[str, ...]
) -> None:
    if to not in COMMITMENT_MOVES[row.state]:
        raise WrongState()
    before, row.state = row.state, to
    row.save(update_fields=["state", *fields])
    record_event(
        actor=actor, action=f"pre_acquisition.{to.value}", subject=row, before={"state": before},
        after={"state": to}, loan=row.item.loan_id, work=row.item.work_id, digest=row.digest,
    )  # fmt: skip


def _locked_item(item_id: int) -> PledgeItem:
    loan_id = PledgeItem.objects.filter(pk=item_id).values_list("loan", flat=True).first()
    if loan_id is None:
        raise WrongState()
    loan = lock_loan(pk=loan_id)
    item = PledgeItem.objects.select_related("work").get(pk=item_id)
    item.loan = loan
    return item


def _locked(commitment_id: int) -> PreAcquisition:
    """A commitment under the lock of its loan."""
    known = PreAcquisition.objects.filter(pk=commitment_id)
    loan_id = known.values_list("item__loan", flat=True).first()
    if loan_id is None:
        raise WrongState()
    loan = lock_loan(pk=loan_id)
    row = PreAcquisition.objects.select_related(
        "item__work", "party__user", "party__organisation"
    ).get(pk=commitment_id)
    row.item.loan = loan
    return row
