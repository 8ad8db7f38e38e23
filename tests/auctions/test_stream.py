"""Live streams from a real server process, read byte by byte."""

import signal
import threading
import time

import pytest
from django.db import connection, transaction

from artmarket.core.events import record_event
from auctions.enums import SaleState
from auctions.models import Lot, Sale
from auctions.realtime import bell
from auctions.services.closing import close_lot
from tests.auctions.factories import announced, begun, bid, bidder, fresh, put_hours
from tests.auctions.live_server import Server, Watching, wait_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def server(django_db_setup):
    made = Server()
    yield made
    made.kill()


@pytest.fixture
def mortal(db):
    """A server that the test may end."""
    made = Server()
    yield made
    if made.process.poll() is None:
        made.kill()


@pytest.fixture
def bells(settings):
    """NOTIFY as in production; its connection is given back before the database is emptied."""
    settings.LIVE_NOTIFY = True
    idle, bell.IDLE_SECONDS = bell.IDLE_SECONDS, 0.05
    yield
    bell.IDLE_SECONDS = idle
    settings.LIVE_NOTIFY = False
    if bell._ringer:
        bell._ringer[1].join(40)
        assert not bell._ringer[1].is_alive()


def test_a_watcher_is_given_the_standing_and_then_every_bid(server, bells):
    sale = begun(reserve=2500)
    lot = sale.lots.get()
    one, other = bidder(sale), bidder(sale)
    watching = Watching(server.port, f"/live/lots/{lot.pk}/")
    assert (watching.status, watching.headers["content-type"]) == (
        200,
        "text/event-stream; charset=utf-8",
    )
    stream = watching.frames()
    event, snapshot = next(stream)
    (shown,) = snapshot["lots"]
    assert (event, shown["state"], shown["price"], shown["ask"]) == (
        "snapshot",
        "live",
        None,
        1000_00,
    )
    assert abs(snapshot["now"] / 1000 - time.time()) < 60
    bid(lot, one, 2000)
    began = time.perf_counter()
    event, told = next(stream)
    print(f"told {1000 * (time.perf_counter() - began):.0f} ms after the commit")
    assert (event, told["price"], told["bids"], told["reserve_met"]) == ("lot", 1000_00, 1, False)
    assert told["words"]["zh-hans"]["price"] == "¥1,000"
    bid(lot, other, 3000)
    _event, told = next(stream)
    assert (told["price"], told["bids"], told["reserve_met"]) == (2500_00, 2, True)
    stored = fresh(lot)
    assert told["sequence"] == stored.sequence == int(watching.last_id)
    watching.close()


def test_nothing_secret_goes_over_a_stream(server):
    sale = begun(reserve=7777)
    lot = sale.lots.get()
    one = bidder(sale)
    bid(lot, one, 6543)
    watching = Watching(server.port, f"/live/sales/{sale.pk}/")
    stream = watching.frames()
    text = str(next(stream))
    bid(lot, bidder(sale), 6321)
    text += str(next(stream))
    for secret in ("777700", "654300", "7,777", "6,543", one.user.email, one.user.display_name):
        assert secret not in text
    watching.close()


def test_of_a_sealed_lot_only_its_hours_are_told_until_the_hammer_falls(server):
    sale = begun(format="sealed", sealed_price="first")
    lot = sale.lots.get()
    watching = Watching(server.port, f"/live/lots/{lot.pk}/")
    stream = watching.frames()
    before = next(stream)[1]["lots"][0]
    hidden = {n: before[n] for n in ("sequence", "price", "ask", "bids", "reserve_met")}
    assert hidden == {
        "sequence": 0, "price": None, "ask": None, "bids": None, "reserve_met": False
    }  # fmt: skip
    bid(lot, bidder(sale), 5000)
    again = Watching(server.port, f"/live/lots/{lot.pk}/")
    assert next(again.frames())[1]["lots"] == [before]
    put_hours(sale, -1)
    close_lot(lot_id=lot.pk)
    _event, told = next(stream)  # the first message since the snapshot: the bid was not told
    assert (told["state"], told["price"], told["bids"]) == ("sold", 5000_00, 1)
    for each in (watching, again):
        each.close()


def test_bids_left_before_the_opening_are_not_counted_in_public(server):
    sale = announced()
    lot = sale.lots.get()
    bid(lot, bidder(sale), 5000)
    watching = Watching(server.port, f"/live/lots/{lot.pk}/")
    (shown,) = next(watching.frames())[1]["lots"]
    assert (shown["sequence"], shown["bids"], shown["price"]) == (0, None, None)
    watching.close()


