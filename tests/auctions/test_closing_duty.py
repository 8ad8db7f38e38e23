"""The hammer falls by a duty that may be late, run twice, at once, or be killed in the middle."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from artmarket.core.models import Event
from auctions import tasks
from auctions.enums import LotState, SaleState
from auctions.models import Lot, LotEvent
from auctions.services import closing
from tests.auctions.factories import begun, bid, bidder, fresh, put_hours


def closings(lot: Lot) -> int:
    return Event.objects.about(lot).filter(action="lot.closed").count()


@pytest.mark.django_db
def test_due_lots_are_closed_and_their_sale_ends():
    sale = begun(lots=2)
    sold, passed = sale.lots.all()
    bid(sold, bidder(sale), 2000)
    assert tasks.close_due() == "closed 0, ended 0, failed 0"
    put_hours(sale, -1)
    assert tasks.close_due() == "closed 2, ended 1, failed 0"
    assert (fresh(sold).state, fresh(passed).state) == (LotState.SOLD, LotState.PASSED)
    sale.refresh_from_db()
    assert sale.state == SaleState.ENDED
    assert tasks.close_due() == "closed 0, ended 0, failed 0"
    assert (closings(sold), closings(passed)) == (1, 1)


@pytest.mark.django_db
def test_a_sale_with_a_live_lot_goes_on():
    sale = begun(lots=2)
    first, second = sale.lots.all()
    put_hours(sale, -1)
    later = fresh(second).ends_at + timedelta(hours=2)
    Lot.objects.filter(pk=second.pk).update(ends_at=later)
    assert tasks.close_due() == "closed 1, ended 0, failed 0"
    sale.refresh_from_db()
    assert (sale.state, fresh(first).state) == (SaleState.ANNOUNCED, LotState.PASSED)


@pytest.mark.django_db
def test_one_lot_that_fails_holds_up_no_other(monkeypatch):
    sale = begun(lots=3)
    bad = sale.lots.first()
    put_hours(sale, -1)
    real = closing.close_lot

    def close(*, lot_id):
        if lot_id == bad.pk:
            raise RuntimeError("broken")
        return real(lot_id=lot_id)

    monkeypatch.setattr(tasks, "close_lot", close)
    assert tasks.close_due() == "closed 2, ended 0, failed 1"
    monkeypatch.undo()
    assert tasks.close_due() == "closed 1, ended 1, failed 0"


@pytest.mark.django_db
def test_a_duty_killed_between_two_lots_is_finished_by_the_next(monkeypatch):
    sale = begun(lots=3)
    put_hours(sale, -1)
    real, done = closing.close_lot, []

    def close(*, lot_id):
        if done:
            raise KeyboardInterrupt
        done.append(lot_id)
        return real(lot_id=lot_id)

    monkeypatch.setattr(tasks, "close_lot", close)
    with pytest.raises(KeyboardInterrupt):
        tasks.close_due()
    monkeypatch.undo()
    assert tasks.close_due() == "closed 2, ended 1, failed 0"
    assert [closings(lot) for lot in sale.lots.all()] == [1, 1, 1]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_several_tickers_at_once_close_each_lot_once():
    sale = begun(lots=4)
    first = sale.lots.first()
    bid(first, bidder(sale), 2000)
    put_hours(sale, -1)
    start, failures = threading.Barrier(4), []

    def tick() -> None:
        try:
            start.wait(30)
            tasks.close_due()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=tick) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    tasks.close_due()
    assert [closings(lot) for lot in sale.lots.all()] == [1, 1, 1, 1]
    assert LotEvent.objects.filter(lot__sale=sale, kind="closed").count() == 4
    assert Event.objects.about(sale).filter(action="sale.ended").count() == 1
