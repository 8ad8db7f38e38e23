"""The demonstration's money: orders in every stage, books that prove themselves, no second run."""

import pytest
from django.test import TestCase

from artmarket.core import demo
from artmarket.core.models import Event
from artmarket.ledger.audit import audit
from artmarket.ledger.models import Entry, Payment, Payout, Receipt, StatementLine, StrayMoney
from auctions import demo_settlements, rule_books
from auctions.audit import audit_lots
from auctions.demo import load
from auctions.demo_settlements import STAGES, TITLE, is_loaded
from auctions.models import Invoice, Lot, Sale, Settlement, SettlementClaim
from auctions.settlement_audit import escrow_faults
from catalog.demo.district import load_people
from catalog.demo.identities import load_identities
from catalog.demo.works import load_works


def quiet() -> demo.Stage:
    return demo.Stage(pictures=False, say=lambda words: None)


def counts() -> list[int]:
    tables = (Sale, Lot, Invoice, Settlement, Payment, Payout, Entry, StatementLine, Event)
    return [table.objects.count() for table in tables]


class Money(TestCase):
    """One district for all of these tests."""

    @classmethod
    def setUpTestData(cls) -> None:
        rule_books.forget()
        load_people(quiet())
        load_works(quiet())
        load_identities(quiet())
        load(quiet())
        assert not is_loaded()
        demo_settlements.load(quiet())

    def test_there_is_an_order_in_every_stage(self) -> None:
        rows = Settlement.objects.filter(lot__sale__title=TITLE)
        assert dict(rows.values_list("lot__number", "state")) == STAGES
        claim = SettlementClaim.objects.get()
        assert (claim.state, claim.next_actor) == ("answered", "platform")
        assert claim.statements.count() == 2

    def test_money_came_by_statement_and_at_the_desk(self) -> None:
        ways = sorted(Payment.objects.values_list("gateway", "state"))
        assert ways == [
            ("bank", "paid"), ("bank", "partly"), ("bank", "pending"), ("desk", "paid"),
        ]  # fmt: skip
        assert Receipt.objects.filter(is_cash=True).count() == 1
        results = sorted(StatementLine.objects.values_list("result", flat=True))
        assert results == ["credited", "sent", "sent", "to_review"]
        assert StrayMoney.objects.get().reason == "no_reference"

    def test_two_payouts_were_sent_and_two_wait(self) -> None:
        states = sorted(Payout.objects.values_list("state", flat=True))
        assert states == ["asked", "asked", "done", "done"]

    def test_books_lots_and_escrow_prove_themselves(self) -> None:
        assert [found for found in audit_lots() if found.faults] == []
        assert list(escrow_faults()) == []
        assert list(audit()) == []

    def test_a_second_run_changes_nothing(self) -> None:
        assert is_loaded()
        before = counts()
        demo_settlements.load(quiet())
        assert counts() == before


@pytest.mark.django_db
def test_without_the_people_nothing_is_made() -> None:
    demo_settlements.load(quiet())
    assert not Sale.objects.exists()
