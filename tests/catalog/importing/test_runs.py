"""A run is taken up where its last batch was committed, and two never work on one source."""

import pytest
from django.db import connection

from catalog.enums import ImportState
from catalog.importing import lock, runs
from catalog.importing.draft import FileRefused
from catalog.importing.lock import source_lock
from catalog.importing.store import Store
from catalog.models import ImportRejection, ImportRun, SourceRecord, Work

from .samples import many_rows, write_lines
from .test_museums import run, tally

pytestmark = pytest.mark.django_db


class Stopped(Exception):
    """Stands for whatever ends a process."""


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr("catalog.importing.workers.BATCH", 10)


def stop_after(monkeypatch, batches):
    original, left = Store.write, [batches]

    def write(self, rows):
        if not left[0]:
            raise Stopped
        left[0] -= 1
        return original(self, rows)

    monkeypatch.setattr(Store, "write", write)
    return original


def test_a_stopped_run_goes_on_after_its_last_batch(tmp_path, monkeypatch, small_batches):
    path = write_lines(
        tmp_path / "a.gz", [*many_rows(25), many_rows(1)[0], *many_rows(40)[25:], "{"]
    )
    original = stop_after(monkeypatch, 3)
    with pytest.raises(Stopped):
        run(path)
    kept = ImportRun.objects.get()
    assert (kept.state, kept.rows_done, kept.created, kept.rejected) == (
        ImportState.RUNNING,
        30,
        29,
        1,
    )
    monkeypatch.setattr(Store, "write", original)
    counts, words = run(path)
    assert counts == tally(read=42, created=40, rejected=2)
    assert "duplicate_source_id: 1" in words  # rows before the stop are in the report too
    kept = ImportRun.objects.get()
    assert (kept.state, kept.rows_done) == (ImportState.DONE, 42)
    assert kept.finished_at is not None
    assert ImportRejection.objects.count() == 2
    assert SourceRecord.objects.count() == Work.objects.count() == 40


def test_a_file_that_changed_meanwhile_starts_anew(tmp_path, monkeypatch, small_batches):
    path = write_lines(tmp_path / "a.gz", many_rows(30))
    original = stop_after(monkeypatch, 1)
    with pytest.raises(Stopped):
        run(path)
    monkeypatch.setattr(Store, "write", original)
    write_lines(path, many_rows(31))
    assert run(path)[0] == tally(read=31, created=21, unchanged=10)
    assert list(ImportRun.objects.order_by("pk").values_list("state", flat=True)) == [
        "failed",
        "done",
    ]


def test_a_second_import_of_the_same_source_is_refused_in_words(tmp_path, monkeypatch):
    path = write_lines(tmp_path / "a.gz", many_rows(3))

    def held(source):
        raise lock._busy(source)

    monkeypatch.setattr(runs, "source_lock", held)
    counts, words = run(path, code=2)
    assert counts == tally()
    assert "import_running" in words
    assert not Work.objects.exists()


def test_the_lock_of_a_source_is_exclusive_between_sessions(tmp_path):
    entered = []
    with source_lock("cmoa"):
        other = connection.copy()
        try:
            if connection.vendor == "postgresql":
                with pytest.MonkeyPatch.context() as patch:
                    patch.setattr(lock, "connection", other)
                    with pytest.raises(FileRefused), source_lock("cmoa"):
                        pytest.fail("two sessions hold one source")
                    with source_lock("tate"):
                        entered.append("another source is free")
            else:
                with pytest.raises(FileRefused), source_lock("cmoa"):
                    pytest.fail("two sessions hold one source")
        finally:
            other.close()
    with source_lock("cmoa"):
        entered.append("let go at the end")
    free = ["another source is free"] if connection.vendor == "postgresql" else []
    assert entered == [*free, "let go at the end"]


def test_the_end_of_a_broken_list_is_a_failed_run_with_everything_before_it_kept(
    tmp_path, small_batches
):
    thing = '{"id": "http://x.example/%d", "type": "HumanMadeObject", "_label": "a"}'
    path = tmp_path / "list.json"
    path.write_text("[" + ",".join(thing % i for i in range(25)) + ', {"id": ')
    counts, words = run(path, code=2)
    assert counts == tally(read=20, created=20)
    assert "json_broken" in words
    assert ImportRun.objects.get().state == ImportState.FAILED
