"""One import of a source at a time, so that two never make the same record twice.

Held by the database session (PostgreSQL) or by a locked file beside the database (SQLite): both
are let go when the process dies, however it dies.
"""

import fcntl
import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext as _

from .draft import FileRefused


@contextmanager
def source_lock(source: str) -> Iterator[None]:
    """Hold the source. Raises `FileRefused` at once when another import holds it."""
    digest = hashlib.sha256(f"artmarket.import:{source}".encode()).digest()
    if connection.vendor == "postgresql":
        key = int.from_bytes(digest[:8], signed=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
            if not cursor.fetchone()[0]:
                raise _busy(source)
        try:
            yield
        finally:
            if connection.connection is not None and not connection.connection.closed:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
        return
    with _file_of(digest.hex()[:16]).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise _busy(source) from None
        yield


def _file_of(name: str) -> Path:
    database = Path(str(connection.settings_dict["NAME"]))
    folder = database.parent if database.is_file() else Path(tempfile.gettempdir())
    return folder / f"{database.name.replace(':', '')[:40]}.import-{name}.lock"


def _busy(source: str) -> FileRefused:
    return FileRefused(
        "import_running",
        _("来源“%(source)s”的另一次导入正在进行，请等它结束再试。") % {"source": source},
    )
