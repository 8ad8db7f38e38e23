"""Duties of sales; each may run twice, on several machines, and be killed in the middle.

Nothing depends on their being on time: a bid after the end is refused by the decision itself.
"""

import structlog

from artmarket.core.errors import DomainError

from .notices.mailing import send_waiting
from .notices.reminding import remind
from .notices.telling import tell_news
from .services import after_sale, second_chance
from .services.closing import close_lot, due_lots, end_sale, finish_sales
from .services.deposits import due_for_release, release_ended
from .services.powers import clear_untied, ended_powers, suspend_ended
from .signals.scoring import score_due

log = structlog.get_logger(__name__)
LOTS_AT_ONCE = 500


def close_due() -> str:
    """Let the hammer fall on every lot whose time is over, then end the sales that are through.

    Each lot and each sale is a transaction of its own: one that fails is reported, tried again the
    next time, and holds up no other.
    """
    closed = failed = 0
    for lot_id in due_lots(LOTS_AT_ONCE):
        try:
            close_lot(lot_id=lot_id)
            closed += 1
        except DomainError:  # busy, or its end was moved meanwhile
            failed += 1
        except Exception:
            log.exception("lot_not_closed", lot=lot_id)
            failed += 1
    ended = 0
    for sale_id in finish_sales():
        try:
            end_sale(sale_id=sale_id)
            ended += 1
        except DomainError:
            failed += 1
    return f"closed {closed}, ended {ended}, failed {failed}"


def lapse_offers() -> str:
    """Note of offers after the hammer that their time is over; none of them counts in any case."""
    lapsed = failed = 0
    due = [(second_chance.lapse_second_chance, pk) for pk in second_chance.due_second_chances()]
    for lapse, pk in [*due, *((after_sale.lapse_offer, pk) for pk in after_sale.due_offers())]:
        try:
            lapse(offer_id=pk)
            lapsed += 1
        except DomainError:
            failed += 1
    return f"lapsed {lapsed}, failed {failed}"


def release_deposits() -> str:
    """Make the deposits of those who bought nothing ones that are to be returned."""
    released = failed = 0
    for deposit_id in due_for_release():
        try:
            released += release_ended(deposit_id=deposit_id)
        except DomainError:
            failed += 1
        except Exception:
            log.exception("deposit_not_released", deposit=deposit_id)
            failed += 1
    return f"released {released}, failed {failed}"


def end_powers() -> str:
    """Suspend the paddles whose power of attorney has run out; clear papers of a crash."""
    suspended = failed = 0
    for paddle_id in ended_powers():
        try:
            suspended += suspend_ended(paddle_id=paddle_id)
        except DomainError:
            failed += 1
    return f"suspended {suspended}, failed {failed}, papers cleared {clear_untied()}"


def tell() -> str:
    """Write what people are to be told of the last events and of the next hours."""
    return f"{tell_news()}, {remind()}"


def mail() -> str:
    """Send the mails that no worker has sent."""
    return send_waiting()


def score() -> str:
    """Score the bidders of lots that are over, for a reviewer; forget old traces of sessions."""
    return score_due()
