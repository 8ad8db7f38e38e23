"""Sealed opinions open together, exactly once, when the last of a whole panel is in."""

from appraisal.engine.panels import PanelFault
from appraisal.engine.results import is_revealed
from appraisal.models import AppraisalCase
from artmarket.core.clock import db_now
from artmarket.core.events import record_event

from . import counting
from .faults import panel_rule
from .steps import term, wait_until


def open_if_complete(case: AppraisalCase) -> bool:
    """Open the opinions of this round if all of a panel of the right number are in.

    Called under the lock of the case, after an opinion came in or a seat ended.
    """
    if case.opinions_opened_at is not None:
        return False
    seats = list(counting.active_seats(case))
    opinions = [counting.as_counted(opinion) for opinion in counting.opinions_of(case)]
    if not is_revealed([str(seat.expert_id) for seat in seats], opinions):
        return False
    if _number_fault(case, len(seats)) is not None:
        return False
    case.opinions_opened_at = db_now()
    case.save(update_fields=["opinions_opened_at"])
    wait_until(case, term("conclude"))
    record_event(
        actor=None, action="case.opinions_opened", subject=case,
        after={"round": case.round, "opinions": len(opinions)},
    )  # fmt: skip
    return True


def _number_fault(case: AppraisalCase, count: int) -> PanelFault | None:
    rule = panel_rule()
    if count < (rule.least_relic if case.is_relic else rule.least):
        return PanelFault.TOO_FEW
    return PanelFault.NOT_ODD if case.is_contested and count % 2 == 0 else None
