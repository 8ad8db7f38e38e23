"""The class of a loan (五级分类): by its days past due at best, worse by other facts, better only
after a time of observation. Every change is kept with its reasons. Pledge rules §7.
"""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.core.clock import db_today
from artmarket.core.errors import Invalid, WrongState
from artmarket.core.events import record_event

from .. import realisation_citations as rules
from .. import reckoning, rule_values
from ..engine.classification import Class, bucket_of, classify
from ..enums import FiveClass, LoanState
from ..locks import lock_loan
from ..models import ClassChange, Loan, LoanFinding
from .ground import require, words_of


@transaction.atomic(durable=True)
def find_fact(*, actor: User, loan_id: int, at_least: str, words: str) -> LoanFinding:
    """Somebody of the lender records a fact that calls for at least a class; it counts at once.

    Raises `NotAllowed`, `WrongState` (nothing is owed), `Invalid` (class, words).
    """
    loan = lock_loan(pk=loan_id)
    require(actor, "work_for_lender", loan)
    if loan.state != LoanState.ACTIVE:
        raise WrongState()
    if at_least not in FiveClass.values or at_least == FiveClass.NORMAL:
        raise Invalid(fields={"at_least": _("请从列表中选择。")})
    today = db_today()
    row = LoanFinding.objects.create(
        loan=loan, at_least=at_least, words=words_of(words, "words"), found_on=today, by=actor
    )
    record_event(
        actor=actor, action="loan.finding", subject=loan, at_least=at_least, words=row.words
    )
    reclass(loan, on=today, actor=actor)
    return row


@transaction.atomic(durable=True)
def end_fact(*, actor: User, finding_id: int, reason: str) -> LoanFinding:
    """A fact is no longer so; the class gets better only after its time of observation.

    Raises `NotAllowed`, `WrongState`, `Invalid`.
    """
    loan_id = LoanFinding.objects.filter(pk=finding_id).values_list("loan", flat=True).first()
    if loan_id is None:
        raise WrongState()
    loan = lock_loan(pk=loan_id)
    require(actor, "run_lender", loan)
    row = LoanFinding.objects.get(pk=finding_id)
    if row.ended_on is not None:
        raise WrongState()
    today = db_today()
    row.ended_by, row.ended_on, row.end_reason = actor, today, words_of(reason)
    row.save(update_fields=["ended_by", "ended_on", "end_reason"])
    record_event(
        actor=actor, action="loan.finding_ended", subject=loan, finding=row.pk,
        reason=row.end_reason,
    )  # fmt: skip
    reclass(loan, on=today, actor=actor)
    return row


def reclass(loan: Loan, *, on: date, actor: User | None) -> ClassChange | None:
    """Put a locked loan into its class of a day, inside the caller's transaction.

    The new row where the class, or the time of observation, changed.
    """
    state = reckoning.stand(loan, list(loan.events.order_by("number")), on=on)
    findings = list(loan.findings.filter(ended_on__isnull=True).order_by("pk"))
    last = loan.class_changes.order_by("-number").first()
    held = _held(loan, last)
    floor = bucket_of(rule_values.class_buckets(on=on), state.dpd)
    ladder: tuple[str, ...] = rulebook.get(rules.CLASSES, on=on)
    found = classify(
        ladder, floor, facts=[row.at_least for row in findings], held=held, on=on,
        observation_days=rulebook.get(rules.OBSERVATION, on=on),
    )  # fmt: skip
    if found == held and loan.five_class == found.code:
        return None
    reasons: list[dict[str, Any]] = [{"code": "days", "days": state.dpd, "class": floor}]
    reasons += [
        {"code": "fact", "words": row.words, "class": row.at_least} for row in findings
    ]  # fmt: skip
    if found.better_since is not None:
        reasons.append({"code": "observed", "since": found.better_since.isoformat()})
    made = ClassChange.objects.create(
        loan=loan, number=(last.number if last else 0) + 1,
        before=held.code if held else FiveClass.NORMAL, after=found.code, day=on,
        since=found.since, better_since=found.better_since, overdue_days=state.dpd,
        reasons=reasons, by=actor,
    )  # fmt: skip
    loan.five_class = FiveClass(found.code)
    loan.save(update_fields=["five_class"])
    record_event(
        actor=actor, action="loan.classed", subject=loan, before={"class": made.before},
        after={"class": made.after}, reasons=reasons,
    )  # fmt: skip
    return made


def _held(loan: Loan, last: ClassChange | None) -> Class | None:
    """The class that was kept last; a loan that never left the best one has no row of it."""
    if last is not None:
        return Class(last.after, last.since, last.better_since)
    assert loan.started_on is not None  # noqa: S101 - only loans that were paid out are classed
    return Class(FiveClass.NORMAL, loan.started_on)


def classify_all(*, most: int = 200_000) -> int:
    """Every night: the class of each loan that may have to change; how many did. Safe to repeat.

    Only those are looked at that are not in the best class, are overdue, or have a fact.
    """
    today = db_today()
    rows = Loan.objects.owing().filter(reckoned_on__gte=today)
    looked = rows.exclude(five_class=FiveClass.NORMAL, overdue_days=0)
    looked = looked | rows.filter(findings__ended_on__isnull=True, findings__isnull=False)
    keys = list(looked.order_by("pk").values_list("pk", flat=True).distinct()[:most])
    return sum(_classify(loan_id=pk) for pk in keys)


@transaction.atomic(durable=True)
def _classify(*, loan_id: int) -> int:
    loan = lock_loan(pk=loan_id)
    if loan.state != LoanState.ACTIVE:
        return 0
    return int(reclass(loan, on=db_today(), actor=None) is not None)
