"""Custody: each step is recorded by one person of the custodian and confirmed by another.

At the confirmed arrival the pledge arises, and not before (民法典 429; 法释〔2020〕28号 55): the
one lock of the work is taken for the lender then. At the confirmed departure it ends. Rules §6.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from appraisal.condition.reads import report_in_force, require_report
from appraisal.enums import ReportPurpose, TagState
from appraisal.models import TagBinding
from artmarket.accounts.models import User
from artmarket.accounts.permissions import is_organisation_admin
from artmarket.core.clock import SHANGHAI, db_now
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event
from catalog.enums import EncumbranceKind
from catalog.locks import lock_work
from catalog.models import Work
from catalog.services import encumbrances
from media.models import Image

from .. import citations
from ..custody_chain import digest_of
from ..enums import CountResult, CustodyKind, HoldingState, ItemState, LoanState
from ..locks import lock_loan
from ..margin_enums import Cause
from ..models import Custodian, CustodyEvent, Holding, PledgeItem
from ..realisation_enums import SuspensionEnd
from ..refusals import refuse_works
from ..selectors.assessing import assess
from .contracts import close_if_done
from .ground import move_item, party_of_lender, require, words_of
from .margin import require_no_call, retest


@dataclass(frozen=True, slots=True)
class Step:
    """What a person of the custodian records; `tag` is the number or token read on the work."""

    place: str = ""
    seal: str = ""
    tag: str = ""
    result: str = ""
    note: str = ""
    picture_id: int | None = None


class OnePerson(NotAllowed):
    """The same person recorded the step."""

    code = "four_eyes"
    rule = citations.TWO_PERSONS
    message = _("记录和复核要由两个人办理。")


class TagDiffers(DomainError):
    """What was read on the work is not the tag that is bound to it, or a tag on it is broken."""

    code = "tag_differs"
    rule = citations.CUSTODIAN
    message = _("读到的标签和作品上登记的不一致，或标签已经损坏，不能入库。")


# ------------------------------------------------------------------ in


@transaction.atomic(durable=True)
def record_arrival(
    *, actor: User, item_id: int, custodian_id: int, receipt: str, step: Step
) -> Holding:
    """A work of a signed loan was brought to the custodian; it waits for the second person.

    Raises `NotAllowed` (no person of the custodian; the borrower keeps himself), `WrongState`,
    `TagDiffers`, `Invalid` (receipt, place, seal).
    """
    item, work = _locked_item(item_id)
    custodian = Custodian.objects.select_related("organisation", "lender").get(pk=custodian_id)
    require(actor, "keep", custodian)
    if item.state != ItemState.AGREED or item.loan.state not in (
        LoanState.AGREED, LoanState.ACTIVE,
    ):  # fmt: skip
        raise WrongState(_("这件作品现在不能入库：合同还没有签完，或者已经在库。"))
    _require_keeper(custodian, item)
    _require_tag(work, step.tag)
    try:
        with transaction.atomic():
            holding = Holding.objects.create(
                item=item, custodian=custodian, receipt=words_of(receipt, "receipt", most=60),
                place=words_of(step.place, "place", most=120),
                seal=words_of(step.seal, "seal", most=60),
            )  # fmt: skip
    except IntegrityError as error:
        raise Invalid(fields={"receipt": _("仓单号已经用过，或这件作品已经在入库。")}) from error
    holding.item = item
    _log(holding, CustodyKind.IN, step, actor=actor, at=db_now())
    return holding


def _require_keeper(custodian: Custodian, item: PledgeItem) -> None:
    """The keeper holds for the lender: appointed by him, and neither the borrower nor his."""
    if custodian.ended_at is not None or custodian.lender_id != item.loan.lender_id:
        raise WrongState(_("托管人不是这个贷款人委托的。"), rule=citations.CUSTODIAN)
    borrower, keeper = item.loan.borrower, custodian.organisation
    is_own = borrower.organisation_id == keeper.pk or (
        borrower.user is not None and is_organisation_admin(borrower.user, keeper)
    )
    if is_own:
        raise NotAllowed(
            _("借款人自己的单位不能保管质物，质权不会设立。"), code="pledgor_keeps",
            rule=citations.CUSTODIAN,
        )  # fmt: skip


def _require_tag(work: Work, read: str) -> None:
    """Where tags are bound to the work one of them was read, and none is broken."""
    bound = TagBinding.objects.live().filter(work=work).select_related("tag")
    tags = [row.tag for row in bound]
    if any(tag.state == TagState.BROKEN for tag in tags):
        raise TagDiffers()
    whole = [tag for tag in tags if tag.state == TagState.BOUND]
    if whole and read.strip() not in {name for tag in whole for name in (tag.number, tag.token)}:
        raise TagDiffers()


def _arrived(holding: Holding, work: Work, *, actor: User, at: datetime) -> None:
    """The second person agrees: all gates once more, then the work's one lock for the lender."""
    item = holding.item
    loan = item.loan
    if item.state != ItemState.AGREED or loan.state not in (LoanState.AGREED, LoanState.ACTIVE):
        raise WrongState()
    _require_keeper(holding.custodian, item)
    require_report(work_id=work.pk, purpose=ReportPurpose.PLEDGE)
    (found,) = assess(
        [(work, item.liquidity)], borrower=loan.borrower, lender=loan.lender,
        version=loan.version, months=loan.months, on=at.astimezone(SHANGHAI).date(),
    )  # fmt: skip
    encumbrances.require_free(work)
    refuse_works([(work.pk, work.display_title, found.failing(later=True))])
    item.encumbrance = encumbrances.take(
        actor=actor, work_id=work.pk, kind=EncumbranceKind.PLEDGE,
        holder=party_of_lender(loan.lender), reference=loan.number,
    )  # fmt: skip
    item.pledged_at = item.encumbrance.taken_at
    holding.state, holding.in_at = HoldingState.KEPT, at
    holding.report_in = report_in_force(work_id=work.pk, purpose=ReportPurpose.PLEDGE)
    holding.save(update_fields=["state", "in_at", "report_in"])
    move_item(
        item, ItemState.PLEDGED, actor=actor, fields=("encumbrance", "pledged_at"),
        holding=holding.pk, receipt=holding.receipt,
    )  # fmt: skip
    retest(loan, cause=Cause.DELIVERY, on=at.astimezone(SHANGHAI).date(), actor=actor)


