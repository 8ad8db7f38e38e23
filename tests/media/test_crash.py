"""Kill -9 and power cuts in the middle of an upload and of drawing, against a real database.

Every step runs in a process of its own, which kills itself at a named point (or waits there while
the database is killed); what is left is then read from the database and the disk.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django_tasks_db.models import DBTaskResult
from PIL import Image

from artmarket.core.testing import PROJECT_DIR
from artmarket.core.testing_postgres import Cluster, postgres_binary

from . import pictures

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]

START = """
import os, signal, time
from datetime import timedelta
from pathlib import Path
import django
django.setup()
from django.core.management import call_command
from artmarket.accounts.models import User
from artmarket.core.clock import db_now
from media import files
from media.models import Derivative, Image
from media.services import drawing, pictures, sweeping

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def wait_for_the_cut():
    Path(os.environ["HERE"]).touch()
    while not Path(os.environ["GO"]).exists():
        time.sleep(0.02)

def at_call(number, act, real):
    calls = []
    def call(*args, **kwargs):
        calls.append(1)
        if len(calls) == number:
            act()
        return real(*args, **kwargs)
    return call

def then(act, real):
    def call(*args, **kwargs):
        result = real(*args, **kwargs)
        act()
        return result
    return call

def painter():
    return User.objects.filter(email="p@example.org").first() or User.objects.create_user(
        "p@example.org", "kite", display_name="p")

def receive():
    with open(os.environ["PICTURE"], "rb") as file:
        return pictures.receive_image(actor=painter(), file=file, name="x.jpg")

def work():
    call_command("db_worker", queue_name="*", batch=True, interval=0, startup_delay=False,
                 reload=False, verbosity=0)

def sweep(**later):
    return sweeping.sweep(now=db_now() + timedelta(**later))
