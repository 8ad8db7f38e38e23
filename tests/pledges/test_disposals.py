"""Each way without an auction: agreed discount, pre-acquirer, self-sale, court; their refusals, and
what goes to whom. The two examples of the waterfall (pledge rules §9) go through the books."""

from datetime import timedelta

import pytest

from artmarket.accounts.services.parties import party_of, party_of_organisation
from artmarket.core.clock import db_today
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.ledger.models import Payment, Payout, Refund
from auctions.models import Relation
from auctions.pledges.engine.waterfall import distribute
from auctions.pledges.models import DisposalStep
from auctions.pledges.services import (
    buying,
    court_sales,
    direct_sales,
    lending,
    pre_acquiring,
    realising,
    securing,
)
from auctions.pledges.services.court_sales import CourtRule, NotTheWaterfall, Paid, Round
from auctions.pledges.services.direct_sales import (
    BelowFloor,
    CannotPay,
    Costs,
    NotFresh,
    NoticeRuns,
)
from auctions.pledges.services.distributing import parts_in_order
from auctions.pledges.services.pre_acquiring import Affiliated
from catalog.models import Encumbrance
from catalog.services.title import current_shares
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.pledges import disposals, stages
from tests.pledges.clocks import days_ago
from tests.pledges.stages import LENT, YUAN

pytestmark = pytest.mark.django_db


def owner_of(made):
    return [share.party_id for share in current_shares(made.work)]


def paid_out(party) -> int:
    return sum(Payout.objects.filter(party=party).values_list("amount_minor", flat=True))


def exactly(made, debt: int) -> int:
    """Charge so much that with the costs of its sale the loan owes `debt`, and give what it owed."""
    owed = made.loan.owed_minor
    lending.charge_cost(
        actor=made.boss, loan_id=made.loan.pk, amount_minor=debt - owed, reason="保管费"
    )
    disposals.fresh(made)
    assert made.loan.owed_minor == debt
    return debt


# ------------------------------------------------------------------ the pre-acquirer


def signing(*ways, **changes):
    """A contract that waits for signatures."""
    return stages.drawn_up(realisation=ways or disposals.ALL_WAYS, **changes)


def to_default(made):
    """The same loan, signed, paid out, overdue, in default, with an open case."""
    from auctions.pledges.enums import Side
    from auctions.pledges.services import contracts, defaulting, repaying

    with days_ago(made.back):
        for actor, side in ((made.owner, Side.BORROWER), (made.boss, Side.LENDER)):
            contracts.sign_contract(
                actor=actor, loan_id=made.loan.pk, side=side, digest=made.loan.digest
            )
    stages.fresh(made)
    made.holding = stages.deliver(made, made.item)
    stages.fund(made, made.amount)
    with days_ago(made.back):
        lending.disburse(actor=made.boss, loan_id=made.loan.pk)
    repaying.accrue_all()
    stages.fresh(made)
    with days_ago(20):
        made.default = defaulting.give_notice(actor=made.clerk, loan_id=made.loan.pk)
    defaulting.declare_default(actor=made.boss, default_id=made.default.pk)
    made.case = realising.open_case(actor=made.boss, default_id=made.default.pk)
    return disposals.fresh(made)


