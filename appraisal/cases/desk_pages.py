"""What the appraiser's desk shows, and what his forms hand to the services."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from artmarket import rulebook
from artmarket.accounts.enums import LicenceKind
from artmarket.accounts.gates import licence_of
from artmarket.core.clock import db_today
from artmarket.core.punctuation import listed

from .. import citations
from ..engine.results import Outcome as Found
from ..enums import Method, ResultState, Stage
from ..models import AppraisalCase, PanelSeat, ResultSignature
from ..services import counting
from ..services.opinions import OpinionInput
from ..services.valuations import ApproachInput, ValuationInput
from . import pages as case_pages
from .expert_forms import CANNOT_TELL, PLAIN, OpinionForm
from .valuation_forms import WholeValuation

LICENCE_SOON: Final = timedelta(days=60)


def licence_shown(user: Any, today: date) -> dict[str, Any]:
    """One's licence and how long it runs."""
    licence = licence_of(user, LicenceKind.APPRAISER, on=today)
    if licence is None:
        return {"is_missing": True, "kind": "live", "words": ""}
    words = case_pages.licence_words(licence.valid_from, licence.valid_until)
    ends = licence.valid_until
    if ends is not None and ends - today <= LICENCE_SOON:
        left = (ends - today).days
        words += " " + _("还有%(days)d天到期，请及时更换。") % {"days": left}
        return {"is_missing": False, "kind": "warn", "words": words}
    return {"is_missing": False, "kind": "ok", "words": words}


def own_seats(user: Any) -> QuerySet[PanelSeat]:
    """All seats of one expert, those whose term ends first at the top."""
    return (
        PanelSeat.objects.filter(expert__user=user)
        .select_related("case__work", "opinion")
        .prefetch_related("case__results", "case__disputes")
        .order_by(F("due_at").asc(nulls_last=True), "-pk")
    )


def desk_of(seats: list[PanelSeat], user: Any, now: datetime) -> dict[str, Any]:
    """The seats of one expert: what waits for him, for others, and what is done."""
    yours, others, ended = [], [], []
    for seat in seats:
        row = _row(seat, now)
        if seat.ended_at or seat.case.closed_at or seat.round != seat.case.round:
            ended.append(row)
        elif task := _task(seat):
            yours.append(row | {"task": task})
        else:
            others.append(row | {"task": "", "who": row["who"] or _("没有人")})
    dues = [row["at"] for row in yours if row["at"]]
    return {
        "yours": yours,
        "others": others,
        "ended": ended,
        "figures": {
            "week": sum(now <= due <= now + case_pages.SOON for due in dues),
            "late": sum(due < now for due in dues),
            "signed": ResultSignature.objects.filter(signer=user).count(),
            "appeals": sum(d.round == s.round for s in seats for d in s.case.disputes.all()),
        },
    }


def _row(seat: PanelSeat, now: datetime) -> dict[str, Any]:
    case = seat.case
    due = seat.due_at if _gives_opinion(seat) else case.due_at
    opinion = getattr(seat, "opinion", None)
    return {
        "title": f"{case.work.display_title} {case.number}",
        "url": reverse("appraisal:seat", args=[seat.pk]),
        "at": due,
        "due": case_pages.due_words(due),
        "due_kind": case_pages.due_kind(due, now),
        "consequence": case_pages.consequence(case),
        "who": case_pages.who_words(case_pages.actor_of(case)),
        "stage": case.get_stage_display(),
        "opinion": _("已作废") if opinion and opinion.voided_at else _("已交") if opinion else "—",
    }


def _gives_opinion(seat: PanelSeat) -> bool:
    return (
        seat.case.stage == Stage.EXAMINATION
        and seat.due_at is not None
        and not hasattr(seat, "opinion")
    )


def _task(seat: PanelSeat) -> str:
    """What this expert has to do now, or nothing."""
    case = seat.case
    if seat.declared_at is None:
        return _("声明有没有利益冲突，然后才能看图片。")
    if _gives_opinion(seat):
        return _("看图片和证据，提交意见。")
    if case.stage == Stage.VALUATION:
        return _("写估值。")
    if not seat.is_chair:
        return ""
    if case.stage == Stage.EXAMINATION and case.opinions_opened_at:
        return _("意见已经齐了，汇总成结果。")
    if case.stage == Stage.RESULT and any(
        row.round == case.round and row.state == ResultState.PROPOSED for row in case.results.all()
    ):
        return _("签署结果。")
    return ""


