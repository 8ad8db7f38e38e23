"""Puts a lender with loans on the stage of a running platform: `python -m tests.pledges.lender_stage`.

Reads a line of JSON from its input, writes one to its output; the database is that of the
environment. `{"do": "lend"}` lets the demonstration's lender run a bank of its own, with a loan that
was paid out on two works, snapshots with a gap, and an application that waits.
"""

import itertools
import json
import os
import sys
import time
from datetime import timedelta

import django


def lend() -> dict:
    """The keys of everything that the lender's pages show."""
    from artmarket.accounts.models import User
    from artmarket.core.clock import db_today
    from artmarket.core.demo import address
    from auctions.pledges.models import Snapshot
    from auctions.pledges.services import applications, lenders
    from auctions.pledges.services.applications import Asked
    from auctions.pledges.services.repaying import accrue_all
    from auctions.pledges.services.watching import take_snapshots
    from tests.catalog.factories import registered
    from tests.factories import MembershipFactory
    from tests.pledges import stages

    made = stages.active(works=2, back=12)
    reader = User.objects.get(email=address("lender"))
    MembershipFactory(organisation=made.lender.organisation, user=reader, admin=True)
    accrue_all()
    take_snapshots()
    stages.fresh(made)
    for days, ltv in ((9, "55.2"), (8, "61.7"), (7, None), (5, "58.1"), (2, "63.4"), (1, "59")):
        known = {"eligible_minor": 2, "capacity_minor": 1, "ltv_pct": ltv} if ltv else {}
        Snapshot.objects.create(
            loan=made.loan, version=made.loan.version, day=db_today() - timedelta(days=days),
            exposure_minor=made.loan.owed_minor, blocked="" if known else "no_value", **known,
        )  # fmt: skip
    more = registered(made.owner)
    stages.certificate(more, made.owner)
    stages.appraise(more, stages.LOW)
    stages.appraise(more, stages.HIGH)
    waiting = applications.apply(
        actor=made.owner, product_id=made.product.pk, party_id=made.party.pk,
        asked=Asked(stages.LENT, 12, "装裱与展览", [more.pk]),
    )  # fmt: skip
    tomorrow = db_today() + timedelta(days=1)
    lenders.publish_version(
        actor=made.boss, product_id=made.product.pk, terms=stages.terms(grace_days=5),
        valid_from=tomorrow,
    )  # fmt: skip
    return {
        "loan": made.loan.pk, "loan_item": made.item.pk, "loan_lender": made.lender.pk,
        "loan_product": made.product.pk, "loan_application": waiting.pk,
        "loan_work": waiting.works.get().pk,
    }  # fmt: skip


def main() -> None:
    """Do what the input asks."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "artmarket.settings.local")
    django.setup()
    from tests import factories as people
    from tests.catalog import factories as works
    from tests.pledges import stages

    start = time.time_ns() // 1000
    works._serial = itertools.count(start)
    stages._serial = itertools.count(start)
    people.UserFactory.reset_sequence(start, force=True)
    people.OrganisationFactory.reset_sequence(start, force=True)
    asked = json.loads(sys.stdin.readline())
    print(json.dumps({"lend": lend}[asked.pop("do")](**asked)))


if __name__ == "__main__":
    main()
