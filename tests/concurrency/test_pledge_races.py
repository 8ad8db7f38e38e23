"""A pledge against everything else that moves a work, and one loan's money at once.

Sixteen at a time; each question with its control.
"""

import threading

import pytest
from django.db import IntegrityError

from artmarket.core.clock import db_today
from artmarket.core.errors import Busy, DomainError, WrongState
from artmarket.ledger.models import Payment, Payout, Refund
from auctions.pledges.models import Loan, LoanEvent, PledgeItem
from auctions.pledges.services import custody, lending, offers, repaying
from auctions.pledges.services.applications import Asked, apply
from auctions.pledges.services.custody import confirm_step
from catalog.models import Encumbrance, TitleEvent, Work
from catalog.services import encumbrances
from catalog.services.title import Share, check_title_event, record_title_event
from tests.appraisal.conditions import handed_over
from tests.catalog.factories import person
from tests.concurrency.racing import race
from tests.concurrency.test_offer_race import _vocabulary  # noqa: F401
from tests.listings.factories import seller_of, terms
from tests.pledges import stages
from tests.pledges.stages import LENT

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 2
MANY = 16


def insistent(call):
    """Whoever is told that somebody is at it tries again, as people and duties do."""

    def run():
        for _n in range(60):
            try:
                return call()
            except Busy:
                continue
        return call()

    return run


def pledging(made):
    return insistent(
        lambda: confirm_step(actor=made.second, holding_id=made.holding.pk, agrees=True)
    )


def selling(made, kind):
    registrar = person("registrar")
    return insistent(
        lambda: encumbrances.take_encumbrance(
            actor=registrar, work_id=made.work.pk, kind=kind, reference="x"
        )
    )


def listing(made):
    from auctions.listings.services import offers as listings

    seller = seller_of(made.work)
    return insistent(lambda: listings.open_offer(actor=seller, work_id=made.work.pk, terms=terms()))


def moving_title(made):
    """Recorded and checked in one go: a change that waits blocks the pledge as well."""
    heir, first, second = stages.party_of(person("buyer")), person("registrar"), person("registrar")
    record = insistent(
        lambda: record_title_event(
            actor=first, work_id=made.work.pk, basis="gift", shares=[Share(heir)],
            documents="赠与合同",
        )
    )  # fmt: skip

    def run():
        event = record()
        return insistent(lambda: check_title_event(actor=second, event_id=event.pk))()

    return run


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_a_pledge_and_fifteen_other_ways_to_move_a_work_one_happens(_round):
    made = stages.arrived()
    others = [selling(made, kind) for kind in ("sale", "loan_out", "dispute", "pledge") * 3]
    calls = [pledging(made), *others, listing(made), listing(made), pledging(made)]
    assert len(calls) == MANY
    results = race(*calls)
    assert Encumbrance.objects.live().count() == 1
    assert sum(not isinstance(r, Exception) for r in results) == 1
    assert all(isinstance(r, DomainError) for r in results if isinstance(r, Exception))
    item = PledgeItem.objects.get()
    lock = Encumbrance.objects.live().get()
    assert (item.state == "pledged") == (item.encumbrance_id == lock.pk)
    assert stages.faults() == []


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_pledge_and_a_transfer_of_title_at_once_are_one_of_both(_round):
    made = stages.arrived()
    results = race(moving_title(made), *[pledging(made)] * (MANY - 1))
    moved = TitleEvent.objects.filter(basis="gift", checked_at__isnull=False).exists()
    stages.fresh(made)
    assert moved != (made.item.state == "pledged")
    assert sum(not isinstance(r, Exception) for r in results) == 1
    assert Encumbrance.objects.live().count() == (0 if moved else 1)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_lenders_contracts_for_one_work_at_once_are_one(_round):
    made = stages.offered()
    rivals = []
    for _n in range(3):
        other = stages.market()
        application = apply(
            actor=made.owner, product_id=other.product.pk, party_id=made.party.pk,
            asked=Asked(LENT, 12, "周转", [made.work.pk]),
        )  # fmt: skip
        other.party, other.back = made.party, 0
        stages.examined(other, made.work)
        rivals.append(
            offers.make_offer(
                actor=other.boss, application_id=application.pk, principal_minor=LENT // 2,
                months=12,
            )
        )  # fmt: skip
    every = [made.offer, *rivals] * 4
    results = race(
        *(
            insistent(lambda o=offer: offers.accept_offer(actor=made.owner, offer_id=o.pk))
            for offer in every
        )
    )
    assert sum(isinstance(r, Loan) for r in results) == 1
    assert sum(isinstance(r, WrongState) for r in results) == MANY - 1
    assert (Loan.objects.count(), PledgeItem.objects.count()) == (1, 1)


def test_sixteen_payments_out_at_once_are_one():
    made = stages.delivered()
    stages.fund(made, 3 * LENT)
    results = race(
        *[insistent(lambda: lending.disburse(actor=made.boss, loan_id=made.loan.pk))] * MANY
    )
    assert sum(isinstance(r, Loan) for r in results) == 1
    assert Payout.objects.filter(party=made.party).count() == 1
    assert LoanEvent.objects.filter(kind="disbursement").count() == 1
    assert stages.fresh(made).loan.principal_minor == LENT
    assert stages.faults() == []


