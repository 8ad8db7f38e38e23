"""One night of many loans on a real PostgreSQL: `python -m tests.bench_night`.

Needs DATABASE_URL of an empty, migrated PostgreSQL with durable settings. Makes BENCH_NIGHT_LOANS
(default 100,000) loans of a year's history of several lenders, each with a work that two firms
valued, then runs the duties of a night as their processes do (BENCH_NIGHT_PROCESSES, default 2):
accrual with its postings and classes, snapshots with margin tests and the calls that follow. Beside
it, in the same run, what one plain SQL statement takes that adds a day's interest to each loan.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

LOANS = int(os.environ.get("BENCH_NIGHT_LOANS", "100000"))
PROCESSES = int(os.environ.get("BENCH_NIGHT_PROCESSES", "2"))
PART = os.environ.get("BENCH_NIGHT_PART", "")
LENDERS, BORROWERS, CHUNK = 4, 200, 1000
YUAN = 100
PLAIN = """
CREATE TEMP TABLE plain AS SELECT id, charged_interest_minor AS interest,
    charged_principal_minor - paid_principal_minor AS principal FROM pledges_loan;
UPDATE plain SET interest = interest + round(principal * 0.08 / 365);
"""


def main() -> None:
    """Make the loans and run the night; with a part: run that part only."""
    with tempfile.TemporaryDirectory(prefix="artmarket-night-") as folder:
        os.environ.setdefault("VAR_DIR", folder)
        os.environ["DJANGO_SETTINGS_MODULE"] = "artmarket.settings.local"
        import django

        django.setup()
        if PART:
            _run_part()
        else:
            _measure()


def _measure() -> None:
    from django.db import connection

    began = time.perf_counter()
    _make(random.Random(7))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"made {LOANS} loans in {time.perf_counter() - began:.0f} s", flush=True)
    total = 0.0
    for step in ("accrue", "snapshot"):
        took = _together(step)
        total += took
        print(
            f"{step}: {LOANS / took:.0f} loans/s, {took:.1f} s, {PROCESSES} processes", flush=True
        )
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(PLAIN)
    plain = time.perf_counter() - began
    _check()
    print(
        f"a night of {LOANS} loans: {total:.1f} s, {LOANS / total:.0f} loans/s; "
        f"100,000 at this rate {100_000 / (LOANS / total):.0f} s; "
        f"plain SQL of a day's interest {LOANS / plain:.0f}/s; {_told()}"
    )


def _together(step: str) -> float:
    """Seconds that the slowest of all processes needs for a step of the night.

    Each takes its own time once it has started, as workers that run already do.
    """
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.bench_night"], stdout=subprocess.PIPE, text=True,
            env=os.environ | {"BENCH_NIGHT_PART": f"{step}:{n}:{PROCESSES}"},
        )
        for n in range(PROCESSES)
    ]  # fmt: skip
    said = [process.communicate()[0] for process in running]
    if any(process.returncode for process in running):
        raise SystemExit(f"{step} failed")
    return max(float(words.split()[-1]) for words in said)


def _run_part() -> None:
    from django.db import connection

    from auctions.pledges.services.repaying import accrue_all
    from auctions.pledges.services.watching import take_snapshots

    step, n, of = PART.split(":")
    run = {"accrue": accrue_all, "snapshot": take_snapshots}[step]
    connection.ensure_connection()
    began = time.perf_counter()
    run(part=(int(n), int(of)))
    print(time.perf_counter() - began)


def _check() -> None:
    """Every loan was reckoned and has its figure; the audit's sums hold."""
    from artmarket.core.clock import db_today
    from auctions.pledges.margin_audit import unequal_calls
    from auctions.pledges.models import Loan, Snapshot

    today = db_today()
    assert not Loan.objects.owing().exclude(reckoned_on=today).exists()
    assert Snapshot.objects.filter(day=today).count() == LOANS
    faults = list(unequal_calls())
    assert not faults, faults[:3]


def _told() -> str:
    from auctions.pledges.models import LoanPosting, MarginCall, Snapshot

    blocked = Snapshot.objects.exclude(blocked="").count()
    return (
        f"{LoanPosting.objects.count()} postings, {MarginCall.objects.count()} margin calls, "
        f"{blocked} blocked"
    )


