"""A borrower applies, the lender looks into the works: policies, queries of the registry, how soon
each sells. He offers (`offers`) or declines.

Nothing lies on the works yet: they may be sold until they are delivered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from artmarket.accounts import gates
from artmarket.accounts.locks import lock_parties
from artmarket.accounts.models import Party, User
from artmarket.core.clock import db_now, db_today
from artmarket.core.errors import Invalid, NotAllowed, Text, WrongState
from artmarket.core.events import record_event
from artmarket.core.money import MAX_MINOR
from catalog.locks import lock_work, lock_works
from catalog.models import Work

from .. import citations
from ..enums import ApplicationState, Liquidity, OfferState, ProductKind, RegistryResult
from ..locks import lock_application
from ..models import (
    Application,
    ApplicationWork,
    Insurance,
    Lender,
    Product,
    ProductVersion,
    RegistryQuery,
)
from ..refusals import NotOffered
from .advances import name_consignments
from .ground import require, require_licensed, words_of

MOST_WORKS = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """What a borrower asks for: an amount in the smallest unit, months, what for, which works."""

    amount_minor: int
    months: int
    purpose: str
    works: Sequence[int]


@transaction.atomic(durable=True)
def apply(*, actor: User, product_id: int, party_id: int, asked: Asked) -> Application:
    """Ask for a loan in the name of a party, against registered works that it owns.

    Asked again for the same, while the first waits: that one. An advance names with each work the
    contract of consignment under which a house has it.

    Raises `NotAllowed`, `NotOffered`, `NotIdentified`, `NotLicensed` (the lender), `Invalid`.
    """
    product = Product.objects.select_related("lender__organisation").filter(pk=product_id).first()
    party = Party.objects.select_related("user", "organisation").filter(pk=party_id).first()
    if product is None or party is None:
        raise WrongState()
    require(actor, "borrow_for", party)
    lock_works(pks=sorted(set(asked.works)))
    version = require_offered(product, on=db_today())
    holder = party.organisation or party.user
    assert holder is not None  # noqa: S101 - only parties with an account pass borrow_for
    gates.require_identity(holder, rule=citations.IDENTITY)
    require_licensed(product.lender)
    if party.organisation_id == product.lender.organisation_id:
        raise Invalid(fields={"party": _("贷款人不能向自己借款。")})
    works = _own_works(actor, asked)
    _check_asked(asked, version)
    if (standing := _same(product, party, asked)) is not None:
        return standing
    made = Application.objects.create(
        product=product, borrower=party, amount_minor=asked.amount_minor, months=asked.months,
        purpose=words_of(asked.purpose, "purpose"), applied_by=actor,
    )  # fmt: skip
    ApplicationWork.objects.bulk_create(
        ApplicationWork(application=made, work=work) for work in works
    )
    if product.kind == ProductKind.ADVANCE:
        name_consignments(made, works)
    record_event(
        actor=actor, action="loan_application.made", subject=made,
        after={"amount": asked.amount_minor, "months": asked.months},
        works=[work.pk for work in works], product=product.pk,
    )  # fmt: skip
    return made


def _same(product: Product, party: Party, asked: Asked) -> Application | None:
    """A waiting application for the very same, read under the locks of its works."""
    rows = Application.objects.filter(
        product=product, borrower=party, amount_minor=asked.amount_minor, months=asked.months,
        state=ApplicationState.SUBMITTED,
    ).prefetch_related("works")  # fmt: skip
    wanted = set(asked.works)
    return next((row for row in rows if {w.work_id for w in row.works.all()} == wanted), None)


def require_offered(product: Product, *, on: date) -> ProductVersion:
    """The terms of an open product on a day. Raises `NotOffered`."""
    if product.closed_at is not None or product.lender.ended_at is not None:
        raise NotOffered()
    version = product.versions.filter(valid_from__lte=on).order_by("-valid_from").first()
    if version is None:
        raise NotOffered(_("这个产品的条款还没有生效。"))
    version.product = product
    return version


def _own_works(actor: User, asked: Asked) -> list[Work]:
    if not 0 < len(asked.works) <= MOST_WORKS or len(set(asked.works)) != len(asked.works):
        raise Invalid(fields={"works": _("请选择1到50件作品，每件一次。")})
    works = list(Work.objects.filter(pk__in=asked.works).order_by("pk"))
    if any(not actor.has_perm("pledges.pledge_work", work) for work in works):
        raise NotAllowed(_("只有权利人可以用作品质押。"), rule=citations.SOLE_TITLE)
    return works


def _check_asked(asked: Asked, version: ProductVersion) -> None:
    errors: dict[str, Text] = {}
    if not version.least_minor <= asked.amount_minor <= version.most_minor:
        errors["amount"] = _("金额不在这个产品的范围内。")
    if (
        not version.least_months <= asked.months <= version.most_months
        or asked.months % version.every_months
    ):
        errors["months"] = _("期限不在这个产品的范围内，或不是每期月数的整倍数。")
    if errors:
        raise Invalid(fields=errors)


@transaction.atomic(durable=True)
def withdraw_application(*, actor: User, application_id: int) -> Application:
    """The borrower takes his application back; an open offer ends with it.

    Raises `NotAllowed`, `WrongState`.
    """
    row = lock_application(pk=application_id)
    require(actor, "borrow", row)
    return _end(row, ApplicationState.WITHDRAWN, actor=actor)


@transaction.atomic(durable=True)
def decline_application(*, actor: User, application_id: int, reason: str) -> Application:
    """The lender does not lend, and says why. Raises `NotAllowed`, `WrongState`, `Invalid`."""
    row = lock_application(pk=application_id)
    require(actor, "work_for_lender", row)
    return _end(row, ApplicationState.DECLINED, actor=actor, reason=words_of(reason))


def _end(row: Application, to: ApplicationState, *, actor: User, reason: str = "") -> Application:
    if row.state != ApplicationState.SUBMITTED:
        raise WrongState(_("这份申请已经结束。"))
    now = db_now()
    row.offers.filter(state=OfferState.OPEN).update(
        state=OfferState.WITHDRAWN, answered_at=now, answered_by=actor
    )
    row.state, row.ended_by, row.ended_at, row.end_reason = to, actor, now, reason
    row.save(update_fields=["state", "ended_by", "ended_at", "end_reason"])
    record_event(
        actor=actor, action=f"loan_application.{to.value}", subject=row,
        before={"state": ApplicationState.SUBMITTED}, after={"state": to}, reason=reason,
    )  # fmt: skip
    return row


# ------------------------------------------------------------------ what the lender finds out


@transaction.atomic(durable=True)
def judge_liquidity(
    *, actor: User, application_id: int, work_id: int, liquidity: str
) -> ApplicationWork:
    """The lender says how soon a work of the application would sell.

    Raises `NotAllowed`, `WrongState`, `Invalid`.
    """
    application = lock_application(pk=application_id)
    require(actor, "work_for_lender", application)
    if application.state != ApplicationState.SUBMITTED:
        raise WrongState(_("这份申请已经结束。"))
    if liquidity not in Liquidity.values:
        raise Invalid(fields={"liquidity": _("请从列表中选择。")})
    row = application.works.filter(work=work_id).first()
    if row is None:
        raise WrongState(_("这件作品不在申请里。"))
    before = row.liquidity
    row.liquidity, row.judged_by = liquidity, actor
    row.save(update_fields=["liquidity", "judged_by"])
    record_event(
        actor=actor, action="loan_application.judged", subject=application,
        before={"liquidity": before}, after={"liquidity": liquidity}, work=work_id,
    )  # fmt: skip
    return row


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy as its paper says it; the sum in the smallest unit."""

    insurer: str
    number: str
    insured_minor: int
    valid_from: date
    valid_until: date


