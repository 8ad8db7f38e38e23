"""The ways of a pawn: redeemed, renewed, dead and sold; its money to the fen, its dates, its audit."""

from datetime import date, timedelta

import pytest

from artmarket.core.clock import db_today
from artmarket.core.errors import WrongState
from artmarket.ledger.enums import Purpose
from artmarket.ledger.models import Payout, Refund
from auctions.pledges.models import PawnDisposal, PawnOrder
from auctions.pledges.pawn_standing import last_day, owed_on
from auctions.pledges.services import pawn_ends, pawn_money, pawn_tickets
from catalog.models import Encumbrance
from tests.pledges import pawns, stages
from tests.pledges.pawns import LENT
from tests.pledges.stages import YUAN

pytestmark = pytest.mark.django_db


def owed_today(made) -> int:
    return owed_on(made.pawn, made.tickets, [], on=db_today()).total


def test_a_pawn_is_paid_out_whole_and_redeemed_for_principal_fee_and_interest():
    made = pawns.active(back=3)
    ticket = made.ticket
    assert made.pawn.state == "active"
    assert Payout.objects.get(subject_id=str(made.pawn.pk), party=made.party).amount_minor == LENT
    assert stages.of_lender(made) == {"payable": LENT, "book": LENT, "receivable": 0}
    assert ticket.started_on == db_today() - timedelta(days=3)
    assert ticket.redeem_until >= ticket.matures_on + timedelta(days=5)

    # Three days are charged as five by the fee and as three by the interest.
    assert owed_today(made) == LENT + pawns.fee(LENT, 5) + pawns.interest(LENT, 3)
    payment = pawns.ask(made, "redeem", pay_by=db_today() + timedelta(days=10))
    assert payment.amount_minor == LENT + pawns.fee(LENT, 13) + pawns.interest(LENT, 13)
    pawns.receive(payment)
    pawns.fresh(made)
    cost = pawns.fee(LENT, 5) + pawns.interest(LENT, 3)
    assert made.pawn.state == "returning" and made.ticket.state == "redeemed"
    assert stages.of_lender(made) == {"payable": LENT + cost, "book": 0, "receivable": 0}
    # What was asked for days to come goes back.
    assert Refund.objects.get().amount_minor == payment.amount_minor - LENT - cost
    assert stages.faults() == []

    pawns.give_back(made)
    assert made.pawn.state == "closed"
    assert Encumbrance.objects.get(pk=made.pawn.encumbrance_id).released_at is not None
    assert stages.faults() == []


def test_a_renewal_counts_from_the_old_maturity_and_pays_the_earlier_charges():
    made = pawns.active(back=20)
    first = made.ticket
    renewal = pawn_tickets.draw_renewal(actor=made.boss, pawn_id=made.pawn.pk, months=2)
    with pytest.raises(WrongState) as unsigned:
        pawns.ask(made, "renew")
    assert unsigned.value.rule == "pawn.renewal_months"
    pawns.sign(made, renewal)
    payment = pawns.ask(made, "renew")
    days = (first.matures_on - first.started_on).days
    assert payment.amount_minor == pawns.fee(LENT, days) + pawns.interest(LENT, days)
    pawns.receive(payment)
    pawns.fresh(made)
    old, new = made.tickets
    assert (old.state, new.state) == ("renewed", "live")
    assert new.started_on == old.matures_on and new.number != old.number
    # Before its first day the new ticket costs nothing.
    assert owed_today(made) == LENT
    assert stages.faults() == []

    pawns.receive(pawns.ask(made, "redeem"))
    pawns.fresh(made)
    assert made.pawn.state == "returning" and made.tickets[1].state == "redeemed"
    assert Refund.objects.count() == 0
    assert stages.faults() == []


def test_from_the_sixth_day_it_is_dead_and_the_night_may_come_twice():
    made = pawns.active(back=50)
    assert pawn_money.declare_dead() == 1
    assert pawn_money.declare_dead() == 0
    pawns.fresh(made)
    last = made.ticket.redeem_until
    days = (last - made.ticket.started_on).days
    assert made.pawn.state == "dead" and made.pawn.dead_on == last + timedelta(days=1)
    assert made.pawn.dead_rule == "2020"
    assert made.pawn.owed_minor == LENT + pawns.fee(LENT, days) + pawns.interest(LENT, days)
    assert stages.faults() == []
    with pytest.raises(WrongState) as late:
        pawns.ask(made, "redeem")
    assert late.value.rule == "pawn.grace_days"

    # Agreed afterwards, for what was owed when it was dead.
    pawn_money.agree_late(actor=made.boss, pawn_id=made.pawn.pk, until=db_today())
    with pytest.raises(WrongState) as agreed:
        propose(made, 80_000 * YUAN, 0)
    assert agreed.value.rule == "pawn.redeem_after_dead"
    pawns.receive(pawns.ask(made, "redeem"))
    assert pawns.fresh(made).pawn.state == "returning"
    assert stages.faults() == []


def test_money_that_came_in_time_redeems_though_the_books_learn_of_it_after_the_night():
    made = pawns.active(back=50)
    day = made.ticket.redeem_until
    ago = (db_today() - day).days
    payment = pawns.ask(made, "redeem", ago=ago)
    pawn_money.declare_dead()
    pawns.receive(payment, day=day)
    assert pawns.fresh(made).pawn.state == "returning"
    assert stages.faults() == []