def test_money_for_one_loan_is_not_paid_out_on_two():
    """Two loans of one lender and cash for one of them."""
    first = stages.delivered()
    rows = [first.loan.pk]
    works, owner = stages.author_works()
    second = second_loan(first, works[0], owner)
    rows.append(second)
    stages.fund(first, LENT)
    results = race(
        *(
            insistent(lambda pk=pk: lending.disburse(actor=first.boss, loan_id=pk))
            for pk in rows * 4
        )
    )
    assert sum(isinstance(r, Loan) for r in results) == 1
    assert Payout.objects.count() == 1
    assert stages.faults() == []


def second_loan(made, work, owner) -> int:
    """Another borrower's delivered loan of the same lender."""
    from types import SimpleNamespace

    from auctions.pledges.services import contracts

    other = SimpleNamespace(**vars(made))
    other.owner, other.work, other.party = owner, work, stages.party_of(owner)
    stages.appraise(work, stages.LOW)
    stages.appraise(work, stages.HIGH)
    application = apply(
        actor=owner, product_id=made.product.pk, party_id=other.party.pk,
        asked=Asked(LENT, 12, "周转", [work.pk]),
    )  # fmt: skip
    stages.examined(other, work)
    offer = offers.make_offer(
        actor=made.boss, application_id=application.pk, principal_minor=LENT, months=12
    )
    other.loan = offers.accept_offer(actor=owner, offer_id=offer.pk)
    for actor, side in ((owner, "borrower"), (made.boss, "lender")):
        contracts.sign_contract(
            actor=actor, loan_id=other.loan.pk, side=side, digest=other.loan.digest
        )
    stages.deliver(other, other.loan.items.get())
    return other.loan.pk


def test_a_payment_that_is_told_sixteen_times_is_taken_in_once():
    made = stages.active()
    payment = stages.pay(made, LENT // 100 + 5_00, tells=False)
    results = race(*[insistent(lambda: repaying.take_in(payment))] * MANY)
    assert not [r for r in results if isinstance(r, Exception)]
    assert LoanEvent.objects.filter(kind="payment").count() == 1
    assert stages.fresh(made).loan.paid_minor == LENT // 100
    assert stages.faults() == []


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_payments_of_all_and_the_night_leave_nothing_owed_and_the_rest_goes_back(_round):
    made = stages.active(back=3)
    repaying.accrue_all()
    owed = stages.fresh(made).loan.owed_minor
    payments = [
        repaying.ask_repayment(
            actor=made.owner, loan_id=made.loan.pk, amount_minor=owed, gateway="bank",
            key=f"all{n}", early=True,
        )
        for n in range(2)
    ]  # fmt: skip

    def arrives(payment):
        def run():
            stages.note_received(
                payment_id=payment.pk, amount_minor=owed, gateway_reference=f"all{payment.pk}"
            )
            return insistent(lambda: repaying.take_in(Payment.objects.get(pk=payment.pk)))()

        return run

    results = race(*(arrives(p) for p in payments), insistent(repaying.accrue_all))
    assert not [r for r in results if isinstance(r, Exception)]
    stages.fresh(made)
    assert (made.loan.state, made.loan.owed_minor, made.loan.credit_minor) == ("repaid", 0, 0)
    assert sum(Refund.objects.values_list("amount_minor", flat=True)) == owed
    assert stages.faults() == []


def test_sixteen_departures_at_once_end_the_pledge_once():
    made = stages.repaid()
    holding = stages.depart(made, made.item)
    results = race(
        *[insistent(lambda: confirm_step(actor=made.second, holding_id=holding.pk, agrees=True))]
        * MANY
    )
    assert sum(not isinstance(r, Exception) for r in results) == 1
    assert stages.fresh(made).loan.state == "closed"
    assert Encumbrance.objects.live().count() == 0
    assert stages.faults() == []


# ------------------------------------------------------------------ the control


def test_without_the_lock_the_database_lets_only_one_encumbrance_live(monkeypatch):
    """The control: with the lock of the work off everybody finds it free."""
    made = stages.arrived()
    handed_over(made.work, purpose="pledge", examined_on=db_today())
    together = threading.Barrier(3, timeout=30)
    free = encumbrances.require_free

    def unlocked(*, pk):
        return Work.objects.get(pk=pk)

    def check_together(work):
        free(work)
        if not getattr(together, "passed", False):
            together.wait()
            together.passed = True

    for module in (custody, encumbrances):
        monkeypatch.setattr(module, "lock_work", unlocked)
    monkeypatch.setattr(custody, "lock_loan", lambda *, pk: Loan.objects.get(pk=pk))
    monkeypatch.setattr(encumbrances, "require_free", check_together)
    results = race(
        lambda: confirm_step(actor=made.second, holding_id=made.holding.pk, agrees=True),
        selling(made, "sale"),
        selling(made, "dispute"),
    )
    assert Encumbrance.objects.live().count() == 1
    refused = [r for r in results if isinstance(r, Exception)]
    assert len(refused) == 2
    assert all(isinstance(r, DomainError | IntegrityError) for r in refused)
