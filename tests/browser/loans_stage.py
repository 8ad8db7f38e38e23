"""Puts loans on a running platform, for the browser: `python -m tests.browser.loans_stage`.

Answers each line of JSON of its input with one that begins with `ANSWER`, as `money_stage` does.
People have the password of `tests.factories`.
"""

import io
import itertools
import os
import time
from types import SimpleNamespace
from typing import Any

import django

from tests.browser.money_stage import _begin_counting_anew, answer_lines, hammer


def begin(**terms: Any) -> dict:
    """A lender with product and custodian, and an author with a certified and appraised work.

    `terms` are those of the product; who signs for the lender has a second factor.
    """
    from tests.factories import PASSWORD, UserFactory, add_second_factor
    from tests.pledges import stages

    made = stages.market(**terms)
    add_second_factor(made.boss)
    (work,), owner = stages.author_works(1)
    owner.set_password(PASSWORD)
    owner.save()
    owner.emailaddress_set.create(email=owner.email, primary=True, verified=True)
    stages.appraise(work, stages.LOW)
    stages.appraise(work, stages.HIGH)
    return {
        "product": made.product.pk, "work": work.pk, "number": work.number,
        "title": work.display_title, "owner": owner.email, "boss": made.boss.email,
        "clerk": made.clerk.email, "keeper": made.keeper.email, "second": made.second.email,
        "lender": made.lender.pk, "lender_name": made.lender.organisation.name,
        "operator": UserFactory(operator=True).email,
    }  # fmt: skip


def offered(application: int) -> dict:
    """The lender looks into the works and makes an offer of what was asked for."""
    from auctions.pledges.models import Application
    from auctions.pledges.services import applications, offers
    from tests.pledges import stages

    row = Application.objects.select_related("product__lender__organisation").get(pk=application)
    members = row.product.lender.organisation.memberships
    boss = members.admins().get().user
    clerk = members.exclude(user=boss)[0].user
    made = SimpleNamespace(clerk=clerk, lender=row.product.lender, party=row.borrower, back=0)
    for one in row.works.select_related("work"):
        stages.examined(made, one.work)
        applications.judge_liquidity(
            actor=clerk, application_id=row.pk, work_id=one.work_id, liquidity="medium"
        )
    offer = offers.make_offer(
        actor=boss, application_id=row.pk, principal_minor=row.amount_minor, months=row.months
    )
    return {"offer": offer.pk}


def report(work: int, purpose: str) -> dict:
    """A condition report for this occasion, signed by both."""
    from artmarket.core.clock import db_today
    from catalog.models import Work
    from tests.appraisal.conditions import handed_over

    row = handed_over(Work.objects.get(pk=work), purpose=purpose, examined_on=db_today())
    return {"report": row.pk}


def paid_out(loan: int) -> dict:
    """The lender's money comes, and the loan is paid out."""
    from auctions.pledges.models import Loan
    from auctions.pledges.services import lending
    from tests.pledges import stages

    row = Loan.objects.select_related("lender__organisation").get(pk=loan)
    boss = row.lender.organisation.memberships.admins().get().user
    stages.fund(SimpleNamespace(boss=boss, lender=row.lender), row.limit_minor)
    lending.disburse(actor=boss, loan_id=loan)
    return {}


def came(reference: str) -> dict:
    """The transfer for a payment arrived; the books tell of it."""
    from artmarket.ledger.models import Payment
    from artmarket.ledger.services.payments import note_received
    from auctions.pledges.services.repaying import take_in

    payment = Payment.objects.get(reference=reference)
    note_received(
        payment_id=payment.pk, amount_minor=payment.amount_minor,
        gateway_reference=f"IN{payment.pk}",
    )  # fmt: skip
    return {"taken": take_in(Payment.objects.get(pk=payment.pk)), "amount": payment.amount_minor}


def days(loan: int, days: int) -> dict:
    """So many days pass for the loan's terms to cure, and the night follows.

    The database's clock cannot be moved under a running platform, so what began to run is dated
    back instead; everything else on the platform keeps today.
    """
    from datetime import timedelta

    from django.db.models import F

    from auctions.pledges import tasks
    from auctions.pledges.models import LoanDefault, MarginCall

    back = timedelta(days=days)
    MarginCall.objects.filter(loan=loan, cure_by__isnull=False).update(
        delivered_at=F("delivered_at") - back, cure_by=F("cure_by") - back
    )
    LoanDefault.objects.filter(loan=loan, state="noticed").update(
        noticed_at=F("noticed_at") - back, cure_until=F("cure_until") - back
    )
    return {"said": [tasks.margin(), tasks.watch_defaults()]}


def house() -> dict:
    """A licensed auction house, and two identified people who may bid."""
    from tests.auctions import factories
    from tests.pledges.disposals import buyer

    made, people = factories.house(), [buyer(), buyer()]
    return {
        "house": made.name, "slug": made.slug, "boss": made.boss.email,
        "bidders": [{"email": one.email, "name": one.display_name} for one in people],
    }  # fmt: skip


def acquirer() -> dict:
    """An identified person who has nothing to do with lender or borrower."""
    from tests.pledges.disposals import buyer

    made = buyer()
    return {"email": made.email, "name": made.display_name}


def hours(sale: int, minutes: float) -> dict:
    """Put the end of a sale so many minutes ahead; its bidding has begun.

    The days of notice and of the viewing stand in the announcement and cannot be waited for.
    """
    from auctions.models import Sale
    from tests.auctions.factories import put_hours

    put_hours(Sale.objects.get(pk=sale), minutes)
    return {}


def duties() -> dict:
    """What the ticker does in its time, done now."""
    from artmarket.core.duties import duties as registered

    names = (
        "auctions.deposits", "auctions.settle", "ledger.finish", "pledges.redeemed",
        "pledges.defaults",
    )  # fmt: skip
    found = {duty.name: duty.run for duty in registered()}
    return {name: str(found[name]()) for name in names}


def logged() -> dict:
    """The public log takes in what happened."""
    from catalog.services import public_log

    return {"said": str(public_log.integrate())}


def audit() -> dict:
    """What the commands of proof print, and with which code they end."""
    from django.core.management import call_command

    answers = {}
    for name in ("audit_pledges", "audit_ledger"):
        out, code = io.StringIO(), 0
        try:
            call_command(name, stdout=out)
        except SystemExit as end:
            code = int(end.code or 0)
        answers[name] = [code, out.getvalue().strip()]
    return answers


def main() -> None:
    """Do what the input asks, line by line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "artmarket.settings.local")
    django.setup()
    _begin_counting_anew()
    from tests.pledges import stages

    stages._serial = itertools.count(time.time_ns() // 1000)
    known = (
        begin, offered, report, paid_out, came, days, house, acquirer, hours, hammer, duties, logged,
        audit,
    )  # fmt: skip
    acts = {do.__name__: do for do in known}
    answer_lines(acts)


if __name__ == "__main__":
    main()