# ------------------------------------------------------------------ move, count


@transaction.atomic(durable=True)
def record_move(*, actor: User, holding_id: int, step: Step) -> Holding:
    """A kept work was put to another place, under a new seal if one is said.

    Raises `NotAllowed`, `WrongState`, `Invalid`.
    """
    holding, _work = _locked(holding_id)
    require(actor, "keep", holding)
    _require_kept(holding)
    _log(
        holding, CustodyKind.MOVE, replace(step, place=words_of(step.place, "place", most=120)),
        actor=actor, at=db_now(),
    )  # fmt: skip
    return holding


@transaction.atomic(durable=True)
def record_count(*, actor: User, holding_id: int, step: Step) -> Holding:
    """A kept work was looked for: there with its seal, with a broken one, damaged, or missing.

    Raises `NotAllowed`, `WrongState`, `Invalid`.
    """
    holding, _work = _locked(holding_id)
    require(actor, "keep", holding)
    _require_kept(holding)
    if step.result not in CountResult.values:
        raise Invalid(fields={"result": _("请从列表中选择。")})
    _log(holding, CustodyKind.COUNT, step, actor=actor, at=db_now())
    return holding


# ------------------------------------------------------------------ out


@transaction.atomic(durable=True)
def record_departure(*, actor: User, holding_id: int, step: Step) -> Holding:
    """A work that may go is handed out; the pledge ends when the second person confirms it.

    Raises `NotAllowed`, `WrongState` (the lender has not let it go), `NoReport`.
    """
    holding, work = _locked(holding_id)
    require(actor, "keep", holding)
    _require_kept(holding)
    if holding.item.state != ItemState.LEAVING:
        raise WrongState(_("贷款人还没有同意取回这件作品。"), rule=citations.RETURN)
    require_no_call(holding.item.loan)
    require_report(work_id=work.pk, purpose=ReportPurpose.OUTGOING)
    holding.state = HoldingState.LEAVING
    holding.save(update_fields=["state"])
    _log(holding, CustodyKind.OUT, step, actor=actor, at=db_now())
    return holding


def _departed(holding: Holding, work: Work, *, actor: User, at: datetime) -> None:
    """The second person agrees: the pledge ends, and the loan with its last work."""
    item = holding.item
    if item.state != ItemState.LEAVING or item.encumbrance_id is None:
        raise WrongState()
    require_no_call(item.loan)
    require_report(work_id=work.pk, purpose=ReportPurpose.OUTGOING)
    if not item.suspensions.filter(end=SuspensionEnd.SOLD).exists():
        # A work that was sold at auction left the pledge when its lot was settled.
        encumbrances.release_for_module(
            actor=actor, encumbrance_id=item.encumbrance_id, reason=f"{item.loan.number}: "
            f"{item.leave_reason}",
        )  # fmt: skip
    holding.state, holding.out_at = HoldingState.GONE, at
    holding.report_out = report_in_force(work_id=work.pk, purpose=ReportPurpose.OUTGOING)
    holding.save(update_fields=["state", "out_at", "report_out"])
    item.ended_at = at
    move_item(
        item, ItemState.RELEASED, actor=actor, fields=("ended_at",), holding=holding.pk
    )  # fmt: skip
    close_if_done(item.loan, actor=actor)


# ------------------------------------------------------------------ the second person