# ------------------------------------------------------------------ opinion


def summary_of(seat: PanelSeat) -> dict[str, str]:
    """What the chair's summing up begins with: his own words."""
    opinion = getattr(seat, "opinion", None)
    names = ("naming", "date_text", "grade")
    return {name: getattr(opinion, name) for name in names} if opinion else {}


def count_words(case: AppraisalCase) -> str:
    """How the opinions count by the rule, before the chair sums up."""
    found = counting.found_by(case)
    if found.outcome == Found.DECIDED:
        return _("%(for)d位同意，%(against)d位不同意：形成多数意见。") % {
            "for": len(found.majority), "against": len(found.dissent),
        }  # fmt: skip
    if found.outcome == Found.UNDETERMINED:
        return _("没有形成多数意见。可以请登记员增补专家，也可以汇总为“不能判断”，那也是一种结果。")
    return _("有效的意见不够，要由登记员增补专家。")


def is_countable(case: AppraisalCase) -> bool:
    """Whether enough opinions count to sum them up."""
    return counting.found_by(case).outcome in (Found.DECIDED, Found.UNDETERMINED)


def opinion_words(form: OpinionForm) -> list[tuple[str, str]]:
    """The opinion as it will be submitted, for the page that asks once more."""
    rows = []
    for bound in form:
        value: Any = form.cleaned_data.get(bound.name)
        field = form.fields[bound.name]
        if isinstance(value, bool):
            words = _("是") if value else _("否")
        elif hasattr(field, "choices"):
            names = {str(key): str(label) for key, label in field.choices}
            chosen = value if isinstance(value, list) else [value] if value else []
            words = listed(names.get(str(key), str(key)) for key in chosen)
        else:
            words = "" if value is None else str(value)
        if words or bound.name != "other_maker":
            rows.append((str(bound.label), words))
    return rows


def hidden_fields(form: OpinionForm) -> list[SafeString]:
    """Everything that was typed, carried through the page that asks once more."""
    return [bound.as_hidden() for bound in form]


def opinion_given(form: OpinionForm) -> OpinionInput:
    """The value for the service. A term that was not chosen is none of the scale."""
    given = form.cleaned_data
    texts = {name: given[name] for name in PLAIN if name != "term"}
    term = {CANNOT_TELL: "", "": "-"}.get(given["term"], given["term"])
    return OpinionInput(
        term=term, maker_id=form.maker_id(), evidence=tuple(map(int, given["evidence"])), **texts
    )


# ------------------------------------------------------------------ valuation


def first_days() -> dict[str, Any]:
    """Today as base date, and the longest term from it."""
    today = db_today()
    most = rulebook.get(citations.VALUE_VALID_DAYS)
    return {"base_date": today, "valid_until": today + timedelta(days=most)}


def valuation_rule_words() -> str:
    """What a valuation needs, by the rules of today."""
    return _(
        "至少用%(methods)d种方法；市场法至少%(sales)d笔可比成交；基准日不早于签署前%(base)d天，"
        "自基准日起最多有效%(valid)d天。金额写元，可以到分。"
    ) % {
        "methods": rulebook.get(citations.VALUE_METHODS),
        "sales": rulebook.get(citations.VALUE_COMPARABLES),
        "base": rulebook.get(citations.VALUE_BASE_DAYS),
        "valid": rulebook.get(citations.VALUE_VALID_DAYS),
    }


def valuation_given(whole: WholeValuation) -> ValuationInput:
    """The value for the service; the sales go with the market method. What was left empty counts
    as nothing, which the service refuses with its rule."""
    given = whole.form.cleaned_data
    sales = tuple(whole.comparables())
    approaches = tuple(
        ApproachInput(
            method=form.method.value, reasons=form.cleaned_data["reasons"],
            comparables=sales if form.method == Method.MARKET else (),
            **_range(form.cleaned_data),
        )
        for form in whole.chosen()
    )  # fmt: skip
    return ValuationInput(
        purpose=given["purpose"], base_date=given["base_date"], valid_until=given["valid_until"],
        assumptions=given["assumptions"], approaches=approaches, **_range(given),
    )  # fmt: skip


def _range(given: dict[str, Any]) -> dict[str, Any]:
    return {name: given[name] or 0 for name in ("low", "point", "high")}
