"""The account behind the loopback server (`stripe_server`): objects, and what is done to them."""

import hashlib
import hmac
import json
import secrets
import sqlite3
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SECRET_KEY = "sk_test_loopback"
WEBHOOK_SECRET = "whsec_loopback"
FEE_PER_MILLE = 34
Row = dict[str, Any]
TABLES = """
CREATE TABLE IF NOT EXISTS objects (n INTEGER PRIMARY KEY, id TEXT UNIQUE, kind TEXT, body TEXT);
CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, asked TEXT, status INT, body TEXT);
CREATE TABLE IF NOT EXISTS calls (n INTEGER PRIMARY KEY, line TEXT, key TEXT);
"""


class Refusal(Exception):
    """An error as Stripe answers it."""

    def __init__(self, status: int, kind: str, code: str = "", words: str = "refused") -> None:
        super().__init__(words)
        self.status = status
        self.body = {"error": {"type": kind, "code": code, "message": words}}


def bad(code: str, words: str = "refused") -> Refusal:
    return Refusal(400, "invalid_request_error", code, words)


def signature(payload: str, *, secret: str = WEBHOOK_SECRET, at: int | None = None) -> str:
    """The header of a webhook: the time and an HMAC of time and body."""
    moment = int(time.time()) if at is None else at
    mac = hmac.new(secret.encode(), f"{moment}.{payload}".encode(), hashlib.sha256)
    return f"t={moment},v1={mac.hexdigest()}"


