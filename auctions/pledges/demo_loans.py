"""Loans of the demonstration district: a lender with a product, a custodian, the collector's loans.

One loan is paid out, its work in custody, a part paid back ahead of time; an application has an
offer that waits. All through the services, with one exception: the appraisals are rows as two firms
would have signed them, since a case of each would take weeks of terms. Nothing is kept in mind
between two steps: each looks what stands, so a run that was cut off is completed.
"""

from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db.models import Count, Q

from appraisal.enums import CertificateKind, CertificateState, Method, ReportPurpose, ValuePurpose
from appraisal.models import (
    Appraiser,
    AuthorConfirmation,
    Certificate,
    Valuation,
    ValuationApproach,
)
from appraisal.services import appraisers, author_confirmations, condition, issuing
from artmarket.accounts.models import Organisation, User
from artmarket.accounts.services.parties import party_of
from artmarket.core import demo
from artmarket.core.clock import db_today
from artmarket.core.errors import DomainError
from artmarket.ledger.models import Payment, Receipt
from artmarket.ledger.services.desk import record_at_desk
from artmarket.ledger.services.payments import start_payment
from catalog.enums import AttributionStatus, Living, WorkState
from catalog.models import Work
from catalog.services import title

from .enums import LenderClass, LoanState, OfferState, Side
from .models import Application, Custodian, Holding, Insurance, Lender, Loan, Product, RegistryQuery
from .services import applications, contracts, custody, lenders, lending, offers, repaying
from .services.applications import Asked, Policy, Query
from .services.custody import Step
from .services.lenders import Terms
from .services.watching import take_snapshots

LENDER, STORE = "qingzhou-lender", "lujin-store"
PEOPLE = (
    "operator", "registrar", "registrar2", "artist", "collector", "lender", "keeper", "keeper2",
    "appraiser", "valuer",
)  # fmt: skip
EXPERTS = {"appraiser": 260_000_00, "valuer": 240_000_00}
"""Who values a work at how much; the lower one counts."""
PURPOSES = ("演示：装裱库房扩建", "演示：购入一批宣纸")
LENT, PAID_AHEAD, CAPITAL = 20_000_00, 5_000_00, 50_000_000_00
FUNDS = 60_000_00
MONTHS = 12
HAIRCUTS = {"high": 45, "medium": 55, "low": 65}


def load(stage: demo.Stage) -> None:
    """Make what is missing."""
    people = {key: User.objects.filter(email=demo.address(key)).first() for key in PEOPLE}
    house = Organisation.objects.filter(slug=LENDER).first()
    store = Organisation.objects.filter(slug=STORE).first()
    if house is None or store is None or None in people.values():
        return
    cast: Any = people
    lender = _lender(cast, house)
    product, custodian = _product(cast, lender), _custodian(cast, lender, store)
    works = _works(cast)
    if len(works) < len(PURPOSES):
        return
    asked = [
        _asked(cast, product, work, purpose)
        for work, purpose in zip(works, PURPOSES, strict=True)
    ]  # fmt: skip
    loan = _agreed(cast, asked[0])
    _delivered(cast, loan, custodian)
    _paid_out(cast, lender, loan)
    _offered(cast, asked[1])
    take_snapshots()
    stage.say(f"loans: {Loan.objects.count()}, applications: {Application.objects.count()}")


def is_loaded() -> bool:
    """Whether an earlier run came to its end."""
    waiting = Application.objects.filter(purpose=PURPOSES[1], offers__state=OfferState.OPEN)
    return waiting.exists() and Loan.objects.filter(paid_principal_minor__gt=0).exists()


# ------------------------------------------------------------------ lender, product, custodian


def _lender(people: dict[str, User], house: Organisation) -> Lender:
    return Lender.objects.live().filter(organisation=house).first() or lenders.confirm_lender(
        actor=people["operator"], organisation_id=house.pk, kind=LenderClass.MICROLOAN,
        capital_minor=CAPITAL,
    )  # fmt: skip


