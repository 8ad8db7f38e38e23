"""What the pages of a case show, prepared for their templates: its course, panel, evidence."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from artmarket import rulebook
from artmarket.accounts.enums import LicenceKind
from artmarket.accounts.gates import licences_of
from artmarket.accounts.models import User
from artmarket.core.clock import SHANGHAI, db_now
from artmarket.core.money import Money
from artmarket.core.punctuation import bracketed, clauses, listed
from media.links import signed_link
from media.selectors import picture_sources

from .. import citations
from ..engine.flow import ACTORS, Role
from ..engine.flow import Stage as Course
from ..enums import ResultState, Stage
from ..models import AppraisalCase, Appraiser, CaseStep, Evidence, PanelSeat
from ..refusals import Fault, Refused
from ..services import panels
from ..services.endings import dispute_end
from ..services.suitability import faults_by_expert
from . import reads as case_reads
from .expert_forms import CONFLICTS
from .reads import who_must_act
from .showing import expert_name

COURSE: Final = tuple(Stage)[:10]
PILLS: Final = {Stage.FILED: "ok", Stage.REFUSED: "live", Stage.WITHDRAWN: "neutral"}
SOON: Final = timedelta(days=7)
TASKS: Final = {
    "accept": gettext_lazy("受理，或说明为什么不受理"),
    "agree": gettext_lazy("阅读合同，同意或撤回"),
    "pay": gettext_lazy("收款并记录"),
    "panel": gettext_lazy("组成或补足专家组"),
    "declare": gettext_lazy("声明有没有利益冲突"),
    "begin": gettext_lazy("开始鉴定"),
    "opinion": gettext_lazy("查看实物和证据，提交意见"),
    "conclude": gettext_lazy("汇总意见"),
    "value": gettext_lazy("写估值"),
    "sign": gettext_lazy("签署结果"),
    "wait": gettext_lazy("结果已签署，等异议期结束"),
    "decide": gettext_lazy("处置异议"),
    "file": gettext_lazy("归档"),
}
"""The tasks of `case_reads.MustAct` in words."""


def pill_of(case: AppraisalCase) -> str:
    """The kind of the pill of a case's stage."""
    return PILLS.get(Stage(case.stage), "warn" if case.stage == Stage.DISPUTE else "info")


def who_words(role: Role) -> str:
    """Who acts, in words."""
    return {
        Role.CLIENT: _("鉴定委托人"),
        Role.REGISTRAR: _("登记员"),
        Role.PANEL: _("专家组"),
        Role.CHAIR: _("组长"),
        Role.NOBODY: "",
    }[role]


def steps_of(case: AppraisalCase, reached: str) -> list[tuple[str, str, str]]:
    """The ten stages for <c-steps>; `reached` is the last open stage of a case that ended early."""
    stage = case.stage if case.stage in COURSE else reached
    now = COURSE.index(Stage(stage))
    items = []
    for place, step in enumerate(COURSE):
        state = "done" if place < now else "current" if place == now else "next"
        if case.stage == Stage.FILED:
            state = "done"
        items.append((state, _step_words(case, step), ""))
    return items


def _step_words(case: AppraisalCase, step: Stage) -> str:
    words = str(step.label)
    if step == Stage.VALUATION and not case.wants_valuation:
        return words + bracketed(_("没有委托"))
    return words


def due_words(due: datetime | None) -> str:
    """Until when, in words."""
    if due is None:
        return ""
    return _("%(date)s前") % {"date": date_format(due.astimezone(SHANGHAI), "DATETIME_FORMAT")}


def due_kind(due: datetime | None, now: datetime) -> str:
    """The kind of the pill of a term: red once it has passed."""
    return "neutral" if due is None else "live" if due < now else "warn"


def span_words(periods: list[list[int]]) -> str:
    """The years of an expert."""
    if not periods:
        return _("各个年代")
    return listed(
        _("%(first)d至%(last)d年") % {"first": first, "last": last} for first, last in periods
    )


def category_choices() -> list[tuple[str, str]]:
    """The fields of expertise, in the reader's language."""
    rule = rulebook.rule_of(citations.CATEGORIES)
    return [
        (key, rulebook.in_language(rule.labels[key])) for key in rulebook.get(citations.CATEGORIES)
    ]