def test_drafts_and_what_is_not_there_have_no_stream(server):
    sale = begun()
    lot = sale.lots.get()
    Sale.objects.filter(pk=sale.pk).update(state=SaleState.DRAFT, announced_at=None)
    for path, method, status in (
        (f"/live/lots/{lot.pk}/", "GET", 404),
        (f"/live/sales/{sale.pk}/", "GET", 404),
        ("/live/lots/999999/", "GET", 404),
        ("/live/lots/x/", "GET", 404),
        (f"/live/lots/{lot.pk}/", "POST", 405),
    ):
        assert Watching(server.port, path, method=method).status == status


def test_the_final_state_survives_the_death_of_the_server(mortal):
    sale = begun(lots=2)
    lot, other = sale.lots.all()
    one = bidder(sale)
    watching = Watching(mortal.port, f"/live/sales/{sale.pk}/")
    stream = watching.frames()
    next(stream)
    bid(lot, one, 2000)
    seen = next(stream)[1]["sequence"]
    mortal.kill()
    assert list(stream) == []
    bid(lot, bidder(sale), 5000)
    put_hours(sale, -1)
    for each in (lot, other):
        close_lot(lot_id=each.pk)
    second = Server(port=mortal.port)
    try:
        back = Watching(second.port, f"/live/sales/{sale.pk}/", last_id=watching.last_id)
        event, told = next(back.frames())
        states = {row["lot"]: (row["state"], row["price"]) for row in told["lots"]}
        assert event == "snapshot"
        assert states == {lot.pk: ("sold", 2200_00), other.pk: ("passed", None)}
        assert told["lots"][0]["sequence"] > seen
    finally:
        second.kill()


def test_whoever_comes_back_to_the_same_server_is_sent_what_he_missed(server):
    sale = begun()
    lot = sale.lots.get()
    one, other = bidder(sale), bidder(sale)
    stays = Watching(server.port, f"/live/lots/{lot.pk}/")
    stream = stays.frames()
    next(stream)
    bid(lot, one, 2000)
    last = next(stream)[1]["sequence"]
    bid(lot, other, 5000)
    expected = next(stream)
    back = Watching(server.port, f"/live/lots/{lot.pk}/", last_id=str(last))
    assert next(back.frames()) == expected
    for each in (stays, back):
        each.close()


def test_an_asked_server_ends_though_people_watch(mortal):
    sale = begun()
    watching = Watching(mortal.port, f"/live/sales/{sale.pk}/")
    stream = watching.frames()
    next(stream)
    assert mortal.stop() in (0, -signal.SIGTERM)  # uvicorn ends itself by the signal
    assert list(stream) == []


@pytest.mark.postgres
def test_a_watcher_holds_no_connection_to_the_database(server):
    sale = begun()
    lot = sale.lots.get()
    watching = [Watching(server.port, f"/live/lots/{lot.pk}/") for _n in range(60)]
    streams = [each.frames() for each in watching]
    for stream in streams:
        next(stream)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        (held,) = cursor.fetchone()
    assert held <= 3  # the reader and two for snapshots
    bid(lot, bidder(sale), 2000)
    assert {next(stream)[1]["bids"] for stream in streams} == {1}
    for each in watching:
        each.close()


@pytest.mark.postgres
def test_a_slow_transaction_elsewhere_holds_up_no_bid_and_is_not_missed_itself(server):
    sale = begun(lots=2)
    lot, late = sale.lots.all()
    written, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                Lot.objects.filter(pk=late.pk).update(sequence=5, bid_count=1, state="open")
                record_event(actor=None, action="lot.bids", subject=late)
                written.set()
                assert may_commit.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    watching = Watching(server.port, f"/live/sales/{sale.pk}/")
    stream = watching.frames()
    next(stream)
    thread.start()
    assert written.wait(30)
    bid(lot, bidder(sale), 2000)  # its event has a greater key than the slow one
    assert next(stream)[1]["lot"] == lot.pk
    may_commit.set()
    thread.join(30)
    assert next(stream)[1]["lot"] == late.pk
    watching.close()


def test_the_page_of_everything_else_is_still_djangos(server):
    assert Watching(server.port, "/works/find/").status == 200
    assert wait_for(lambda: Watching(server.port, "/live/").status) == 404
