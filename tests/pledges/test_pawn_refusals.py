"""What is refused of a pawn, by which rule, and that nothing is written then."""

from datetime import timedelta
from decimal import Decimal

import pytest

from artmarket.accounts.gates import NotIdentified, NotLicensed
from artmarket.accounts.models import IdentityCheck, Licence
from artmarket.core.clock import db_today
from artmarket.core.errors import DomainError, NotAllowed, WrongState
from auctions.pledges.models import Pawn, PawnHold, PawnOrder, PawnStep, PawnTicket
from auctions.pledges.refusals import AboveCap, AboveCapacity, AboveLimit, NotEligible, NotFunded
from auctions.pledges.services import pawn_custody, pawn_ends, pawn_money, pawn_tickets
from auctions.pledges.services.custody import OnePerson, Step
from auctions.pledges.services.pawn_ground import Held
from auctions.pledges.services.pawn_tickets import Thing
from catalog.services import encumbrances
from tests.catalog.factories import person
from tests.factories import UserFactory
from tests.pledges import pawns, stages
from tests.pledges.pawns import APPRAISED, LENT
from tests.pledges.stages import YUAN

pytestmark = pytest.mark.django_db


def refused(error: type[DomainError], rule: str, call, *args, **kwargs) -> DomainError:
    with pytest.raises(error) as found:
        call(*args, **kwargs)
    assert found.value.rule == rule
    return found.value


def test_terms_keep_to_the_caps_of_the_law():
    made = pawns.shop()
    day = db_today() + timedelta(days=1)
    refused(AboveCap, "pawn.fee_permille", pawns.set_terms, made, day, fee_permille=Decimal("42.1"))
    refused(
        AboveCap, "pawn.interest_annual_pct", pawns.set_terms, made, day,
        annual_pct=Decimal("4.36"),
    )  # fmt: skip
    assert pawns.set_terms(made, day, fee_permille=Decimal(42)).number == 2
    bank = stages.market()
    bank_made = pawns.SimpleNamespace(lender=bank.lender, boss=bank.boss)
    refused(WrongState, "lending.licences", pawns.set_terms, bank_made, day)


def test_no_ticket_is_drawn_on_what_must_not_be_taken():
    made = pawns.shop()
    refused(
        NotEligible, "pawn.refused_goods", pawns.draw, made,
        thing=Thing(APPRAISED, "完好", ["stolen"]),
    )  # fmt: skip
    refused(AboveCapacity, "pawn.ticket", pawns.draw, made, principal_minor=60_001 * YUAN)
    refused(DomainError, "pawn.term_months", pawns.draw, made, months=7)
    refused(
        AboveLimit, "pawn.limits", pawns.draw, made, thing=Thing(APPRAISED * 10, "完好"),
        principal_minor=500_001 * YUAN,
    )  # fmt: skip
    refused(AboveLimit, "pawn.limits", pawns.draw, made, contribution_minor=LENT - 1)
    lock = encumbrances.take_encumbrance(
        actor=person("registrar"), work_id=made.work.pk, kind="dispute", reference="争议"
    )
    refused(NotEligible, "catalog.encumbrance_exclusive", pawns.draw, made)
    encumbrances.release_encumbrance(
        actor=person("registrar"), encumbrance_id=lock.pk, reason="撤回"
    )
    IdentityCheck.objects.filter(user=made.owner).update(valid_until=db_today() - timedelta(days=1))
    refused(NotIdentified, "lending.borrower_identity", pawns.draw, made)
    Licence.objects.filter(organisation=made.lender.organisation).update(
        valid_until=db_today() - timedelta(days=1)
    )
    refused(NotLicensed, "lending.licences", pawns.draw, made)
    with pytest.raises(NotAllowed):
        pawn_tickets.draw_pawn(
            actor=made.clerk, lender_id=made.lender.pk, work_id=made.work.pk,
            thing=Thing(APPRAISED, "完好"), principal_minor=LENT, months=1,
        )  # fmt: skip
    assert not Pawn.objects.exists() and not PawnTicket.objects.exists()


def test_a_request_is_asked_by_the_owner_and_answered_once():
    made = pawns.shop()
    asked = {"lender_id": made.lender.pk, "work_id": made.work.pk, "months": 1}
    with pytest.raises(NotAllowed):
        pawn_tickets.ask_pawn(actor=UserFactory(), amount_minor=LENT, **asked)
    row = pawn_tickets.ask_pawn(actor=made.owner, amount_minor=LENT, **asked)
    with pytest.raises(WrongState):
        pawn_tickets.ask_pawn(actor=made.owner, amount_minor=LENT, **asked)
    ticket = pawns.draw(made, request_id=row.pk)
    assert ticket.pawn.request_id == row.pk
    with pytest.raises(WrongState):
        pawn_tickets.answer_request(actor=made.boss, request_id=row.pk, reason="不收")