@transaction.atomic(durable=True)
def confirm_step(*, actor: User, holding_id: int, agrees: bool, note: str = "") -> Holding:
    """The second person says whether the step that waits was done as recorded.

    An arrival sets up the pledge, a departure ends it; a step that he does not agree with has no
    effect. Raises `NotAllowed`, `OnePerson`, `WrongState` (nothing waits), `NoReport`,
    `Encumbered`, `NotEligible`, `GateClosed`, `Invalid` (a refusal without a reason).
    """
    holding, work = _locked(holding_id)
    require(actor, "keep", holding)
    waiting = waiting_step(holding)
    if waiting is None:
        raise WrongState(_("没有待复核的记录。"))
    if waiting.by_id == actor.pk:
        raise OnePerson()
    now = db_now()
    words = " ".join(note.split())[:300] if agrees else words_of(note, "note")
    _log(
        holding, CustodyKind(waiting.kind), Step(result=waiting.result, note=words), actor=actor,
        at=now, confirms=waiting, is_refusal=not agrees,
    )  # fmt: skip
    if not agrees:
        _refused(holding, CustodyKind(waiting.kind))
    elif waiting.kind == CustodyKind.IN:
        _arrived(holding, work, actor=actor, at=now)
    elif waiting.kind == CustodyKind.OUT:
        _departed(holding, work, actor=actor, at=now)
    elif waiting.kind == CustodyKind.MOVE:
        holding.place, holding.seal = waiting.place, waiting.seal or holding.seal
        holding.save(update_fields=["place", "seal"])
    else:
        holding.last_result, holding.last_counted_at = waiting.result, now
        holding.save(update_fields=["last_result", "last_counted_at"])
        retest(
            holding.item.loan, cause=Cause.COUNT, on=now.astimezone(SHANGHAI).date(), actor=actor
        )
    return holding


def _refused(holding: Holding, kind: CustodyKind) -> None:
    """A step that did not happen: an arrival ends, a departure leaves the work where it was."""
    if kind == CustodyKind.IN:
        holding.state = HoldingState.REFUSED
    elif kind == CustodyKind.OUT:
        holding.state = HoldingState.KEPT
    holding.save(update_fields=["state"])


def waiting_step(holding: Holding) -> CustodyEvent | None:
    """The last step, if nobody has confirmed it."""
    last = holding.events.order_by("-number").first()
    return last if last is not None and last.confirms_id is None else None


# ------------------------------------------------------------------ shared


def _locked_item(item_id: int) -> tuple[PledgeItem, Work]:
    """A work of a loan under the locks of the work and the loan."""
    keys = PledgeItem.objects.filter(pk=item_id).values_list("work", "loan").first()
    if keys is None:
        raise WrongState()
    work = lock_work(pk=keys[0])
    loan = lock_loan(pk=keys[1])
    item = PledgeItem.objects.get(pk=item_id)
    item.loan, item.work = loan, work
    return item, work


def _locked(holding_id: int) -> tuple[Holding, Work]:
    item_id = Holding.objects.filter(pk=holding_id).values_list("item", flat=True).first()
    if item_id is None:
        raise WrongState()
    item, work = _locked_item(item_id)
    holding = Holding.objects.select_related("custodian__organisation").get(pk=holding_id)
    holding.item = item
    return holding, work


def _require_kept(holding: Holding) -> None:
    if holding.state != HoldingState.KEPT:
        raise WrongState(_("这件作品不在库。"))
    if waiting_step(holding) is not None:
        raise WrongState(_("上一条记录还没有复核。"), rule=citations.TWO_PERSONS)


def _log(
    holding: Holding, kind: CustodyKind, step: Step, *, actor: User, at: datetime,
    confirms: CustodyEvent | None = None, is_refusal: bool = False,
) -> CustodyEvent:  # fmt: skip
    """Append a row to the chain of a holding, under the lock of its loan."""
    picture = None
    if step.picture_id is not None:
        picture = Image.objects.filter(pk=step.picture_id, uploaded_by=actor).first()
        if picture is None:
            raise Invalid(fields={"picture": _("请选择自己上传的照片。")})
    row = CustodyEvent(
        holding=holding, number=holding.sequence + 1, kind=kind, confirms=confirms,
        is_refusal=is_refusal, by=actor, at=at.replace(microsecond=at.microsecond // 1000 * 1000),
        place=step.place[:120], seal=step.seal[:60], tag=step.tag.strip()[:64],
        result=step.result, picture=picture, note=" ".join(step.note.split())[:300],
        previous=holding.head,
    )  # fmt: skip
    row.digest = digest_of(row)
    row.save(force_insert=True)
    holding.sequence, holding.head = row.number, row.digest
    holding.save(update_fields=["sequence", "head"])
    record_event(
        actor=actor, action=f"custody.{kind.value}", subject=holding,
        after={"sequence": row.number}, item=holding.item_id, work=holding.item.work_id,
        confirms=confirms.number if confirms else None, refused=is_refusal,
    )  # fmt: skip
    return row
