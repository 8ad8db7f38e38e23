"""What is refused on the way of a loan, by which rule, and that nothing is written then."""

from datetime import timedelta
from decimal import Decimal

import pytest

from appraisal.enums import CertificateState
from appraisal.models import Certificate
from artmarket.accounts.gates import NotIdentified, NotLicensed
from artmarket.accounts.models import IdentityCheck, Licence
from artmarket.accounts.services.parties import party_of
from artmarket.core.clock import db_today
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from auctions.pledges import citations, law
from auctions.pledges.models import Application, Loan, LoanOffer, RegistryQuery
from auctions.pledges.refusals import (
    AboveCap,
    AboveCapacity,
    AboveLimit,
    Forfeiting,
    NotEligible,
)
from auctions.pledges.services import (
    applications,
    contracts,
    lenders,
    offers,
)
from auctions.pledges.services.applications import Asked, Query
from tests.factories import MembershipFactory, UserFactory
from tests.pledges import stages
from tests.pledges.stages import LENT, LOW, YUAN

pytestmark = pytest.mark.django_db


def offer(made, principal: int = LENT, **more):
    return offers.make_offer(
        actor=made.boss, application_id=made.application.pk, principal_minor=principal,
        months=made.months, **more,
    )  # fmt: skip


def missing(refusal) -> dict[str, str]:
    """Code and rule of what the works lack."""
    return {
        check["code"]: check["rule"]
        for row in refusal.value.data["works"]
        for check in row["checks"]
    }


# ------------------------------------------------------------------ lenders, products


def test_only_an_operator_confirms_a_lender_and_only_one_with_a_licence():
    of = stages.organisation("lender")
    with pytest.raises(NotAllowed):
        lenders.confirm_lender(
            actor=of.boss, organisation_id=of.pk, kind="bank", capital_minor=YUAN
        )
    with pytest.raises(NotLicensed) as refusal:
        lenders.confirm_lender(
            actor=UserFactory(operator=True), organisation_id=of.pk, kind="bank",
            capital_minor=YUAN,
        )  # fmt: skip
    assert refusal.value.rule == citations.LICENCES


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ltv_margin_pct": Decimal(50)}, "ltv_initial_pct"),
        ({"ltv_initial_pct": Decimal(51)}, "ltv_initial_pct"),
        ({"allocation": ["cost", "interest", "penalty"]}, "allocation"),
        ({"realisation": ["forfeit"]}, "realisation"),
        ({"realisation": []}, "realisation"),
        ({"disagreement_pct": Decimal(31)}, "disagreement_pct"),
        ({"valuing": []}, "valuing"),
        ({"annual_pct": Decimal(0)}, "annual_pct"),
        ({"every_months": 5}, "every_months"),
    ],
)
def test_terms_that_break_a_rule_are_refused(changes, field):
    of = stages.lender()
    boss = of.organisation.memberships.admins().get().user
    with pytest.raises(Invalid) as refusal:
        lenders.open_product(
            actor=boss, lender_id=of.pk, name="甲", kind="term", terms=stages.terms(**changes)
        )
    assert set(refusal.value.fields) == {field}


def test_terms_are_dated_and_an_earlier_offer_keeps_its_own():
    made = stages.offered()
    day = db_today() + timedelta(days=1)
    new = lenders.publish_version(
        actor=made.boss, product_id=made.product.pk, terms=stages.terms(annual_pct=Decimal(9)),
        valid_from=day,
    )  # fmt: skip
    made.offer.refresh_from_db()
    assert (new.number, made.offer.version.number) == (2, 1)
    assert applications.require_offered(made.product, on=db_today()).number == 1
    assert applications.require_offered(made.product, on=day).number == 2
    with pytest.raises(Invalid):
        lenders.publish_version(
            actor=made.boss, product_id=made.product.pk, terms=stages.terms(), valid_from=day
        )


# ------------------------------------------------------------------ applications


