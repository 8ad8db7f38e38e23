"""Opinions of a round as the engine counts them; read under the lock of the case."""

from fractions import Fraction

from django.db.models import QuerySet

from appraisal import citations
from appraisal.engine import results as engine
from appraisal.models import AppraisalCase, Opinion, PanelSeat
from artmarket import rulebook

from .faults import panel_rule


def active_seats(case: AppraisalCase) -> QuerySet[PanelSeat]:
    """The seats of this round that have not ended, with their experts."""
    seats = PanelSeat.objects.filter(case=case, round=case.round, ended_at__isnull=True)
    return seats.select_related("expert__user").order_by("pk")


def opinions_of(case: AppraisalCase, round_: int | None = None) -> QuerySet[Opinion]:
    """All opinions of a round (this one), those that are void among them."""
    seats = {"seat__case": case, "seat__round": case.round if round_ is None else round_}
    return Opinion.objects.filter(**seats).select_related("seat__expert", "maker").order_by("pk")


def result_rule(case: AppraisalCase) -> engine.ResultRule:
    """The rule that counts today. A relic needs as many opinions as its panel has experts."""
    rule = panel_rule()
    return engine.ResultRule(
        share=Fraction(rulebook.get(citations.MAJORITY)),
        least=rule.least_relic if case.is_relic else rule.least,
        most=rulebook.get(citations.PANEL_MOST),
    )


def found_by(case: AppraisalCase) -> engine.Result:
    """What the opinions of this round come to.

    A contested work with an even number of opinions that count is incomplete.
    """
    panel = [str(seat.expert_id) for seat in active_seats(case)]
    opinions = [as_counted(opinion) for opinion in opinions_of(case)]
    found = engine.result_of(result_rule(case), panel, opinions)
    counting = sum(1 for opinion in opinions if not opinion.is_void)
    is_final = found.outcome in (engine.Outcome.DECIDED, engine.Outcome.UNDETERMINED)
    if is_final and case.is_contested and counting % 2 == 0:
        return engine.Result(engine.Outcome.INCOMPLETE, void=found.void)
    return found


def as_counted(opinion: Opinion) -> engine.Opinion:
    """One opinion for the engine."""
    verdict = None
    if opinion.term:
        verdict = engine.Verdict(opinion.term, str(opinion.maker_id or ""))
    return engine.Opinion(
        expert=str(opinion.seat.expert_id),
        verdict=verdict,
        saw_object=opinion.saw_object,
        is_void=opinion.voided_at is not None,
    )
