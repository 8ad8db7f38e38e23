"""Lenders, their products and their custodians.

An operator confirms what a lender is by law, after its papers; its administrators then open
products, whose terms are dated versions, and appoint who keeps the works for them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts.enums import OrganisationKind
from artmarket.accounts.locks import lock_organisation
from artmarket.accounts.models import User
from artmarket.core.clock import db_today
from artmarket.core.errors import Invalid, NotAllowed, Text, WrongState
from artmarket.core.events import record_event
from artmarket.core.money import MAX_MINOR

from .. import citations, rule_values
from ..engine.collateral import Levels
from ..enums import (
    DayCount,
    LenderClass,
    Liquidity,
    Part,
    ProductKind,
    Realisation,
    Rounding,
    ScheduleKind,
    WaterfallStep,
)
from ..locks import lock_lender
from ..models import Custodian, Holding, Lender, Product, ProductVersion
from ..valuing import EVERY_CATEGORY
from .ground import require, require_licensed, words_of

CURRENCIES = ("CNY",)
MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a version; amounts in the smallest unit, rates and shares in percent.

    `valuing` holds rows {category, liquidity, haircut_pct, advance_pct}; see `ProductVersion`.
    """

    least_minor: int
    most_minor: int
    least_months: int
    most_months: int
    annual_pct: Decimal
    penalty_pct: Decimal
    origination_pct: Decimal
    ltv_initial_pct: Decimal
    ltv_margin_pct: Decimal
    ltv_liquidation_pct: Decimal
    valuing: Sequence[Mapping[str, str]]
    disagreement_pct: Decimal
    cure_days: int
    schedule: str = ScheduleKind.INTEREST_ONLY
    day_count: str = DayCount.ACT_365F
    every_months: int = 1
    rounding: str = Rounding.HALF_UP
    grace_days: int = 0
    allocation: Sequence[str] = (Part.COST, Part.INTEREST, Part.PENALTY, Part.PRINCIPAL)
    waterfall: Sequence[str] = (
        WaterfallStep.COSTS, WaterfallStep.CUSTODY, WaterfallStep.INTEREST,
        WaterfallStep.PENALTY, WaterfallStep.PRINCIPAL,
    )  # fmt: skip
    realisation: Sequence[str] = (Realisation.DISCOUNT, Realisation.AUCTION, Realisation.COURT)
    offer_days: int = 14


# ------------------------------------------------------------------ lenders


@transaction.atomic(durable=True)
def confirm_lender(*, actor: User, organisation_id: int, kind: str, capital_minor: int) -> Lender:
    """An operator records what a financial organisation is by law; an earlier record ends.

    Raises `NotAllowed`, `Invalid`, `NotLicensed` (no licence of the kind is in force).
    """
    organisation = lock_organisation(pk=organisation_id)
    if not actor.has_perm("pledges.confirm_lender"):
        raise NotAllowed()
    errors: dict[str, Text] = {}
    if organisation.kind != OrganisationKind.LENDER or not organisation.is_active:
        errors["organisation"] = _("请选择一家启用的金融机构。")
    if kind not in LenderClass.values:
        errors["kind"] = _("请从列表中选择。")
    if not 0 < capital_minor <= MAX_MINOR * 1000:
        errors["capital_minor"] = _("请填写资本。")
    if errors:
        raise Invalid(fields=errors, rule=citations.LICENCES)
    old = Lender.objects.live().filter(organisation=organisation).first()
    if old is not None:
        if old.kind == kind:
            return _with_capital(actor, old, capital_minor)
        raise WrongState(_("这家机构已经按另一类别登记，请先停用原来的登记。"))
    made = Lender(
        organisation=organisation, kind=kind, capital_minor=capital_minor, confirmed_by=actor
    )
    require_licensed(made)
    made.save()
    record_event(
        actor=actor, action="lender.confirmed", subject=made,
        after={"kind": kind, "capital": capital_minor}, organisation=organisation.pk,
    )  # fmt: skip
    return made


def _with_capital(actor: User, lender: Lender, capital_minor: int) -> Lender:
    before = lender.capital_minor
    if before != capital_minor:
        lender.capital_minor = capital_minor
        lender.save(update_fields=["capital_minor"])
        record_event(
            actor=actor, action="lender.capital", subject=lender, before={"capital": before},
            after={"capital": capital_minor},
        )  # fmt: skip
    return lender


@transaction.atomic(durable=True)
def end_lender(*, actor: User, lender_id: int, reason: str) -> Lender:
    """An operator ends a lender: no application, offer or payment from now on; loans go on.

    Raises `NotAllowed`, `WrongState`, `Invalid`.
    """
    lender = lock_lender(pk=lender_id)
    if not actor.has_perm("pledges.confirm_lender"):
        raise NotAllowed()
    if lender.ended_at is not None:
        raise WrongState(_("这个贷款人已经停用。"))
    lender.end_reason, lender.ended_by = words_of(reason), actor
    lender.ended_at = Now()
    lender.save(update_fields=["ended_at", "ended_by", "end_reason"])
    lender.refresh_from_db(fields=["ended_at"])
    record_event(
        actor=actor, action="lender.ended", subject=lender, before={"kind": lender.kind},
        reason=lender.end_reason,
    )  # fmt: skip
    return lender


