"""Loans for tests, each brought to its stage through the services; one function a stage.

Everybody is a person of his own: `made.boss` and `made.clerk` lend, `made.keeper` and `made.second`
keep, `made.owner` borrows on works of his own hand.
"""

from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from types import SimpleNamespace

from django.db import transaction

from appraisal.models import Appraiser, Certificate, Valuation
from appraisal.services.issuing import issue_author
from artmarket.accounts.enums import LicenceKind, OrganisationKind
from artmarket.accounts.services.parties import party_of, party_of_organisation
from artmarket.core.clock import db_today
from artmarket.ledger.books import account
from artmarket.ledger.enums import Purpose
from artmarket.ledger.models import Account, Payment
from artmarket.ledger.payments.locks import lock_payment
from artmarket.ledger.services.payments import note_received
from artmarket.ledger.services.receipts import Arrival, book
from auctions.pledges.audit import pledge_faults
from auctions.pledges.enums import Side
from auctions.pledges.models import Holding, Lender, Loan, PledgeItem
from auctions.pledges.services import applications, contracts, lenders, lending, offers, repaying
from auctions.pledges.services.applications import Asked, Policy, Query
from auctions.pledges.services.custody import (
    Step,
    confirm_step,
    record_arrival,
    record_departure,
)
from auctions.pledges.services.lenders import Terms
from tests.accounts.identities import licensed
from tests.appraisal.certified import by_living_author, confirmed, with_key
from tests.appraisal.conditions import handed_over
from tests.catalog.factories import person, registered
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.pledges.clocks import days_ago

_serial = count(1)
YUAN = 100
LOW, HIGH = 1_000_000 * YUAN, 1_200_000 * YUAN
# The rule book cuts a work of unknown category and middling liquidity by 60 %; the table says 62.
HAIRCUT, ADVANCE = Decimal(62), Decimal(50)
ELIGIBLE = LOW * 38 // 100
CAPACITY = ELIGIBLE // 2
LENT = 100_000 * YUAN


def terms(**changes) -> Terms:
    """A year at most, 8 % a year, interest each month."""
    values = {
        "least_minor": 1_000 * YUAN, "most_minor": 50_000_000 * YUAN, "least_months": 1,
        "most_months": 24, "annual_pct": Decimal(8), "penalty_pct": Decimal(4),
        "origination_pct": Decimal(1), "ltv_initial_pct": Decimal(50),
        "ltv_margin_pct": Decimal(60), "ltv_liquidation_pct": Decimal(70),
        "valuing": [
            {
                "category": "*", "liquidity": liquidity, "haircut_pct": str(HAIRCUT),
                "advance_pct": str(ADVANCE),
            }
            for liquidity in ("high", "medium", "low")
        ],
        "disagreement_pct": Decimal(25), "cure_days": 10,
    }  # fmt: skip
    return Terms(**(values | changes))


def organisation(kind: str, people: int = 2):
    """An organisation with an administrator (`boss`) and others (`staff`)."""
    made = OrganisationFactory(kind=kind, name=f"机构{next(_serial)}")
    made.boss = UserFactory()
    MembershipFactory(organisation=made, user=made.boss, admin=True)
    made.staff = [UserFactory() for _n in range(people)]
    for user in made.staff:
        MembershipFactory(organisation=made, user=user)
    return made


def lender(kind: str = "bank", capital: int = 1_000_000_000 * YUAN) -> Lender:
    """A licensed lender that an operator has confirmed."""
    of = organisation(OrganisationKind.LENDER)
    licensed(of, by=of.boss, kind=LicenceKind.LENDING)
    return lenders.confirm_lender(
        actor=UserFactory(operator=True), organisation_id=of.pk, kind=kind, capital_minor=capital
    )


def market(kind: str = "bank", product_kind: str = "term", capital: int | None = None, **changes):
    """A lender with a product and a custodian, and nobody's application yet."""
    of = lender(kind) if capital is None else lender(kind, capital)
    boss = of.organisation.memberships.admins().get().user
    clerk = of.organisation.memberships.exclude(user=boss).first().user
    product = lenders.open_product(
        actor=boss, lender_id=of.pk, name=f"产品{next(_serial)}", kind=product_kind,
        terms=terms(**changes),
    )  # fmt: skip
    house = organisation(OrganisationKind.MUSEUM)
    custodian = lenders.appoint_custodian(
        actor=boss, lender_id=of.pk, organisation_id=house.pk, place="渌水艺术仓库",
        agreement="托管合同一号",
    )  # fmt: skip
    return SimpleNamespace(
        lender=of, boss=boss, clerk=clerk, product=product, custodian=custodian,
        keeper=house.staff[0], second=house.staff[1],
    )  # fmt: skip


