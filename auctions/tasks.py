"""Duties of sales; each may run twice, on several machines, and be killed in the middle.

Nothing depends on their being on time: a bid after the end is refused by the decision itself.
"""

from collections.abc import Callable, Iterable

import structlog

from artmarket.core.errors import DomainError

from .notices.mailing import send_waiting
from .notices.reminding import remind
from .notices.telling import tell_news
from .services import after_sale, second_chance
from .services.closing import close_lot, due_lots, end_sale, finish_sales
from .services.deposit_paying import (
    capture_hold,
    drop_payment,
    due_for_capture,
    due_for_dropping,
)
from .services.deposit_uses import apply_deposit, due_for_applying
from .services.deposits import due_for_release, release_ended
from .services.powers import clear_untied, ended_powers, suspend_ended
from .services.settlement import evidence
from .services.settlement.claims import due_answers, escalate_claim
from .services.settlement.handing_over import due_inspections, lapse_inspection
from .services.settlement.late_failures import (
    due_failures,
    due_rights,
    take_back_right,
    take_in_failure,
)
from .services.settlement.releasing import (
    close_settlement,
    due_closings,
    due_releases,
    release_settlement,
)
from .signals.origins import forget_old_traces
from .signals.scoring import lots_to_score, score_lot

log = structlog.get_logger(__name__)
LOTS_AT_ONCE = 500


def close_due() -> str:
    """Let the hammer fall on every lot whose time is over, then end the sales that are through."""
    closed, failed = _each(due_lots(LOTS_AT_ONCE), lambda pk: close_lot(lot_id=pk))
    ended, unfinished = _each(finish_sales(), lambda pk: end_sale(sale_id=pk))
    return f"closed {closed}, ended {ended}, failed {failed + unfinished}"


def lapse_offers() -> str:
    """Note of offers after the hammer that their time is over; none of them counts in any case."""
    chances, failed = _each(
        second_chance.due_second_chances(),
        lambda pk: second_chance.lapse_second_chance(offer_id=pk),
    )
    offers, more = _each(after_sale.due_offers(), lambda pk: after_sale.lapse_offer(offer_id=pk))
    return f"lapsed {chances + offers}, failed {failed + more}"


def release_deposits() -> str:
    """Send the deposits back of those who bought nothing, or have paid."""
    released, failed = _each(due_for_release(), lambda pk: release_ended(deposit_id=pk))
    return f"released {released}, failed {failed}"


def care_for_deposits() -> str:
    """Take holds that are needed longer than they stand, give up payments that nobody made, put
    deposits into prices where the sale's rule says so."""
    taken, failed = _each(due_for_capture(), lambda pk: capture_hold(deposit_id=pk))
    dropped, more = _each(due_for_dropping(), lambda pk: drop_payment(payment_id=pk))
    applied, most = _each(due_for_applying(), lambda pk: apply_deposit(deposit_id=pk))
    return f"captured {taken}, dropped {dropped}, applied {applied}, failed {failed + more + most}"


def settle() -> str:
    """Let times to claim and to answer run out, release what was accepted, close what is paid out;
    what failed to reach somebody after his sale was undone goes to the fund.

    What a release needs and does not find (a lock on the work, an account) is tried again.
    """
    lapsed, failed = _each(due_inspections(), lambda pk: lapse_inspection(settlement_id=pk))
    passed, more = _each(due_answers(), lambda pk: escalate_claim(claim_id=pk))
    released, held = _each(
        due_releases(), lambda pk: release_settlement(actor=None, settlement_id=pk)
    )
    closed, open_ = _each(due_closings(), lambda pk: close_settlement(settlement_id=pk))
    owed, kept = _each(due_failures(), lambda pk: take_in_failure(payout_id=pk))
    rights, left = _each(due_rights(), lambda pk: take_back_right(right_id=pk))
    told = {"lapsed": lapsed, "passed on": passed, "released": released, "closed": closed}
    told["to the fund"] = owed + rights
    told["failed"] = failed + more + held + open_ + kept + left
    return ", ".join(f"{name} {count}" for name, count in told.items())


def end_powers() -> str:
    """Suspend the paddles whose power of attorney has run out; clear papers and files of claims
    that a crash left."""
    suspended, failed = _each(ended_powers(), lambda pk: suspend_ended(paddle_id=pk))
    cleared = clear_untied() + evidence.clear_untied()
    return f"suspended {suspended}, failed {failed}, papers cleared {cleared}"


def score() -> str:
    """Score the bidders of lots that are over, for a reviewer; forget old traces of sessions."""
    scored, failed = _each(lots_to_score(), lambda pk: score_lot(lot_id=pk))
    return f"scored {scored}, failed {failed}, forgot {forget_old_traces()}"


def _each(keys: Iterable[int], act: Callable[[int], object]) -> tuple[int, int]:
    """Act on each by itself; how many were done, and how many failed.

    Each is a transaction of its own: one that fails is tried again the next time and holds up no
    other. One that was not due after all (False) counts as neither.
    """
    done = failed = 0
    for pk in keys:
        try:
            done += act(pk) is not False
        except DomainError:  # busy, or changed meanwhile
            failed += 1
        except Exception:
            log.exception("duty_failed", key=pk)
            failed += 1
    return done, failed


def tell() -> str:
    """Write what people are to be told of the last events and of the next hours."""
    return f"{tell_news()}, {remind()}"


def mail() -> str:
    """Send the mails that no worker has sent."""
    return send_waiting()
