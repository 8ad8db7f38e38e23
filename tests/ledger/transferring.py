"""A process that moves money at random until it is killed: `python -m tests.ledger.transferring SEED`.

Reads account keys from its first line of input, prints a line after each committed entry.
"""

import json
import os
import random
import sys

import django


def transfer(rng: random.Random, accounts: list, name: str, n: int) -> bool:
    """One entry of one to three lines; False where a floor, a lock or a deadlock stood against it."""
    from django.db import transaction

    from artmarket.core.errors import Busy
    from artmarket.ledger.services.posting import Insufficient, Leg, post

    legs = []
    for _leg in range(rng.randint(1, 3)):
        debit, credit = rng.sample(accounts, 2)
        legs.append(Leg(debit, credit, rng.randint(1, 500)))
    try:
        with transaction.atomic():
            post(actor=None, key=f"{name}:{n}", kind="race", legs=legs)
    except (Insufficient, Busy):
        return False
    return True


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "artmarket.settings.test")
    django.setup()
    from artmarket.ledger.models import Account

    seed = sys.argv[1]
    accounts = list(Account.objects.filter(pk__in=json.loads(sys.stdin.readline())).order_by("pk"))
    rng, n = random.Random(seed), 0
    while True:
        n += 1
        if transfer(rng, accounts, f"process-{seed}", n):
            print(f"process-{seed}:{n}", flush=True)


if __name__ == "__main__":
    main()