class Stripe:
    """The account: objects, and what is done to them. One writer at a time."""

    def __init__(self, file: Path) -> None:
        self.lock = threading.RLock()
        self.db = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self.db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;" + TABLES)
        self.address = ""
        self.webhook_url = ""
        self.hold = threading.Event()  # answers wait while it is cleared
        self.hold.set()
        self.drop_answers = 0  # so many answers get lost after the work was done
        self.fail_next = 0  # so many calls fail before anything is done

    @contextmanager
    def writing(self) -> Iterator[None]:
        with self.lock:
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self.db.execute("ROLLBACK")
                raise
            self.db.execute("COMMIT")

    # --------------------------------------------------------------- objects

    def new(self, kind: str, prefix: str, **body: Any) -> Row:
        row = {
            "id": f"{prefix}_{secrets.token_hex(8)}", "object": kind,
            "created": int(time.time()), "livemode": False, **body,
        }  # fmt: skip
        self.db.execute(
            "INSERT INTO objects (id, kind, body) VALUES (?, ?, ?)",
            (row["id"], kind, json.dumps(row)),
        )
        return row

    def save(self, row: Row) -> Row:
        self.db.execute("UPDATE objects SET body = ? WHERE id = ?", (json.dumps(row), row["id"]))
        return row

    def get(self, kind: str, pk: str) -> Row:
        with self.lock:
            found = self.db.execute(
                "SELECT body FROM objects WHERE id = ? AND kind = ?", (pk, kind)
            ).fetchone()
        if not found:
            raise Refusal(404, "invalid_request_error", "resource_missing", f"no {kind} {pk}")
        return json.loads(found[0])

    def all(self, kind: str, **wanted: Any) -> list[Row]:
        """Newest first, as Stripe lists."""
        with self.lock:
            rows = self.db.execute(
                "SELECT body FROM objects WHERE kind = ? ORDER BY n DESC", (kind,)
            ).fetchall()
        bodies = [json.loads(row[0]) for row in rows]
        return [b for b in bodies if all(b.get(k) == v for k, v in wanted.items())]

    def event(self, kind: str, row: Row) -> None:
        self.new(
            "event", "evt", type=kind, api_version="2026-10-28.endive",
            data={"object": row}, pending_webhooks=1,
        )  # fmt: skip

    def move(self, kind: str, source: Row, amount: int, fee: int = 0) -> Row:
        return self.new(
            "balance_transaction", "txn", type=kind, source=source["id"], amount=amount,
            currency=source["currency"], fee=fee, net=amount - fee, status="available",
        )  # fmt: skip

    # -------------------------------------------------------- what the payer does

    def pay(self, session_id: str) -> Row:
        """The payer pays on the hosted page; returns the PaymentIntent."""
        with self.writing():
            session = self.get("checkout.session", session_id)
            if session["status"] != "open":
                raise bad("checkout_session_not_open")
            intent = self.get("payment_intent", self._intent_of(session))
            if intent["capture_method"] == "manual":
                intent["status"] = "requires_capture"
                intent["amount_capturable"] = intent["amount"]
                self._charge(intent, captured=False)
                self.save(intent)
                self.event("payment_intent.amount_capturable_updated", intent)
            else:
                self._succeed(intent, intent["amount"])
            session |= {"status": "complete", "url": None, "payment_status": "paid"}
            self.event("checkout.session.completed", self.save(session))
        return intent

    def decline(self, session_id: str) -> None:
        """The payer's bank refuses; he may try again on the same page."""
        with self.writing():
            session = self.get("checkout.session", session_id)
            intent = self.get("payment_intent", self._intent_of(session))
            self.event("payment_intent.payment_failed", intent)

    def _intent_of(self, session: Row) -> str:
        """As at Stripe, a page has a PaymentIntent only once the payer does something."""
        if not session["payment_intent"]:
            wanted = session["payment_intent_data"]
            intent = self.new(
                "payment_intent", "pi", amount=session["amount_total"], amount_received=0,
                amount_capturable=0, currency=session["currency"], latest_charge=None,
                capture_method=wanted.get("capture_method", "automatic"),
                metadata=wanted.get("metadata", {}), status="requires_payment_method",
            )  # fmt: skip
            session["payment_intent"] = intent["id"]
            self.save(session)
            self.event("payment_intent.created", intent)
        return session["payment_intent"]

    def _charge(self, intent: Row, *, captured: bool) -> Row:
        charge = self.new(
            "charge", "ch", amount=intent["amount"], amount_refunded=0, captured=captured,
            amount_captured=0, currency=intent["currency"], payment_intent=intent["id"],
            balance_transaction=None, refunded=False, disputed=False, status="succeeded",
            metadata={},
        )  # fmt: skip
        intent["latest_charge"] = charge["id"]
        return charge

    def _succeed(self, intent: Row, amount: int) -> None:
        charge = (
            self.get("charge", intent["latest_charge"])
            if intent["latest_charge"]
            else self._charge(intent, captured=True)
        )
        fee = (amount * FEE_PER_MILLE + 500) // 1000
        moved = self.move("charge", charge, amount, fee)
        charge |= {
            "captured": True, "amount_captured": amount, "balance_transaction": moved["id"],
        }  # fmt: skip
        self.save(charge)
        intent |= {"status": "succeeded", "amount_received": amount, "amount_capturable": 0}
        self.event("payment_intent.succeeded", self.save(intent))
        self.event("charge.succeeded", charge)

    def dispute(self, intent_id: str, reason: str = "fraudulent") -> Row:
        """The payer's bank takes the money back until the dispute is decided."""
        with self.writing():
            intent = self.get("payment_intent", intent_id)
            row = self.new(
                "dispute", "dp", amount=intent["amount_received"], currency=intent["currency"],
                charge=intent["latest_charge"], payment_intent=intent_id, reason=reason,
                status="needs_response", balance_transactions=[], metadata={},
                evidence_details={"due_by": int(time.time()) + 7 * 86400},
            )  # fmt: skip
            row["balance_transactions"] = [self.move("adjustment", row, -row["amount"], 1500)]
            self.event("charge.dispute.created", self.save(row))
        return row

    def close_dispute(self, dispute_id: str, status: str) -> Row:
        """Won gives the money back, lost leaves it gone."""
        with self.writing():
            row = self.get("dispute", dispute_id)
            row["status"] = status
            if status == "won":
                row["balance_transactions"].append(self.move("adjustment", row, row["amount"]))
            self.event("charge.dispute.closed", self.save(row))
        return row

    def fail_refund(self, refund_id: str) -> Row:
        """The payer's bank sends a refund back."""
        with self.writing():
            row = self.get("refund", refund_id)
            row |= {"status": "failed", "failure_reason": "expired_or_canceled_card"}
            self.move("refund_failure", row, row["amount"])
            charge = self.get("charge", row["charge"])
            charge["amount_refunded"] -= row["amount"]
            self.save(charge)
            self.event("refund.failed", self.save(row))
        return row

    def make_ready(self, account_id: str) -> Row:
        """The holder of a connected account filled in everything."""
        with self.writing():
            row = self.get("account", account_id)
            row["payouts_enabled"] = True
            self.event("account.updated", self.save(row))
        return row

    def send_events(self, rows: list[Row] | None = None) -> list[int]:
        """Deliver events (all, oldest first) to the webhook's address; the answers' statuses."""
        statuses = []
        for row in rows if rows is not None else reversed(self.all("event")):
            payload = json.dumps(row)
            request = urllib.request.Request(
                self.webhook_url, payload.encode(), method="POST",
                headers={"Content-Type": "application/json", "Stripe-Signature": signature(payload)},
            )  # fmt: skip
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    statuses.append(answer.status)
            except urllib.error.HTTPError as error:
                statuses.append(error.code)
        return statuses

    # ------------------------------------------------------------------ the API

    def answer(self, method: str, path: str, asked: Row, key: str) -> tuple[int, Row]:
        """One call; under a key known already the stored answer comes again."""
        with self.lock:
            if self.fail_next:
                self.fail_next -= 1
                return 500, {"error": {"type": "api_error", "message": "out of order"}}
            said = json.dumps([method, path, asked], sort_keys=True)
            if key:
                row = self.db.execute(
                    "SELECT asked, status, body FROM answers WHERE key = ?", (key,)
                ).fetchone()
                if row and row[0] != said:
                    raise Refusal(400, "idempotency_error", "", "another body under this key")
                if row:
                    return row[1], json.loads(row[2])
            self.db.execute(
                "INSERT INTO calls (line, key) VALUES (?, ?)", (f"{method} {path}", key)
            )
            with self.writing():
                body = self._do(method, path, asked)
                if key:
                    self.db.execute(
                        "INSERT INTO answers VALUES (?, ?, 200, ?)", (key, said, json.dumps(body))
                    )
            return 200, body

    def calls(self, line: str) -> int:
        """How often something was really done (replayed answers do not count)."""
        with self.lock:
            return self.db.execute(
                "SELECT count(*) FROM calls WHERE line LIKE ?", (line,)
            ).fetchone()[0]

    def _do(self, method: str, path: str, asked: Row) -> Row:
        parts = path.strip("/").split("/")[1:]
        if parts[:2] == ["checkout", "sessions"]:
            return self._sessions(method, parts[2:], asked)
        routes = {
            "payment_intents": self._intents, "refunds": self._refunds,
            "transfers": self._transfers, "accounts": self._accounts,
        }  # fmt: skip
        if parts[0] in routes:
            return routes[parts[0]](method, parts[1:], asked)
        if method == "GET" and parts[0] == "disputes":
            return self.get("dispute", parts[1])
        if method == "POST" and parts[0] == "account_links":
            self.get("account", asked["account"])
            return {"object": "account_link", "url": f"https://connect.invalid/{asked['account']}"}
        if method == "GET" and parts[0] == "balance_transactions":
            made = asked.get("created", {})
            since, until = int(made.get("gte", 0)), int(made.get("lt", 2**40))
            rows = [
                r for r in self.all("balance_transaction") if since <= r["created"] < until
            ]  # fmt: skip
            return listed(rows, asked, "/v1/balance_transactions")
        raise Refusal(404, "invalid_request_error", "", f"no such address: {path}")

    def _sessions(self, method: str, parts: list[str], asked: Row) -> Row:
        if method == "GET":
            return self.get("checkout.session", parts[0])
        if not parts:
            line = asked["line_items"]["0"]
            price, intent = line["price_data"], asked.get("payment_intent_data", {})
            if not 0 < int(price["unit_amount"]) < 10**8:
                raise bad("amount_out_of_range")
            manual = intent.get("capture_method") == "manual"
            methods = set(asked["payment_method_types"].values())
            if manual and methods & {"alipay", "wechat_pay"}:
                raise bad("payment_method_cannot_be_held")
            wechat = asked.get("payment_method_options", {}).get("wechat_pay", {})
            if "wechat_pay" in methods and wechat.get("client") != "web":
                raise bad("parameter_missing", "payment_method_options[wechat_pay][client]")
            row = self.new(
                "checkout.session", "cs", mode=asked["mode"], status="open",
                amount_total=int(price["unit_amount"]) * int(line["quantity"]),
                currency=price["currency"], client_reference_id=asked.get("client_reference_id"),
                metadata=asked.get("metadata", {}), payment_intent=None, payment_status="unpaid",
                payment_intent_data=intent, success_url=asked["success_url"],
                name=price["product_data"]["name"],
            )  # fmt: skip
            row["url"] = f"{self.address}/pay/{row['id']}"
            return self.save(row)
        row = self.get("checkout.session", parts[0])
        if row["status"] != "open":
            raise bad("checkout_session_not_open")
        if row["payment_intent"]:
            intent = self.get("payment_intent", row["payment_intent"])
            self.save(intent | {"status": "canceled"})
        row |= {"status": "expired", "url": None}
        self.event("checkout.session.expired", self.save(row))
        return row

    def _intents(self, method: str, parts: list[str], asked: Row) -> Row:
        row = self.get("payment_intent", parts[0])
        if method == "GET":
            if "latest_charge" in asked.get("expand", {}).values() and row["latest_charge"]:
                row["latest_charge"] = self.get("charge", row["latest_charge"])
            return row
        if row["status"] != "requires_capture":
            raise bad("payment_intent_unexpected_state")
        if parts[1] == "capture":
            amount = int(asked.get("amount_to_capture", row["amount"]))
            if not 0 < amount <= row["amount"]:
                raise bad("amount_too_large")
            self._succeed(row, amount)
        else:
            row |= {"status": "canceled", "amount_capturable": 0}
            self.event("payment_intent.canceled", self.save(row))
        return row

    def _refunds(self, method: str, parts: list[str], asked: Row) -> Row:
        if method == "GET" and parts:
            return self.get("refund", parts[0])
        if method == "GET":
            rows = self.all("refund", payment_intent=asked["payment_intent"])
            return listed(rows, asked, "/v1/refunds")
        intent = self.get("payment_intent", asked["payment_intent"])
        if intent["status"] != "succeeded":
            raise bad("charge_not_captured")
        charge, amount = self.get("charge", intent["latest_charge"]), int(asked["amount"])
        if not 0 < amount <= charge["amount_captured"] - charge["amount_refunded"]:
            raise bad("charge_already_refunded")
        row = self.new(
            "refund", "re", amount=amount, currency=intent["currency"], charge=charge["id"],
            payment_intent=intent["id"], status="succeeded", metadata=asked.get("metadata", {}),
        )  # fmt: skip
        self.move("refund", row, -amount)
        charge["amount_refunded"] += amount
        self.event("charge.refunded", self.save(charge))
        self.event("refund.created", row)
        return row

    def _transfers(self, method: str, parts: list[str], asked: Row) -> Row:
        if method == "GET" and parts:
            return self.get("transfer", parts[0])
        if method == "GET":
            rows = self.all("transfer", transfer_group=asked["transfer_group"])
            return listed(rows, asked, "/v1/transfers")
        account = self.get("account", asked["destination"])
        if not account["payouts_enabled"]:
            raise bad("insufficient_capabilities_for_transfer")
        net = sum(
            r["net"] for r in self.all("balance_transaction", currency=asked["currency"])
        )  # fmt: skip
        if int(asked["amount"]) > net:
            raise bad("balance_insufficient")
        row = self.new(
            "transfer", "tr", amount=int(asked["amount"]), currency=asked["currency"],
            destination=account["id"], transfer_group=asked["transfer_group"],
            metadata=asked.get("metadata", {}), reversed=False,
        )  # fmt: skip
        self.move("transfer", row, -row["amount"])
        self.event("transfer.created", row)
        return row

    def _accounts(self, method: str, parts: list[str], asked: Row) -> Row:
        if method == "GET":
            return self.get("account", parts[0])
        return self.new(
            "account", "acct", email=asked.get("email"), payouts_enabled=False,
            metadata=asked.get("metadata", {}),
        )  # fmt: skip


def listed(rows: list[Row], asked: Row, url: str) -> Row:
    """A page of a list."""
    if after := asked.get("starting_after"):
        ids = [row["id"] for row in rows]
        rows = rows[ids.index(after) + 1 :]
    size = int(asked.get("limit", 10))
    return {"object": "list", "url": url, "data": rows[:size], "has_more": len(rows) > size}
