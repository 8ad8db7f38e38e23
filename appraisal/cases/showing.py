"""What everybody may read of authentication: signed results with their dissent, and valuations.

Names of experts and signers only; never who asked, who owns the work, or what it cost.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from artmarket.core.money import Money
from catalog.enums import WorkState
from catalog.models import Work
from catalog.pages import term_words

from ..enums import Outcome, ResultState
from ..models import AppraisalCase, Appraiser, CaseResult, Opinion, Valuation
from . import reads as case_reads

PUBLIC: Final = case_reads.SHOWN
PILLS: Final = {
    ResultState.SIGNED: "ok",
    ResultState.SUSPENDED: "warn",
    ResultState.SUPERSEDED: "neutral",
    ResultState.REVOKED: "live",
}
NOT_PUBLIC: Final = (WorkState.DRAFT, WorkState.SUBMITTED, WorkState.RETURNED)


def expert_name(expert: Appraiser) -> str:
    """The name an expert signs by, in the reader's language."""
    return (get_language() == "en" and expert.name_en) or expert.name


def verdict_words(term: str) -> str:
    """A term of the attribution scale; without one the expert could not tell."""
    return term_words(term) if term else _("不能判断")


def opinion_shown(row: Opinion, result: CaseResult | None = None) -> dict[str, Any]:
    """One opinion for the table of opinions; beside a decided result whether it agrees."""
    decided = result is not None and result.outcome == Outcome.DECIDED and not row.voided_at
    agrees = (
        result is not None
        and decided
        and (row.term, row.maker_id) == (result.term, result.maker_id)
    )
    return {
        "row": row,
        "name": expert_name(row.seat.expert),
        "is_chair": row.seat.is_chair,
        "verdict": verdict_words(row.term),
        "agrees": agrees,
        "dissents": decided and not agrees,
        "is_void": bool(row.voided_at),
    }


def result_shown(row: CaseResult, opinions: Iterable[Opinion]) -> dict[str, Any]:
    """One result with each opinion behind it and against it, and who signed."""
    signatures = row.signatures.all()
    return {
        "row": row,
        "number": row.case.number,
        "url": reverse("appraisal:result", args=[row.case.number]),
        "pill": PILLS.get(ResultState(row.state), "info"),
        "is_decided": row.outcome == Outcome.DECIDED,
        "verdict": verdict_words(row.term) if row.outcome == Outcome.DECIDED else "",
        "maker": row.maker,
        "dissenting": row.experts - row.agreeing,
        "opinions": [opinion_shown(opinion, row) for opinion in opinions],
        "signatures": [
            {
                "name": expert_name(s.signer.appraiser)
                if hasattr(s.signer, "appraiser")
                else s.signer.display_name,
                "role": s.get_role_display(),
                "at": s.signed_at,
            }
            for s in signatures
        ],
    }


def results_of(**chosen: Any) -> list[dict[str, Any]]:
    """The public results chosen, latest first; three queries, or one where there are none."""
    rows = list(
        CaseResult.objects.filter(state__in=PUBLIC, signed_at__isnull=False, **chosen)
        .select_related("case", "maker")
        .prefetch_related("signatures__signer__appraiser")
        .order_by("-pk")
    )
    if not rows:
        return []
    opinions: dict[tuple[int, int], list[Opinion]] = defaultdict(list)
    found = Opinion.objects.filter(seat__case__in={row.case_id for row in rows})
    for opinion in found.select_related("seat__expert", "maker"):
        opinions[opinion.seat.case_id, opinion.seat.round].append(opinion)
    return [result_shown(row, opinions[row.case_id, row.round]) for row in rows]


def results_for(user: Any, case: AppraisalCase) -> list[dict[str, Any]]:
    """The results of a case that this person may see, latest round first, with their opinions."""
    rows = []
    for round_ in case.results.order_by("-round").values_list("round", flat=True):
        found = case_reads.result_for(user, case, round_)
        if found is not None:
            found.case = case
            rows.append(result_shown(found, case_reads.opinions_for(user, case, round_)))
    return rows


def valuation_shown(row: Valuation) -> dict[str, Any]:
    """One valuation with its methods, in words."""

    def span(part: Any) -> dict[str, str]:
        return {
            name: Money(getattr(part, name), row.currency).words()
            for name in ("low", "point", "high")
        }

    return {
        "row": row,
        "range": span(row),
        "by": expert_name(row.appraiser),
        "approaches": [
            {
                "method": approach.get_method_display(),
                "range": span(approach),
                "reasons": approach.reasons,
                "comparables": [
                    {**sale, "amount": Money(sale["amount"], sale["currency"]).words()}
                    for sale in approach.comparables
                ],
            }
            for approach in row.approaches.all()
        ],
    }


def valuations_of(**chosen: Any) -> list[dict[str, Any]]:
    """Valuations that are public: those of no case, and those of a case with a signed result."""
    signed = CaseResult.objects.filter(
        case=OuterRef("case"), state__in=PUBLIC, signed_at__isnull=False
    )
    rows = (
        Valuation.objects.filter(Q(case=None) | Exists(signed), **chosen)
        .select_related("appraiser")
        .prefetch_related("approaches")
    )
    return [valuation_shown(row) for row in rows]


def valuations_of_case(case: AppraisalCase) -> list[dict[str, Any]]:
    """What the experts of a case have valued, signed result or not; for the desk."""
    rows = case.valuations.select_related("appraiser").prefetch_related("approaches")
    return [valuation_shown(row) for row in rows]


def appraisal_section(work: Work, request: HttpRequest) -> dict[str, Any] | None:
    """The section of a work's page; one query where there is nothing to show."""
    if work.state in NOT_PUBLIC or work.is_open_data:
        return None
    has_results, has_valuations = _what_is_kept(work)
    results = results_of(case__work=work) if has_results else []
    valuations = valuations_of(work=work) if has_valuations else []
    ask = ask_action(work, request)
    if not (results or valuations or ask):
        return None
    return {
        "template": "appraisal/cases/section.html",
        "results": results,
        "valuations": valuations,
        "ask": ask,
    }


def _what_is_kept(work: Work) -> tuple[bool, bool]:
    results = CaseResult.objects.filter(case__work=OuterRef("pk"), state__in=PUBLIC)
    valuations = Valuation.objects.filter(work=OuterRef("pk"))
    rows = Work.objects.filter(pk=work.pk)
    return rows.values_list(Exists(results), Exists(valuations)).get()


def ask_action(work: Work, request: HttpRequest) -> dict[str, str] | None:
    """The link to ask for an appraisal, for whoever speaks for a registered work."""
    user = request.user
    if work.state != WorkState.REGISTERED or not user.is_authenticated:
        return None
    if not user.has_perm("appraisal.open_case", work):
        return None
    return {"url": reverse("appraisal:ask", args=[work.pk]), "label": _("申请鉴定")}


def public_case(number: str) -> AppraisalCase | None:
    """The case behind the number of a public page, where it has a public result."""
    digits = number.removeprefix("JD-")
    if digits == number or not (digits.isascii() and digits.isdigit()) or len(digits) > 12:
        return None
    case = AppraisalCase.objects.select_related("work").filter(pk=int(digits)).first()
    return case if case is not None and case.number == number else None
