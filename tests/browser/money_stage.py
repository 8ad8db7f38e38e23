"""Puts sales of money on a running platform, for the browser: `python -m tests.browser.money_stage`.

Answers each line of JSON of its input with one that begins with `ANSWER`, until the input ends (to
start Django for each would take longer than the tests); the database is that of the environment.
People have the password of `tests.factories`; officials have its authenticator too.
"""

import io
import itertools
import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django

ANSWER = "=>"


def begin(minutes: float = 60, lots: int = 1, **changes: Any) -> dict:
    """A sale whose bidding has begun, and everybody who meets in its settlement.

    The buyer is identified and not registered; the rival has a paddle.
    """
    from auctions.services import sales
    from tests.accounts.identities import identified
    from tests.auctions.factories import consigned, house, put_hours, terms
    from tests.catalog.factories import registered
    from tests.factories import UserFactory

    of_house, seller = house(), UserFactory(artist=True)
    sale = sales.create_sale(actor=of_house.boss, house_id=of_house.pk, terms=terms(**changes))
    sales.publish_conditions(actor=of_house.boss, house_id=of_house.pk, text="拍卖规则")
    for _n in range(lots):
        row = consigned(of_house, registered(seller))
        sales.add_lot(actor=of_house.boss, sale_id=sale.pk, consignment_id=row.pk)
    sale = sales.announce_sale(actor=of_house.boss, sale_id=sale.pk)
    sale.house.boss = of_house.boss
    put_hours(sale, minutes)
    buyer = UserFactory(buyer=True)
    identified(buyer, by=buyer)
    rival = _rival(sale)
    registrar, operator = UserFactory(registrar=True), UserFactory(operator=True)
    first = sale.lots.select_related("work").order_by("number")[0]
    return {
        "sale": sale.pk, "lot": first.pk, "work": first.work_id, "number": first.work.number,
        "buyer": buyer.email, "buyer_name": buyer.display_name, "rival": rival.email,
        "seller": seller.email, "seller_name": seller.display_name, "boss": of_house.boss.email,
        "registrar": registrar.email, "operator": operator.email,
    }  # fmt: skip


def _rival(sale):
    """Somebody with a paddle, his deposit paid at the desk."""
    from auctions.enums import PaddleState
    from auctions.services.deposits import confirm_deposit
    from auctions.services.paddles import decide_paddle
    from tests.auctions.factories import bidder

    boss, paddle = sale.house.boss, bidder(sale, state=PaddleState.PENDING)
    for deposit in paddle.deposits.all():
        confirm_deposit(
            actor=boss, deposit_id=deposit.pk, amount_minor=deposit.due_minor,
            currency=deposit.currency, reference=f"收据{deposit.pk}",
        )  # fmt: skip
    paddle.refresh_from_db()
    if paddle.state == PaddleState.PENDING:
        decide_paddle(actor=boss, paddle_id=paddle.pk, state=PaddleState.APPROVED)
    return paddle.user


def hammer(sale: int) -> dict:
    """The time of all lots is over, and the hammer falls."""
    from auctions.models import Sale
    from auctions.tasks import close_due
    from tests.auctions.factories import put_hours

    put_hours(Sale.objects.get(pk=sale), -0.001)
    return {"said": close_due()}


def won(amount: int = 3000, lots: int = 1, **changes: Any) -> dict:
    """The same, its lots sold to the buyer, and no invoice yet."""
    from artmarket.accounts.models import User
    from auctions.enums import PaddleState
    from auctions.models import Sale
    from auctions.services.paddles import decide_paddle, register_paddle
    from tests.auctions.factories import bid

    made = begin(lots=lots, **changes)
    sale = Sale.objects.get(pk=made["sale"])
    buyer, boss = (User.objects.get(email=made[who]) for who in ("buyer", "boss"))
    paddle = register_paddle(actor=buyer, sale_id=sale.pk, conditions_id=sale.conditions_id)
    paddle = decide_paddle(actor=boss, paddle_id=paddle.pk, state=PaddleState.APPROVED)
    other = sale.paddles.get(user__email=made["rival"])
    for lot in sale.lots.all():
        assert bid(lot, other, amount - 500).is_accepted
        assert bid(lot, paddle, amount).is_accepted
    hammer(made["sale"])
    return made


def invoiced(**changes: Any) -> dict:
    """The same, with the invoice: `order` is the settlement of its first lot."""
    from auctions.models import Lot
    from auctions.services.settlement.invoicing import issue_invoice

    made = won(**changes)
    lot = Lot.objects.select_related("sale__house", "winner").get(pk=made["lot"])
    boss = lot.sale.house.memberships.get().user
    row = issue_invoice(actor=boss, sale_id=lot.sale_id, paddle_id=lot.winner_id)
    return made | _order_of(lot, row)


