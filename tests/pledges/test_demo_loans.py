"""The demonstration's loans: something on every page, books that prove themselves, no second run."""

import pytest
from django.test import Client, TestCase
from django.urls import reverse

from appraisal.models import Valuation
from appraisal.services import signing_keys
from artmarket.core import demo
from artmarket.core.models import Event
from artmarket.ledger.audit import audit
from artmarket.ledger.models import Entry, Payment
from auctions.pledges import demo_loans
from auctions.pledges.audit import pledge_faults
from auctions.pledges.models import Application, Holding, Loan, LoanOffer
from catalog.demo.district import account, load_people
from catalog.demo.identities import load_identities
from catalog.demo.works import load_works


def quiet() -> demo.Stage:
    return demo.Stage(pictures=False, say=lambda words: None)


def counts() -> list[int]:
    tables = (Application, LoanOffer, Loan, Holding, Payment, Entry, Valuation, Event)
    return [table.objects.count() for table in tables]


class Loans(TestCase):
    """One district for all of these tests."""

    @classmethod
    def setUpTestData(cls) -> None:
        load_people(quiet())
        load_works(quiet())
        load_identities(quiet())
        if not signing_keys.signing_method():
            signing_keys.create_key(actor=account("operator"))
        assert not demo_loans.is_loaded()
        demo_loans.load(quiet())

    def test_one_loan_is_paid_out_and_partly_repaid_and_an_offer_waits(self) -> None:
        loan = Loan.objects.get()
        assert loan.state == "active"
        assert 0 < loan.paid_principal_minor < loan.charged_principal_minor == demo_loans.LENT
        assert loan.borrower.user == account("collector")
        waiting = Application.objects.get(state="submitted")
        assert waiting.offers.get().state == "open"
        assert Holding.objects.get().state == "kept"

    def test_books_custody_and_locks_prove_themselves(self) -> None:
        assert list(pledge_faults()) == []
        assert list(audit()) == []

    def test_the_pages_of_the_accounts_have_something_to_show(self) -> None:
        loan, asked = Loan.objects.get(), Application.objects.get(state="submitted")
        holding = Holding.objects.get()
        for key, name, args, words in (
            ("collector", "loans", [], "答复要约"),
            ("collector", "loan", [loan.pk], "提前还款"),
            ("collector", "application", [asked.pk], "接受¥20,000的要约"),
            ("keeper2", "custody_desk", [], "复核盘点"),
            ("keeper", "holding", [holding.pk], "LJ-F0001"),
        ):
            client = Client()
            client.force_login(account(key))
            answer = client.get(reverse(f"pledges:{name}", args=args))
            assert words in answer.content.decode(), (key, name)

    def test_a_second_run_changes_nothing(self) -> None:
        assert demo_loans.is_loaded()
        before = counts()
        demo_loans.load(quiet())
        assert counts() == before


@pytest.mark.django_db
def test_without_the_people_nothing_is_made() -> None:
    demo_loans.load(quiet())
    assert not Loan.objects.exists()
