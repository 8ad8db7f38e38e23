"""One pawn at once: redeemed against dead, renewed against redeemed. One of them, never both."""

import pytest

from artmarket.core.clock import db_today
from artmarket.core.errors import Busy
from artmarket.ledger.models import Payment, Refund
from auctions.pledges.services import pawn_money, pawn_tickets
from tests.concurrency.racing import race
from tests.concurrency.test_offer_race import _vocabulary  # noqa: F401
from tests.pledges import pawns, stages

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
EIGHT = 8


def insistent(call):
    """Whoever is told that somebody is at it tries again, as the books and duties do."""

    def run():
        for _n in range(60):
            try:
                return call()
            except Busy:
                continue
        return call()

    return run


def telling(payment: Payment):
    return insistent(lambda: pawn_money.take_in(Payment.objects.get(pk=payment.pk)))


def test_a_payment_in_time_redeems_whatever_the_night_does():
    made = pawns.active(back=50)
    day = made.ticket.redeem_until
    payment = pawns.ask(made, "redeem", ago=(db_today() - day).days)
    pawns.receive(payment, day=day, tells=False)
    found = race(
        *[telling(payment)] * EIGHT, *[insistent(pawn_money.declare_dead)] * EIGHT
    )  # fmt: skip
    assert [one for one in found if isinstance(one, Exception)] == []
    pawns.fresh(made)
    assert made.pawn.state == "returning" and made.ticket.state == "redeemed"
    assert made.pawn.owed_minor == 0
    assert stages.faults() == []


def test_a_renewal_and_a_redemption_at_once_are_one_of_them():
    made = pawns.active(back=20)
    renewal = pawn_tickets.draw_renewal(actor=made.boss, pawn_id=made.pawn.pk, months=1)
    pawns.sign(made, renewal)
    renew, redeem = pawns.ask(made, "renew"), pawns.ask(made, "redeem")
    for payment in (renew, redeem):
        pawns.receive(payment, tells=False)
    found = race(*[telling(renew)] * EIGHT, *[telling(redeem)] * EIGHT)
    assert [one for one in found if isinstance(one, Exception)] == []
    pawns.fresh(made)
    back = {row.payment_id: row.amount_minor for row in Refund.objects.all()}
    if made.pawn.state == "active":
        assert [row.state for row in made.tickets] == ["renewed", "live"]
        assert back == {redeem.pk: redeem.amount_minor}
    else:
        assert made.pawn.state == "returning"
        assert [row.state for row in made.tickets] == ["redeemed", "cancelled"]
        assert back == {renew.pk: renew.amount_minor}
    assert stages.payable_of(made.party) == 0
    assert stages.faults() == []
