"""Server processes as in production, and clients that post bids over real HTTP.

Used by the races and by the bench: granian over WSGI, sessions and form guard on, as a browser's
script would send them.
"""

import http.client
import json
import os
import subprocess
import sys
import time
from typing import Any

from django.conf import settings
from django.test import Client

from artmarket.core.testing import PROJECT_DIR
from artmarket.core.testing_postgres import free_port
from auctions.models import Paddle

SECONDS = 60
FORM_TOKEN = "f" * 32


class BidServer:
    """One granian process with worker threads; `kill` is kill -9 of all of it."""

    def __init__(self, environment: dict[str, str], *, threads: int = 8, workers: int = 1) -> None:
        self.port = free_port()
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(self.port),
                "--workers", str(workers), "--blocking-threads", str(threads), "--no-ws",
                "--log-level", "error", "artmarket.wsgi:application",
            ],
            cwd=PROJECT_DIR,
            env=os.environ | environment,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            assert self.process.poll() is None, "the server ended"
            try:
                probe = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                probe.request("GET", "/robots.txt")
                probe.getresponse().read()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError("the server does not answer")

    def kill(self) -> None:
        """As a machine that loses its power: nothing is finished, nobody is told."""
        os.killpg(self.process.pid, 9)
        self.process.wait(SECONDS)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()


class BidClient:
    """One signed-in bidder on a connection that is kept."""

    def __init__(self, paddle: Paddle) -> None:
        browser = Client()
        browser.force_login(paddle.user)
        session = browser.cookies[settings.SESSION_COOKIE_NAME].value
        self.paddle = paddle.pk
        self.headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "X-CSRFToken": FORM_TOKEN,
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; "
            f"{settings.CSRF_COOKIE_NAME}={FORM_TOKEN}",
        }
        self._connection: http.client.HTTPConnection | None = None

    def bid(
        self, port: int, lot: int, amount: int, key: str, *, confirmed: bool = True
    ) -> tuple[int, dict[str, Any]]:
        """Status and answer; `amount` in the smallest unit. Raises OSError, HTTPException."""
        if self._connection is None or self._connection.port != port:
            self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
        body = json.dumps(
            {
                "paddle": self.paddle, "amount": amount, "currency": "CNY", "key": key,
                "confirmed": confirmed,
            }
        )  # fmt: skip
        try:
            self._connection.request("POST", f"/auctions/lots/{lot}/bids/", body, self.headers)
            answer = self._connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            self._connection = None
            raise
        return answer.status, json.loads(text)