# ------------------------------------------------------------------ loans


def _make(rng: random.Random) -> None:
    """Loans, works, values: in bulk, as the services would have left them yesterday."""
    from django.db import transaction

    ground = _ground()
    for first in range(0, LOANS, CHUNK):
        with transaction.atomic():
            _chunk(ground, rng, range(first, min(first + CHUNK, LOANS)))


def _ground() -> SimpleNamespace:
    from appraisal.models import Appraiser, ConditionReport
    from artmarket.accounts.models import Licence, Party
    from artmarket.accounts.services.parties import party_of
    from artmarket.core.clock import db_now, db_today
    from auctions.pledges.services.ground import party_of_lender
    from catalog.models import Work
    from tests.catalog.factories import person
    from tests.pledges import stages

    markets = [stages.market() for _n in range(LENDERS)]
    for made in markets:
        made.version = made.product.versions.get()
        made.party = party_of_lender(made.lender)
    borrowers = [party_of(person()) for _n in range(BORROWERS)]
    experts = [
        Appraiser.objects.create(
            user=person("appraiser"), name="估价师", institution=stages.firm(),
            confirmed_by=person("operator"),
        )
        for _n in range(2)
    ]  # fmt: skip
    clerk = person("operator")
    work = Work.objects.create(title="样", created_by=clerk)
    report = ConditionReport.objects.create(
        work=work, serial=1, purpose="pledge", examiner=clerk, examined_on=db_today()
    )
    assert Party.objects.exists()
    return SimpleNamespace(
        markets=markets, borrowers=borrowers, experts=experts, clerk=clerk, report=report,
        licence=Licence.objects.order_by("pk").first(), now=db_now(), today=db_today(),
    )  # fmt: skip