def test_the_waterfall_of_the_rules_with_a_surplus_by_the_pre_acquirer():
    made = signing("pre_acquirer", "auction", back=60)
    disposals.committed(made, 500_000 * YUAN, deposit_minor=50_000 * YUAN, deposit_terms="签字后付")
    to_default(made)
    exactly(made, 420_000 * YUAN)
    direct_sales.call_pre_acquirer(
        actor=made.boss, step_id=made.step.pk, costs=Costs(40_000 * YUAN, "公证与运输")
    )
    disposals.fresh(made)
    assert made.step.state == "awaiting" and made.step.price_minor == 500_000 * YUAN
    with pytest.raises(NotAllowed):
        buying.ask_price(actor=made.owner, step_id=made.step.pk, gateway="bank", key="x")
    payment = disposals.pay_price(made, made.acquirer)
    row = made.step.distribution
    assert (row.received_minor, row.surplus_minor, row.deficiency_minor) == (
        500_000 * YUAN, 40_000 * YUAN, 0,
    )  # fmt: skip
    assert row.order == ["cost", "interest", "penalty", "principal"]
    assert buying.take_in(Payment.objects.get(pk=payment.pk)) == 0
    assert paid_out(made.party) == LENT + 40_000 * YUAN
    assert paid_out(party_of_organisation(made.lender.organisation)) == 460_000 * YUAN
    assert stages.payable_of(party_of(made.acquirer)) == stages.payable_of(made.party) == 0
    assert owner_of(made) == [party_of(made.acquirer).pk]
    assert (made.loan.state, made.case.state, made.item.state) == ("repaid", "closed", "leaving")
    made.commitment.refresh_from_db()
    assert made.commitment.state == "used"
    assert disposals.faults(made) == []
    stages.release(made, made.item)
    assert stages.fresh(made).loan.state == "closed"
    assert not Encumbrance.objects.live().exists()
    assert disposals.faults(made) == []


def test_who_may_not_be_a_pre_acquirer_and_when_it_is_too_late():
    made = signing()
    lender_party = party_of_organisation(made.lender.organisation)
    shared = OrganisationFactory(name="关联公司")
    MembershipFactory(organisation=shared, user=made.clerk, admin=True)
    friend = UserFactory()
    Relation.objects.create(
        party=party_of(friend), other=lender_party, kind="family", by=made.boss,
        sale=disposals.auction.announced(),
    )  # fmt: skip
    ask = {"actor": made.boss, "item_id": made.item.pk, "price_minor": 100 * YUAN}
    day = db_today() + timedelta(days=100)
    for party in (
        lender_party, party_of(made.boss), party_of(made.clerk), party_of_organisation(shared),
        party_of(friend), made.party,
    ):  # fmt: skip
        with pytest.raises(Affiliated) as refused:
            pre_acquiring.ask_pre_acquirer(**ask, party_id=party.pk, expires_on=day)
        assert refused.value.rule == "pledge.pre_acquirer"
    user = disposals.buyer()
    with pytest.raises(Invalid) as above:
        pre_acquiring.ask_pre_acquirer(
            **ask, party_id=party_of(user).pk, expires_on=day, deposit_minor=21 * YUAN,
            deposit_terms="定金",
        )  # fmt: skip
    assert above.value.rule == "pledge.deposit_most"
    with pytest.raises(NotAllowed):
        pre_acquiring.ask_pre_acquirer(
            **{**ask, "actor": made.clerk}, party_id=party_of(user).pk, expires_on=day
        )
    row = pre_acquiring.ask_pre_acquirer(**ask, party_id=party_of(user).pk, expires_on=day)
    with pytest.raises(WrongState):
        pre_acquiring.ask_pre_acquirer(**ask, party_id=party_of(user).pk, expires_on=day)
    with pytest.raises(NotAllowed):
        pre_acquiring.sign_commitment(actor=made.owner, commitment_id=row.pk, digest=row.digest)
    with pytest.raises(Invalid):
        pre_acquiring.sign_commitment(actor=user, commitment_id=row.pk, digest="x")
    from auctions.pledges.services import contracts

    contracts.sign_contract(
        actor=made.owner, loan_id=made.loan.pk, side="borrower", digest=made.loan.digest
    )
    with pytest.raises(WrongState) as late:
        pre_acquiring.sign_commitment(actor=user, commitment_id=row.pk, digest=row.digest)
    assert late.value.rule == "lending.steps_shown"
    assert pre_acquiring.decline_commitment(actor=user, commitment_id=row.pk).state == "declined"