def test_a_borrower_is_identified_and_owns_the_works():
    made = stages.market()
    works, owner = stages.author_works()
    asked = Asked(LENT, 12, "周转", [works[0].pk])
    IdentityCheck.objects.filter(user=owner).delete()
    with pytest.raises(NotIdentified):
        applications.apply(
            actor=owner, product_id=made.product.pk, party_id=party_of(owner).pk, asked=asked
        )
    _others, stranger = stages.author_works()
    with pytest.raises(NotAllowed):
        applications.apply(
            actor=stranger, product_id=made.product.pk, party_id=party_of(stranger).pk, asked=asked
        )
    assert not Application.objects.exists()


def test_an_application_within_the_terms_only():
    made = stages.market()
    works, owner = stages.author_works()
    for amount, months in ((1, 12), (LENT, 36)):
        with pytest.raises(Invalid):
            applications.apply(
                actor=owner, product_id=made.product.pk, party_id=party_of(owner).pk,
                asked=Asked(amount, months, "周转", [works[0].pk]),
            )  # fmt: skip


def test_a_declined_application_says_why_and_ends():
    made = stages.applied()
    with pytest.raises(Invalid):
        applications.decline_application(
            actor=made.clerk, application_id=made.application.pk, reason=" "
        )
    row = applications.decline_application(
        actor=made.clerk, application_id=made.application.pk, reason="题材过于集中"
    )
    assert (row.state, row.end_reason) == ("declined", "题材过于集中")
    with pytest.raises(WrongState):
        offer(made)


# ------------------------------------------------------------------ gates before an offer


def test_without_a_certificate_of_authenticity_nothing_is_offered():
    made = stages.applied()
    Certificate.objects.update(state=CertificateState.REVOKED, reason="撤销")
    with pytest.raises(NotEligible) as refusal:
        offer(made)
    assert missing(refusal) == {"authenticity": citations.AUTHENTICITY}
    assert not LoanOffer.objects.exists()


def test_a_query_that_found_a_charge_blocks():
    made = stages.applied()
    applications.record_query(
        actor=made.clerk, lender_id=made.lender.pk, work_id=made.work.pk,
        pledgor_id=made.party.pk, query=Query("CX-9", db_today(), "encumbered"),
    )  # fmt: skip
    with pytest.raises(NotEligible) as refusal:
        offer(made)
    assert missing(refusal) == {"registry": citations.REGISTRY_DAYS}
    assert RegistryQuery.objects.count() == 2


def test_one_appraisal_or_two_of_one_firm_are_too_few():
    made = stages.applied()
    other = stages.author_works()[0][0]
    one = stages.firm()
    stages.appraise(other, LOW, one)
    stages.appraise(other, LOW, one)
    found = stages_value(made, other)
    assert (found.value, found.blocked) == (None, "too_few_firms")


def stages_value(made, work, **more):
    from auctions.pledges.valuing import appraisals_of, value_of

    version = made.product.versions.get()
    rows = appraisals_of([work.pk], lender=made.lender, currency="CNY").get(work.pk, [])
    values = {"liquidity": "medium", "months": 12, "on": db_today()} | more
    return value_of(rows, version, **values)


def test_appraisals_far_apart_block():
    made = stages.applied()
    stages.appraise(made.work, 2 * LOW)
    with pytest.raises(NotEligible) as refusal:
        offer(made)
    assert missing(refusal) == {"value": citations.DISAGREEMENT_MOST}