def _chunk(ground: SimpleNamespace, rng: random.Random, numbers: range) -> None:
    from auctions.pledges.models import Loan, LoanEvent

    pairs = [(n, ground.markets[n * LENDERS // LOANS]) for n in numbers]
    offers = _offers(ground, rng, pairs)
    loans, events = list(_loans(ground, rng, offers)), []
    for loan in loans:
        rows = list(_history(loan, rng, ground.today))
        _stand(loan, rows, ground.today - timedelta(days=1))
        events.append(rows)
    Loan.objects.bulk_create(loans)
    for loan, rows in zip(loans, events, strict=True):
        for row in rows:
            row.loan = loan
    LoanEvent.objects.bulk_create(row for rows in events for row in rows)
    _works(ground, rng, loans)


def _offers(ground: SimpleNamespace, rng: random.Random, pairs: list[tuple[int, Any]]) -> list[Any]:
    from auctions.pledges.models import Application, LoanOffer

    applied = Application.objects.bulk_create(
        Application(
            product=made.product, borrower=rng.choice(ground.borrowers), amount_minor=1,
            months=24, purpose="样", state="accepted", applied_by=ground.clerk,
            ended_at=ground.now,
        )
        for _n, made in pairs
    )  # fmt: skip
    amounts = [rng.randrange(10_000, 2_000_000) * YUAN for _pair in pairs]
    return LoanOffer.objects.bulk_create(
        LoanOffer(
            application=row, version=made.version, licence=ground.licence, state="accepted",
            principal_minor=amount, months=24, annual_pct=made.version.annual_pct,
            interest_minor=0, fee_minor=0, all_in_pct=8, eligible_minor=2 * amount,
            capacity_minor=amount, plan=[], assessment=[], made_by=ground.clerk,
            open_until=ground.now, answered_at=ground.now,
        )
        for (_n, made), row, amount in zip(pairs, applied, amounts, strict=True)
    )  # fmt: skip


def _loans(ground: SimpleNamespace, rng: random.Random, offers: list[Any]) -> Iterator[Any]:
    from auctions.pledges import reckoning
    from auctions.pledges.models import Loan

    for offer in offers:
        start = ground.today - timedelta(days=rng.randrange(10, 365))
        terms = reckoning.terms_data(offer.version, months=24)
        terms["schedule"] = rng.choice(
            ("interest_only", "equal_instalment", "equal_principal", "at_maturity")
        )
        yield Loan(
            offer=offer, number=f"B{offer.pk}", lender=offer.version.product.lender,
            borrower=offer.application.borrower, version=offer.version, state="active",
            currency="CNY", limit_minor=offer.principal_minor, months=24,
            contract={"terms": terms, "fee": 0, "cure_days": 10}, digest="0" * 64,
            signed_at=ground.now, started_on=start, matures_on=reckoning.maturity(start, 24),
            charged_principal_minor=offer.principal_minor,
        )  # fmt: skip


def _history(loan: Any, rng: random.Random, today: date) -> Iterator[Any]:
    """Paid out, then paid as planned; one in ten stopped paying a while ago."""
    from auctions.pledges import reckoning
    from auctions.pledges.models import LoanEvent

    plan = reckoning.plan_of(reckoning.terms_of(loan), loan.limit_minor)
    past = [row for row in plan if row.due and row.due_on < today]
    if rng.random() < 0.1:
        past = past[: rng.randrange(len(past) + 1)]
    yield LoanEvent(
        loan=loan, number=1, kind="disbursement", effective_on=loan.started_on,
        amount_minor=loan.limit_minor,
    )  # fmt: skip
    for number, row in enumerate(past, 2):
        yield LoanEvent(
            loan=loan, number=number, kind="payment", effective_on=row.due_on,
            amount_minor=row.due,
        )  # fmt: skip


def _stand(loan: Any, rows: list[Any], on: date) -> None:
    from auctions.pledges import reckoning

    totals = reckoning.stand(loan, rows, on=on).totals
    for side, parts in (("charged", totals.charged), ("paid", totals.paid)):
        for part, amount in reckoning.by_part(parts).items():
            setattr(loan, f"{side}_{part}_minor", amount)
    loan.credit_minor, loan.reckoned_on, loan.sequence = totals.credit, on, len(rows)
    loan.remitted_minor = loan.paid_minor


def _works(ground: SimpleNamespace, rng: random.Random, loans: list[Any]) -> None:
    """A work each, valued by two firms, in pledge and in custody; a few are worth too little, a
    few have no valid value."""
    from appraisal.models import Valuation
    from auctions.pledges.models import Holding, PledgeItem
    from catalog.models import Encumbrance, Work

    works = Work.objects.bulk_create(Work(title="样", created_by=ground.clerk) for _loan in loans)
    locks = Encumbrance.objects.bulk_create(
        Encumbrance(work=work, kind="pledge", reference="样", taken_by=ground.clerk)
        for work in works
    )
    by_lender = {made.lender.pk: made for made in ground.markets}
    items, prices = [], []
    for loan, work, lock in zip(loans, works, locks, strict=True):
        base = int(loan.limit_minor * Fraction(rng.randrange(480, 900), 100))
        is_old = rng.random() < 0.02
        for expert in ground.experts:
            point = base * rng.randrange(100, 120) // 100
            start = ground.today - timedelta(days=400 if is_old else 200)
            prices.append(
                Valuation(
                    work=work, purpose="pledge", low=point, point=point, high=point,
                    base_date=start, valid_until=start + timedelta(days=365), appraiser=expert,
                )
            )  # fmt: skip
        items.append(
            PledgeItem(
                loan=loan, work=work, number=1, state="pledged", liquidity="medium",
                valuations=[], base_minor=base, haircut_pct=62, advance_pct=50,
                eligible_minor=base * 38 // 100, value_until=ground.today, encumbrance=lock,
                proposed_by=ground.clerk, agreed_by=ground.clerk, agreed_at=ground.now,
                pledged_at=ground.now,
            )
        )  # fmt: skip
    Valuation.objects.bulk_create(prices)
    PledgeItem.objects.bulk_create(items)
    Holding.objects.bulk_create(
        Holding(
            item=item, custodian=by_lender[item.loan.lender_id].custodian,
            receipt=f"B{item.pk}", place="甲区", seal="F1", state="kept", report_in=ground.report,
            in_at=ground.now,
        )
        for item in items
    )  # fmt: skip


if __name__ == "__main__":
    main()