def test_a_forward_purchase_is_called_only_while_its_capacity_is_proved_and_paid_in_time():
    made = signing("pre_acquirer", "court", back=60)
    disposals.committed(made, 200_000 * YUAN, able=False)
    to_default(made)
    with pytest.raises(CannotPay) as refused:
        direct_sales.call_pre_acquirer(actor=made.boss, step_id=made.step.pk)
    assert refused.value.rule == "pledge.pre_acquirer_check_days"
    pre_acquiring.check_capacity(
        actor=made.clerk, commitment_id=made.commitment.pk, is_able=True, papers="资信证明"
    )
    with days_ago(-366), pytest.raises(CannotPay):
        direct_sales.call_pre_acquirer(actor=made.boss, step_id=made.step.pk)
    direct_sales.call_pre_acquirer(actor=made.boss, step_id=made.step.pk)
    with pytest.raises(WrongState):
        realising.fail_step(actor=made.boss, step_id=made.step.pk, reason="等不及")
    disposals.fresh(made)
    payment = disposals.pay_price(made, made.acquirer, tells=False)
    with days_ago(-16):
        assert direct_sales.fail_unpaid() == 1
    assert buying.take_in(payment) == 200_000 * YUAN  # too late: it goes back
    disposals.fresh(made)
    assert Refund.objects.get().amount_minor == 200_000 * YUAN
    assert disposals.ways(made) == [("pre_acquirer", "failed"), ("court", "open")]
    assert owner_of(made) == [made.party.pk]
    assert disposals.faults(made) == []


def test_who_pays_the_debt_before_the_pre_acquirer_pays_keeps_his_work():
    made = signing("pre_acquirer", back=60)
    disposals.committed(made, 200_000 * YUAN)
    to_default(made)
    direct_sales.call_pre_acquirer(actor=made.boss, step_id=made.step.pk)
    disposals.fresh(made)
    payment = disposals.pay_price(made, made.acquirer, tells=False)
    stages.pay(made, made.loan.owed_minor, early=True)
    assert buying.take_in(payment) == 200_000 * YUAN
    disposals.fresh(made)
    assert (made.loan.state, made.case.state, made.item.state) == ("repaid", "stopped", "leaving")
    assert owner_of(made) == [made.party.pk] and disposals.ways(made)[0][1] == "stopped"
    assert disposals.faults(made) == []


# ------------------------------------------------------------------ agreed discount


