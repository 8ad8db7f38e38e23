"""A lent sum in a running platform, for the pages of reports: `python -m tests.pledges.report_stage`."""

import json
import os
import sys

import django


def lend() -> dict:
    """A small lender has paid out a loan against two works."""
    from tests.pledges import stages

    made = stages.active(
        kind="microloan", capital=50_000 * stages.YUAN, amount=300_000 * stages.YUAN, works=2
    )
    return {"lender": made.lender.pk, "loan": made.loan.pk}


def main() -> None:
    """Do what the input asks."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "artmarket.settings.local")
    django.setup()
    asked = json.loads(sys.stdin.readline())
    print(json.dumps({"lend": lend}[asked.pop("do")](**asked)))


if __name__ == "__main__":
    main()