def _product(people: dict[str, User], lender: Lender) -> Product:
    return lender.products.order_by("pk").first() or lenders.open_product(
        actor=people["lender"], lender_id=lender.pk, name="云门作品质押贷", kind="term",
        name_en="Yunmen loan against works", terms=_terms(),
    )  # fmt: skip


def _terms() -> Terms:
    """A year at most, interest each quarter."""
    valuing = [
        {
            "category": "*", "liquidity": liquidity, "haircut_pct": str(cut), "advance_pct": "50",
        }
        for liquidity, cut in HAIRCUTS.items()
    ]  # fmt: skip
    return Terms(
        least_minor=5_000_00, most_minor=500_000_00, least_months=3, most_months=24,
        annual_pct=Decimal("8.4"), penalty_pct=Decimal("4.2"), origination_pct=Decimal(1),
        ltv_initial_pct=Decimal(50), ltv_margin_pct=Decimal(60), ltv_liquidation_pct=Decimal(70),
        valuing=valuing, disagreement_pct=Decimal(20), cure_days=10, every_months=3, offer_days=30,
    )  # fmt: skip


def _custodian(people: dict[str, User], lender: Lender, store: Organisation) -> Custodian:
    standing = Custodian.objects.live().filter(lender=lender, organisation=store).first()
    return standing or lenders.appoint_custodian(
        actor=people["lender"], lender_id=lender.pk, organisation_id=store.pk,
        place="渌津恒温库一号", agreement="托管合同（演示）",
    )  # fmt: skip


# ------------------------------------------------------------------ works that can be pledged


def _works(people: dict[str, User]) -> list[Work]:
    """Two works of the artist, certified, valued by two firms, sold to the collector."""
    owner = party_of(people["collector"])
    asked = Application.objects.filter(purpose__in=PURPOSES).values("works__work")
    own = Q(title_shares__party=owner, title_shares__to_event__isnull=True)
    own &= Q(pledge_valuations__gt=0) | Q(pk__in=asked)
    known = list(
        Work.objects.alias(pledge_valuations=_valuations()).filter(own).order_by("pk").distinct()
    )
    for work in _candidates(people):
        if len(known) >= len(PURPOSES):
            break
        if work not in known and _certified(people, work):
            _sold(people, work)
            known.append(work)
    for work in known:
        _valued(people, work)
    return known[: len(PURPOSES)]


def _valuations() -> Any:
    return Count("valuations", filter=Q(valuations__purpose=ValuePurpose.PLEDGE))


def _candidates(people: dict[str, User]) -> list[Work]:
    """The artist's own free works, those with a certificate first."""
    author = people["artist"]
    works = Work.objects.filter(
        state=WorkState.REGISTERED, is_public=True, is_destroyed=False, relic_status="not_relic",
        created_by=author, attributions__artist__account=author,
        attributions__artist__living=Living.YES, attributions__term="autograph",
        attributions__status=AttributionStatus.CURRENT, consignments__isnull=True,
    ).exclude(encumbrances__released_at__isnull=True, encumbrances__isnull=False)  # fmt: skip
    return list(works.order_by("-pk").distinct()[:40])


def _certified(people: dict[str, User], work: Work) -> bool:
    """The author confirms it before a registrar, and the certificate is issued."""
    valid = Certificate.objects.filter(
        work=work, kind=CertificateKind.AUTHOR, state=CertificateState.VALID
    )
    if valid.exists():
        return True
    if not settings.SIGNING_MASTER_KEYS:
        return False
    try:
        row = AuthorConfirmation.objects.filter(work=work, withdrawn_at__isnull=True).first()
        row = row or author_confirmations.confirm_author(
            actor=people["artist"], work_id=work.pk, place="潍城登记室（演示）"
        )
        if row.witnessed_at is None:
            author_confirmations.witness_author(
                actor=people["registrar"], confirmation_id=row.pk,
                recording_sha256=sha256(f"演示录像 {work.number}".encode()).hexdigest(),
                recording_place="演示：没有录像文件",
            )  # fmt: skip
        issuing.issue_author(actor=people["registrar"], work_id=work.pk)
    except DomainError:
        return False
    return True