@transaction.atomic(durable=True)
def record_insurance(*, actor: User, lender_id: int, work_id: int, policy: Policy) -> Insurance:
    """The lender's people have seen a policy of which the lender is loss payee.

    Raises `NotAllowed`, `Invalid`.
    """
    work = lock_work(pk=work_id)
    lender = Lender.objects.select_related("organisation").get(pk=lender_id)
    require(actor, "work_for_lender", lender)
    errors: dict[str, Text] = {}
    if not 0 < policy.insured_minor <= MAX_MINOR:
        errors["insured"] = _("请填写保险金额。")
    if policy.valid_until < policy.valid_from:
        errors["valid_until"] = _("到期日早于开始日。")
    if errors:
        raise Invalid(fields=errors, rule=citations.INSURANCE)
    try:
        with transaction.atomic():
            row = Insurance.objects.create(
                lender=lender, work=work, insurer=words_of(policy.insurer, "insurer", most=120),
                policy=words_of(policy.number, "policy", most=80),
                insured_minor=policy.insured_minor, valid_from=policy.valid_from,
                valid_until=policy.valid_until, recorded_by=actor,
            )  # fmt: skip
    except IntegrityError as error:
        raise Invalid(fields={"policy": _("这张保单已经记录过。")}) from error
    record_event(
        actor=actor, action="pledge.insured", subject=work, insurance=row.pk, lender=lender.pk,
        after={"until": policy.valid_until},
    )  # fmt: skip
    return row


