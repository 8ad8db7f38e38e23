"""Cases of the demonstration district: one signed with dissent, one sealed and waiting, two begun.

Each is known again by its question. Every step looks at where the case stands, so that a run which
was killed is completed by the next one, and another run changes nothing.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from PIL import Image as Picture
from PIL import ImageDraw

from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.core import demo
from artmarket.core.clock import db_now, db_today
from catalog.demo.district import account
from catalog.enums import WorkState
from catalog.models import Work

from .. import citations
from ..cases.reads import seat_of
from ..enums import ResultState, Stage
from ..models import AppraisalCase, Appraiser, CaseResult, Opinion, PanelSeat
from ..services import appraisers, cases, inspections, opinions, panels, results, valuations

EXPERTS = ("appraiser", "appraiser2", "appraiser3")
FIELDS = ("painting", "oil", "print", "seal")
ATTRIBUTED_TO = "300404269"
REASONS = {
    "autograph": "用笔的起收与同期作品一致，款印与登记照片相符，纸张与年代相合。",
    ATTRIBUTED_TO: "款印相合，但设色较同期作品滞重，不排除有人代笔，只能归于作者名下。",
}


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A case by its question: which stage it comes to, what the experts say, so far."""

    question: str
    until: Stage
    verdicts: tuple[str, ...] = ()
    experts: int = 2
    wants_valuation: bool = False


CASES = (
    CaseFacts(
        "演示：是否为款识所题作者的作品，用于家庭保险", Stage.RESULT,
        ("autograph", "autograph", ATTRIBUTED_TO), experts=3, wants_valuation=True,
    ),
    CaseFacts("演示：款印与作者常用印是否一致", Stage.EXAMINATION, ("autograph",)),
    CaseFacts("演示：年代是否与登记的相合", Stage.ACCEPTANCE),
    CaseFacts("演示：是否为作者早年之作", Stage.REQUEST),
)  # fmt: skip


def load(stage: demo.Stage) -> None:
    """Bring every case to where its facts say."""
    experts = [_expert(key) for key in EXPERTS]
    for facts in CASES:
        case = AppraisalCase.objects.filter(question=facts.question).first()
        if case is None:
            case = _asked(facts)
        if case is not None:
            _advance(case, facts, experts)
    stage.say(f"cases: {AppraisalCase.objects.count()}, appraisers: {len(experts)}")


def cases_are_loaded() -> bool:
    """Whether an earlier run came to its end: the last case is there, and the first is signed."""
    known = AppraisalCase.objects.filter(question__in=[facts.question for facts in CASES])
    is_signed = CaseResult.objects.filter(
        case__question=CASES[0].question, state=ResultState.SIGNED
    ).exists()
    return known.count() == len(CASES) and (is_signed or not settings.SIGNING_MASTER_KEYS)


def _expert(key: str) -> Appraiser:
    user = account(key)
    row = Appraiser.objects.filter(user=user).first()
    if row is not None:
        return row
    membership = user.memberships.filter(ended_at__isnull=True).select_related("organisation")
    house = membership.first()
    return appraisers.confirm_appraiser(
        actor=account("registrar"), user=user,
        given=appraisers.Qualification(
            user.display_name, FIELDS, institution=house.organisation if house else None
        ),
    )  # fmt: skip


def _asked(facts: CaseFacts) -> AppraisalCase | None:
    """Ask about the first free work of the field; none where everything is taken."""
    terms = rulebook.get(citations.CATEGORIES)["painting"]
    works = Work.objects.filter(
        state=WorkState.REGISTERED, is_public=True, is_destroyed=False, relic_status="not_relic",
        work_terms__term__in=terms, encumbrances__isnull=True, appraisal_cases__isnull=True,
        attributions__isnull=False, created_by__email__iendswith=f"@{demo.DOMAIN}",
    )  # fmt: skip
    for work in works.select_related("created_by").order_by("-pk").distinct()[:40]:
        lister = work.created_by
        if lister is not None and lister.has_perm("appraisal.open_case", work):
            wanted = cases.CaseRequest(facts.question, "演示用途", facts.wants_valuation)
            return cases.open_case(actor=lister, work_id=work.pk, request=wanted)
    return None


def _advance(case: AppraisalCase, facts: CaseFacts, experts: Sequence[Appraiser]) -> None:
    desk = account("registrar")
    if facts.until == Stage.REQUEST:
        return
    if case.stage == Stage.REQUEST:
        terms = cases.Acceptance("painting", facts.experts)
        case = cases.accept_case(actor=desk, case_id=case.pk, terms=terms)
    if facts.until == Stage.ACCEPTANCE:
        return
    if case.stage == Stage.ACCEPTANCE:
        case = _begun(case, facts, experts, desk)
    if case.stage == Stage.EXAMINATION:
        _given(case, facts, desk)
        case.refresh_from_db()
    if facts.until == Stage.RESULT:
        _signed(case, experts[0].user)


