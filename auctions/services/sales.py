"""Sales and their catalogue: drafted, filled with lots, announced; lots withdrawn with a reason.

What is announced does not change any more: a sale keeps its rule sets, its hours and its conditions
of sale, and a lot its prices. Auction Law 45 to 48; auction rules §1, §10.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts import gates
from artmarket.accounts.enums import LicenceKind, OrganisationKind
from artmarket.accounts.locks import lock_organisation
from artmarket.accounts.models import Organisation, User
from artmarket.core import calendars
from artmarket.core.clock import SHANGHAI, db_now
from artmarket.core.errors import Invalid, NotAllowed, Text, WrongState
from artmarket.core.events import record_event, snapshot
from catalog.enums import EncumbranceKind
from catalog.locks import lock_work, lock_works
from catalog.services import encumbrances

from .. import citations, rule_books
from ..engine.deposits import is_high_value
from ..engine.tables import TableProblem
from ..enums import (
    CLOSED_LOTS,
    ConsignmentState,
    LotEventKind,
    LotState,
    ReservePolicy,
    RuleKind,
    SaleFormat,
    SaleState,
)  # fmt: skip
from ..locks import lock_lot, lock_lots, lock_sale
from ..models import Conditions, Consignment, Lot, LotEvent, RuleSet, Sale
from . import realisations
from .consignments import require_owner

MAX_STAGGER = 24 * 3600


@dataclass(frozen=True, slots=True)
class SaleTerms:
    """What a house lays down for a sale while it is a draft; times are aware.

    `ladder`, `closing`, `premium`, `deposit`, `approval` and `storage` are names of rule sets,
    taken in their newest version; the platform's fee is not for the house to choose.
    """

    title: str
    format: str = SaleFormat.TIMED
    title_en: str = ""
    description: str = ""
    description_en: str = ""
    sealed_price: str = ""
    ladder: str = "district"
    closing: str = "district"
    premium: str = "district"
    deposit: str = "none"
    approval: str = "by-hand"
    storage: str = "none"
    way: str = "proxy"
    step_mode: str = "snap"
    off_ladder: str = "accept"
    reserve_policy: str = "jump"
    currency: str = "CNY"
    place: str = ""
    notice_on: date | None = None
    viewing_from: date | None = None
    viewing_until: date | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    stagger_seconds: int = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that keeps a sale from being announced: the field, the words, the rule."""

    field: str
    words: Text
    rule: str | None = None


RULE_SETS = ("ladder", "closing", "premium", "deposit", "approval", "storage")
PLATFORM_FEE = "district"
PLAIN = tuple(f.name for f in fields(SaleTerms) if f.name not in RULE_SETS)
SHOWN = (*PLAIN, "state")


@transaction.atomic(durable=True)
def create_sale(*, actor: User, house_id: int, terms: SaleTerms) -> Sale:
    """A house drafts a sale. Raises `NotAllowed`, `NotLicensed`, `Invalid`."""
    house = Organisation.objects.filter(
        pk=house_id, kind=OrganisationKind.AUCTION_HOUSE, is_active=True
    ).first()
    if house is None or not actor.has_perm("auctions.hold_sale", house):
        raise NotAllowed(_("只有拍卖企业的管理员可以举办拍卖会。"))
    gates.require_licence(house, LicenceKind.AUCTION, rule=citations.HOUSE_LICENCE)
    sale = Sale(house=house, created_by=actor)
    _apply(sale, terms)
    sale.save()
    record_event(
        actor=actor, action="sale.created", subject=sale, after=snapshot(sale, SHOWN),
        house=house.pk,
    )  # fmt: skip
    return sale


@transaction.atomic(durable=True)
def change_sale(*, actor: User, sale_id: int, terms: SaleTerms) -> Sale:
    """Change a draft. Raises `NotAllowed`, `WrongState` (announced), `Invalid`."""
    sale = lock_sale(pk=sale_id)
    _require_manager(actor, sale)
    _require_draft(sale)
    if terms.currency != sale.currency and sale.lots.exists():
        raise Invalid(fields={"currency": _("已有拍品，不能再改币种。")})
    before = snapshot(sale, SHOWN)
    _apply(sale, terms)
    sale.save()
    record_event(
        actor=actor, action="sale.changed", subject=sale, before=before,
        after=snapshot(sale, SHOWN),
    )  # fmt: skip
    return sale


