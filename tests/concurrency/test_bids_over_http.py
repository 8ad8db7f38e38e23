"""Sixteen and sixty-four bidders over real HTTP against two server processes, also when one dies.

Nobody who was told "accepted" loses his bid, and after every race the lot is what the rules make of
the bids, with a log that tells it without a gap.
"""

import http.client
import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from auctions import rule_books
from auctions.audit import audit_lots
from auctions.models import Bid, Lot, LotEvent
from tests.auctions.bid_server import BidClient, BidServer
from tests.auctions.factories import begun, bidder, fresh
from tests.concurrency.test_offer_race import _vocabulary  # noqa: F401

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
RACES = {16: 150, 64: 50}


def environment():
    values = connection.settings_dict
    url = f"postgres://{values['USER']}@{values['HOST']}:{values['PORT']}/{values['NAME']}"
    return {
        "DJANGO_SETTINGS_MODULE": "artmarket.settings.test",
        "ARTMARKET_TEST_DATABASE_URL": url,
    }


@pytest.fixture
def servers(transactional_db):
    started = [BidServer(environment()), BidServer(environment())]
    yield started
    for server in started:
        server.stop()


def copies(lot, count):
    """Lots of the same sale and work, so that each race has one of its own."""
    rows = []
    for n in range(count):
        row = fresh(lot)
        row.pk, row.number, row.encumbrance_id = None, 1000 + n, None
        rows.append(row)
    return Lot.objects.bulk_create(rows)


def rungs_of(sale):
    """Legal amounts: whoever sends the highest leads, in whatever order they come."""
    ladder = rule_books.ladder(sale.ladder_id, rule_books.parts_of(sale.currency))
    return list(ladder.rungs(1000_00, 500_000_00))


def raced(clients, servers, lot, maxima, rng):
    """All bid at the same moment, each on one of the servers; what they were told."""
    start = threading.Barrier(len(clients), timeout=60)
    ports = [rng.choice(servers).port for _client in clients]

    def run(place):
        start.wait()
        try:
            client, amount = clients[place], maxima[place]
            return client.bid(ports[place], lot.pk, amount, f"{lot.pk}-{client.paddle}")
        except (OSError, http.client.HTTPException) as error:
            return error

    with ThreadPoolExecutor(len(clients)) as pool:
        return list(pool.map(run, range(len(clients))))


def assert_whole(lot, answers, clients):
    stored = fresh(lot)
    kept = Bid.objects.filter(lot=lot, result="accepted").values_list("paddle", "maximum_minor")
    accepted = dict(kept)
    for client, answer in zip(clients, answers, strict=True):
        if not isinstance(answer, Exception) and answer[1].get("result") == "accepted":
            assert accepted[client.paddle] == answer[1]["own_maximum"]
    best = max(accepted.values())
    assert stored.leader_maximum == best
    assert accepted[stored.leader_id] == best
    second = sorted(accepted.values())[-2] if len(accepted) > 1 else None
    if second is not None:
        assert second <= stored.price_minor <= best
    log = list(LotEvent.objects.filter(lot=lot).values_list("sequence", flat=True))
    assert log == list(range(1, len(log) + 1))


@pytest.mark.parametrize("people", [16, 64])
def test_a_race_over_http_is_never_wrongly_won(servers, people):
    sale = begun()
    clients = [BidClient(bidder(sale)) for _n in range(people)]
    lots, rungs = copies(sale.lots.get(), RACES[people]), rungs_of(sale)
    for n, lot in enumerate(lots):
        rng = random.Random(n)
        maxima = [rng.choice(rungs) for _client in clients]
        answers = raced(clients, servers, lot, maxima, rng)
        assert {answer[0] for answer in answers} == {200}
        assert Bid.objects.filter(lot=lot).count() == people
        assert_whole(lot, answers, clients)
        assert fresh(lot).leader_maximum == max(maxima)
    faults = [found.faults for found in audit_lots(sale_id=sale.pk) if found.faults]
    assert faults == []


def test_no_acknowledged_bid_is_lost_when_a_server_is_killed(servers):
    sale = begun()
    clients = [BidClient(bidder(sale)) for _n in range(16)]
    survivor, rungs = servers[1], rungs_of(sale)
    for n, lot in enumerate(copies(sale.lots.get(), 6)):
        rng = random.Random(n)
        doomed = BidServer(environment())
        maxima = [rng.choice(rungs) for _client in clients]
        killer = threading.Timer(rng.uniform(0.0, 0.03), doomed.kill)
        killer.start()
        answers = raced(clients, [doomed, survivor], lot, maxima, rng)
        killer.join()
        told = [a for a in answers if not isinstance(a, Exception)]
        assert_whole(lot, answers, clients) if Bid.objects.filter(lot=lot).exists() else None
        # Whoever heard nothing sends the same key again and is answered once and for all.
        again = raced(clients, [survivor], lot, maxima, rng)
        assert {answer[0] for answer in again} == {200}
        assert Bid.objects.filter(lot=lot).count() == 16
        by_paddle = {c.paddle: a for c, a in zip(clients, again, strict=True)}
        for client, answer in zip(clients, answers, strict=True):
            if not isinstance(answer, Exception):
                assert by_paddle[client.paddle][1]["result"] == answer[1]["result"]
                assert by_paddle[client.paddle][1]["sequence"] == answer[1]["sequence"]
        assert len(told) <= 16
        assert fresh(lot).leader_maximum == max(maxima)
        assert_whole(lot, again, clients)
    assert [found.faults for found in audit_lots(sale_id=sale.pk) if found.faults] == []
