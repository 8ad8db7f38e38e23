"""A server that speaks Stripe's protocol on loopback, for tests that may not leave the machine.

Real HTTP, form-encoded bodies, `Idempotency-Key` with replay of the stored answer (and a refusal
of another body under the same key), hosted pages that one can click, holds and captures, refunds,
disputes, transfers to connected accounts, balance transactions with fees, signed events. All is
kept in an SQLite file: the server may be killed and started again.

It does not exercise: cards themselves (numbers, 3-D Secure, Radar), payment methods that end days
later, currency conversion, settlement (everything is available at once), Stripe's own payouts to
a bank, capabilities and verification of connected accounts beyond one switch, rate limits, API
versions, expiry of pages by the clock and of idempotency keys, retries of webhooks by schedule.

    python -m tests.ledger.stripe_server --port 12111 --file stripe.db
"""

import argparse
import html
import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.ledger.stripe_account import SECRET_KEY, Refusal, Row, Stripe, bad


def nested(pairs: list[tuple[str, str]]) -> Row:
    """Form fields like `a[b][0]=c` as dictionaries in dictionaries."""
    found: Row = {}
    for name, value in pairs:
        first, *rest = name.replace("]", "").split("[")
        place, last = found, first
        for part in rest:
            place, last = place.setdefault(last, {}), part
        place[last] = value
    return found


PAGE = """<!doctype html><title>{name}</title><h1>{name}</h1><p>{amount} {currency}</p>
<form method="post"><button name="do" value="pay">Pay</button>
<button name="do" value="decline">Decline</button></form>"""


class Handler(BaseHTTPRequestHandler):
    """HTTP on top of the account."""

    protocol_version = "HTTP/1.1"
    stripe: Stripe

    def log_message(self, *_given: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def _serve(self, method: str) -> None:
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        pairs = parse_qsl(url.query if method == "GET" else body, keep_blank_values=True)
        try:
            if url.path.startswith("/pay/"):
                self._page(method, url.path.rsplit("/", 1)[1], dict(pairs))
                return
            if self.headers.get("Authorization") != f"Bearer {SECRET_KEY}":
                raise Refusal(401, "invalid_request_error", "", "no such key")
            if method == "POST" and not self.headers.get("Idempotency-Key"):
                raise bad("no_idempotency_key", "every call that moves something must have a key")
            key = self.headers.get("Idempotency-Key", "") if method == "POST" else ""
            status, answer = self.stripe.answer(method, url.path, nested(pairs), key)
        except Refusal as refusal:
            status, answer = refusal.status, refusal.body
        if method == "POST":
            self.stripe.hold.wait(120)
            if self.stripe.drop_answers:
                self.stripe.drop_answers -= 1
                self.close_connection = True
                return
        self._send(status, json.dumps(answer), "application/json")

    def _page(self, method: str, session_id: str, fields: dict[str, str]) -> None:
        session = self.stripe.get("checkout.session", session_id)
        if method == "POST" and fields.get("do") == "pay":
            self.stripe.pay(session_id)
            self.send_response(303)
            self.send_header("Location", session["success_url"])
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if method == "POST":
            self.stripe.decline(session_id)
        words = PAGE.format(
            name=html.escape(session["name"]), amount=session["amount_total"],
            currency=session["currency"],
        )  # fmt: skip
        self._send(200, words, "text/html; charset=utf-8")

    def _send(self, status: int, text: str, kind: str) -> None:
        raw = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(raw)))
        self.send_header("Request-Id", f"req_{secrets.token_hex(6)}")
        self.end_headers()
        self.wfile.write(raw)


class StripeServer:
    """The account with its HTTP server in a thread; `stop` ends it, the file stays."""

    def __init__(self, file: Path, port: int = 0) -> None:
        self.stripe = Stripe(file)
        handler = type("BoundHandler", (Handler,), {"stripe": self.stripe})
        self.http = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"
        self.stripe.address = self.url
        self.thread = threading.Thread(
            target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    def start(self) -> "StripeServer":
        self.thread.start()
        return self

    def stop(self) -> None:
        self.stripe.hold.set()
        self.http.shutdown()
        self.http.server_close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=12111)
    parser.add_argument("--file", type=Path, required=True)
    given = parser.parse_args()
    server = StripeServer(given.file, given.port)
    print(server.url, flush=True)
    server.http.serve_forever()