def test_the_lenders_own_appraisal_does_not_count():
    made = stages.applied()
    before = stages_value(made, made.work).value
    stages.appraise(made.work, LOW // 2, made.lender.organisation)
    assert stages_value(made, made.work).value == before


def test_the_lower_of_two_counts_and_the_stricter_haircut():
    made = stages.market(valuing=[
        {"category": "*", "liquidity": liquidity, "haircut_pct": "10", "advance_pct": "50"}
        for liquidity in ("high", "medium", "low")
    ])  # fmt: skip
    work = stages.author_works()[0][0]
    stages.appraise(work, stages.HIGH)
    stages.appraise(work, LOW)
    found = stages_value(made, work).value
    assert (found.base, found.haircut) == (LOW, Decimal(60))  # folk craft 55, and 5 for the market
    assert stages_value(made, work, months=24).value.haircut == Decimal(65)


def test_an_expired_appraisal_is_no_value_and_says_so():
    made = stages.market()
    work = stages.author_works()[0][0]
    for _n in range(2):
        stages.appraise(work, LOW, days=300, valid=200)
    found = stages_value(made, work)
    assert (found.value, found.blocked) == (None, "expired")


# ------------------------------------------------------------------ offers


def test_no_more_than_the_works_carry():
    made = stages.applied()
    with pytest.raises(AboveCapacity) as refusal:
        offer(made, stages.CAPACITY + 1)
    assert refusal.value.data["capacity"] == stages.CAPACITY


def test_each_work_carries_by_its_own_rate():
    """The capacity of two works is the sum of what each carries."""
    made = stages.offered(works=2, amount=2 * LENT)
    assert made.offer.capacity_minor == 2 * stages.CAPACITY


def test_a_private_lender_is_bound_by_the_cap_with_all_fees():
    made = stages.applied(kind="private", annual_pct=Decimal("11.5"))
    with pytest.raises(AboveCap) as refusal:
        offer(made)
    assert refusal.value.rule == law.CAP_RULE


def test_the_same_rate_binds_no_bank():
    made = stages.offered(annual_pct=Decimal("11.5"))
    assert made.offer.cap_pct is None and made.offer.all_in_pct > 12


def test_one_borrower_stays_within_the_capital_of_a_bank():
    made = stages.applied(capital=LENT * 5)
    with pytest.raises(AboveLimit) as refusal:
        offer(made)
    assert refusal.value.data["most"] == LENT // 2


@pytest.mark.parametrize(
    "clause",
    [
        "逾期三十日，作品归 贷款人所有。",
        "到期未还，以质物\n抵债",
        "On default the painting becomes the property of the lender.",
    ],
)
def test_a_clause_that_lets_the_work_fall_to_the_lender_is_refused(clause):
    made = stages.applied()
    with pytest.raises(Forfeiting) as refusal:
        offer(made, clauses=clause)
    assert refusal.value.rule == citations.NO_FORFEITURE
    assert not LoanOffer.objects.exists()


def test_an_offer_lapses_and_cannot_be_accepted_then():
    made = stages.offered()
    with stages.days_ago(-15):
        with pytest.raises(WrongState):
            offers.accept_offer(actor=made.owner, offer_id=made.offer.pk)
        assert offers.lapse_offers() == 1
    made.offer.refresh_from_db()
    assert made.offer.state == "lapsed"
    assert not Loan.objects.exists()


def test_a_lender_without_a_licence_offers_nothing():
    made = stages.applied()
    Licence.objects.filter(organisation=made.lender.organisation).update(
        valid_until=db_today() - timedelta(days=1)
    )
    with pytest.raises(NotLicensed):
        offer(made)


# ------------------------------------------------------------------ contracts


def test_both_sides_sign_the_same_text_and_not_one_person_for_both():
    made = stages.drawn_up()
    loan = made.loan
    with pytest.raises(Invalid):
        contracts.sign_contract(actor=made.owner, loan_id=loan.pk, side="borrower", digest="0" * 64)
    with pytest.raises(NotAllowed):
        contracts.sign_contract(
            actor=made.clerk, loan_id=loan.pk, side="lender", digest=loan.digest
        )
    contracts.sign_contract(actor=made.owner, loan_id=loan.pk, side="borrower", digest=loan.digest)
    MembershipFactory(organisation=made.lender.organisation, user=made.owner, admin=True)
    with pytest.raises(NotAllowed) as refusal:
        contracts.sign_contract(
            actor=made.owner, loan_id=loan.pk, side="lender", digest=loan.digest
        )
    assert refusal.value.code == "four_eyes"


def test_a_work_is_under_one_contract_at_a_time():
    made = stages.drawn_up()
    other = stages.market()
    application = applications.apply(
        actor=made.owner, product_id=other.product.pk, party_id=made.party.pk,
        asked=Asked(LENT, 12, "周转", [made.work.pk]),
    )  # fmt: skip
    other.party, other.back = made.party, 0
    stages.examined(other, made.work)
    second = offers.make_offer(
        actor=other.boss, application_id=application.pk, principal_minor=LENT // 2, months=12
    )
    with pytest.raises(WrongState):
        offers.accept_offer(actor=made.owner, offer_id=second.pk)
    second.refresh_from_db()
    assert second.state == "open"
    assert Loan.objects.count() == 1