"""


@dataclass
class House:
    """One database, one folder of files, and the processes run on them."""

    cluster: Cluster
    url: str
    folder: Path

    def process(self, script: str) -> "subprocess.Popen[str]":
        env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "artmarket.settings.local",
            "DATABASE_URL": self.url,
            "VAR_DIR": str(self.folder / "var"),
            "PICTURE": str(self.folder / "picture.jpg"),
            "HERE": str(self.folder / "here"),
            "GO": str(self.folder / "go"),
            "PYTHONPATH": os.pathsep.join(["", *sys.path[1:]]).strip(os.pathsep),
        }
        return subprocess.Popen(
            [sys.executable, "-c", START + script],
            cwd=PROJECT_DIR,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, script: str) -> str:
        """Run to a good end; the last line that it prints."""
        process = self.process(script)
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        return out.strip().rpartition("\n")[2]

    def killed(self, script: str) -> None:
        """Run, and be sure that it was killed and did not end."""
        process = self.process(script)
        _out, err = process.communicate(timeout=120)
        assert process.returncode == -signal.SIGKILL, err

    def cut_during(self, script: str) -> None:
        """Run up to `wait_for_the_cut`, kill the database, let it run into that, start it again."""
        here, go = self.folder / "here", self.folder / "go"
        for mark in (here, go):
            mark.unlink(missing_ok=True)
        process = self.process(script)
        deadline = time.monotonic() + 60
        while not here.exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        assert here.exists(), process.communicate()[1]
        self.cluster.kill()
        go.touch()
        process.communicate(timeout=120)
        assert process.returncode not in (0, -signal.SIGKILL), "it must have met the dead database"
        self.cluster.start()

    def state(self) -> dict:
        """Rows and files as they stand."""
        with psycopg.connect(self.url) as connection:
            images = connection.execute("SELECT state, original_path FROM media_image").fetchall()
            made = connection.execute("SELECT path FROM media_derivative").fetchall()
            tiled = connection.execute("SELECT path FROM media_pyramid WHERE path <> ''").fetchall()
        return {
            "images": [state for state, _path in images],
            "originals": {path for _state, path in images},
            "pictures": [path for (path,) in made],
            "pyramids": {path for (path,) in tiled},
            "private": self.files("private"),
            "public": self.files("public"),
        }

    def files(self, storage: str) -> set[str]:
        root = self.folder / "var" / storage
        return {str(p.relative_to(root)) for p in root.rglob("*") if p.is_file()}

    def empty(self) -> None:
        with psycopg.connect(self.url) as connection:
            made = ("media_likeness", "media_fingerprint", "media_pyramid", "media_derivative")
            for table in (*made, "media_image", DBTaskResult._meta.db_table):
                connection.execute(f"DELETE FROM {table}")
        for storage in ("private", "public"):
            shutil.rmtree(self.folder / "var" / storage, ignore_errors=True)

    def assert_whole(self, *, images: list[str], pictures_each: int = 4) -> None:
        """Every row has its files, every file its row."""
        state = self.state()
        assert sorted(state["images"]) == sorted(images)
        assert state["private"] == state["originals"] | state["pyramids"]
        assert len(state["pictures"]) == pictures_each * images.count("ready")


def copy_of_the_test_database(cluster: Cluster) -> str:
    """A durable database with the schema that the test run has migrated already; its URL."""
    url = cluster.database("crash")
    from_ = connection.settings_dict
    dump = [postgres_binary("pg_dump"), "--no-owner", "-U", from_["USER"], from_["NAME"]]
    dump += ["-h", from_["HOST"] or "127.0.0.1", "-p", str(from_["PORT"] or 5432)]
    env = {**os.environ, "PGPASSWORD": from_["PASSWORD"] or "", "PGUSER": "artmarket"}
    schema = subprocess.run(list(map(str, dump)), env=env, capture_output=True, check=True).stdout
    load = [postgres_binary("psql"), "-q", "-v", "ON_ERROR_STOP=1", "-1", "-d", url]
    subprocess.run(list(map(str, load)), input=schema, capture_output=True, check=True)
    return url


@pytest.fixture(scope="module")
def house(tmp_path_factory, django_db_setup) -> Iterator[House]:
    cluster = Cluster(durable=True)
    folder = tmp_path_factory.mktemp("crash")
    (folder / "picture.jpg").write_bytes(pictures.encoded(Image.new("RGB", (700, 500), "navy")))
    yield House(cluster, copy_of_the_test_database(cluster), folder)
    cluster.remove()


@pytest.fixture(autouse=True)
def _empty(house):
    yield
    house.empty()


POINTS = {
    "before the file": "files.store_original = at_call(1, die, files.store_original)",
    "in the middle of the file": (
        "files.File.DEFAULT_CHUNK_SIZE = 1000\n"
        "files._Hashing.read = at_call(4, die, files._Hashing.read)"
    ),
    "after the file": "files.store_original = then(die, files.store_original)",
    "inside the last transaction": "pictures.record_event = then(die, pictures.record_event)",
}


@pytest.mark.parametrize("point", POINTS)
def test_an_upload_killed_at_any_point_is_cleared_and_can_be_sent_again(house, point):
    house.killed(f"{POINTS[point]}\nreceive()")
    left = house.state()
    assert left["images"] == ["receiving"]
    assert bool(left["private"]) == (point != "before the file")
    house.run("receive()\nsweep(hours=2)\nwork()")
    house.assert_whole(images=["ready"])


def test_an_upload_killed_after_its_commit_is_drawn(house):
    house.killed("receive()\ndie()")
    house.run("work()")
    house.assert_whole(images=["ready"])


WORKER_POINTS = {
    "before the first picture": "drawing._draw = at_call(1, die, drawing._draw)",
    "between two pictures": "files.store_picture = at_call(4, die, files.store_picture)",
    "after the last picture": "drawing._publish = at_call(1, die, drawing._publish)",
    "inside the transaction": "drawing.record_event = then(die, drawing.record_event)",
    "after the commit": "drawing._publish = then(die, drawing._publish)",
}


@pytest.mark.parametrize("point", WORKER_POINTS)
def test_a_worker_killed_at_any_point_is_replaced_by_another(house, point):
    house.killed(f"receive()\n{WORKER_POINTS[point]}\nwork()")
    assert house.state()["images"] == ["ready" if point == "after the commit" else "waiting"]
    house.run("sweep(hours=2)\nwork()\nsweep(hours=2)")
    house.assert_whole(images=["ready"])


def test_a_picture_that_kills_every_worker_is_given_up(house):
    deadly = "files.store_picture = at_call(1, die, files.store_picture)\nwork()"
    house.killed(f"receive()\n{deadly}")
    for _ in range(2):
        house.killed(f"sweep(hours=2)\n{deadly}")
    house.run("sweep(hours=2)\nwork()\nsweep(hours=2)")
    house.assert_whole(images=["failed"])


def test_the_database_dies_in_the_middle_of_an_upload(house):
    house.cut_during(
        "files.store_original = then(wait_for_the_cut, files.store_original)\nreceive()"
    )
    assert house.state()["images"] == ["receiving"]
    house.run("sweep(hours=2)\nreceive()\nwork()")
    house.assert_whole(images=["ready"])


def test_the_database_dies_in_the_middle_of_drawing(house):
    house.cut_during(
        "receive()\nfiles.store_picture = at_call(3, wait_for_the_cut, files.store_picture)\nwork()"
    )
    assert house.state()["images"] == ["waiting"]
    house.run("sweep(hours=2)\nwork()\nsweep(hours=2)")
    house.assert_whole(images=["ready"])
