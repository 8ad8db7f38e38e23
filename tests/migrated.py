"""Databases of tests, migrated once: what a fresh one holds is kept, and put into the next.

Migrations take most of a minute; a copy takes seconds. Kept is one file an engine below var/tests,
named by the content of all migrations, of the data they read, and the versions installed. What is missing in a copy, Django's
own migration adds afterwards, as always; a copy that can't be put in leaves an empty database to it.
"""

import hashlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import closing
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from environ import Env

from artmarket.core.migrating import in_bulk
from artmarket.core.testing import PROJECT_DIR
from artmarket.core.testing_postgres import postgres_binary

FOLDER = PROJECT_DIR / "var" / "tests"
READ_BY_THEM = (".py", ".toml", ".json", ".csv")
APPS = ("artmarket", "catalog", "appraisal", "auctions", "cms", "media")


def keep_migrated(creation: Any) -> None:
    """Let this connection's test databases begin with what is kept, and keep what is not yet."""
    how = {"sqlite": _SqliteCopy, "postgresql": _PostgresDump}[creation.connection.vendor]
    copy = how(creation.connection.settings_dict)
    if not copy.is_possible:
        return
    begin, create = creation._create_test_db, creation.create_test_db

    def _create_test_db(*args: Any, **options: Any) -> str:
        name = begin(*args, **options)
        if copy.file.exists() and not options.get("keepdb"):
            copy.fill(name)
        return name

    def create_test_db(*args: Any, **options: Any) -> str:
        with in_bulk():
            name = create(*args, **options)
        if not copy.file.exists() and not options.get("keepdb"):
            creation.connection.close()
            _whole(copy.file, lambda to: copy.keep(name, to))
        return name

    creation._create_test_db, creation.create_test_db = _create_test_db, create_test_db


def begin_migrated(url: str) -> bool:
    """Put what is kept into the empty PostgreSQL at `url`; False while nothing is kept."""
    settings = Env.db_url_config(url)
    copy = _PostgresDump(settings)
    if not (copy.is_possible and copy.file.exists()):
        return False
    copy.fill(settings["NAME"])
    return True


class _SqliteCopy:
    """The file itself."""

    is_possible = True

    def __init__(self, settings: dict[str, Any]) -> None:
        self.file = FOLDER / f"{_digest()}.sqlite3"

    def fill(self, name: str) -> None:
        shutil.copyfile(self.file, name)

    def keep(self, name: str, to: Path) -> None:
        with closing(sqlite3.connect(name)) as made, closing(sqlite3.connect(to)) as kept:
            made.backup(kept)


class _PostgresDump:
    """A dump in the words of psql."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.file = FOLDER / f"{_digest()}.sql"
        self.psql, self.pg_dump = postgres_binary("psql"), postgres_binary("pg_dump")
        self.is_possible = bool(self.psql and self.pg_dump)
        self.at = ["-h", settings["HOST"], "-p", str(settings["PORT"]), "-U", settings["USER"]]
        self.environment = os.environ | {"PGPASSWORD": settings["PASSWORD"]}

    def fill(self, name: str) -> None:
        words = ["-q", "-1", "-v", "ON_ERROR_STOP=1", "-f", str(self.file), name]
        self._run(self.psql, words, check=False)

    def keep(self, name: str, to: Path) -> None:
        self._run(self.pg_dump, ["--no-owner", "-f", str(to), name], check=True)

    def _run(self, program: Path | None, words: list[str], *, check: bool) -> None:
        subprocess.run(
            [str(program), *self.at, *words], check=check, capture_output=True,
            env=self.environment,
        )  # fmt: skip


def _whole(file: Path, write: Callable[[Path], None]) -> None:
    """Write beside and rename: two workers may do it at once."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        beside = Path(folder) / file.name
        write(beside)
        beside.replace(file)


def _digest() -> str:
    found = hashlib.sha256()
    for app in APPS:
        for path in sorted((PROJECT_DIR / app).glob("**/*")):
            if {"migrations", "data"} & set(path.parts) and path.suffix in READ_BY_THEM:
                found.update(str(path.relative_to(PROJECT_DIR)).encode() + path.read_bytes())
    for line in sorted(f"{d.name}=={d.version}" for d in distributions()):
        found.update(line.encode())
    return found.hexdigest()[:20]
