"""A real server process for the streams, and a client of raw bytes that watches them."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection

from artmarket.core.testing import PROJECT_DIR
from artmarket.core.testing_postgres import free_port
from tests.auctions.streams import frames

SECONDS = 30


def database_url() -> str:
    """The address of the database that the tests use."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    host, port = values["HOST"], values["PORT"]
    password = f":{values['PASSWORD']}" if values["PASSWORD"] else ""
    return f"postgres://{values['USER']}{password}@{host}:{port}/{values['NAME']}"


class Server:
    """uvicorn with the platform's own ASGI application on the database of the tests."""

    def __init__(self, url: str | None = None, port: int | None = None) -> None:
        self.port = port or free_port()
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "uvicorn", "artmarket.asgi:application", "--host",
                "127.0.0.1", "--port", str(self.port), "--log-level", "warning",
                "--timeout-graceful-shutdown", "2", "--backlog", "8192",
            ],
            cwd=PROJECT_DIR,
            env=os.environ
            | {
                "DJANGO_SETTINGS_MODULE": "artmarket.settings.test",
                "ARTMARKET_TEST_DATABASE_URL": url or database_url(),
            },
        )  # fmt: skip
        wait_for(self._answers)

    def _answers(self) -> bool:
        assert self.process.poll() is None
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> int:
        """Ask it to end, as an operator does; the exit code."""
        self.process.terminate()
        return self.process.wait(SECONDS)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(SECONDS)


class Watching:
    """One GET of a stream over a socket."""

    def __init__(self, port: int, path: str, *, last_id: str = "", method: str = "GET") -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), SECONDS)
        last = f"Last-Event-ID: {last_id}\r\n" if last_id else ""
        self.socket.sendall(f"{method} {path} HTTP/1.1\r\nHost: test\r\n{last}\r\n".encode())
        self.pending = b""
        head = self._until(b"\r\n\r\n")
        self.status = int(head.split()[1])
        lines = [line.split(": ", 1) for line in head.decode().split("\r\n")[1:] if line]
        self.headers = {name.lower(): value for name, value in lines}
        self.body = b""
        self.last_id = ""

    def frames(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """(event, data) one after the other; waits for each; ends with the connection."""
        while True:
            try:
                size = int(self._until(b"\r\n"), 16)
            except ConnectionError:
                return
            if not size:
                return
            while len(self.pending) < size + 2:
                self._more()
            self.body += self.pending[:size]
            self.pending = self.pending[size + 2 :]
            whole, _sep, self.body = self.body.rpartition(b"\n\n")
            for event, name, data in frames(whole + b"\n\n"):
                self.last_id = name
                yield event, data

    def close(self) -> None:
        self.socket.close()

    def _until(self, mark: bytes) -> bytes:
        while mark not in self.pending:
            self._more()
        found, _mark, self.pending = self.pending.partition(mark)
        return found

    def _more(self) -> None:
        piece = self.socket.recv(65536)
        if not piece:
            raise ConnectionError("closed")
        self.pending += piece


def wait_for(condition: Callable[[], Any]) -> Any:
    """Ask until it is true; fails after half a minute."""
    until = time.monotonic() + SECONDS
    while not (found := condition()):
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)
    return found
