"""A whole category is worth less: proposed by one person of the lender, confirmed by another.

From its day on every appraisal that is based before that day counts for so many percent less;
several multiply, and an appraisal made since stands on its own. Nothing is ever raised. Pledge
rules §4.
"""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.core.clock import db_today
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event

from .. import margin_citations as citations
from .. import rule_values
from ..locks import lock_lender, lock_loan
from ..margin_enums import Answer, Cause
from ..models import Loan, Revaluation, RevaluationAnswer
from ..valuing import EVERY_CATEGORY
from .ground import require, words_of
from .margin import retest

LONGEST_AHEAD_DAYS = 366


class SamePerson(NotAllowed):
    """Who proposed it does not confirm it."""

    code = "four_eyes"
    rule = citations.REVALUATION
    message = _("提出和确认要由两个人办理。")


def categories(*, on: date | None = None) -> tuple[str, ...]:
    """The categories that can be revalued: those of the haircuts, and all of them."""
    return (EVERY_CATEGORY, *rulebook.get(rule_values.HAIRCUTS, on=on))


@transaction.atomic(durable=True)
def propose_revaluation(
    *, actor: User, lender_id: int, category: str, cut_pct: Decimal, from_on: date, source: str
) -> Revaluation:
    """Propose to lower a category by so many percent from a day on, with the source.

    Raises `NotAllowed`, `Invalid` (category, percentage, a day that is past or far, no source).
    """
    lender = lock_lender(pk=lender_id)
    require(actor, "work_for_lender", lender)
    today = db_today()
    wrong = {}
    if category not in categories(on=today):
        wrong["category"] = _("请从列表中选择。")
    if not Decimal(0) < cut_pct < Decimal(100) or cut_pct != round(cut_pct, 3):
        wrong["cut_pct"] = _("请填写大于0、小于100的百分比，最多三位小数。")
    if not 0 <= (from_on - today).days <= LONGEST_AHEAD_DAYS:
        wrong["from_on"] = _("从今天或以后一年以内的一天起。")
    if wrong:
        raise Invalid(fields=wrong, rule=citations.REVALUATION)
    made = Revaluation.objects.create(
        lender=lender, category=category, cut_pct=cut_pct, from_on=from_on,
        source=words_of(source, "source"), proposed_by=actor,
    )  # fmt: skip
    record_event(
        actor=actor, action="revaluation.proposed", subject=made, category=category,
        cut_pct=cut_pct, from_on=from_on,
    )  # fmt: skip
    return made


def confirm_revaluation(*, actor: User, revaluation_id: int, note: str = "") -> Revaluation:
    """An administrator of the lender, not who proposed it, confirms; then the loans are tested.

    The loans are tested one by one after the commit; what a broken run leaves, the next night
    tests. Raises `NotAllowed`, `SamePerson`, `WrongState`.
    """
    made = _answer(actor=actor, revaluation_id=revaluation_id, answer=Answer.CONFIRMED, note=note)
    if made.from_on <= db_today():
        for pk in loans_of(made):
            _test(loan_id=pk)
    return made


def refuse_revaluation(*, actor: User, revaluation_id: int, note: str) -> Revaluation:
    """The second person does not agree, with a reason; nothing changes.

    Raises `NotAllowed`, `SamePerson`, `WrongState`, `Invalid`.
    """
    return _answer(
        actor=actor, revaluation_id=revaluation_id, answer=Answer.REFUSED,
        note=words_of(note, "note"),
    )  # fmt: skip


@transaction.atomic(durable=True)
def _answer(*, actor: User, revaluation_id: int, answer: Answer, note: str) -> Revaluation:
    lender_id = (
        Revaluation.objects.filter(pk=revaluation_id).values_list("lender", flat=True).first()
    )
    if lender_id is None:
        raise WrongState()
    lender = lock_lender(pk=lender_id)
    require(actor, "run_lender", lender)
    made = Revaluation.objects.get(pk=revaluation_id)
    if RevaluationAnswer.objects.filter(revaluation=made).exists():
        raise WrongState(_("这次重估已经有了答复。"))
    if made.proposed_by_id == actor.pk:
        raise SamePerson()
    RevaluationAnswer.objects.create(
        revaluation=made, answer=answer, by=actor, note=" ".join(note.split())[:300]
    )
    record_event(actor=actor, action=f"revaluation.{answer.value}", subject=made)
    return made


def loans_of(made: Revaluation) -> list[int]:
    """The loans under which something is owed, with works that the category may touch."""
    rows = Loan.objects.owing().filter(lender=made.lender_id)
    return list(rows.order_by("pk").values_list("pk", flat=True))


@transaction.atomic(durable=True)
def _test(*, loan_id: int) -> None:
    loan = lock_loan(pk=loan_id)
    retest(loan, cause=Cause.REVALUATION, on=db_today())
