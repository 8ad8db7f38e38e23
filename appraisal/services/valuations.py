"""Valuations signed by an expert of the panel: methods, figures, base date; append-only.

All faults are told at once, each with its rule. Registry rules, section 5.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from appraisal import citations
from appraisal.engine import valuations as engine
from appraisal.engine.valuations import ValuationFault
from appraisal.enums import Method, Stage, ValuePurpose
from appraisal.locks import lock_case
from appraisal.models import Valuation, ValuationApproach
from appraisal.refusals import Fault, Refused
from artmarket import rulebook
from artmarket.accounts.enums import LicenceKind
from artmarket.accounts.gates import require_licence
from artmarket.accounts.models import User
from artmarket.core.clock import db_today
from artmarket.core.errors import Invalid, NotAllowed, Text
from artmarket.core.events import record_event
from artmarket.core.money import MAX_MINOR

from . import counting
from .steps import move, require_stage, term, too_long

MAX_TEXT = 5000
MOST_COMPARABLES = 50
COMPARABLE = frozenset({"what", "date", "amount", "currency", "source"})
CURRENCIES = ("CNY",)

_FAULTS: Mapping[ValuationFault, tuple[str, Text]] = {
    ValuationFault.TOO_FEW_METHODS: (citations.VALUE_METHODS, _("估值方法的种数不够。")),
    ValuationFault.SAME_METHOD: (citations.VALUE_METHODS, _("同一种方法用了两次。")),
    ValuationFault.NOT_POSITIVE: (citations.VALUE_FIGURES, _("金额要大于零。")),
    ValuationFault.NOT_ORDERED: (citations.VALUE_FIGURES, _("低、中、高要依次不减。")),
    ValuationFault.OUTSIDE_METHODS: (citations.VALUE_FIGURES, _("结论超出了各方法的范围。")),
    ValuationFault.NO_COMPARABLES: (citations.VALUE_COMPARABLES, _("可比成交的笔数不够。")),
    ValuationFault.BASE_AFTER_SIGNING: (citations.VALUE_BASE_DAYS, _("基准日在签署以后。")),
    ValuationFault.BASE_TOO_OLD: (citations.VALUE_BASE_DAYS, _("基准日离签署太久。")),
    ValuationFault.VALID_TOO_LONG: (citations.VALUE_VALID_DAYS, _("有效期超出了规定。")),
}


@dataclass(frozen=True, slots=True)
class ApproachInput:
    """One method: amounts in the smallest unit, how they were found, the sales they rest on
    (each what, date, amount, currency, source)."""

    method: str
    low: int
    point: int
    high: int
    reasons: str
    comparables: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class ValuationInput:
    """The figures, for what they are, from which day until which."""

    purpose: str
    low: int
    point: int
    high: int
    base_date: date
    valid_until: date
    approaches: tuple[ApproachInput, ...] = field(default=())
    assumptions: str = ""
    currency: str = "CNY"


@transaction.atomic(durable=True)
def sign_valuation(*, actor: User, case_id: int, given: ValuationInput) -> Valuation:
    """An expert of the panel signs the value; the case goes on to its result.

    Raises `NotAllowed`, `NotLicensed`, `WrongState`, `Invalid`, `Refused` (all faults).
    """
    case = lock_case(pk=case_id)
    seat = counting.active_seats(case).filter(expert__user=actor).first()
    if seat is None or not actor.is_active:
        raise NotAllowed()
    require_stage(case, Stage.VALUATION)
    require_licence(actor, LicenceKind.APPRAISER, rule=citations.LICENCE)
    _check_form(given)
    _check_rules(given)
    row = Valuation.objects.create(
        work=case.work, case=case, purpose=given.purpose, currency=given.currency, low=given.low,
        point=given.point, high=given.high, base_date=given.base_date,
        valid_until=given.valid_until, assumptions=given.assumptions.strip(),
        appraiser=seat.expert,
    )  # fmt: skip
    ValuationApproach.objects.bulk_create(
        ValuationApproach(
            valuation=row, method=one.method, low=one.low, point=one.point, high=one.high,
            reasons=one.reasons.strip(), comparables=[dict(sale) for sale in one.comparables],
        )
        for one in given.approaches
    )  # fmt: skip
    row.refresh_from_db()
    record_event(
        actor=actor, action="case.valued", subject=case,
        after={"valuation": row.pk, "purpose": row.purpose, "base_date": row.base_date},
    )  # fmt: skip
    move(case, Stage.RESULT, actor=actor, due_at=term("sign"))
    return row


def _check_form(given: ValuationInput) -> None:
    errors: dict[str, Text] = {}
    if given.purpose not in ValuePurpose.values:
        errors["purpose"] = _("请从列表中选择。")
    if given.currency not in CURRENCIES:
        errors["currency"] = _("请从列表中选择。")
    if len(given.assumptions) > MAX_TEXT:
        errors["assumptions"] = too_long(MAX_TEXT)
    if max(given.high, *(one.high for one in given.approaches), 0) > MAX_MINOR:
        errors["high"] = _("金额太大。")
    for place, one in enumerate(given.approaches, 1):
        if one.method not in Method.values:
            errors[f"method_{place}"] = _("请从列表中选择。")
        if not 0 < len(one.reasons.strip()) <= MAX_TEXT:
            errors[f"reasons_{place}"] = _("请写明怎样测算。")
        if len(one.comparables) > MOST_COMPARABLES or not all(map(_is_sale, one.comparables)):
            errors[f"comparables_{place}"] = _("每笔成交要有内容、日期、金额和出处。")
    if errors:
        raise Invalid(fields=errors, rule=citations.VALUE_FIGURES)


def _is_sale(sale: Mapping[str, Any]) -> bool:
    amount = sale.get("amount")
    texts = [sale.get(name) for name in ("what", "date", "currency", "source")]
    return (
        set(sale) == COMPARABLE
        and isinstance(amount, int)
        and 0 < amount <= MAX_MINOR
        and all(isinstance(text, str) and 0 < len(text.strip()) <= 300 for text in texts)
    )


def _check_rules(given: ValuationInput) -> None:
    rule = engine.ValuationRule(
        methods=rulebook.get(citations.VALUE_METHODS),
        comparables=rulebook.get(citations.VALUE_COMPARABLES),
        base_days=rulebook.get(citations.VALUE_BASE_DAYS),
        valid_days=rulebook.get(citations.VALUE_VALID_DAYS),
    )
    approaches = [
        engine.Approach(
            engine.Method(one.method),
            engine.Range(one.low, one.point, one.high),
            len(one.comparables),
        )
        for one in given.approaches
    ]
    found = engine.valuation_faults(
        rule, approaches, engine.Range(given.low, given.point, given.high),
        base=given.base_date, valid_until=given.valid_until, signed=db_today(),
    )  # fmt: skip
    if found:
        raise Refused([_worded(fault) for fault in found])


def _worded(fault: engine.Fault) -> Fault:
    rule, words = _FAULTS[fault.code]
    return Fault(fault.code, words, rule, Method(fault.method).label if fault.method else "")
