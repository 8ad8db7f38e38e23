"""One step of a payment in a process of its own, to be killed: python -m … STEP KEY.

The handler of the purpose "deposit" writes a line to the file of NOTIFIED; with WAIT it first
writes to the file of REACHED and then waits to be killed.
"""

import os
import sys
import time
from pathlib import Path

import django


def main(step: str, pk: int) -> None:
    django.setup()
    from django.conf import settings

    settings.STRIPE_SECRET_KEY = os.environ["STRIPE_KEY"]
    settings.STRIPE_API_BASE = os.environ["STRIPE_URL"]
    from artmarket.ledger.hooks import on_payment
    from artmarket.ledger.services import finishing
    from artmarket.ledger.services.payments import run_payout, run_refund, run_wish, start_payment

    on_payment("deposit", handler)
    steps = {
        "start": lambda: start_payment(payment_id=pk),
        "wish": lambda: run_wish(payment_id=pk),
        "refund": lambda: run_refund(pk),
        "payout": lambda: run_payout(pk),
        "ask": lambda: finishing.ask_again(pk),
        "finish": finishing.finish,
    }
    steps[step]()


def handler(payment) -> None:
    if os.environ.get("WAIT"):
        Path(os.environ["REACHED"]).write_text("reached", encoding="utf-8")
        time.sleep(600)
    with Path(os.environ["NOTIFIED"]).open("a", encoding="utf-8") as file:
        file.write(f"{payment.reference} {payment.state} {payment.received_minor}\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
