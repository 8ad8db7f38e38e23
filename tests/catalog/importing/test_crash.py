"""An import killed at any moment, and a database killed under it, lose and double nothing.

A real process on a real server: SIGKILL in the middle of the file, again and again, then a power
cut of the database; afterwards the same command ends with the rows of an undisturbed import.
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from artmarket.core.testing import PROJECT_DIR
from artmarket.core.testing_postgres import Cluster
from tests.migrated import begin_migrated

from .samples import many_rows, write_lines

pytestmark = pytest.mark.postgres

ROWS = 4_000
CONTENT = """
SELECT s.source_id, s.digest, w.title, w.year_from, w.state, w.objectid_score, a.name, o.term,
  (SELECT count(*) FROM catalog_workterm t WHERE t.work_id = w.id),
  (SELECT count(*) FROM catalog_dimension d WHERE d.work_id = w.id),
  (SELECT e.tokens::text FROM catalog_searchentry e WHERE e.work_id = w.id)
FROM catalog_work w
LEFT JOIN catalog_sourcerecord s ON s.work_id = w.id
LEFT JOIN catalog_attribution o ON o.work_id = w.id
LEFT JOIN catalog_artist a ON a.id = o.artist_id
ORDER BY 1
"""
COUNTS = """
SELECT (SELECT count(*) FROM catalog_work), (SELECT count(*) FROM catalog_sourcerecord),
  (SELECT count(*) FROM catalog_searchentry), (SELECT count(*) FROM catalog_artist),
  (SELECT count(*) FROM catalog_artistidentifier), (SELECT count(*) FROM catalog_attribution)
"""


class Site:
    """One installation: a database and the commands on it."""

    def __init__(self, url: str, var: Path) -> None:
        self.url = url
        self.env = os.environ | {
            "DATABASE_URL": url,
            "VAR_DIR": str(var),
            "DJANGO_SETTINGS_MODULE": "artmarket.settings.local",
        }

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        command = [sys.executable, str(PROJECT_DIR / "manage.py"), *arguments]
        return subprocess.Popen(
            command, env=self.env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def run(self, *arguments: str) -> str:
        process = self.start(*arguments)
        out, err = process.communicate()
        assert process.returncode == 0, err
        return out

    def ask(self, sql: str) -> list[tuple]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.execute(sql).fetchall()

    def rows_done(self) -> int:
        return self.ask("SELECT coalesce(max(rows_done), 0) FROM catalog_importrun")[0][0]


def migrated_site(cluster: Cluster, name: str, folder: Path) -> Site:
    site = Site(cluster.database(name), folder / "var")
    begin_migrated(site.url)
    site.run("migrate", "--verbosity", "0")
    return site


def wait_for(condition, process, seconds=120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end, "nothing happened in time"
        time.sleep(0.002)


@pytest.fixture
def cluster():
    server = Cluster(durable=True)
    yield server
    server.remove()


def test_kill_of_the_import_and_of_the_database_leave_a_whole_state(cluster, tmp_path):
    path = str(write_lines(tmp_path / "objects.jsonl.gz", many_rows(ROWS)))
    site = migrated_site(cluster, "crash", tmp_path)
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE whole TEMPLATE crash")
    whole = Site(site.url.replace("/crash", "/whole"), tmp_path / "var")
    whole.run("import_artworks", path)

    chance = random.Random(20260711)
    for _kill in range(3):
        done = site.rows_done()
        process = site.start("import_artworks", path)
        wait_for(lambda done=done: site.rows_done() > done, process)
        time.sleep(chance.random() / 10)  # anywhere in the next batch
        process.send_signal(signal.SIGKILL)
        process.communicate()
        works, records, entries, *_rest = site.ask(COUNTS)[0]
        assert works == records == entries == site.rows_done()

    done = site.rows_done()
    assert 0 < done < ROWS, "the file was too short to be interrupted"
    process = site.start("import_artworks", path)
    wait_for(lambda: site.rows_done() > done, process)
    cluster.kill()
    _out, err = process.communicate()
    assert process.returncode == 1, err
    assert "数据库断开" in err
    cluster.start()

    last = site.run("import_artworks", path, "--json").splitlines()[-1]
    assert last == (
        f'{{"read": {ROWS}, "created": {ROWS}, "updated": 0, "unchanged": 0, "rejected": 0}}'
    )
    assert site.ask(COUNTS) == whole.ask(COUNTS)
    assert site.ask(CONTENT) == whole.ask(CONTENT)
    assert site.ask("SELECT state, rows_done FROM catalog_importrun") == [("done", ROWS)]
    again = site.run("import_artworks", path, "--json").splitlines()[-1]
    assert f'"unchanged": {ROWS}' in again


def test_two_imports_of_one_source_are_kept_apart(cluster, tmp_path):
    path = str(write_lines(tmp_path / "objects.jsonl.gz", many_rows(ROWS)))
    site = migrated_site(cluster, "apart", tmp_path)

    first = site.start("import_artworks", path, "--json")
    wait_for(lambda: site.rows_done() > 0, first)
    first.send_signal(signal.SIGSTOP)  # in the middle, with its judges at work
    done = site.rows_done()
    assert done < ROWS, "the file was too short to be interrupted"
    try:
        second = site.start("import_artworks", path, "--json")
        _out, err = second.communicate()
        assert second.returncode == 2  # refused
        assert "另一次导入正在进行" in err
        assert site.rows_done() == done
    finally:
        first.send_signal(signal.SIGCONT)
    out, err = first.communicate()
    assert first.returncode == 0, err
    assert f'"created": {ROWS}' in out.splitlines()[-1]
    assert site.ask("SELECT state, rows_done FROM catalog_importrun") == [("done", ROWS)]