def categories_words(keys: list[str]) -> str:
    """Fields of expertise in words."""
    names = dict(category_choices())
    return listed(names.get(key, key) for key in keys)


def price_rows() -> list[tuple[str, str]]:
    """The price list: (field of expertise, fee for each expert)."""
    prices = rulebook.get(citations.PRICE_LIST)
    return [
        (name, _("每位专家%(fee)s") % {"fee": Money(int(prices[key]) * 100).words()})
        for key, name in category_choices()
        if key in prices
    ]


def fee_words(case: AppraisalCase) -> str:
    """The fee of a case, or nothing before it is accepted."""
    return "" if case.fee_minor is None else Money(case.fee_minor, case.currency).words()


def seat_shown(seat: PanelSeat) -> dict[str, Any]:
    """One seat: declared or not, in or not; never what an opinion says."""
    opinion = getattr(seat, "opinion", None)
    return {
        "row": seat,
        "name": expert_name(seat.expert),
        "conflicts": conflict_words(seat.conflicts or []),
        "is_in": opinion is not None,
        "is_void": bool(opinion and opinion.voided_at),
    }


def conflict_words(conflicts: list[str]) -> str:
    """Declared conflicts in words."""
    return clauses(str(CONFLICTS.get(key, key)) for key in conflicts)  # type: ignore[call-overload]


def evidence_shown(row: Evidence, reader: Any) -> dict[str, Any]:
    """One piece of evidence with the reader's own address of its file."""
    kept = row.image or row.document
    sources = picture_sources(row.image) if row.image else None
    return {
        "row": row,
        "title": row.get_kind_display(),
        "name": kept.original_name if kept else "",
        "picture": sources if sources and sources.src else None,
        "alt": row.finding or row.get_kind_display(),
        "address": signed_link(kept, actor=reader) if kept else "",
    }


def licence_words(first: date | None, last: date | None) -> str:
    """The days of a licence."""
    if first is None:
        return _("没有有效的许可")
    if last is None:
        return _("%(first)s起") % {"first": date_format(first)}
    return _("%(first)s至%(last)s") % {"first": date_format(first), "last": date_format(last)}


def appraiser_shown(row: Appraiser, licence: Any) -> dict[str, Any]:
    """One expert for the registrar's tables."""
    return {
        "row": row,
        "name": expert_name(row),
        "categories": categories_words(row.categories),
        "periods": span_words(row.periods),
        "licence": licence_words(
            licence.valid_from if licence else None, licence.valid_until if licence else None
        ),
    }


def actor_of(case: AppraisalCase) -> Role:
    """Who must act, as far as the case itself says it; for tables of cases."""
    if case.stage == Stage.ACCEPTANCE and case.contract_agreed_at is not None:
        return Role.REGISTRAR
    if case.stage == Stage.RESULT and not _is_proposed(case):
        is_over = case.due_at is None or case.due_at <= timezone.now()
        return Role.REGISTRAR if is_over else Role.NOBODY
    return ACTORS[Course(case.stage)]


def _is_proposed(case: AppraisalCase) -> bool:
    """Whether the result of this round waits for signatures; no query where prefetched."""
    states = [row.state for row in case.results.all() if row.round == case.round]
    return ResultState.PROPOSED in states


def row_of(case: AppraisalCase, now: datetime | None = None) -> dict[str, Any]:
    """One case in a table of cases."""
    return {
        "case": case,
        "pill": pill_of(case),
        "who": who_words(actor_of(case)),
        "is_late": bool(now and case.due_at and case.due_at < now),
    }


def waits_for_registrar(case: AppraisalCase) -> bool:
    """Whether a registrar must act next."""
    return actor_of(case) == Role.REGISTRAR


def consequence(case: AppraisalCase) -> str:
    """What happens when nobody acts."""
    return _("到期提醒办事的人；案卷不因逾期结束。") if case.due_at else ""