# ------------------------------------------------------------------ products


@transaction.atomic(durable=True)
def open_product(
    *, actor: User, lender_id: int, name: str, kind: str, terms: Terms, name_en: str = "",
    valid_from: date | None = None,
) -> Product:  # fmt: skip
    """A lender offers a new product, with its first terms (from today unless it is said).

    Raises `NotAllowed`, `NotLicensed`, `Invalid`.
    """
    lender = lock_lender(pk=lender_id)
    require(actor, "run_lender", lender)
    require_licensed(lender)
    if kind not in ProductKind.values:
        raise Invalid(fields={"kind": _("请从列表中选择。")})
    try:
        with transaction.atomic():
            product = Product.objects.create(
                lender=lender, name=words_of(name, "name", most=80), kind=kind,
                name_en=" ".join(name_en.split())[:120], opened_by=actor,
            )  # fmt: skip
    except IntegrityError as error:
        raise Invalid(fields={"name": _("已经有一个同名的产品。")}) from error
    record_event(
        actor=actor, action="loan_product.opened", subject=product, after={"kind": kind},
        lender=lender.pk,
    )  # fmt: skip
    _publish(actor, product, terms, valid_from)
    return product


@transaction.atomic(durable=True)
def publish_version(
    *, actor: User, product_id: int, terms: Terms, valid_from: date | None = None
) -> ProductVersion:
    """New terms of a product, from today or a later day; offers made before keep theirs.

    Raises `NotAllowed`, `WrongState` (closed), `Invalid`.
    """
    product = _locked_product(product_id)
    require(actor, "run_lender", product)
    if product.closed_at is not None:
        raise WrongState(_("这个产品已经停办。"))
    return _publish(actor, product, terms, valid_from)


@transaction.atomic(durable=True)
def close_product(*, actor: User, product_id: int) -> Product:
    """No more applications for a product; what is under way goes on. Repeated: `WrongState`."""
    product = _locked_product(product_id)
    require(actor, "run_lender", product)
    if product.closed_at is not None:
        raise WrongState(_("这个产品已经停办。"))
    product.closed_at, product.closed_by = Now(), actor
    product.save(update_fields=["closed_at", "closed_by"])
    product.refresh_from_db(fields=["closed_at"])
    record_event(actor=actor, action="loan_product.closed", subject=product)
    return product


def _locked_product(product_id: int) -> Product:
    lender_id = Product.objects.filter(pk=product_id).values_list("lender", flat=True).first()
    if lender_id is None:
        raise WrongState()
    lock_lender(pk=lender_id)
    return Product.objects.select_related("lender__organisation").get(pk=product_id)


def _publish(
    actor: User, product: Product, terms: Terms, valid_from: date | None
) -> ProductVersion:
    today = db_today()
    day = valid_from or today
    errors = _faults(terms, day)
    if day < today:
        errors["valid_from"] = _("生效日不能早于今天。")
    if errors:
        raise Invalid(fields=errors)
    last = product.versions.aggregate(number=Max("number"), day=Max("valid_from"))
    if last["day"] is not None and day <= last["day"]:
        raise Invalid(fields={"valid_from": _("新条款的生效日要晚于上一份。")})
    values: dict[str, Any] = {field.name: getattr(terms, field.name) for field in fields(terms)}
    for name in ("allocation", "waterfall", "realisation"):
        values[name] = [str(code) for code in values[name]]
    values["valuing"] = [{key: str(row[key]) for key in _ROW} for row in terms.valuing]
    version = ProductVersion.objects.create(
        product=product, number=(last["number"] or 0) + 1, valid_from=day, created_by=actor,
        **values,
    )  # fmt: skip
    record_event(
        actor=actor, action="loan_product.terms", subject=product,
        after={"version": version.number, "valid_from": day, "annual_pct": terms.annual_pct},
    )  # fmt: skip
    return version


_ROW = ("category", "liquidity", "haircut_pct", "advance_pct")
_CHOICES: dict[str, list[str]] = {
    "schedule": ScheduleKind.values, "day_count": DayCount.values, "rounding": Rounding.values,
}  # fmt: skip


