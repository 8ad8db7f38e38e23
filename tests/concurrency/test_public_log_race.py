"""Two processes integrate the public log at the same moment: it never forks.

The keys of the tables are the lock; the control takes them away, and the log has two histories.
"""

import json
import threading

import pytest
from django.db import connection, transaction
from django.db.models import Max

from catalog.models import LogCheckpoint, LogEntry, LogQueued, LogSecret
from catalog.services import encumbrances, public_log, registration
from catalog.services.log_witnesses import receive_cosignature
from tests.catalog.factories import person, registered, submitted
from tests.catalog.test_log_witnesses import BUREAU, last_note, signed_by
from tests.catalog.test_public_log import queued
from tests.concurrency.racing import race

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

KEYS = {
    "catalog_logentry": {"catalog_logentry_pkey": "PRIMARY KEY (position)",
                         "catalog_logentry_ticket_key": "UNIQUE (ticket)"},
    "catalog_logcheckpoint": {"catalog_logcheckpoint_pkey": "PRIMARY KEY (size)"},
    "catalog_logtile": {"log_tile_once": 'UNIQUE (level, "index")'},
}  # fmt: skip


@pytest.fixture
def both_have_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody write before both have read the head and the queue."""
    barrier, read = threading.Barrier(2, timeout=30), public_log._signed_tree

    def read_and_wait(last):
        tree = read(last)
        barrier.wait()
        return tree

    monkeypatch.setattr(public_log, "_signed_tree", read_and_wait)


def test_one_of_two_integrates_and_the_other_leaves_it(both_have_read: None) -> None:
    queued(*range(20))
    assert sorted(race(public_log.integrate, public_log.integrate)) == [0, 20]
    assert [row.size for row in LogCheckpoint.objects.all()] == [20]
    assert LogEntry.objects.count() == 20
    assert not LogQueued.objects.exists()
    assert public_log.audit_log().is_sound


def test_without_the_keys_each_of_two_signs_a_history_of_its_own(both_have_read: None) -> None:
    queued(*range(20))
    with connection.cursor() as cursor:
        for table, keys in KEYS.items():
            for name in keys:
                cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    try:
        assert race(public_log.integrate, public_log.integrate) == [20, 20]
        assert LogEntry.objects.count() == 40
        assert LogEntry.objects.aggregate(last=Max("position"))["last"] == 19
        assert LogCheckpoint.objects.count() == 2
    finally:
        with connection.cursor() as cursor:
            for table, keys in KEYS.items():
                cursor.execute(f"TRUNCATE {table}")
                for name, key in keys.items():
                    cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {key}")


def test_entries_queued_while_others_are_integrated_are_all_logged_once() -> None:
    def facts(start: int):
        return lambda: [queued(n) for n in range(start, start + 30)]

    def integrating() -> int:
        return sum(public_log.integrate(most=7) for _turn in range(20))

    results = race(facts(0), facts(100), integrating, integrating)
    assert not [result for result in results if isinstance(result, Exception)]
    while public_log.integrate():
        pass
    entries = list(LogEntry.objects.order_by("position"))
    assert [entry.position for entry in entries] == list(range(60))
    assert len({entry.ticket for entry in entries}) == 60
    assert public_log.audit_log().is_sound


def logged_facts() -> list[dict]:
    while public_log.integrate():
        pass
    return [json.loads(text) for text in LogEntry.objects.values_list("text", flat=True)]


def test_of_two_registrars_at_once_one_registers_and_one_entry_is_logged() -> None:
    work, clerks = submitted(), [person("registrar"), person("registrar")]
    results = race(
        *(lambda c=c: registration.register_work(actor=c, work_id=work.pk) for c in clerks)
    )
    assert sum(isinstance(result, Exception) for result in results) == 1
    work.refresh_from_db()
    assert [(f["kind"], f["work"]) for f in logged_facts()] == [("work.registered", work.number)]


def test_of_two_locks_at_once_the_one_that_is_refused_leaves_no_entry_and_no_salt() -> None:
    work, clerks = registered(), [person("registrar"), person("registrar")]
    results = race(
        *(
            lambda c=c: encumbrances.take_encumbrance(actor=c, work_id=work.pk, kind="dispute")
            for c in clerks
        )
    )
    assert sum(isinstance(result, encumbrances.Encumbered) for result in results) == 1
    assert [f["kind"] for f in logged_facts()] == ["work.registered", "encumbrance.taken"]
    assert LogSecret.objects.filter(member="encumbrance").count() == 1


def test_what_is_rolled_back_while_others_integrate_is_never_logged() -> None:
    class Undone(Exception):
        pass

    def kept() -> None:
        for n in range(20):
            queued(n)

    def undone() -> None:
        for n in range(20):
            try:
                with transaction.atomic():
                    queued(1000 + n)
                    raise Undone
            except Undone:
                pass

    def integrating() -> int:
        return sum(public_log.integrate(most=3) for _turn in range(20))

    results = race(kept, undone, undone, integrating)
    assert not [result for result in results if isinstance(result, Exception)]
    assert sorted(f["id"] for f in logged_facts()) == sorted(f"W{n}" for n in range(20))
    assert public_log.audit_log().is_sound


def test_a_cosignature_handed_in_twice_at_once_is_kept_once(settings) -> None:
    settings.PUBLIC_LOG_WITNESSES = [BUREAU.verifier.text]
    queued(1, 2, 3)
    public_log.integrate()
    note = signed_by(last_note(), BUREAU)
    results = race(*[lambda: receive_cosignature(note=note)] * 4)
    assert [[row.size for row in rows] for rows in results] == [[3]] * 4