def course_of(case: AppraisalCase, user: Any, steps: list[CaseStep]) -> dict[str, Any]:
    """The stages, and the baton: who has to do what by when."""
    reached = steps[-1].before if case.closed_at and steps else case.stage
    must = who_must_act(case)
    baton = None
    if must.task:
        is_desk = user.has_perm("appraisal.handle_case", case)
        you = user in must.users or (must.role == Role.REGISTRAR and is_desk)
        baton = {
            "who": _("你") if you else who_words(must.role) or _("没有人"),
            "you": "1" if you else "",
            "task": TASKS[must.task],
            "due": due_words(must.due_at),
            "due_kind": due_kind(must.due_at, timezone.now()),
            "consequence": "" if must.task == "wait" else consequence(case),
        }
    return {"steps": steps_of(case, reached or Stage.REQUEST), "baton": baton}


def disputable_until(case: AppraisalCase) -> datetime | None:
    """Until when the result of this round may still be disputed; None: it may not."""
    if case.stage != Stage.RESULT:
        return None
    result = case.results.filter(round=case.round, state=ResultState.SIGNED).first()
    end = dispute_end(result) if result else None
    return end if end and end > db_now() else None


def appraiser_rows() -> list[dict[str, Any]]:
    """All experts, those in force first."""
    rows = list(Appraiser.objects.select_related("user").order_by("ended_at", "name", "pk"))
    licences = licences_of([row.user_id for row in rows], LicenceKind.APPRAISER)
    rows.sort(key=lambda row: row.ended_at is not None)
    return [appraiser_shown(row, licences.get(row.user_id)) for row in rows]


def candidates_of(case: AppraisalCase) -> tuple[list[dict[str, Any]], int]:
    """Experts of the case's field with what keeps each off it; and how many are of other fields."""
    rows = list(
        Appraiser.objects.filter(ended_at__isnull=True).select_related("user").order_by("name")
    )
    able = [row for row in rows if case.category in row.categories]
    licences = licences_of([row.user_id for row in able], LicenceKind.APPRAISER)
    seated = set(panels.active_seats(case).values_list("expert", flat=True))
    faults = faults_by_expert(case, able)
    shown = [
        appraiser_shown(row, licences.get(row.user_id)) | {"faults": _bar_words(faults[row.pk])}
        for row in able
        if row.pk not in seated
    ]
    return shown, len(rows) - len(able)


def _bar_words(faults: Sequence[Fault]) -> str:
    return clauses(str(fault.words).rstrip("。.") for fault in faults)


def expert_choices(case: AppraisalCase) -> list[tuple[str, str]]:
    """Experts of the case's field in force, for the list to choose from."""
    rows = Appraiser.objects.filter(ended_at__isnull=True).order_by("name")
    return [(str(row.pk), expert_name(row)) for row in rows if case.category in row.categories]


def panel_fault_words(case: AppraisalCase) -> list[str]:
    """What keeps the panel from beginning."""
    try:
        panels.require_whole_panel(case)
    except Refused as refusal:
        return [" ".join(filter(None, (str(f.who), str(f.words)))) for f in refusal.faults]
    return []


def persons_of(case: AppraisalCase, actor: Any) -> list[tuple[str, str]]:
    """Who may have been there when the thing was looked at."""
    found = {actor.pk: str(actor)}
    if case.accepted_by_id:
        found.setdefault(case.accepted_by_id, str(case.accepted_by))
    found[case.client_id] = _("%(name)s（委托人）") % {"name": case.client}
    for seat in panels.active_seats(case):
        found[seat.expert.user_id] = expert_name(seat.expert)
    return [(str(key), name) for key, name in found.items()]


def proof_of(case: AppraisalCase, user: Any, *, names: bool) -> dict[str, Any]:
    """Inspections and evidence as this person may see them; who was there only with `names`."""
    inspections = list(case.inspections.all())
    evidence = case_reads.evidence_for(user, case).prefetch_related("image__derivatives")
    keys = {key for row in inspections for key in row.persons} if names else set()
    known = {person.pk: str(person) for person in User.objects.filter(pk__in=keys)} if keys else {}
    return {
        "inspections": [
            {
                "row": row,
                "persons": listed(known.get(key, str(key)) for key in row.persons)
                if names
                else _("%(n)d人") % {"n": len(row.persons)},
            }
            for row in inspections
        ],
        "evidence": [evidence_shown(row, user) for row in evidence],
    }
