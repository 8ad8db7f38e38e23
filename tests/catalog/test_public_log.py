"""The public log as rows: queued with the fact, integrated in order, signed, audited."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, connection, transaction

from artmarket.core import duties
from artmarket.core.triggers import create_statements, drop_statements
from catalog.engine.log import (
    EMPTY_ROOT,
    CompactRange,
    errors,
    leaf_hash,
    open_checkpoint,
    tree_root,
    verify_offline,
)
from catalog.models import LogAudit, LogCheckpoint, LogEntry, LogQueued, LogTile
from catalog.services import public_log
from catalog.services.public_log import LogBroken, NotLogged, audit_log, integrate, queue_entry

pytestmark = pytest.mark.django_db


def queued(*numbers: int) -> list[LogQueued]:
    with transaction.atomic():
        return [queue_entry(fact={"t": "work.registered", "id": f"W{n}"}) for n in numbers]


def logged(count: int) -> None:
    queued(*range(count))
    assert integrate() == count


@contextmanager
def unguarded(table: str) -> Iterator[None]:
    """As somebody who owns the database and takes its triggers off."""
    with connection.cursor() as cursor:
        for statement in drop_statements(connection.vendor, table):
            cursor.execute(statement)
        yield
        for statement in create_statements(connection.vendor, table):
            cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_a_fact_and_its_entry_come_and_go_together():
    with pytest.raises(RuntimeError, match="in the transaction of its fact"):
        queue_entry(fact={"t": "work.registered"})
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        queue_entry(fact={"t": "work.registered"})
        raise ZeroDivisionError
    assert not LogQueued.objects.exists()
    queued(1)
    assert LogQueued.objects.get().text == '{"id":"W1","t":"work.registered"}'


def test_what_is_no_canonical_entry_is_refused_before_it_is_queued():
    for fact, reason in (
        ({"x": float("nan")}, errors.MalformedEntry),
        ({"x": "山" * 22_000}, errors.EntryTooLarge),
    ):
        with pytest.raises(reason), transaction.atomic():
            queue_entry(fact=fact)
    assert not LogQueued.objects.exists()


def test_entries_get_positions_in_the_order_of_the_queue_and_a_signed_root():
    rows = queued(*range(10))
    assert integrate(most=4) == 4
    assert integrate(most=4) == 4
    assert integrate(most=4) == 2
    assert integrate() == 0
    assert not LogQueued.objects.exists()
    entries = list(LogEntry.objects.order_by("position"))
    assert [entry.position for entry in entries] == list(range(10))
    assert [entry.ticket for entry in entries] == [row.pk for row in rows]
    assert [entry.queued_at for entry in entries] == [
        row.queued_at for row in LogEntry.objects.order_by("ticket")
    ]
    leaves = [leaf_hash(entry.text.encode()) for entry in entries]
    assert [bytes(entry.leaf_hash) for entry in entries] == leaves
    checkpoints = [
        open_checkpoint(row.note, public_log.policy())
        for row in LogCheckpoint.objects.order_by("size")
    ]
    assert [checkpoint.size for checkpoint in checkpoints] == [4, 8, 10]
    for checkpoint in checkpoints:
        assert checkpoint.origin == "127.0.0.1:8000/log"
        assert checkpoint.root == CompactRange().appended(leaves[: checkpoint.size]).range.root


def test_nothing_is_signed_while_nothing_waits():
    assert integrate() == 0
    assert public_log.head() is None
    assert not LogCheckpoint.objects.exists()
    assert tree_root(0, public_log.stored_hashes()) == EMPTY_ROOT


def test_tiles_grow_past_their_width():
    logged(250)
    logged(20)
    logged(300)
    widths = {(t.level, t.index): len(bytes(t.hashes)) // 32 for t in LogTile.objects.all()}
    assert widths == {(0, 0): 256, (0, 1): 256, (0, 2): 58, (1, 0): 2}
    head = public_log.head()
    assert head is not None
    assert head.size == 570
    assert tree_root(570, public_log.stored_hashes()) == head.root


def test_each_logged_entry_has_a_proof_for_who_is_offline():
    rows = queued(*range(300))
    with pytest.raises(NotLogged):
        public_log.proof_of(ticket=rows[0].pk)
    integrate()
    for row in (rows[0], rows[255], rows[256], rows[299]):
        text = public_log.proof_of(ticket=row.pk)
        assert verify_offline(text, row.text.encode(), public_log.policy()).size == 300
        with pytest.raises(errors.WrongRoot):
            verify_offline(text, rows[1].text.encode(), public_log.policy())
    with pytest.raises(NotLogged):
        public_log.proof_of(ticket=rows[-1].pk + 1)


@pytest.mark.parametrize("model", [LogEntry, LogCheckpoint, LogAudit])
def test_what_is_logged_and_signed_cannot_be_changed_or_deleted(model):
    logged(2)
    audit_log()
    field = {LogEntry: "text", LogCheckpoint: "note", LogAudit: "size"}[model]
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.update(**{field: 7})
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.all().delete()
    assert model.objects.exists()


def test_the_audit_of_an_untouched_log_is_sound():
    assert audit_log().is_sound
    logged(300)
    logged(5)
    found = audit_log()
    assert (found.size, found.is_sound, found.faults) == (305, True, [])


def test_a_rewritten_entry_is_named_and_nothing_more_is_signed_until_it_is_mended():
    logged(300)
    true = LogEntry.objects.get(position=77).text
    with unguarded("catalog_logentry"):
        LogEntry.objects.filter(position=77).update(text='{"t":"forged"}')
    found = audit_log()
    assert not found.is_sound
    assert found.faults == [
        {"fault": "EntryFault", "index": 77, "kind": "changed", "is_signed": True, "other": None}
    ]
    queued(1)
    with pytest.raises(LogBroken, match="audit"):
        integrate()
    assert LogCheckpoint.objects.count() == 1
    assert LogQueued.objects.count() == 1
    with unguarded("catalog_logentry"):
        LogEntry.objects.filter(position=77).update(text=true)
    assert audit_log().is_sound
    assert integrate() == 1


def test_a_deleted_entry_is_named():
    logged(5)
    with unguarded("catalog_logentry"):
        LogEntry.objects.filter(position=3).delete()
    assert audit_log().faults[0] == {
        "fault": "EntryFault", "index": 3, "kind": "removed", "is_signed": True, "other": None,
    }  # fmt: skip


def test_a_changed_tile_stops_signing_at_once():
    logged(5)
    tile = LogTile.objects.get()
    LogTile.objects.update(hashes=bytes(32) + bytes(tile.hashes)[32:])
    queued(1)
    with pytest.raises(LogBroken, match="not the root that was signed"):
        integrate()
    assert audit_log().faults == [
        {"fault": "HashFault", "level": 0, "index": 0, "is_missing": False}
    ]
    LogTile.objects.update(hashes=bytes(tile.hashes)[:64])
    with pytest.raises(LogBroken):
        integrate()
    assert LogEntry.objects.count() == 5


def test_a_tile_wider_than_the_signed_tree_stops_signing():
    logged(5)
    tile = LogTile.objects.get()
    LogTile.objects.update(hashes=bytes(tile.hashes) + bytes(32))
    queued(1)
    with pytest.raises(LogBroken, match="not as wide"):
        integrate()
    assert LogEntry.objects.count() == 5


def test_an_entry_put_beyond_the_signed_ones_stops_signing():
    logged(5)
    first = LogEntry.objects.get(position=0)
    LogEntry.objects.create(
        position=5, ticket=10**9, text="{}", leaf_hash=bytes(32), queued_at=first.queued_at
    )
    queued(1)
    with pytest.raises(LogBroken, match="beyond the 5 signed"):
        integrate()
    assert LogCheckpoint.objects.count() == 1


def test_a_log_under_another_key_or_name_is_not_continued(settings):
    logged(2)
    queued(3)
    settings.PUBLIC_LOG_ORIGIN = "elsewhere.example/log"
    with pytest.raises(LogBroken, match="does not open"):
        integrate()
    settings.PUBLIC_LOG_ORIGIN, settings.PUBLIC_LOG_KEY = "", "another key"
    with pytest.raises(LogBroken, match="does not open"):
        integrate()
    assert not audit_log().is_sound
    assert LogEntry.objects.count() == 2


def test_without_a_key_entries_wait(settings):
    settings.PUBLIC_LOG_KEY = ""
    queued(1)
    by_name = {duty.name: duty for duty in duties.duties()}
    assert "not set" in str(by_name["public-log"].run())
    assert "not set" in str(by_name["public-log-audit"].run())
    with pytest.raises(LogBroken, match="not set"):
        integrate()
    assert LogQueued.objects.count() == 1
    assert not LogEntry.objects.exists()


def test_the_duties_log_all_that_waits_and_look_over_it():
    queued(*range(3))
    by_name = {duty.name: duty for duty in duties.duties()}
    assert by_name["public-log"].run() == "3 entries logged"
    assert by_name["public-log"].run() == "0 entries logged"
    assert by_name["public-log-audit"].run() == "3 entries sound"
    with unguarded("catalog_logentry"):
        LogEntry.objects.filter(position=1).update(text="{}")
    with pytest.raises(LogBroken, match="not what was signed"):
        by_name["public-log-audit"].run()


def test_integrating_costs_as_many_queries_however_large_the_log_is(django_assert_max_num_queries):
    logged(5)
    queued(1, 2)
    with django_assert_max_num_queries(14) as small:
        integrate()
    logged(600)
    queued(3, 4)
    with django_assert_max_num_queries(14) as large:
        integrate()
    assert abs(len(large) - len(small)) <= 1  # one tile more to read