@transaction.atomic(durable=True)
def end_insurance(*, actor: User, insurance_id: int, reason: str) -> Insurance:
    """A policy counts no more: cancelled, replaced, recorded by mistake."""
    work_id = Insurance.objects.filter(pk=insurance_id).values_list("work", flat=True).first()
    if work_id is None:
        raise WrongState()
    work = lock_work(pk=work_id)
    row = Insurance.objects.select_related("lender__organisation").get(pk=insurance_id)
    require(actor, "work_for_lender", row.lender)
    if row.ended_at is not None:
        raise WrongState(_("这张保单已经停用。"))
    row.end_reason, row.ended_by, row.ended_at = words_of(reason), actor, db_now()
    row.save(update_fields=["ended_at", "ended_by", "end_reason"])
    record_event(
        actor=actor, action="pledge.insurance_ended", subject=work, insurance=row.pk,
        reason=row.end_reason,
    )  # fmt: skip
    return row


@dataclass(frozen=True, slots=True)
class Query:
    """What the registry of security interests answered: its number, day, result."""

    number: str
    made_on: date
    result: str
    note: str = ""


@transaction.atomic(durable=True)
def record_query(
    *, actor: User, lender_id: int, work_id: int, pledgor_id: int, query: Query
) -> RegistryQuery:
    """The lender's people have asked the registry for a work and its owner; append-only.

    The same answer again gives the row that stands. Raises `NotAllowed`, `Invalid`.
    """
    lock_parties(pks=[pledgor_id])
    work = lock_work(pk=work_id)
    lender = Lender.objects.select_related("organisation").get(pk=lender_id)
    require(actor, "work_for_lender", lender)
    errors: dict[str, Text] = {}
    if query.result not in RegistryResult.values:
        errors["result"] = _("请从列表中选择。")
    if query.made_on > db_today():
        errors["made_on"] = _("查询日期不能晚于今天。")
    if errors:
        raise Invalid(fields=errors, rule=citations.REGISTRY_DAYS)
    said = {
        "lender": lender, "work": work, "pledgor_id": pledgor_id,
        "number": words_of(query.number, "number", most=80), "made_on": query.made_on,
        "result": query.result,
    }  # fmt: skip
    standing = RegistryQuery.objects.filter(**said).first()
    if standing is not None:
        return standing
    row = RegistryQuery.objects.create(
        **said, note=" ".join(query.note.split())[:300], recorded_by=actor
    )
    record_event(
        actor=actor, action="pledge.queried", subject=work, query=row.pk, lender=lender.pk,
        after={"result": query.result, "made_on": query.made_on},
    )  # fmt: skip
    return row