def _order_of(lot, invoice) -> dict:
    row = invoice.settlements.get(lot=lot)
    return {"order": row.pk, "invoice": invoice.number, "total": row.total_minor}


def delivered(**changes: Any) -> dict:
    """The same, paid by transfer, with the buyer, who may accept or claim."""
    from artmarket.ledger.services.payments import note_received
    from auctions.models import Settlement
    from auctions.services.settlement.handing_over import record_delivery, record_dispatch
    from auctions.services.settlement.invoicing import pay_invoice
    from tests.auctions.settling import shipment

    made = invoiced(**changes)
    row = Settlement.objects.select_related("invoice__paddle__user").get(pk=made["order"])
    buyer, boss = row.invoice.paddle.user, row.invoice.issued_by
    payment = pay_invoice(actor=buyer, invoice_id=row.invoice_id, gateway="bank", key="staged")
    note_received(
        payment_id=payment.pk, amount_minor=payment.amount_minor,
        gateway_reference=f"staged{payment.pk}",
    )  # fmt: skip
    report(made["work"])
    sent = shipment(insured_minor=made["total"])
    record_dispatch(actor=boss, settlement_id=row.pk, shipment=sent)
    record_delivery(actor=boss, settlement_id=row.pk, proof="签收单")
    return made


def report(work: int) -> dict:
    """A condition report for the work's leaving, signed by both."""
    from artmarket.core.clock import db_today
    from catalog.models import Work
    from tests.appraisal.conditions import handed_over

    row = handed_over(Work.objects.get(pk=work), purpose="outgoing", examined_on=db_today())
    return {"report": row.pk}


def asked(work: int) -> dict:
    """A case of the work that its seller asked for and paid."""
    from catalog.models import Work
    from tests.appraisal import stages

    case = stages.paid(Work.objects.get(pk=work))
    return {"case": case.pk, "case_number": case.number}


def judged(case: int, term: str) -> dict:
    """Two experts saw the thing and said this of it; nobody disputed it, and the case is filed."""
    from appraisal.models import AppraisalCase
    from tests.auctions.judging import judge

    judge(AppraisalCase.objects.get(pk=case), term)
    return {}


def duties() -> dict:
    """What the ticker does in its time, done now."""
    from artmarket.core.duties import duties as registered

    names = (
        "auctions.deposits", "auctions.deposit_money", "auctions.settle", "ledger.finish",
        "public-log",
    )  # fmt: skip
    found = {duty.name: duty.run for duty in registered()}
    return {name: str(found[name]()) for name in names}


def audit(sale: int) -> dict:
    """What both commands of proof print and with which code they end; then the gateway's list of
    movements beside the books."""
    from django.core.management import call_command

    from artmarket.core.clock import db_now
    from artmarket.ledger.services.reconciliation import reconcile

    answers = {}
    for name, given in (("audit_ledger", {}), ("audit_auctions", {"sale": sale})):
        out, code = io.StringIO(), 0
        try:
            call_command(name, stdout=out, **given)
        except SystemExit as end:
            code = int(end.code or 0)
        answers[name] = [code, out.getvalue().strip()]
    run = reconcile(gateway_name="stripe", until=db_now() + timedelta(minutes=1))
    open_ones = list(run.differences.values_list("kind", "reference"))
    answers["reconcile"] = [run.found, f"{run.movements} {open_ones}"]
    return answers


def _begin_counting_anew() -> None:
    """Names of this process must not meet those of an earlier one in the same database."""
    from tests import factories as people
    from tests.appraisal import stages
    from tests.auctions import factories as sales
    from tests.catalog import factories as works

    base = time.time_ns() // 1000
    people.UserFactory.reset_sequence(base)
    people.OrganisationFactory.reset_sequence(base)
    works.ImageFactory.reset_sequence(base)
    sales._keys = works._serial = stages._serial = itertools.count(base)


def answer_lines(acts: dict[str, Callable[..., dict]]) -> None:
    """Do what each line of the input asks, and answer with a line."""
    for line in sys.stdin:
        given = json.loads(line)
        try:
            answer = acts[given.pop("do")](**given)
        except Exception:  # the test says it; the next one has its stage
            answer = {"failed": traceback.format_exc()}
        print(ANSWER, json.dumps(answer), flush=True)


def main() -> None:
    """Do what the input asks, line by line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "artmarket.settings.local")
    django.setup()
    _begin_counting_anew()
    known = (begin, hammer, won, invoiced, delivered, report, asked, judged, duties, audit)
    acts = {do.__name__: do for do in known}
    answer_lines(acts)


if __name__ == "__main__":
    main()