def _begun(
    case: AppraisalCase, facts: CaseFacts, experts: Sequence[Appraiser], desk: User
) -> AppraisalCase:
    if case.contract_agreed_at is None:
        cases.agree_contract(actor=case.client, case_id=case.pk, digest=case.contract_sha256)
        case.refresh_from_db()
    if case.fee_received_at is None:
        cases.record_fee(actor=desk, case_id=case.pk, reference=f"演示收据{case.pk:04d}")
    for place, expert in enumerate(experts[: facts.experts]):
        seat = PanelSeat.objects.filter(case=case, expert=expert).first()
        if seat is None:
            seat = panels.name_expert(
                actor=desk, case_id=case.pk, appraiser_id=expert.pk, is_chair=place == 0
            )
        if seat.declared_at is None:
            panels.declare(actor=expert.user, seat_id=seat.pk, conflicts=[])
    return cases.begin_examination(actor=desk, case_id=case.pk)


def _given(case: AppraisalCase, facts: CaseFacts, desk: User) -> None:
    seats = list(PanelSeat.objects.filter(case=case).select_related("expert__user").order_by("pk"))
    if not case.inspections.exists():
        inspections.record_inspection(
            actor=desk, case_id=case.pk, place="渌水艺术品鉴定评估所，鉴定室（演示）",
            began_at=db_now() - timedelta(hours=2), seal_number=f"演示-{case.pk:05d}",
            persons=[desk.pk, *(seat.expert.user_id for seat in seats)],
        )  # fmt: skip
    if not case.evidence.exists():
        piece = inspections.Piece(
            "microscope", "墨色沉入纸纤维，印泥压在墨上", "体视显微镜", "40倍，侧光"
        )
        inspections.add_evidence(
            actor=desk, case_id=case.pk, piece=piece, file=_sheet(case), name="microscope.png"
        )
    maker: Any = case.work.attributions.order_by("pk").first()
    for seat, term in zip(seats, facts.verdicts, strict=False):
        if Opinion.objects.filter(seat=seat).exists():
            continue
        opinions.submit_opinion(
            actor=seat.expert.user, seat_id=seat.pk,
            opinion=opinions.OpinionInput(
                term, "high" if term == "autograph" else "medium", REASONS[term],
                maker_id=maker.artist_id, naming=case.work.title[:300],
                date_text=case.work.date_text[:120], saw_object=True,
                limits="没有取样，没有做成分分析。",
                evidence=tuple(case.evidence.values_list("pk", flat=True)),
            ),
        )  # fmt: skip


def _signed(case: AppraisalCase, chair: User) -> None:
    if case.stage == Stage.EXAMINATION and case.opinions_opened_at and seat_of(chair, case):
        summary = results.Summary(
            case.work.title[:300], case.work.date_text[:120] or "年代依登记", ""
        )
        results.conclude(actor=chair, case_id=case.pk, summary=summary)
        case.refresh_from_db()
    if case.stage == Stage.VALUATION:
        valuations.sign_valuation(actor=chair, case_id=case.pk, given=_value())
        case.refresh_from_db()
    result = CaseResult.objects.filter(case=case, state=ResultState.PROPOSED).first()
    if case.stage != Stage.RESULT or result is None or not settings.SIGNING_MASTER_KEYS:
        return
    signed = set(result.signatures.values_list("role", flat=True))
    for role, actor in (("chair", chair), ("reviewer", account("registrar2"))):
        if role not in signed:
            results.sign_result(actor=actor, result_id=result.pk)


def _value() -> valuations.ValuationInput:
    today = db_today()
    sales = tuple(
        {
            "what": f"同一作者，尺寸相近（演示{n}）",
            "date": (today - timedelta(days=60 * n)).isoformat(),
            "amount": amount, "currency": "CNY", "source": "演示数据",
        }
        for n, amount in enumerate((26_000_00, 31_000_00, 28_500_00), 1)
    )  # fmt: skip
    return valuations.ValuationInput(
        "insurance", 24_000_00, 28_000_00, 32_000_00, today, today + timedelta(days=180),
        (
            valuations.ApproachInput(
                "market", 25_000_00, 28_500_00, 33_000_00, "三笔可比成交，按尺寸与品相调整。", sales
            ),
            valuations.ApproachInput(
                "cost", 22_000_00, 26_000_00, 30_000_00, "按同类作品的委托创作价与装裱费估算。"
            ),
        ),
        assumptions="演示数据：金额不代表任何市场价格。",
    )  # fmt: skip


def _sheet(case: AppraisalCase) -> io.BytesIO:
    """A small plain sheet that says that it is a specimen; another one for each case."""
    sheet = Picture.new("RGB", (640, 420), "#ece6d8")
    drawing = ImageDraw.Draw(sheet)
    drawing.rectangle((30, 30, 610, 390), outline="#8a3324", width=4)
    drawing.text((60, 160), f"SPECIMEN {case.number}", fill="#8a3324", font_size=48)
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG")
    buffer.seek(0)
    return buffer