@transaction.atomic(durable=True)
def publish_conditions(*, actor: User, house_id: int, text: str, text_en: str = "") -> Conditions:
    """A new version of a house's conditions of sale; earlier ones stay. Raises `NotAllowed`."""
    house = lock_organisation(pk=house_id)
    if not actor.has_perm("auctions.hold_sale", house):
        raise NotAllowed()
    if not text.strip():
        raise Invalid(fields={"text": _("请填写拍卖规则正文。")})
    last = Conditions.objects.filter(house=house).aggregate(last=models.Max("version"))["last"]
    made = Conditions.objects.create(
        house=house, version=(last or 0) + 1, text=text.strip(), text_en=text_en.strip(),
        published_by=actor,
    )  # fmt: skip
    record_event(
        actor=actor, action="conditions.published", subject=made, after={"version": made.version}
    )
    return made


@transaction.atomic(durable=True)
def add_lot(*, actor: User, sale_id: int, consignment_id: int, condition: str = "") -> Lot:
    """Put a work under contract into a draft sale, at the end; it takes the work's lock.

    Raises `NotAllowed`, `WrongState` (announced, no contract), `Encumbered`, `DomainError` (relic,
    incomplete record), `Invalid` (currency).
    """
    work_id = Consignment.objects.filter(pk=consignment_id).values_list("work", flat=True).first()
    if work_id is None:
        raise WrongState()
    work = lock_work(pk=work_id)
    sale = lock_sale(pk=sale_id)
    _require_manager(actor, sale)
    _require_draft(sale)
    consignment = Consignment.objects.select_related("party").get(pk=consignment_id)
    if (
        consignment.house_id != sale.house_id
        or consignment.state != ConsignmentState.CONTRACTED
        or consignment.opening_minor is None
    ):
        raise WrongState(_("这件作品没有与本企业签订的委托合同。"))
    require_owner(work, consignment.party)
    if consignment.currency != sale.currency:
        raise Invalid(fields={"consignment": _("委托合同和拍卖会的币种不同。")})
    name = f"sale {sale.pk}"
    lock = realisations.take_lock(actor=actor, work=work, consignment=consignment, reference=name)
    lock = lock or encumbrances.take(
        actor=actor, work_id=work.pk, kind=EncumbranceKind.SALE, reference=name, holder=None
    )
    last = sale.lots.aggregate(last=models.Max("number"))["last"]
    lot = Lot.objects.create(
        sale=sale, number=(last or 0) + 1, work=work, consignor=consignment.party,
        consignment=consignment, encumbrance=lock,
        estimate_low_minor=consignment.estimate_low_minor,
        estimate_high_minor=consignment.estimate_high_minor,
        opening_minor=consignment.opening_minor, reserve_minor=consignment.reserve_minor,
        condition=condition.strip(),
    )  # fmt: skip
    record_event(
        actor=actor, action="lot.added", subject=lot, after={"number": lot.number},
        sale=sale.pk, work=work.pk,
    )  # fmt: skip
    return lot


@transaction.atomic(durable=True)
def order_lots(*, actor: User, sale_id: int, lot_ids: list[int]) -> None:
    """Set the order of a draft's catalogue; `lot_ids` are all its lots, first to last."""
    sale = lock_sale(pk=sale_id)
    _require_manager(actor, sale)
    _require_draft(sale)
    lots = {lot.pk: lot for lot in lock_lots(pks=sale.lots.values_list("pk", flat=True))}
    if sorted(lot_ids) != sorted(lots):
        raise Invalid(fields={"order": _("请给出全部拍品的次序。")})
    top = max((lot.number for lot in lots.values()), default=0)
    for shift in (top + len(lots), 0):  # over free numbers: no two lots share one on the way
        for place, pk in enumerate(lot_ids, 1):
            Lot.objects.filter(pk=pk).update(number=place + shift)
    record_event(actor=actor, action="sale.ordered", subject=sale, after={"lots": lot_ids})