def test_two_sign_two_take_in_and_only_then_money_goes_out():
    made = pawns.drawn()
    ticket = made.ticket
    refused(
        WrongState, "lending.return", pawn_custody.record_thing, actor=made.clerk,
        pawn_id=made.pawn.pk, step=Step(place="一架", seal="S1"),
    )  # fmt: skip
    refused(
        DomainError, "pawn.ticket", pawn_tickets.sign_ticket, actor=made.owner,
        ticket_id=ticket.pk, side="pawner", digest="0" * 64,
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        pawn_tickets.sign_ticket(
            actor=made.owner, ticket_id=ticket.pk, side="pawnshop", digest=ticket.digest
        )
    pawns.sign(made, ticket)
    refused(
        WrongState, "catalog.pledge_begins_on_handover", pawn_money.pay_out, actor=made.boss,
        pawn_id=made.pawn.pk,
    )  # fmt: skip
    pawn_custody.record_thing(
        actor=made.clerk, pawn_id=made.pawn.pk, step=Step(place="一架", seal="S1")
    )
    refused(
        OnePerson, "lending.two_persons", pawn_custody.confirm_thing, actor=made.clerk,
        pawn_id=made.pawn.pk, agrees=True,
    )  # fmt: skip
    with pytest.raises(DomainError):  # without a condition report
        pawn_custody.confirm_thing(actor=made.second, pawn_id=made.pawn.pk, agrees=True)
    assert PawnStep.objects.count() == 1 and pawns.fresh(made).pawn.state == "agreed"


def test_only_what_the_pawnshop_has_is_lent():
    made = pawns.held()
    with pytest.raises(NotFunded) as found:
        pawn_money.pay_out(actor=made.boss, pawn_id=made.pawn.pk)
    assert found.value.data["missing"] == LENT
    assert pawns.fresh(made).ticket.started_on is None


def test_a_hold_stops_every_step_until_it_is_lifted():
    made = pawns.active(back=50)
    ago = (db_today() - made.ticket.redeem_until).days
    waiting = pawns.ask(made, "redeem", ago=ago)
    operator = UserFactory(operator=True)
    with pytest.raises(NotAllowed):
        pawn_ends.set_hold(
            actor=made.boss, pawn_id=made.pawn.pk, authority="公安局", document="1号"
        )
    pawn_ends.set_hold(actor=operator, pawn_id=made.pawn.pk, authority="公安局", document="1号")
    day = made.ticket.redeem_until
    pk = made.pawn.pk
    for call in (
        lambda: pawns.ask(made, "redeem"),
        lambda: pawn_tickets.draw_renewal(actor=made.boss, pawn_id=pk, months=1),
        lambda: pawn_tickets.report_lost(actor=made.owner, ticket_id=made.ticket.pk, words="丢"),
        lambda: pawn_custody.record_thing(actor=made.clerk, pawn_id=pk, step=Step()),
        lambda: pawn_money.agree_late(actor=made.boss, pawn_id=pk, until=db_today()),
        lambda: pawn_ends.propose_disposal(
            actor=made.boss, pawn_id=pk, way="sale", price_minor=1, costs_minor=0, buyer="x"
        ),
    ):
        refused(Held, "pawn.hold", call)
    pawns.receive(waiting, day=day)
    assert pawn_money.declare_dead() == 0
    assert PawnOrder.objects.get().state == "open" and pawns.fresh(made).pawn.state == "active"
    pawn_ends.lift_hold(actor=operator, pawn_id=pk, document="2号")
    assert PawnHold.objects.get().lifted_by == operator
    # The money that waited counts for the day on which it came.
    assert pawns.fresh(made).pawn.state == "returning"
    assert stages.faults() == []


def test_only_a_dead_pawn_is_sold_and_by_two():
    made = pawns.active(back=10)
    refused(
        WrongState, "pawn.banned_acts", pawn_ends.propose_disposal, actor=made.boss,
        pawn_id=made.pawn.pk, way="sale", price_minor=YUAN, costs_minor=0, buyer="某人",
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        pawn_money.ask_to_pay(
            actor=UserFactory(), pawn_id=made.pawn.pk, kind="redeem", gateway="bank", key="x"
        )
