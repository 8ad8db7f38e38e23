"""The lender's offer: the works are assessed, the whole cost reckoned, every cap tested.

An accepted offer becomes a contract (`contracts`). Nothing is lent yet, and nothing lies on the
works before they are delivered. Pledge rules §1, §3, §4, §5.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.core.clock import SHANGHAI, db_now
from artmarket.core.errors import Invalid, WrongState
from artmarket.core.events import record_event
from auctions.engine.fees import share
from catalog.locks import lock_works

from .. import citations, law, reckoning
from ..clauses import forfeiting
from ..engine.rounding import rounded
from ..engine.state import Planned
from ..enums import ApplicationState, OfferState
from ..locks import lock_application, lock_lender
from ..models import Application, ApplicationWork, Lender, Loan, LoanOffer, ProductVersion
from ..refusals import AboveCap, AboveCapacity, Forfeiting, refuse_works
from ..selectors.assessing import Assessed, assess
from ..valuing import most_lent
from .applications import require_offered
from .contracts import draw_up
from .ground import require, require_licensed

MAX_CLAUSES = 4000


@dataclass(frozen=True, slots=True)
class Cost:
    """What a loan costs: plan, sum of interest, fee, and all of it in percent a year."""

    plan: tuple[Planned, ...]
    interest: int
    fee: int
    all_in: Fraction


@transaction.atomic(durable=True)
def make_offer(
    *, actor: User, application_id: int, principal_minor: int, months: int, clauses: str = ""
) -> LoanOffer:
    """Offer a sum for so many months, at the terms of the product today.

    Raises `NotAllowed`, `WrongState`, `NotOffered`, `NotLicensed`, `NotEligible` (all that is
    missing of the works), `AboveCapacity`, `AboveCap`, `AboveLimit`, `Forfeiting`, `Invalid`.
    """
    application = _locked(application_id)
    require(actor, "run_lender", application)
    if application.state != ApplicationState.SUBMITTED:
        raise WrongState(_("这份申请已经结束。"))
    now = db_now()
    today = now.astimezone(SHANGHAI).date()
    lender = application.product.lender
    version = require_offered(application.product, on=today)
    licence = require_licensed(lender)
    _check_sum(version, principal_minor, months)
    words = require_no_forfeiture(clauses)
    found = assessed(application, version, months=months, on=today)
    values = [one.valued.value for one in found if one.valued.value]
    capacity = most_lent(version, values)
    if principal_minor > capacity:
        raise AboveCapacity(capacity=capacity)
    law.require_below_limit(lender, application.borrower, principal_minor, on=today)
    cost = cost_of(version, principal_minor, months, on=today)
    cap = _within_cap(lender, cost, on=today)
    try:
        with transaction.atomic():
            offer = LoanOffer.objects.create(
                application=application, version=version, licence=licence,
                principal_minor=principal_minor, months=months, annual_pct=version.annual_pct,
                interest_minor=cost.interest, fee_minor=cost.fee,
                all_in_pct=four_places(cost.all_in),
                cap_pct=None if cap is None else four_places(cap),
                eligible_minor=sum(value.eligible for value in values), capacity_minor=capacity,
                plan=[_row(row) for row in cost.plan],
                assessment=[one.as_dict() for one in found], clauses=words, made_by=actor,
                open_until=now + timedelta(days=version.offer_days),
            )  # fmt: skip
    except IntegrityError as error:
        raise WrongState(_("这份申请已经有一份待答复的要约。")) from error
    record_event(
        actor=actor, action="loan_offer.made", subject=offer, after={"state": offer.state},
        application=application.pk, principal=principal_minor, months=months,
    )  # fmt: skip
    return offer


def _within_cap(lender: Lender, cost: Cost, *, on: date) -> Fraction | None:
    """The cap that binds this lender, if the cost keeps to it. Raises `AboveCap`."""
    cap = law.cap_of(lender, on=on)
    if cap is not None and cost.all_in > cap:
        raise AboveCap(
            _("综合成本年化%(rate)s%%，超过上限%(cap)s%%。")
            % {"rate": four_places(cost.all_in), "cap": four_places(cap)},
            rule=law.CAP_RULE,
        )
    return cap


@transaction.atomic(durable=True)
def accept_offer(*, actor: User, offer_id: int) -> Loan:
    """The borrower accepts: the contract is drawn up and waits for both signatures.

    Raises `NotAllowed`, `WrongState` (answered, over, a work is under another loan), `NotEligible`.
    """
    offer = _locked_offer(offer_id)
    require(actor, "borrow", offer)
    now = db_now()
    _require_open(offer)
    if offer.open_until <= now:
        raise WrongState(_("这份要约已经过期。"))
    today = now.astimezone(SHANGHAI).date()
    found = assessed(offer.application, offer.version, months=offer.months, on=today)
    application = offer.application
    _answer(offer, OfferState.ACCEPTED, actor=actor, at=now)
    application.state, application.ended_by = ApplicationState.ACCEPTED, actor
    application.ended_at = now
    application.save(update_fields=["state", "ended_by", "ended_at"])
    return draw_up(offer, found, actor=actor, at=now)


@transaction.atomic(durable=True)
def decline_offer(*, actor: User, offer_id: int) -> LoanOffer:
    """The borrower does not want it; his application stays open. Raises `NotAllowed`,
    `WrongState`."""
    offer = _locked_offer(offer_id)
    require(actor, "borrow", offer)
    _require_open(offer)
    return _answer(offer, OfferState.DECLINED, actor=actor, at=db_now())


@transaction.atomic(durable=True)
def withdraw_offer(*, actor: User, offer_id: int) -> LoanOffer:
    """The lender takes an offer back that nobody has accepted. Raises `NotAllowed`,
    `WrongState`."""
    offer = _locked_offer(offer_id)
    require(actor, "run_lender", offer)
    _require_open(offer)
    return _answer(offer, OfferState.WITHDRAWN, actor=actor, at=db_now())


def lapse_offers(limit: int = 200) -> int:
    """End the offers whose time is over; how many. Safe to call again."""
    rows = LoanOffer.objects.filter(state=OfferState.OPEN, open_until__lte=db_now())
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:limit])
    return sum(_lapse(offer_id=pk) for pk in keys)


@transaction.atomic(durable=True)
def _lapse(*, offer_id: int) -> bool:
    offer, now = _locked_offer(offer_id), db_now()
    if offer.state != OfferState.OPEN or offer.open_until > now:
        return False
    _answer(offer, OfferState.LAPSED, actor=None, at=now)
    return True


# ------------------------------------------------------------------ what an offer rests on


def cost_of(version: ProductVersion, principal: int, months: int, *, on: date) -> Cost:
    """What a loan costs that is paid out on a day and paid back as planned."""
    terms = reckoning.terms_from(reckoning.terms_data(version, months=months), start=on)
    plan = reckoning.plan_of(terms, principal)
    fee = rounded(share(principal, Fraction(version.origination_pct)), terms.rounding)
    return Cost(
        plan, sum(row.interest for row in plan), fee, reckoning.all_in(terms, principal, fee, plan)
    )


def assessed(
    application: Application, version: ProductVersion, *, months: int, on: date
) -> list[Assessed]:
    """What is found of the works of an application. Raises `NotEligible` where any is missing."""
    rows = ApplicationWork.objects.filter(application=application).select_related("work")
    found = assess(
        [(row.work, row.liquidity) for row in rows.order_by("pk")],
        borrower=application.borrower, lender=application.product.lender, version=version,
        months=months, on=on,
    )  # fmt: skip
    refuse_works([(one.work.pk, one.work.display_title, one.failing(later=False)) for one in found])
    return found


def require_no_forfeiture(clauses: str) -> str:
    """The special clauses, if none lets the works fall to the lender. Raises `Forfeiting`."""
    words = clauses.strip()
    if len(words) > MAX_CLAUSES:
        raise Invalid(fields={"clauses": _("特别约定不超过4000字。")})
    met = forfeiting(words, rulebook.get(citations.NO_FORFEITURE))
    if met:
        raise Forfeiting(phrases=list(met))
    return words


def four_places(rate: Fraction) -> Decimal:
    """A rate in percent as it is stored and shown: four places, rounded up so that no offer looks
    cheaper than it is."""
    scaled = rate * 10_000
    return Decimal(-(-scaled.numerator // scaled.denominator)).scaleb(-4)


def _check_sum(version: ProductVersion, principal: int, months: int) -> None:
    errors: dict[str, Any] = {}
    if not version.least_minor <= principal <= version.most_minor:
        errors["principal"] = _("金额不在这个产品的范围内。")
    in_range = version.least_months <= months <= version.most_months
    if not in_range or months % version.every_months:
        errors["months"] = _("期限不在这个产品的范围内，或不是每期月数的整倍数。")
    if errors:
        raise Invalid(fields=errors)


def _row(row: Planned) -> dict[str, Any]:
    return {
        "due_on": row.due_on.isoformat(), "interest": row.interest, "principal": row.principal,
        "balance": row.balance,
    }  # fmt: skip


def _locked(application_id: int) -> Application:
    """An application under the locks of its lender and works."""
    lender_id = (
        Application.objects.filter(pk=application_id)
        .values_list("product__lender", flat=True)
        .first()
    )
    if lender_id is None:
        raise WrongState()
    lock_lender(pk=lender_id)
    works = ApplicationWork.objects.filter(application=application_id)
    lock_works(pks=sorted(works.values_list("work", flat=True)))
    return lock_application(pk=application_id)


def _locked_offer(offer_id: int) -> LoanOffer:
    application_id = (
        LoanOffer.objects.filter(pk=offer_id).values_list("application", flat=True).first()
    )
    if application_id is None:
        raise WrongState()
    application = _locked(application_id)
    offer = LoanOffer.objects.select_related("version__product", "licence").get(pk=offer_id)
    offer.application = application
    return offer


def _require_open(offer: LoanOffer) -> None:
    if offer.state != OfferState.OPEN:
        raise WrongState(_("这份要约已经答复。"))


def _answer(offer: LoanOffer, to: OfferState, *, actor: User | None, at: datetime) -> LoanOffer:
    offer.state, offer.answered_by, offer.answered_at = to, actor, at
    offer.save(update_fields=["state", "answered_by", "answered_at"])
    record_event(
        actor=actor, action=f"loan_offer.{to.value}", subject=offer,
        before={"state": OfferState.OPEN}, after={"state": to}, application=offer.application_id,
    )  # fmt: skip
    return offer
