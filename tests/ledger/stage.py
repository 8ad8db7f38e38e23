"""What a browser's test needs in the books of a running platform: `python -m tests.ledger.stage`."""

import json
import os
import sys
import time

import django


def book() -> dict:
    """Money of the demonstration's buyer, some of it in the last month, and a correction of it."""
    from artmarket.accounts.models import User
    from artmarket.accounts.services.parties import party_of
    from artmarket.ledger.services.posting import Leg
    from tests.ledger import factories as made
    from tests.ledger.gateway_stage import asked, stray_money

    buyer = party_of(User.objects.get(email__startswith="buyer@"))
    account, now = made.of(buyer), time.time_ns()
    made.paid_in(buyer, 113_000_00, memo="第3件的货款", key=f"stage:{now}:1",
                 booked_on=made.months_ago(1))  # fmt: skip
    made.put(Leg(account, made.revenue(), 3_000_00, "佣金"), key=f"stage:{now}:2")
    wrong = made.paid_in(buyer, 700, memo="多记了", key=f"stage:{now}:3")
    made.take_back(wrong, reason="付款人不是他")
    payment = asked(buyer, 300_00, gateway="bank", key=f"stage:{now}:4")
    return {
        "account": account.pk, "entry": wrong.pk, "payment": payment.reference,
        "stray": stray_money().pk,
    }  # fmt: skip


def main() -> None:
    """Do what the input asks."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "artmarket.settings.local")
    django.setup()
    asked = json.loads(sys.stdin.readline())
    print(json.dumps({"book": book}[asked.pop("do")](**asked)))


if __name__ == "__main__":
    main()
