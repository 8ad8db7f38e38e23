"""The sales of the demonstration district: what there is, and that a second run changes nothing."""

from django.test import TestCase

from artmarket.core import demo
from artmarket.core.models import Event
from auctions import rule_books
from auctions.demo import ANNOUNCED, DRAFT, LOTS, load, sales_are_loaded
from auctions.enums import ConsignmentState, LotState, PaddleState, SaleState
from auctions.models import Consignment, Lot, Paddle, Sale
from catalog.demo.district import load_people
from catalog.demo.identities import load_identities
from catalog.demo.works import load_works
from catalog.models import Encumbrance


def quiet() -> demo.Stage:
    return demo.Stage(pictures=False, say=lambda words: None)


def counts() -> list[int]:
    return [t.objects.count() for t in (Sale, Lot, Consignment, Paddle, Encumbrance, Event)]


class Sales(TestCase):
    """One district for all of these tests."""

    @classmethod
    def setUpTestData(cls) -> None:
        rule_books.forget()
        load_people(quiet())
        load_works(quiet())
        load_identities(quiet())
        assert not sales_are_loaded()
        load(quiet())

    def test_one_sale_is_announced_and_one_in_preparation(self) -> None:
        states = dict(Sale.objects.values_list("title", "state"))
        assert states == {ANNOUNCED: SaleState.ANNOUNCED, DRAFT: SaleState.DRAFT}
        lots = {sale.title: sale.lots.count() for sale in Sale.objects.all()}
        assert lots == LOTS
        assert set(Lot.objects.values_list("sale__title", "state")) == {
            (ANNOUNCED, LotState.ANNOUNCED), (DRAFT, LotState.DRAFT),
        }  # fmt: skip

    def test_every_lot_was_agreed_to_by_its_owner_and_holds_its_lock(self) -> None:
        for lot in Lot.objects.select_related("consignment", "encumbrance", "work"):
            assert lot.consignment.state == ConsignmentState.CONTRACTED
            assert lot.encumbrance is not None
            assert lot.encumbrance.released_at is None
            assert lot.consignor.user == lot.consignment.offered_by
            agreed = Event.objects.about(lot.consignment).get(action="consignment.contracted")
            assert agreed.actor == lot.consignor.user

    def test_the_house_has_something_to_do(self) -> None:
        assert set(Paddle.objects.values_list("state", flat=True)) == {
            PaddleState.APPROVED, PaddleState.PENDING,
        }  # fmt: skip
        waiting = Consignment.objects.filter(lots__isnull=True).values_list("state", flat=True)
        assert sorted(waiting) == [ConsignmentState.OFFERED, ConsignmentState.PROPOSED]

    def test_a_second_run_changes_nothing(self) -> None:
        assert sales_are_loaded()
        before = counts()
        load(quiet())
        assert counts() == before

    def test_a_run_that_was_cut_off_is_completed(self) -> None:
        lost = Sale.objects.get(title=DRAFT)
        Lot.objects.filter(sale=lost).delete()
        Encumbrance.objects.filter(reference=f"sale {lost.pk}").update(released_at=lost.created_at)
        load(quiet())
        assert lost.lots.count() == LOTS[DRAFT]