def _faults(terms: Terms, day: date) -> dict[str, Text]:
    """What is wrong with terms that begin on a day, by field."""
    errors: dict[str, Text] = {
        name: _("请从列表中选择。")
        for name, values in _CHOICES.items()
        if getattr(terms, name) not in values
    }
    if not 0 < terms.least_minor <= terms.most_minor <= MAX_MINOR:
        errors["most_minor"] = _("最高金额不能低于最低金额。")
    if not 0 < terms.least_months <= terms.most_months <= 360:
        errors["most_months"] = _("最长期限不能短于最短期限。")
    if terms.every_months < 1 or terms.least_months % terms.every_months:
        errors["every_months"] = _("最短期限要是每期月数的整倍数。")
    if not 0 < terms.annual_pct <= 100 or not 0 <= terms.penalty_pct <= 100:
        errors["annual_pct"] = _("利率要大于零，以百分数写。")
    if not 0 <= terms.origination_pct <= 20:
        errors["origination_pct"] = _("手续费以本金的百分数写。")
    lines = (terms.ltv_initial_pct, terms.ltv_margin_pct, terms.ltv_liquidation_pct)
    if not 0 < lines[0] < lines[1] < lines[2] <= 100:
        errors["ltv_initial_pct"] = _("放款质押率、追加担保线、处置线要依次升高。")
    elif _above(lines, rule_values.levels(on=day)):
        errors["ltv_initial_pct"] = _("质押率的三条线不能高于规则的上限。")
    if not 0 < terms.disagreement_pct <= rulebook.get(citations.DISAGREEMENT_MOST):
        errors["disagreement_pct"] = _("两份评估的差异不能超过规则的上限。")
    if not 1 <= terms.cure_days <= 60 or not 1 <= terms.offer_days <= 60:
        errors["cure_days"] = _("期限要在1天到60天之间。")
    if sorted(terms.allocation) != sorted(Part.values):
        errors["allocation"] = _("抵充顺序要把每一项写一次。")
    if sorted(terms.waterfall) != sorted(WaterfallStep.values):
        errors["waterfall"] = _("清偿顺序要把每一项写一次。")
    steps = list(terms.realisation)
    if not steps or len(set(steps)) != len(steps) or not set(steps) <= set(Realisation.values):
        errors["realisation"] = _("请从列表中选择变现方式，每种一次。")
    if not _is_valuing(terms.valuing):
        errors["valuing"] = _("折扣表的每一行要有类别、变现难易、折扣和质押率，最后要有兜底的行。")
    return errors


def _above(lines: tuple[Decimal, ...], most: Levels) -> bool:
    """Whether a line lies above that of the rule book."""
    bounds = (most.initial, most.margin, most.liquidation)
    return any(Fraction(own) > bound for own, bound in zip(lines, bounds, strict=True))


def _is_valuing(rows: Sequence[Mapping[str, str]]) -> bool:
    """Each row whole and once, and one for every liquidity that holds where no other does."""
    if not 0 < len(rows) <= MOST_ROWS or any(set(row) != set(_ROW) for row in rows):
        return False
    keys = [(row["category"], row["liquidity"]) for row in rows]
    try:
        figures = [(Decimal(row["haircut_pct"]), Decimal(row["advance_pct"])) for row in rows]
    except ArithmeticError:
        return False
    return (
        len(set(keys)) == len(keys)
        and all(liquidity in Liquidity.values for _category, liquidity in keys)
        and {(EVERY_CATEGORY, str(value)) for value in Liquidity.values} <= set(keys)
        and all(0 <= cut < 100 and 0 < advance <= 100 for cut, advance in figures)
    )


# ------------------------------------------------------------------ custodians


@transaction.atomic(durable=True)
def appoint_custodian(
    *, actor: User, lender_id: int, organisation_id: int, place: str, agreement: str
) -> Custodian:
    """The lender appoints who keeps works for him, and where. Raises `NotAllowed`, `Invalid`."""
    lender = lock_lender(pk=lender_id)
    keeper = lock_organisation(pk=organisation_id)
    require(actor, "run_lender", lender)
    if not keeper.is_active:
        raise Invalid(fields={"organisation": _("请选择一家启用的单位。")})
    try:
        with transaction.atomic():
            made = Custodian.objects.create(
                lender=lender, organisation=keeper, place=words_of(place, "place", most=200),
                agreement=words_of(agreement, "agreement", most=120), appointed_by=actor,
            )  # fmt: skip
    except IntegrityError as error:
        raise Invalid(fields={"place": _("这个库房已经委托给这家单位。")}) from error
    record_event(
        actor=actor, action="custodian.appointed", subject=made, lender=lender.pk,
        organisation=keeper.pk,
    )  # fmt: skip
    return made


@transaction.atomic(durable=True)
def end_custodian(*, actor: User, custodian_id: int, reason: str) -> Custodian:
    """No more works to a custodian. Raises `NotAllowed`, `WrongState` (still keeps some)."""
    lender_id = Custodian.objects.filter(pk=custodian_id).values_list("lender", flat=True).first()
    if lender_id is None:
        raise WrongState()
    lock_lender(pk=lender_id)
    row = Custodian.objects.select_related("lender__organisation").get(pk=custodian_id)
    require(actor, "run_lender", row)
    if row.ended_at is not None:
        raise WrongState(_("这项委托已经解除。"))
    if Holding.objects.in_house().filter(custodian=row).exists():
        raise WrongState(_("还有作品在这里保管，移走以后才能解除。"), rule=citations.CUSTODIAN)
    row.end_reason, row.ended_by, row.ended_at = words_of(reason), actor, Now()
    row.save(update_fields=["ended_at", "ended_by", "end_reason"])
    row.refresh_from_db(fields=["ended_at"])
    record_event(
        actor=actor, action="custodian.ended", subject=row, reason=row.end_reason,
        lender=lender_id,
    )  # fmt: skip
    return row