@transaction.atomic(durable=True)
def announce_sale(*, actor: User, sale_id: int) -> Sale:
    """Publish the catalogue: from here on nothing of it changes.

    The notice must stand at least so many days before the opening, the display so many days, the
    house be licensed. Lots end one after the other. Raises `NotAllowed`, `NotLicensed`, `Invalid`
    with every reason, `WrongState`, `Encumbered`.
    """
    works = Lot.objects.filter(sale=sale_id, state=LotState.DRAFT).values_list("work", flat=True)
    lock_works(pks=list(works))
    sale = lock_sale(pk=sale_id)
    _require_manager(actor, sale)
    _require_draft(sale)
    gates.require_licence(sale.house, LicenceKind.AUCTION, rule=citations.HOUSE_LICENCE)
    lots = lock_lots(pks=sale.lots.filter(state=LotState.DRAFT).values_list("pk", flat=True))
    now = db_now()
    sale.conditions = Conditions.objects.filter(house=sale.house).order_by("-version").first()
    _check_announcement(sale, lots, now)
    sale.state, sale.announced_at = SaleState.ANNOUNCED, now
    sale.confirm_above = rulebook.get(citations.CONFIRM_ABOVE)
    sale.platform = RuleSet.objects.newest(RuleKind.PLATFORM, PLATFORM_FEE)
    sale.save(update_fields=["state", "announced_at", "conditions", "confirm_above", "platform"])
    assert sale.closes_at is not None  # noqa: S101 - checked with the announcement
    for place, lot in enumerate(sorted(lots, key=lambda lot: lot.number)):
        lot.first_end = lot.ends_at = sale.closes_at + timedelta(seconds=place * _stagger(sale))
        lot.state, lot.ask_minor = LotState.ANNOUNCED, lot.opening_minor
        lot.is_high_value = is_high_value(rule_books.deposit_of(sale), lot.estimate_low_minor)
        lot.save(update_fields=["first_end", "ends_at", "state", "ask_minor", "is_high_value"])
    record_event(
        actor=actor, action="sale.announced", subject=sale, before={"state": SaleState.DRAFT},
        after=snapshot(sale, SHOWN), lots=len(lots),
    )  # fmt: skip
    return sale


@transaction.atomic(durable=True)
def withdraw_lot(*, actor: User, lot_id: int, reason: str) -> Lot:
    """Take a lot out before it is sold; it stays in the catalogue as withdrawn.

    Raises `NotAllowed`, `WrongState` (over), `Invalid` (no reason).
    """
    work_id = Lot.objects.filter(pk=lot_id).values_list("work", flat=True).first()
    if work_id is None:
        raise WrongState()
    lock_work(pk=work_id)
    lot = lock_lot(pk=lot_id)
    if not actor.has_perm("auctions.withdraw_lot", lot):
        raise NotAllowed()
    words = reason.strip()
    if not words:
        raise Invalid(fields={"reason": _("请写明撤回的理由。")})
    now = db_now()
    if lot.state in CLOSED_LOTS or (lot.ends_at is not None and lot.ends_at <= now):
        raise WrongState(_("这件拍品已经结束，不能再撤回。"))
    take_out(actor, lot, words, now)
    return lot


def take_out(actor: User | None, lot: Lot, reason: str, at: datetime, **data: Any) -> None:
    """Write that a locked lot is withdrawn and free its work; `data` goes into the event.

    `actor` None: the debt for which it was sold was paid.
    """
    before = lot.state
    lot.state, lot.withdrawal_reason, lot.closed_at = LotState.WITHDRAWN, reason[:300], at
    lot.sequence += 1
    lot.save(update_fields=["state", "withdrawal_reason", "closed_at", "sequence"])
    LotEvent.objects.create(
        lot=lot, sequence=lot.sequence, kind=LotEventKind.WITHDRAWN, at=at, actor=actor,
        data={"reason": lot.withdrawal_reason},
    )  # fmt: skip
    _release(actor, lot, reason)
    record_event(
        actor=actor, action="lot.withdrawn", subject=lot, before={"state": before},
        after={"state": lot.state, "sequence": lot.sequence}, reason=reason, **data,
    )  # fmt: skip


# ------------------------------------------------------------------ checks


def _require_manager(actor: User, sale: Sale) -> None:
    if not actor.has_perm("auctions.manage_sale", sale):
        raise NotAllowed()


def _require_draft(sale: Sale) -> None:
    if sale.state != SaleState.DRAFT:
        raise WrongState(_("拍卖会已经公告，不能再改。"))


def _apply(sale: Sale, terms: SaleTerms) -> None:
    """Put the terms into the sale; raises `Invalid` with every field that is wrong."""
    errors: dict[str, Any] = {}
    for name in PLAIN:
        setattr(sale, name, getattr(terms, name))
    for kind in RULE_SETS:
        found = RuleSet.objects.newest(RuleKind(kind), getattr(terms, kind))
        if found is None:
            errors[kind] = _("请从列表中选择。")
            continue
        setattr(sale, kind, found)
    sale.platform = RuleSet.objects.newest(RuleKind.PLATFORM, PLATFORM_FEE)
    if not terms.title.strip():
        errors["title"] = _("请填写名称。")
    allowed = rulebook.get(citations.RESERVE_POLICIES)
    if terms.reserve_policy not in allowed:
        errors["reserve_policy"] = _("拍卖企业不能代卖方应价，请选择其他保留价规则。")
    if terms.opens_at and terms.closes_at and terms.opens_at >= terms.closes_at:
        errors["closes_at"] = _("结束要晚于开始。")
    if not 0 <= terms.stagger_seconds <= MAX_STAGGER:
        errors["stagger_seconds"] = _("每件相隔0到86400秒。")
    if (terms.format == SaleFormat.SEALED) != bool(terms.sealed_price):
        errors["sealed_price"] = _("密封报价要说明按第几高的报价成交。")
    if not errors:
        errors = _model_errors(sale)
    if errors:
        rule = citations.RESERVE_POLICIES if "reserve_policy" in errors else None
        raise Invalid(fields=errors, rule=rule)
    _check_readable(sale)