def firm():
    return OrganisationFactory(kind=OrganisationKind.APPRAISAL, name=f"评估{next(_serial)}")


def appraise(work, point: int, of=None, *, days: int = 90, valid: int = 300, **changes):
    """A signed appraisal by an expert of a firm, based so many days ago."""
    expert = Appraiser.objects.create(
        user=person("appraiser"), name="估价师", institution=of or firm(),
        confirmed_by=person("operator"),
    )  # fmt: skip
    base = db_today() - timedelta(days=days)
    values = {
        "work": work, "purpose": "pledge", "low": point, "point": point, "high": point,
        "base_date": base, "valid_until": base + timedelta(days=valid), "appraiser": expert,
    }  # fmt: skip
    return Valuation.objects.create(**(values | changes))


def certificate(work, author) -> Certificate:
    confirmed(work, author)
    return issue_author(actor=person("registrar"), work_id=work.pk)


def author_works(n: int = 1):
    """Certified works of one living author, who owns them."""
    with_key()
    work, author = by_living_author()
    works = [work, *(registered(author) for _n in range(n - 1))]
    for one in works:
        certificate(one, author)
    return works, author


def examined(made, work) -> None:
    """What the lender finds out: registry, policy, how soon it sells."""
    today = db_today()
    applications.record_query(
        actor=made.clerk, lender_id=made.lender.pk, work_id=work.pk, pledgor_id=made.party.pk,
        query=Query(f"CX{next(_serial)}", today - timedelta(days=made.back), "clear"),
    )  # fmt: skip
    insured(made, work)


def insured(made, work, amount: int = 5_000_000 * YUAN):
    today = db_today()
    policy = Policy(
        "人保财险", f"BD{next(_serial)}", amount, today - timedelta(days=100),
        today + timedelta(days=200),
    )  # fmt: skip
    return applications.record_insurance(
        actor=made.clerk, lender_id=made.lender.pk, work_id=work.pk, policy=policy
    )


def applied(*, works: int = 1, amount: int = LENT, months: int = 12, back: int = 0, **changes):
    """A borrower has applied with certified and appraised works; all gates are met."""
    with days_ago(back):
        made = market(**changes)
    made.back = back
    made.works, made.owner = author_works(works)
    made.work, made.party = made.works[0], party_of(made.owner)
    for work in made.works:
        appraise(work, LOW)
        appraise(work, HIGH)
    with days_ago(back):
        made.application = applications.apply(
            actor=made.owner, product_id=made.product.pk, party_id=made.party.pk,
            asked=Asked(amount, months, "扩建工作室", [work.pk for work in made.works]),
        )  # fmt: skip
        for work in made.works:
            examined(made, work)
            applications.judge_liquidity(
                actor=made.clerk, application_id=made.application.pk, work_id=work.pk,
                liquidity="medium",
            )  # fmt: skip
    made.amount, made.months = amount, months
    return made


def offered(*, clauses: str = "", **changes):
    made = applied(**changes)
    with days_ago(made.back):
        made.offer = offers.make_offer(
            actor=made.boss, application_id=made.application.pk, principal_minor=made.amount,
            months=made.months, clauses=clauses,
        )  # fmt: skip
    return made


def drawn_up(**changes):
    """Accepted: the contract waits for signatures."""
    made = offered(**changes)
    with days_ago(made.back):
        made.loan = offers.accept_offer(actor=made.owner, offer_id=made.offer.pk)
    made.items = list(made.loan.items.order_by("number"))
    made.item = made.items[0]
    return made


def signed(**changes):
    made = drawn_up(**changes)
    with days_ago(made.back):
        for actor, side in ((made.owner, Side.BORROWER), (made.boss, Side.LENDER)):
            contracts.sign_contract(
                actor=actor, loan_id=made.loan.pk, side=side, digest=made.loan.digest
            )
    return fresh(made)


def step(**changes) -> Step:
    return Step(**({"place": "甲区一架", "seal": f"F{next(_serial)}"} | changes))


def arrive(made, item) -> Holding:
    """The first person has recorded a work of the loan; its condition was examined."""
    handed_over(item.work, purpose="pledge", examined_on=db_today())
    return record_arrival(
        actor=made.keeper, item_id=item.pk, custodian_id=made.custodian.pk,
        receipt=f"CD{next(_serial)}", step=step(),
    )  # fmt: skip


def arrived(**changes):
    made = signed(**changes)
    made.holding = arrive(made, made.item)
    return made


def deliver(made, item) -> Holding:
    holding = arrive(made, item)
    with days_ago(made.back):
        return confirm_step(actor=made.second, holding_id=holding.pk, agrees=True)


