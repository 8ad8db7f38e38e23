"""Consignment: an owner offers a work, the house proposes terms, he agrees, either ends it.

Whoever sells is identified; a work that is pledged, disputed or not registered is refused, and the
refusal says why. Auction Law 41 to 44, 56.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts import gates
from artmarket.accounts.enums import LicenceKind, OrganisationKind
from artmarket.accounts.models import Organisation, Party, User
from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event
from artmarket.core.money import MAX_MINOR
from catalog.enums import WorkState
from catalog.locks import lock_work
from catalog.models import Work
from catalog.services import encumbrances, title

from .. import citations
from ..enums import (
    CONSIGNMENT_MOVES,
    LIVE_LOTS,
    SOLD_LOTS,
    ConsignmentState,
    LotState,
    RuleKind,
)  # fmt: skip
from ..models import Consignment, Lot, RuleSet
from . import realisations

MAX_NOTE = 500


@dataclass(frozen=True, slots=True)
class ConsignmentTerms:
    """What a house proposes; amounts in the smallest unit, rates in percent.

    `commission` None leaves it to the law's cap, unless `schedule` names a rule set of seller's
    commissions, taken in its newest version.
    """

    opening_minor: int
    estimate_low_minor: int | None = None
    estimate_high_minor: int | None = None
    reserve_minor: int | None = None
    commission: Decimal | None = None
    withdrawal: Decimal = Decimal(0)
    note: str = ""
    schedule: str = ""


@transaction.atomic(durable=True)
def consign_work(*, actor: User, work_id: int, house_id: int, note: str = "") -> Consignment:
    """The sole owner offers a registered work to a licensed house.

    Raises `NotAllowed`, `NotIdentified`, `WrongState`, `Encumbered`, `Invalid` (no auction house),
    `DomainError` co_owned or already_consigned.
    """
    work = lock_work(pk=work_id)
    if not actor.has_perm("auctions.consign_work", work):
        raise NotAllowed(_("只有权利人可以委托拍卖。"))
    if work.state != WorkState.REGISTERED:
        raise WrongState(_("只有已登记的作品才能委托拍卖。"))
    holders = title.current_shares(work)
    if len(holders) > 1:
        raise DomainError(
            _("这件作品有几位共有人，要全体同意才能委托拍卖，目前不能在这里办理。"), code="co_owned"
        )
    house = Organisation.objects.filter(
        pk=house_id, kind=OrganisationKind.AUCTION_HOUSE, is_active=True
    ).first()
    if house is None:
        raise Invalid(fields={"house": _("请选择一家拍卖企业。")})
    if holders[0].party.organisation_id == house.pk:
        raise DomainError(
            _("拍卖企业不得拍卖自己的物品。"), code="own_goods", rule=citations.BARS, status=403
        )
    seller = holders[0].party.organisation or holders[0].party.user
    if seller is not None:
        gates.require_identity(seller, rule="identity.seller")
    gates.require_licence(house, LicenceKind.AUCTION, rule=citations.HOUSE_LICENCE)
    encumbrances.require_free(work)
    return _offered(actor, work, holders[0].party, house, note)


def _offered(
    actor: User, work: Work, party: Party, house: Organisation, note: str
) -> Consignment:  # fmt: skip
    """Write the offer. Raises `DomainError` already_consigned."""
    try:
        with transaction.atomic():
            made = Consignment.objects.create(
                work=work, party=party, house=house, offered_by=actor,
                note=note.strip()[:MAX_NOTE],
            )  # fmt: skip
    except IntegrityError as error:
        raise DomainError(
            _("这件作品已经委托给一家拍卖企业。"), code="already_consigned"
        ) from error
    _record(actor, made, "consignment.offered", before="")
    return made


@transaction.atomic(durable=True)
def propose_terms(*, actor: User, consignment_id: int, terms: ConsignmentTerms) -> Consignment:
    """The house vets the work and says at what terms it would sell it.

    Raises `NotAllowed`, `WrongState`, `Invalid`.
    """
    row = _locked(consignment_id)
    if not actor.has_perm("auctions.answer_consignment", row):
        raise NotAllowed()
    _check_terms(terms)
    before = _moved(row, ConsignmentState.PROPOSED)
    row.opening_minor, row.reserve_minor = terms.opening_minor, terms.reserve_minor
    row.estimate_low_minor, row.estimate_high_minor = (
        terms.estimate_low_minor,
        terms.estimate_high_minor,
    )
    row.schedule = _schedule(terms, row.currency)
    row.commission_pct = None if row.schedule else terms.commission
    if row.schedule is None and terms.commission is None:
        row.commission_pct = rulebook.get(citations.COMMISSION_CAP)
    row.withdrawal_pct, row.specialist_note = terms.withdrawal, terms.note.strip()[:MAX_NOTE]
    row.proposed_by = actor
    row.save()
    _record(actor, row, "consignment.proposed", before=before)
    return row


@transaction.atomic(durable=True)
def agree_terms(*, actor: User, consignment_id: int) -> Consignment:
    """The owner agrees: the contract of consignment stands. Raises `NotAllowed`, `WrongState`."""
    row = _locked(consignment_id)
    if not actor.has_perm("auctions.agree_consignment", row):
        raise NotAllowed()
    require_owner(row.work, row.party)
    return _agreed(actor, row)


def _agreed(actor: User, row: Consignment) -> Consignment:
    before = _moved(row, ConsignmentState.CONTRACTED)
    row.contracted_at = db_now()
    row.save(update_fields=["state", "contracted_at"])
    _record(actor, row, "consignment.contracted", before=before)
    return row


@transaction.atomic(durable=True)
def end_consignment(*, actor: User, consignment_id: int, reason: str) -> Consignment:
    """The owner or the house ends it while no lot of it is live; under contract the fee is fixed.

    The owner who withdraws after signing owes the agreed share of the reserve (or low estimate, or
    opening price). Raises `NotAllowed`, `WrongState`, `Invalid`,
    `DomainError` (an advance is owed).
    """
    row = _locked(consignment_id)
    is_owner = actor.has_perm("auctions.agree_consignment", row)
    if not is_owner and not actor.has_perm("auctions.answer_consignment", row):
        raise NotAllowed()
    if not reason.strip():
        raise Invalid(fields={"reason": _("请写明理由。")})
    if Lot.objects.filter(consignment=row, state__in=(LotState.DRAFT, *LIVE_LOTS)).exists():
        raise WrongState(_("作品还在拍卖会里，先撤回拍品再结束委托。"))
    if row.lots.filter(state__in=SOLD_LOTS).exists():
        raise WrongState(_("作品已经成交，委托不能再结束。"))
    if row.lots.held_after_default().exists():
        raise WrongState(_("成交合同已解除，作品还没有退还；先退还作品再结束委托。"))
    realisations.ending(actor=actor, consignment=row, by_owner=is_owner)
    was_contracted = row.state == ConsignmentState.CONTRACTED
    declined = not is_owner and not was_contracted
    before = _moved(row, ConsignmentState.DECLINED if declined else ConsignmentState.ENDED)
    row.ended_at, row.end_reason = db_now(), reason.strip()[:300]
    if is_owner and was_contracted:
        row.withdrawal_fee_minor = withdrawal_fee(row)
    row.save(update_fields=["state", "ended_at", "end_reason", "withdrawal_fee_minor"])
    _record(actor, row, "consignment.ended", before=before)
    return row


def consign_for_module(
    *, actor: User, work: Work, party: Party, house: Organisation, note: str
) -> Consignment:
    """A module offers a locked work by its own power over it, in its owner's name and in the
    caller's transaction; the module has asked its own permission.

    Raises `NotLicensed`, `WrongState` (the owner is another), `DomainError` already_consigned.
    """
    require_owner(work, party)
    gates.require_licence(house, LicenceKind.AUCTION, rule=citations.HOUSE_LICENCE)
    return _offered(actor, work, party, house, note)


def agree_for_module(*, actor: User, consignment_id: int) -> Consignment:
    """The module agrees to the house's terms, in the caller's transaction. Raises `WrongState`."""
    row = _locked(consignment_id)
    require_owner(row.work, row.party)
    return _agreed(actor, row)


def end_for_module(pk: int, *, reason: str, actor: User | None) -> None:
    """The module ends its consignment, in the caller's transaction, which has locked the work; one
    that is over stays as it is."""
    row = Consignment.objects.get(pk=pk)
    if ConsignmentState.ENDED not in CONSIGNMENT_MOVES.get(row.state, frozenset()):
        return
    before = _moved(row, ConsignmentState.ENDED)
    row.ended_at, row.end_reason = db_now(), reason[:300]
    row.save(update_fields=["state", "ended_at", "end_reason"])
    _record(actor, row, "consignment.ended", before=before)


def complete_consignment(pk: int, *, reason: str) -> None:
    """The work was sold, paid and handed over: its contract is fulfilled. Inside the caller's
    transaction, which has locked the work; an ended one stays as it is."""
    row = Consignment.objects.get(pk=pk)
    if row.state != ConsignmentState.CONTRACTED:
        return
    before = _moved(row, ConsignmentState.ENDED)
    row.ended_at, row.end_reason = db_now(), reason[:300]
    row.save(update_fields=["state", "ended_at", "end_reason"])
    _record(None, row, "consignment.completed", before=before)


def withdrawal_fee(row: Consignment) -> int:
    """What an owner owes who withdraws under contract, in the smallest unit, rounded half up."""
    base = row.reserve_minor or row.estimate_low_minor or row.opening_minor or 0
    return int((Decimal(base) * (row.withdrawal_pct or 0) / 100 + Decimal("0.5")) // 1)


def require_owner(work: Work, party: Party) -> None:
    """The consignor still owns the whole work: between offer and sale nothing lies on it.

    Raises `WrongState`.
    """
    if [share.party_id for share in title.current_shares(work)] != [party.pk]:
        raise WrongState(_("作品的权利人已经变化，请由现在的权利人重新委托。"))


def _locked(pk: int) -> Consignment:
    work_id = Consignment.objects.filter(pk=pk).values_list("work_id", flat=True).first()
    if work_id is None:
        raise WrongState()
    lock_work(pk=work_id)
    return Consignment.objects.select_related("work", "party", "house").get(pk=pk)


def _moved(row: Consignment, state: str) -> str:
    before = row.state
    if state not in CONSIGNMENT_MOVES.get(before, frozenset()):
        raise WrongState()
    row.state = state
    return before


def _schedule(terms: ConsignmentTerms, currency: str) -> RuleSet | None:
    """The rule set of the terms. Raises `Invalid`: unknown, other currency, or a rate besides."""
    if not terms.schedule:
        return None
    if terms.commission is not None:
        raise Invalid(fields={"commission": _("选了佣金表，就不再填写单一的佣金比例。")})
    found = RuleSet.objects.newest(RuleKind.SELLER, terms.schedule)
    if found is None or found.currency not in ("", currency):
        raise Invalid(fields={"schedule": _("请从列表中选择。")})
    return found


def _check_terms(terms: ConsignmentTerms) -> None:
    errors: dict[str, Any] = {}
    if not 0 < terms.opening_minor <= MAX_MINOR:
        errors["opening"] = _("起拍价要大于零。")
    low, high = terms.estimate_low_minor, terms.estimate_high_minor
    is_half = (low is None) != (high is None)
    if is_half or (low is not None and high is not None and not 0 < low <= high <= MAX_MINOR):
        errors["estimate"] = _("估价的下限和上限要一起填写，下限不高于上限。")
    if terms.reserve_minor is not None and not 0 < terms.reserve_minor <= MAX_MINOR:
        errors["reserve"] = _("保留价要大于零；没有保留价就留空。")
    if terms.reserve_minor and high and terms.reserve_minor > high:
        errors["reserve"] = _("保留价不高于估价上限。")
    most = rulebook.get(citations.COMMISSION_MOST)
    if terms.commission is not None and not 0 <= terms.commission <= most:
        errors["commission"] = _("佣金在0到%(most)s%%之间。") % {"most": most}
    if not 0 <= terms.withdrawal <= 100:
        errors["withdrawal"] = _("撤回费在0到100%之间。")
    if errors:
        raise Invalid(fields=errors)


def _record(actor: User | None, row: Consignment, action: str, *, before: str) -> None:
    # The reserve is the consignor's secret: no event holds it.
    record_event(
        actor=actor, action=action, subject=row, before={"state": before},
        after={"state": row.state}, work=row.work_id, house=row.house_id,
    )  # fmt: skip
