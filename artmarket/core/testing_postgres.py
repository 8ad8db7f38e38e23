"""A throw-away PostgreSQL for the test suite, loaded as a pytest plugin before Django's settings.

ARTMARKET_TEST_DB=postgres starts a cluster from the PostgreSQL binaries of this machine, unless
DATABASE_URL already names a server. Unlike pytest-postgresql it also runs where the tests run as
root (the server itself refuses to), and it can be killed and started again by the crash tests.
"""

import atexit
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path


def postgres_binary(name: str) -> Path | None:
    """The newest installed server binary of that name (initdb, pg_ctl), or None."""
    found = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"),
        key=lambda p: float(p.parts[-3]) if p.parts[-3].replace(".", "").isdigit() else 0,
    )
    on_path = shutil.which(name)
    return found[-1] if found else (Path(on_path) if on_path else None)


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Cluster:
    """One PostgreSQL server in a temporary folder, on a free port of the loopback interface.

    `durable` keeps fsync on, for tests that kill the server. As root it runs as user `postgres`.
    """

    def __init__(self, *, durable: bool = False) -> None:
        pg_ctl = postgres_binary("pg_ctl")
        if pg_ctl is None:
            raise RuntimeError("no PostgreSQL server binaries found; `make test` installs them")
        self.pg_ctl = pg_ctl
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="artmarket-pg-"))
        self.data = self.folder / "data"
        self._as: list[str] = []
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
            self._as = ["runuser", "-u", "postgres", "--"]
        options = [
            f"-p {self.port}",
            f"-k {self.folder}",
            "-c listen_addresses=127.0.0.1",
            "-c max_connections=200",
            "-c shared_buffers=256MB",
        ]
        if not durable:
            options += [
                *("-c fsync=off", "-c full_page_writes=off", "-c synchronous_commit=off"),
                *("-c wal_level=minimal", "-c max_wal_senders=0", "-c max_wal_size=8GB"),
            ]
        self.options = " ".join(options)
        self._run(
            str(pg_ctl.with_name("initdb")),
            *("-D", str(self.data), "-U", "artmarket", "-A", "trust"),
            *("-E", "UTF8", "--locale=C.UTF-8", "--no-sync"),
        )
        self.start()
        atexit.register(self.remove)

    @property
    def url(self) -> str:
        """The URL of the server's first database."""
        return f"postgres://artmarket@127.0.0.1:{self.port}/postgres"

    def database(self, name: str) -> str:
        """Make an empty database and return its URL."""
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return f"postgres://artmarket@127.0.0.1:{self.port}/{name}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        log = str(self.folder / "log")
        self._run(
            str(self.pg_ctl), "-D", str(self.data), "-w", "-l", log, "-o", self.options, "start"
        )

    def kill(self) -> None:
        """Stop at once, as a power cut would (`immediate`: no checkpoint, no goodbye)."""
        self._run(str(self.pg_ctl), "-D", str(self.data), "-m", "immediate", "stop")

    def remove(self) -> None:
        """Stop the server and delete its folder."""
        subprocess.run(  # noqa: S603
            [*self._as, str(self.pg_ctl), "-D", str(self.data), "-m", "immediate", "stop"],
            capture_output=True,
            cwd="/",
        )
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, *command: str) -> None:
        done = subprocess.run(  # noqa: S603
            [*self._as, *command],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=self.folder,
        )
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed: {done.stderr.decode(errors='replace')}")


if os.environ.get("ARTMARKET_TEST_DB") == "postgres":
    URL = "ARTMARKET_TEST_DATABASE_URL"
    if not os.environ.get(URL):
        os.environ[URL] = os.environ.get("DATABASE_URL") or Cluster().url