def test_money_that_came_too_late_goes_back_whole():
    made = pawns.active(back=50)
    ago = (db_today() - made.ticket.redeem_until).days
    payment = pawns.ask(made, "redeem", ago=ago)
    pawn_money.declare_dead()
    pawns.receive(payment)
    assert pawns.fresh(made).pawn.state == "dead"
    order = PawnOrder.objects.get()
    assert order.state == "returned" and order.why
    assert Refund.objects.get().amount_minor == payment.amount_minor
    assert stages.payable_of(made.party) == 0
    assert stages.faults() == []


def propose(made, price: int, costs: int, way: str = "sale") -> PawnDisposal:
    return pawn_ends.propose_disposal(
        actor=made.boss, pawn_id=made.pawn.pk, way=way, price_minor=price, costs_minor=costs,
        buyer="某收藏机构",
    )  # fmt: skip


def test_a_dead_pawn_is_sold_and_its_surplus_goes_to_the_pawner():
    made = pawns.dead()
    owed = made.pawn.owed_minor
    row = propose(made, 80_000 * YUAN, 1_000 * YUAN)
    with pytest.raises(Exception) as funds:
        pawn_ends.decide_disposal(actor=made.clerk, disposal_id=row.pk, agrees=True)
    surplus = 79_000 * YUAN - owed
    assert funds.value.code == "not_funded" and funds.value.data["missing"] == surplus
    pawns.fund(made, surplus)
    row = pawn_ends.decide_disposal(actor=made.clerk, disposal_id=row.pk, agrees=True)
    pawns.fresh(made)
    assert made.pawn.state == "disposed" and made.pawn.owed_minor == 0
    assert row.surplus_minor == surplus and row.deficiency_minor == 0
    assert stages.of_lender(made) == {"payable": 0, "book": 0, "receivable": 0}
    assert {out.amount_minor for out in Payout.objects.filter(party=made.party)} == {LENT, surplus}
    assert stages.held(made.party, Purpose.PAYABLE) == 0
    assert stages.faults() == []


def test_a_deficiency_stays_owed_and_is_paid_later():
    made = pawns.dead()
    owed = made.pawn.owed_minor
    row = propose(made, 40_000 * YUAN, 500 * YUAN, way="agreed")
    row = pawn_ends.decide_disposal(actor=made.owner, disposal_id=row.pk, agrees=True)
    pawns.fresh(made)
    left = owed - 39_500 * YUAN
    assert row.deficiency_minor == left == made.pawn.owed_minor
    # The fee and the interest come first, so it is principal that is short.
    assert made.pawn.owed("principal") == left
    assert stages.of_lender(made)["book"] == left
    pawns.receive(pawns.ask(made, "claim", amount_minor=1_000 * YUAN))
    assert pawns.fresh(made).pawn.owed_minor == left - 1_000 * YUAN
    pawns.receive(pawns.ask(made, "claim"))
    assert pawns.fresh(made).pawn.owed_minor == 0
    assert stages.faults() == []


def test_by_the_rule_of_2005_a_thing_of_little_value_was_its_own_account():
    made = pawns.dead(
        thing=pawns.Thing(20_000 * YUAN, "完好"), principal_minor=10_000 * YUAN
    )  # fmt: skip
    made.pawn.dead_rule = "2005"
    made.pawn.save(update_fields=["dead_rule"])
    row = propose(made, 19_000 * YUAN, 0)
    row = pawn_ends.decide_disposal(actor=made.clerk, disposal_id=row.pk, agrees=True)
    pawns.fresh(made)
    assert row.is_own_account and (row.surplus_minor, row.deficiency_minor) == (0, 0)
    assert made.pawn.owed_minor == 0
    assert stages.faults() == []


def test_a_lost_ticket_is_charged_and_replaced_under_its_own_number():
    made = pawns.active(back=10)
    loss = pawn_tickets.report_lost(actor=made.owner, ticket_id=made.ticket.pk, words="搬家时遗失")
    assert loss.number == f"{made.ticket.number}-B1" and loss.fee_minor == 20 * YUAN
    payment = pawns.ask(made, "redeem")
    cost = pawns.fee(LENT, 10) + pawns.interest(LENT, 10) + 20 * YUAN
    assert payment.amount_minor == LENT + cost
    pawns.receive(payment)
    assert pawns.fresh(made).pawn.state == "returning"
    assert stages.faults() == []


def test_a_ticket_cancelled_before_the_money_is_out_lets_the_thing_go_back():
    made = pawns.held()
    pawn_tickets.cancel_ticket(actor=made.owner, ticket_id=made.ticket.pk, reason="改变主意")
    assert pawns.fresh(made).pawn.state == "returning"
    pawns.give_back(made)
    assert made.pawn.state == "closed"
    assert stages.faults() == []


def test_a_last_day_on_a_rest_day_moves_to_the_next_working_day():
    # 5 May 2026 is a holiday, 26 September 2026 a Saturday within the calendar.
    assert last_day(date(2026, 4, 30)) == date(2026, 5, 6)
    assert last_day(date(2026, 6, 10)) == date(2026, 6, 15)
    # The holidays of 2030 are not announced: a weekend alone moves it.
    assert last_day(date(2030, 6, 10)) == date(2030, 6, 17)