def _model_errors(sale: Sale) -> dict[str, Any]:
    from django.core.exceptions import ValidationError

    try:
        sale.clean_fields(exclude=["house", "created_by", "conditions"])
    except ValidationError as error:
        return {name: problems[0].messages[0] for name, problems in error.error_dict.items()}
    return {}


def _check_readable(sale: Sale) -> None:
    unit = rule_books.parts_of(sale.currency)
    try:
        rule_books.ladder(sale.ladder_id, unit)
        rule_books.closing(sale.closing_id)
        rule_books.premium(sale.premium_id, unit)
        rule_books.deposit_of(sale)
        rule_books.approval_of(sale)
        rule_books.storage_of(sale)
        rule_books.platform_of(sale)
    except TableProblem as problem:
        raise Invalid(fields={"ladder": _("这套规则不能用于这种货币。")}) from problem


def announcement_problems(
    sale: Sale, lots: list[Lot], conditions: Conditions | None, now: datetime
) -> list[Problem]:
    """Everything that keeps a draft from being announced now, each with the rule it rests on.

    The licence of the house is asked elsewhere: it refuses on its own account.
    """
    needed = ("notice_on", "viewing_from", "viewing_until", "opens_at", "closes_at")
    found = [Problem(n, _("公告前要填写。")) for n in needed if getattr(sale, n) is None]
    if not lots:
        found.append(Problem("lots", _("还没有拍品。")))
    if conditions is None:
        found.append(Problem("conditions", _("请先发布拍卖规则正文。"), citations.CONDITIONS))
    if sale.reserve_policy == ReservePolicy.NONE and any(x.reserve_minor for x in lots):
        words = _("有拍品约定了保留价，这场拍卖会不能按无保留价公告。")
        found.append(Problem("reserve_policy", words, citations.RESERVE_EFFECT))
    return found + _hours_problems(sale, now)


def _hours_problems(sale: Sale, now: datetime) -> list[Problem]:
    """Notice and display are counted in days of Shanghai, the day of the opening not included."""
    if not (sale.notice_on and sale.opens_at):
        return []
    found = []
    opens_on = sale.opens_at.astimezone(SHANGHAI).date()
    published = max(sale.notice_on, now.astimezone(SHANGHAI).date())
    least = rulebook.get(citations.NOTICE_DAYS, on=sale.notice_on)
    notice = calendars.auction_notice(
        published=published, sale=opens_on, display_days=0, least_notice=least, least_display=0
    )
    if opens_on < notice.earliest_sale:
        words = _("公告至少提前%(days)d天，最早%(day)s开始。") % {
            "days": least,
            "day": notice.earliest_sale,
        }
        found.append(Problem("opens_at", words, citations.NOTICE_DAYS))
    if sale.viewing_from and sale.viewing_until:
        # What is shown once the bidding has begun comes too late for the law.
        last = min(sale.viewing_until, opens_on - timedelta(days=1))
        shown = (last - sale.viewing_from).days + 1
        least = rulebook.get(citations.DISPLAY_DAYS, on=sale.notice_on)
        if shown < least:
            words = _("拍卖前至少展示%(days)d天，开拍当天不算。") % {"days": least}
            found.append(Problem("viewing_until", words, citations.DISPLAY_DAYS))
    return found


def _check_announcement(sale: Sale, lots: list[Lot], now: datetime) -> None:
    problems = announcement_problems(sale, lots, sale.conditions, now)
    if problems:
        rule = next((p.rule for p in problems if p.rule), None)
        raise Invalid(fields={p.field: p.words for p in problems}, rule=rule)


def _stagger(sale: Sale) -> int:
    """In a group all lots end together."""
    return 0 if rule_books.closing(sale.closing_id).scope == "group" else sale.stagger_seconds


def _release(actor: User | None, lot: Lot, reason: str) -> None:
    lock = lot.encumbrance
    if lock is not None and lock.released_at is None:
        encumbrances.release_for_module(actor=actor, encumbrance_id=lock.pk, reason=reason)