def test_the_waterfall_of_the_rules_with_a_deficiency_by_an_agreed_discount():
    made = disposals.opened(ways=("discount", "auction"))
    exactly(made, 420_000 * YUAN)
    old = made.work.valuations.first()
    offer = {"actor": made.boss, "step_id": made.step.pk}
    with pytest.raises(NotFresh) as stale:
        direct_sales.propose_discount(**offer, price_minor=LENT, valuation_id=old.pk)
    assert stale.value.rule == "pledge.discount_appraisal_days"
    own = stages.appraise(made.work, 400_000 * YUAN, made.lender.organisation, days=3)
    with pytest.raises(NotFresh):
        direct_sales.propose_discount(**offer, price_minor=LENT, valuation_id=own.pk)
    fresh = stages.appraise(made.work, 400_000 * YUAN, days=3)
    with pytest.raises(BelowFloor):
        direct_sales.propose_discount(**offer, price_minor=LENT, valuation_id=fresh.pk)
    with pytest.raises(Invalid):
        direct_sales.propose_discount(
            **offer, price_minor=400_000 * YUAN, valuation_id=fresh.pk, costs=Costs(1, "")
        )
    direct_sales.propose_discount(
        **offer, price_minor=400_000 * YUAN, valuation_id=fresh.pk,
        costs=Costs(35_000 * YUAN, "评估与公证"),
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        direct_sales.answer_discount(actor=made.boss, step_id=made.step.pk, agrees=True)
    before = stages.of_lender(made)
    direct_sales.answer_discount(actor=made.owner, step_id=made.step.pk, agrees=True)
    disposals.fresh(made)
    row = made.step.distribution
    assert (row.received_minor, row.surplus_minor, row.deficiency_minor) == (
        400_000 * YUAN, 0, 55_000 * YUAN,
    )  # fmt: skip
    assert made.loan.owed_minor == made.loan.principal_minor == 55_000 * YUAN
    assert made.case.deficiency_minor == 55_000 * YUAN and made.loan.state == "active"
    lender = party_of_organisation(made.lender.organisation)
    assert owner_of(made) == [lender.pk] and paid_out(lender) == 0
    after = stages.of_lender(made)
    # what he took as a work he is owed no more, and the cash of his that is here is the same
    assert before["payable"] - before["book"] - before["receivable"] == (
        after["payable"] - after["book"] - after["receivable"]
    )
    assert disposals.faults(made) == []
    with pytest.raises(WrongState):
        securing.keep_work(actor=made.boss, item_id=made.item.pk)


def test_a_refused_discount_opens_the_next_way_and_a_surplus_has_to_be_here():
    made = disposals.opened(ways=("discount", "self_sale"))
    value = stages.appraise(made.work, 300_000 * YUAN, days=3)
    propose = {
        "actor": made.boss, "price_minor": 300_000 * YUAN, "valuation_id": value.pk,
    }  # fmt: skip
    direct_sales.propose_discount(**propose, step_id=made.step.pk)
    from auctions.pledges.refusals import NotFunded

    with pytest.raises(NotFunded):
        direct_sales.answer_discount(actor=made.owner, step_id=made.step.pk, agrees=True)
    assert owner_of(made) == [made.party.pk]
    surplus = 300_000 * YUAN - made.loan.owed_minor
    stages.fund(made, surplus)
    direct_sales.answer_discount(actor=made.owner, step_id=made.step.pk, agrees=True)
    disposals.fresh(made)
    assert made.step.distribution.surplus_minor == surplus
    assert paid_out(made.party) == LENT + surplus
    assert made.loan.state == "repaid" and disposals.faults(made) == []


# ------------------------------------------------------------------ self-sale


def test_a_self_sale_has_notice_floor_and_a_buyer_who_is_nobodys():
    made = disposals.opened(ways=("discount", "self_sale", "court"))
    value = stages.appraise(made.work, 300_000 * YUAN, days=3)
    direct_sales.propose_discount(
        actor=made.boss, step_id=made.step.pk, price_minor=300_000 * YUAN, valuation_id=value.pk
    )
    direct_sales.answer_discount(actor=made.owner, step_id=made.step.pk, agrees=False)
    disposals.fresh(made)
    assert disposals.ways(made) == [("discount", "failed"), ("self_sale", "open")]
    with pytest.raises(WrongState):
        direct_sales.call_pre_acquirer(actor=made.boss, step_id=made.step.pk)
    with pytest.raises(BelowFloor) as low:
        direct_sales.announce_self_sale(
            actor=made.boss, step_id=made.step.pk, floor_minor=stages.LOW * 70 // 100 - 1
        )
    assert low.value.rule == "pledge.realisation_floors"
    floor = stages.LOW * 70 // 100
    direct_sales.announce_self_sale(actor=made.boss, step_id=made.step.pk, floor_minor=floor)
    user = disposals.buyer()
    sell = {"actor": made.boss, "step_id": made.step.pk}
    with pytest.raises(NoticeRuns):
        direct_sales.sell_directly(**sell, party_id=party_of(user).pk, price_minor=floor)
    with days_ago(-8):
        with pytest.raises(BelowFloor):
            direct_sales.sell_directly(**sell, party_id=party_of(user).pk, price_minor=floor - 1)
        with pytest.raises(Affiliated):
            direct_sales.sell_directly(**sell, party_id=party_of(made.clerk).pk, price_minor=floor)
        direct_sales.sell_directly(**sell, party_id=party_of(user).pk, price_minor=floor)
    owed = disposals.fresh(made).loan.owed_minor
    disposals.pay_price(made, user)
    assert made.step.distribution.surplus_minor == floor - owed
    assert owner_of(made) == [party_of(user).pk]
    assert disposals.faults(made) == []


# ------------------------------------------------------------------ court, and the case


def round_of(start: int, price: int | None = None, days: int = 40, appraised: int = 1_000_000):
    return Round(
        "潍坊市中级人民法院", "（2026）鲁07执1号", db_today() - timedelta(days=days),
        appraised * YUAN, start * YUAN, None if price is None else price * YUAN,
    )  # fmt: skip


def test_a_sale_by_a_court_is_checked_recorded_and_confirmed_by_an_operator():
    made = disposals.opened(ways=("court",))
    operator, buyer = UserFactory(operator=True), disposals.buyer()
    owed = made.loan.owed_minor
    say = {"actor": made.boss, "step_id": made.step.pk, "documents": "裁定书、成交确认书"}
    with pytest.raises(CourtRule) as start:
        court_sales.report_round(**say, round_=round_of(699_999))
    assert start.value.rule == "pledge.realisation_floors"
    court_sales.report_round(**say, round_=round_of(700_000))
    assert disposals.fresh(made).disposal.expected_minor == stages.LOW * 70 // 100
    paid = Paid(20_000 * YUAN, owed, 560_000 * YUAN - 20_000 * YUAN - owed)
    sale = {**say, "party_id": party_of(buyer).pk}
    for wrong in (round_of(559_999, 560_000, days=20), round_of(560_000, 560_000, days=5)):
        with pytest.raises(CourtRule):
            court_sales.report_sale(**sale, round_=wrong, paid=paid)
    second = round_of(560_000, 560_000, days=20)
    with pytest.raises(NotTheWaterfall) as unequal:
        court_sales.report_sale(
            **sale, round_=second,
            paid=Paid(20_000 * YUAN, owed - 1, paid.to_pledgor + 1),
        )  # fmt: skip
    assert unequal.value.rule == "pledge.waterfall"
    court_sales.report_sale(**sale, round_=second, paid=paid)
    with pytest.raises(NotAllowed):
        court_sales.confirm_sale(actor=made.boss, step_id=made.step.pk)
    payouts = Payout.objects.count()
    court_sales.confirm_sale(actor=operator, step_id=made.step.pk)
    disposals.fresh(made)
    row = made.step.distribution
    assert (row.deducted_minor, row.surplus_minor) == (paid.costs, paid.to_pledgor)
    assert row.is_outside and Payout.objects.count() == payouts  # the court has paid both
    assert owner_of(made) == [party_of(buyer).pk]
    assert made.work.title_events.order_by("-pk").first().basis == "court"
    assert (made.loan.state, made.loan.remitted_minor) == ("repaid", owed)
    assert disposals.faults(made) == []


def test_the_pledgor_demands_a_timely_sale_and_the_lender_may_give_up():
    made = disposals.declared(ways=("auction",))
    with pytest.raises(NotAllowed):
        realising.demand_sale(actor=made.boss, default_id=made.default.pk)
    case = realising.demand_sale(actor=made.owner, default_id=made.default.pk)
    assert case.sell_by == db_today() + timedelta(days=30)
    assert (case.opened_by, case.demanded_by) == (made.owner, made.owner)
    with pytest.raises(WrongState) as again:
        realising.demand_sale(actor=made.owner, default_id=made.default.pk)
    assert again.value.rule == "lending.surplus"
    with pytest.raises(WrongState):
        realising.open_case(actor=made.boss, default_id=made.default.pk)
    disposals.fresh(made)
    with pytest.raises(WrongState):
        realising.give_up(actor=made.boss, disposal_id=made.disposal.pk, reason="卖不掉")
    assert realising.fail_step(actor=made.boss, step_id=made.step.pk, reason="没有拍卖行接") is None
    realising.give_up(actor=made.boss, disposal_id=made.disposal.pk, reason="卖不掉")
    disposals.fresh(made)
    assert (made.case.state, made.case.deficiency_minor) == ("closed", made.loan.owed_minor)
    assert made.item.state == "pledged"  # unsold, it stays in pledge
    assert disposals.faults(made) == []


def test_the_order_of_the_parts_is_that_of_the_contract():
    assert parts_in_order(["costs", "custody", "principal", "interest", "penalty"]) == (
        "cost", "principal", "interest", "penalty",
    )  # fmt: skip
    shared = distribute(400_000, ["costs", "principal"], {"costs": 35_000, "principal": 420_000})
    assert shared.deficiency == 55_000
    assert not DisposalStep.objects.exists()