def _sold(people: dict[str, User], work: Work) -> None:
    """The artist sells it to the collector; two registrars write it down."""
    event = work.title_events.filter(checked_at__isnull=True).first() or title.record_title_event(
        actor=people["registrar"], work_id=work.pk, basis="purchase",
        shares=[title.Share(party_of(people["collector"]))], happened_on="2026-09",
        documents="演示买卖合同", note="演示数据",
    )  # fmt: skip
    title.check_title_event(actor=people["registrar2"], event_id=event.pk)


def _valued(people: dict[str, User], work: Work) -> None:
    """What an expert of each firm signed for a pledge."""
    today = db_today()
    for key, point in EXPERTS.items():
        expert = _expert(people, key)
        known = Valuation.objects.filter(work=work, appraiser=expert, purpose=ValuePurpose.PLEDGE)
        if known.exists():
            continue
        figures = {"low": point * 9 // 10, "point": point, "high": point * 11 // 10}
        row = Valuation.objects.create(
            work=work, purpose=ValuePurpose.PLEDGE, appraiser=expert, base_date=today,
            valid_until=today + timedelta(days=300), assumptions="演示数据，不代表市场价格。",
            **figures,
        )  # fmt: skip
        ValuationApproach.objects.bulk_create(
            ValuationApproach(
                valuation=row, method=method, reasons="演示数据。", comparables=[], **figures
            )
            for method in (Method.COST, Method.MARKET)
        )


def _expert(people: dict[str, User], key: str) -> Appraiser:
    user = people[key]
    known = Appraiser.objects.filter(user=user).first()
    if known is not None:
        return known
    house = user.memberships.filter(ended_at__isnull=True).select_related("organisation").get()
    return appraisers.confirm_appraiser(
        actor=people["registrar"], user=user,
        given=appraisers.Qualification(
            user.display_name, ("painting", "oil", "print"), institution=house.organisation
        ),
    )  # fmt: skip


# ------------------------------------------------------------------ from application to offer


def _asked(people: dict[str, User], product: Product, work: Work, purpose: str) -> Application:
    """The collector applies; the lender looks into the work."""
    owner, clerk = people["collector"], people["lender"]
    standing = Application.objects.filter(purpose=purpose).first()
    asked = standing or applications.apply(
        actor=owner, product_id=product.pk, party_id=party_of(owner).pk,
        asked=Asked(LENT, MONTHS, purpose, [work.pk]),
    )  # fmt: skip
    lender, today = product.lender, db_today()
    if not RegistryQuery.objects.filter(lender=lender, work=work).exists():
        applications.record_query(
            actor=clerk, lender_id=lender.pk, work_id=work.pk, pledgor_id=asked.borrower_id,
            query=Query(f"演示查询{work.pk:05}", today, "clear"),
        )  # fmt: skip
    if not Insurance.objects.filter(lender=lender, work=work).exists():
        applications.record_insurance(
            actor=clerk, lender_id=lender.pk, work_id=work.pk,
            policy=Policy(
                "演示保险公司", f"演示保单{work.pk:05}", 300_000_00, today,
                today + timedelta(days=365),
            ),
        )  # fmt: skip
    if asked.works.get().judged_by_id is None and asked.state == "submitted":
        applications.judge_liquidity(
            actor=clerk, application_id=asked.pk, work_id=work.pk, liquidity="medium"
        )
    return asked


def _offered(people: dict[str, User], asked: Application) -> Any:
    """The newest offer of an application."""
    return asked.offers.first() or offers.make_offer(
        actor=people["lender"], application_id=asked.pk, principal_minor=LENT, months=MONTHS
    )


def _agreed(people: dict[str, User], asked: Application) -> Loan:
    """Accepted, and signed by both."""
    offer = _offered(people, asked)
    loan = Loan.objects.filter(offer=offer).first()
    loan = loan or offers.accept_offer(actor=people["collector"], offer_id=offer.pk)
    for key, side in (("collector", Side.BORROWER), ("lender", Side.LENDER)):
        if not loan.signatures.filter(side=side).exists():
            loan = contracts.sign_contract(
                actor=people[key], loan_id=loan.pk, side=side, digest=loan.digest
            )
    return loan


# ------------------------------------------------------------------ custody and money


def _delivered(people: dict[str, User], loan: Loan, custodian: Custodian) -> None:
    """Brought, recorded by one person and confirmed by the other."""
    item = loan.items.get()
    holding = Holding.objects.filter(item=item).first()
    if holding is None:
        _examined(people, item.work)
        holding = custody.record_arrival(
            actor=people["keeper"], item_id=item.pk, custodian_id=custodian.pk,
            receipt="LJ-0001", step=Step(place="一号库甲区三架", seal="LJ-F0001"),
        )  # fmt: skip
    if holding.state == "arriving":
        custody.confirm_step(actor=people["keeper2"], holding_id=holding.pk, agrees=True)
        custody.record_count(
            actor=people["keeper"], holding_id=holding.pk,
            step=Step(result="present", note="演示：入库当天核对。"),
        )  # fmt: skip


def _examined(people: dict[str, User], work: Work) -> None:
    """The condition report with which the work comes in, signed by examiner and keeper."""
    registrar, keeper = people["registrar"], people["keeper"]
    report = work.condition_reports.filter(purpose=ReportPurpose.PLEDGE).first()
    report = report or condition.start_report(
        actor=registrar, work_id=work.pk, purpose=ReportPurpose.PLEDGE, carry=False
    )
    if report.is_draft:
        condition.save_facts(
            actor=registrar, report_id=report.pk,
            facts=condition.Facts(
                db_today(), "渌津恒温库一号", "日光，另用侧光", "十倍放大镜，直尺", "good",
                "正面完好，背面有轻微的搬运旧痕。演示数据。",
                "Front sound, slight old handling marks on the back. Demonstration data.",
                keeper.email,
            ),
        )  # fmt: skip
        report = condition.close_report(actor=registrar, report_id=report.pk)
    for signer in (registrar, keeper):
        if not report.signatures.filter(signer=signer).exists():
            condition.sign_handover(actor=signer, report_id=report.pk, digest=report.digest)


def _paid_out(people: dict[str, User], lender: Lender, loan: Loan) -> None:
    """The lender's money comes, the loan is paid out, and a part comes back ahead of time."""
    loan = Loan.objects.get(pk=loan.pk)
    if loan.state == LoanState.AGREED:
        funding = lending.fund(
            actor=people["lender"], lender_id=lender.pk, amount_minor=FUNDS, gateway="bank",
            key="demo",
        )  # fmt: skip
        _came(people["operator"], funding, "演示-0901")
        loan = lending.disburse(actor=people["lender"], loan_id=loan.pk)
    if loan.state == LoanState.ACTIVE and not loan.paid_principal_minor:
        payment = repaying.ask_repayment(
            actor=people["collector"], loan_id=loan.pk, amount_minor=PAID_AHEAD, gateway="bank",
            key="demo", early=True,
        )  # fmt: skip
        _came(people["operator"], payment, "演示-0902")
        repaying.take_in(Payment.objects.get(pk=payment.pk))


def _came(operator: User, payment: Payment, number: str) -> None:
    """The operator saw it on the account."""
    start_payment(payment_id=payment.pk)
    if not Receipt.objects.filter(gateway="bank", reference=number).exists():
        record_at_desk(
            actor=operator, payment_id=payment.pk, amount_minor=payment.amount_minor,
            receipt_number=number, is_cash=False, payer_name=payment.party.name,
        )  # fmt: skip