def delivered(**changes):
    """All works are in custody: the pledges have arisen."""
    made = signed(**changes)
    made.holdings = [deliver(made, item) for item in made.items]
    made.holding = made.holdings[0]
    return fresh(made)


def fund(made, amount: int) -> Payment:
    """The lender's money is on the platform."""
    n = next(_serial)
    payment = lending.fund(
        actor=made.boss, lender_id=made.lender.pk, amount_minor=amount, gateway="bank", key=f"k{n}"
    )
    note_received(payment_id=payment.pk, amount_minor=amount, gateway_reference=f"F{n}")
    return Payment.objects.get(pk=payment.pk)


def funded(**changes):
    made = delivered(**changes)
    fund(made, made.amount)
    return made


def active(**changes):
    """Paid out, so many days ago (`back`)."""
    made = funded(**changes)
    with days_ago(made.back):
        lending.disburse(actor=made.boss, loan_id=made.loan.pk)
    return fresh(made)


def pay(made, amount: int, *, early: bool = False, tells: bool = True) -> Payment:
    """The borrower pays an amount today, and the books tell of it."""
    n = next(_serial)
    payment = repaying.ask_repayment(
        actor=made.owner, loan_id=made.loan.pk, amount_minor=amount, gateway="bank", key=f"k{n}",
        early=early,
    )  # fmt: skip
    note_received(payment_id=payment.pk, amount_minor=amount, gateway_reference=f"R{n}")
    payment = Payment.objects.get(pk=payment.pk)
    if tells:
        repaying.take_in(payment)
        fresh(made)
    return payment


def pay_on(made, amount: int, day: date, *, early: bool = False) -> Payment:
    """Money that came on an earlier day and is booked today only."""
    n = next(_serial)
    payment = repaying.ask_repayment(
        actor=made.owner, loan_id=made.loan.pk, amount_minor=amount, gateway="bank", key=f"k{n}",
        early=early,
    )  # fmt: skip
    with transaction.atomic():
        arrival = Arrival("bank", f"R{n}", "CNY", amount, received_on=day)
        book(actor=None, payment=lock_payment(pk=payment.pk), arrival=arrival)
    repaying.take_in(Payment.objects.get(pk=payment.pk))
    fresh(made)
    return payment


def interest(amount: int, days: int, pct: int = 8) -> int:
    """Simple interest of so many days over 365, rounded half up."""
    return (2 * amount * pct * days + 36_500) // 73_000


def repaid(**changes):
    """All of it is paid back."""
    made = active(**changes)
    repaying.accrue_all()
    fresh(made)
    pay(made, made.loan.owed_minor, early=True)
    return made


def depart(made, item) -> Holding:
    """The first person has recorded that a work leaves."""
    holding = item.holdings.exclude(state__in=["gone", "refused"]).get()
    handed_over(item.work, purpose="outgoing", examined_on=db_today())
    return record_departure(actor=made.keeper, holding_id=holding.pk, step=Step())


def release(made, item) -> Holding:
    holding = depart(made, item)
    return confirm_step(actor=made.second, holding_id=holding.pk, agrees=True)


def closed(**changes):
    """Paid back, the works fetched."""
    made = repaid(**changes)
    for item in made.items:
        release(made, item)
    return fresh(made)


def fresh(made):
    """Read again what the services changed."""
    made.loan = Loan.objects.select_related("version__product", "lender").get(pk=made.loan.pk)
    made.items = list(PledgeItem.objects.filter(loan=made.loan).order_by("number"))
    made.item = made.items[0]
    return made


# ------------------------------------------------------------------ what the books hold


def held(party, purpose: Purpose) -> int:
    rows = Account.objects.filter(party=party, purpose=purpose)
    return sum(row.balance_minor for row in rows)


def of_lender(made) -> dict[str, int]:
    """The lender's accounts: what he is owed by us, and what borrowers owe him."""
    party = party_of_organisation(made.lender.organisation)
    return {
        "payable": held(party, Purpose.PAYABLE), "book": held(party, Purpose.LOAN_BOOK),
        "receivable": held(party, Purpose.RECEIVABLE),
    }  # fmt: skip


def cash() -> int:
    """What is at the bank and not on its way out."""
    return sum(row.balance_minor for row in Account.objects.filter(purpose=Purpose.CLEARING))


def payable_of(party) -> int:
    return account(purpose=Purpose.PAYABLE, currency="CNY", party=party).balance_minor


def faults() -> list[str]:
    """What the audit finds."""
    return [f"{fault.check} {fault.where}: {fault.words}" for fault in pledge_faults()]
