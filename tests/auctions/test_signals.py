"""Signals of shill bidding: made once from the bids that count, read and judged by who may."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.db import IntegrityError, transaction
from django.urls import reverse

from artmarket import rulebook
from artmarket.accounts import personal_data
from artmarket.core.clock import db_now
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from auctions import citations, keeping
from auctions.enums import LotState
from auctions.models import Lot, Paddle, ScoredLot, SessionTrace, ShillScore, SignalReview
from auctions.services.closing import close_lot
from auctions.services.voiding import void_bid
from auctions.signals import origins, wording
from auctions.signals.reviewing import record_review
from auctions.signals.scoring import lots_to_score, score_lot
from auctions.tasks import score as score_due
from tests.auctions.factories import begun, bid, bidder, fresh, put_hours
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def over(sale) -> None:
    """Let the hammer fall on every lot of a sale."""
    put_hours(sale, -1)
    for pk in sale.lots.values_list("pk", flat=True):
        close_lot(lot_id=pk)


@pytest.fixture
def sale():
    """Two bidders on one lot: the first bids three times, the second once and wins."""
    made = begun(lots=1)
    lot = made.lots.get()
    made.one, made.other = bidder(made), bidder(made)
    for amount in (1000, 2000, 3000):
        bid(lot, made.one, amount)
    bid(lot, made.other, 9000)
    return made


@pytest.fixture
def operator():
    return UserFactory(operator=True)


def scored(sale) -> ShillScore:
    """The score of the first bidder."""
    over(sale)
    score_due()
    return ShillScore.objects.get(paddle=sale.one)


def sign_in_from(user, address, agent="Firefox 140"):
    UserSession.objects.create(user=user, ip=address, user_agent=agent, session_key=f"s{user.pk}")


def review(actor, score, **changes):
    values = {"outcome": "watch", "note": "看过出价，没有关联。", "lot_count": score.lot_count}
    return record_review(actor=actor, score_id=score.pk, **(values | changes))


# ------------------------------------------------------------------ scores


def test_every_bidder_of_a_closed_lot_has_one_score(sale):
    over(sale)
    assert score_due() == "scored 1, failed 0, forgot 0"
    one = ShillScore.objects.get(paddle=sale.one)
    assert one.seller == sale.lots.get().consignor
    assert (one.lot_count, one.history_count) == (1, 1)
    assert one.features["bidder_tendency"] == 1000
    assert one.features["bidding_ratio"] == 750
    assert one.features["successive_outbidding"] == 1000
    assert one.features["winning_ratio"] == 1000
    other = ShillScore.objects.get(paddle=sale.other)
    assert other.features["bidding_ratio"] == 250
    assert other.features["winning_ratio"] == 0
    assert other.permille < one.permille
    assert one.rules == {citations.SIGNAL_WEIGHTS: 1, citations.SIGNAL_THRESHOLD: 1}


def test_the_score_is_that_of_the_weights_in_the_rule_book(sale):
    score = scored(sale)
    weights = rulebook.get(citations.SIGNAL_WEIGHTS)
    assert weights.keys() == score.features.keys()
    total = sum(weights[name] * value for name, value in score.features.items())
    assert abs(score.permille - total / sum(weights.values())) <= 1


def test_scoring_twice_changes_nothing(sale):
    over(sale)
    score_due()
    before = list(ShillScore.objects.order_by("pk").values())
    assert lots_to_score() == []
    assert score_lot(lot_id=sale.lots.get().pk) == 0
    assert score_due() == "scored 0, failed 0, forgot 0"
    assert list(ShillScore.objects.order_by("pk").values()) == before


def test_an_open_lot_and_a_withdrawn_one_are_not_scored(sale):
    lot = sale.lots.get()
    assert lots_to_score() == []
    assert score_lot(lot_id=lot.pk) == 0
    Lot.objects.filter(pk=lot.pk).update(state=LotState.WITHDRAWN)
    assert lots_to_score() == []
    assert not ShillScore.objects.exists()


def test_a_lot_without_bids_is_done_with_no_score():
    made = begun()
    over(made)
    assert score_due() == "scored 1, failed 0, forgot 0"
    assert ScoredLot.objects.get().lot == made.lots.get()
    assert lots_to_score() == []


def test_void_bids_do_not_count(sale, operator):
    lot = sale.lots.get()
    for row in lot.bids.filter(paddle=sale.one).order_by("pk")[:2]:
        void_bid(actor=operator, bid_id=row.pk, reason="误操作")
    assert scored(sale).features["bidding_ratio"] == 500


def test_another_lot_of_the_same_consignor_makes_the_score_anew(sale):
    lot = sale.lots.get()
    score = scored(sale)
    second = begun()
    there = bidder(second)
    Paddle.objects.filter(pk=there.pk).update(user=sale.one.user)
    there.refresh_from_db()
    Lot.objects.filter(sale=second).update(consignor=lot.consignor)
    bid(second.lots.get(), there, 1000)
    over(second)
    score_due()
    again = ShillScore.objects.get(paddle=there)
    assert again.history_count == 2
    assert again.features["winning_ratio"] == 500
    assert ShillScore.objects.get(pk=score.pk).history_count == 1


def test_nobody_is_barred_by_a_score(sale):
    score = scored(sale)
    ShillScore.objects.update(permille=1000)
    sale.one.refresh_from_db()
    assert sale.one.state == "approved"
    assert Event.objects.filter(object_type="auctions.shillscore").count() == 0
    assert score.reviews.count() == 0


# ------------------------------------------------------------------ links


def test_a_shared_network_links_a_bidder_with_the_consignor_and_others(sale):
    owner = sale.lots.get().consignor.user
    sign_in_from(owner, "203.0.113.7")
    sign_in_from(sale.one.user, "203.0.113.7", agent="Safari 19")
    sign_in_from(sale.other.user, "203.0.113.7", agent="Safari 19")
    score = scored(sale)
    assert score.links == [
        {"with": "seller", "number": None, "kinds": ["network"]},
        {"with": "paddle", "number": sale.other.number, "kinds": ["browser"]},
    ]
    assert not score.names_house
    assert wording.links_of(score)[0] == "与委托人一方：从同一网络地址登录"


def test_only_a_keyed_hash_of_the_network_is_kept(sale):
    sign_in_from(sale.one.user, "203.0.113.7")
    scored(sale)
    traces = SessionTrace.objects.filter(user=sale.one.user)
    assert sorted(traces.values_list("kind", flat=True)) == ["browser", "network"]
    assert all(len(t.digest) == 64 and "203" not in t.digest[:3] for t in traces)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
    ],
)
def test_the_network_of_an_address(address, network):
    assert origins.network_of(address) == network


def test_traces_are_forgotten_after_their_days(sale):
    sign_in_from(sale.one.user, "203.0.113.7")
    scored(sale)
    days = rulebook.get(citations.TRACE_DAYS)
    SessionTrace.objects.update(last_at=db_now() - timedelta(days=days - 1))
    assert origins.forget_old_traces() == 0
    SessionTrace.objects.update(last_at=db_now() - timedelta(days=days, seconds=1))
    assert origins.forget_old_traces() == 2
    assert not SessionTrace.objects.exists()


def test_one_organisation_one_paper_and_one_telephone_are_links(sale):
    owner = sale.lots.get().consignor.user
    gallery = OrganisationFactory()
    MembershipFactory(organisation=gallery, user=owner)
    MembershipFactory(organisation=gallery, user=sale.one.user)
    type(owner).objects.filter(pk=owner.pk).update(phone="+86 138 0000 0000")
    type(owner).objects.filter(pk=sale.one.user_id).update(phone="13800000000")
    owner.identity_checks.update(number_digest="d" * 64)
    sale.one.user.identity_checks.update(number_digest="d" * 64, state="expired")
    links = scored(sale).links
    assert links == [
        {"with": "seller", "number": None, "kinds": ["organisation", "paper", "phone"]}
    ]


def test_a_link_with_a_bidder_of_an_earlier_lot_stays():
    sale = begun(lots=2)
    first, second = sale.lots.order_by("number")
    Lot.objects.filter(pk=second.pk).update(consignor=first.consignor)
    one, other = bidder(sale), bidder(sale)
    sign_in_from(one.user, "203.0.113.7")
    sign_in_from(other.user, "203.0.113.7")
    bid(first, other, 1000)
    bid(first, one, 3000)
    bid(second, one, 1000)
    over(sale)
    score_lot(lot_id=first.pk)
    before = ShillScore.objects.get(paddle=one)
    score_lot(lot_id=second.pk)
    after = ShillScore.objects.get(paddle=one)
    assert before.links == after.links == [
        {"with": "paddle", "number": other.number, "kinds": ["browser"]}
    ]  # fmt: skip
    assert (before.pk, after.lot_count) == (after.pk, 2)


def test_an_ended_membership_is_no_link(sale):
    owner = sale.lots.get().consignor.user
    gallery = OrganisationFactory()
    MembershipFactory(organisation=gallery, user=owner)
    MembershipFactory(organisation=gallery, user=sale.one.user, ended_at=db_now())
    assert scored(sale).links == []


# ------------------------------------------------------------------ reviews


def test_a_review_is_recorded_with_the_figures_of_its_day(sale, operator):
    score = scored(sale)
    made = review(operator, score)
    assert (made.outcome, made.permille, made.features) == (
        "watch", score.permille, score.features,
    )  # fmt: skip
    event = Event.objects.get(action="signal.reviewed")
    assert (event.actor, event.after) == (operator, {"outcome": "watch"})
    assert "note" not in event.data
    review(operator, score, outcome="no_concern", note="本人解释过。")
    assert score.reviews.count() == 2


def test_reviews_are_append_only(sale, operator):
    made = review(operator, scored(sale))
    with pytest.raises(IntegrityError), transaction.atomic():
        SignalReview.objects.filter(pk=made.pk).update(outcome="referred")
    with pytest.raises(IntegrityError), transaction.atomic():
        SignalReview.objects.filter(pk=made.pk).delete()


def test_a_review_needs_an_outcome_and_a_reason(sale, operator):
    score = scored(sale)
    with pytest.raises(Invalid) as refusal:
        review(operator, score, outcome="banned", note=" ")
    assert refusal.value.fields.keys() == {"outcome", "note"}
    with pytest.raises(Invalid) as refusal:
        review(operator, score, note="长" * 501)
    assert refusal.value.fields.keys() == {"note"}


def test_a_score_made_anew_meanwhile_is_looked_at_again(sale, operator):
    score = scored(sale)
    with pytest.raises(WrongState):
        review(operator, score, lot_count=score.lot_count + 1)
    with pytest.raises(WrongState):
        review(operator, ShillScore(pk=score.pk + 999, lot_count=1))
    assert not SignalReview.objects.exists()


def test_only_an_operator_without_a_tie_records_an_outcome(sale, operator):
    score = scored(sale)
    score.seller.user.role_grants.create(role="operator")
    tied = UserFactory(operator=True)
    MembershipFactory(organisation=sale.house, user=tied)
    for person in (sale.house.boss, sale.one.user, UserFactory(registrar=True), tied):
        with pytest.raises(NotAllowed) as refusal:
            review(person, score)
        assert refusal.value.rule == citations.SIGNAL_REVIEW
    seller = type(operator).objects.get(pk=score.seller.user_id)
    with pytest.raises(NotAllowed):
        review(seller, score)
    assert not SignalReview.objects.exists()


def test_a_house_reads_its_own_sales_but_nothing_about_itself(sale):
    score = scored(sale)
    boss = sale.house.boss
    assert boss.has_perm("auctions.see_signal", score)
    assert not boss.has_perm("auctions.review_signal", score)
    stranger = begun().house.boss
    assert not stranger.has_perm("auctions.see_signal", score)
    ShillScore.objects.filter(pk=score.pk).update(names_house=True)
    assert not boss.has_perm("auctions.see_signal", score)


def test_what_the_houses_own_people_consigned_is_hidden_from_the_house(sale, operator):
    MembershipFactory(organisation=sale.house, user=sale.lots.get().consignor.user)
    score = scored(sale)
    assert score.names_house and score.links == []
    assert not sale.house.boss.has_perm("auctions.see_signal", score)
    assert operator.has_perm("auctions.review_signal", score)


def test_a_bidder_from_the_houses_network_is_hidden_from_the_house(sale, operator):
    sign_in_from(sale.house.boss, "203.0.113.7")
    sign_in_from(sale.one.user, "203.0.113.7")
    score = scored(sale)
    assert score.names_house
    assert not sale.house.boss.has_perm("auctions.see_signal", score)
    assert operator.has_perm("auctions.see_signal", score)


# ------------------------------------------------------------------ pages


def test_the_reviewer_sees_score_reasons_links_and_bids(sale, operator, reader):
    sign_in_from(sale.lots.get().consignor.user, "203.0.113.7")
    sign_in_from(sale.one.user, "203.0.113.7")
    score = scored(sale)
    page = reader(operator).get(reverse("signals:signals")).content.decode()
    assert f"号牌{sale.one.number}" in page and "未审看" in page and "有关联" in page
    page = reader(operator).get(reverse("signals:signal", args=[score.pk])).content.decode()
    assert "2014年" in page and "分数不是证据" in page
    assert "平均75%的出价是他的" in page
    assert "与委托人一方：从同一网络地址用同一种浏览器登录" in page
    assert page.count("本人") >= 3
    assert "203.0.113.7" not in page


def test_the_reviewer_records_an_outcome_on_the_page(sale, operator, reader):
    score = scored(sale)
    address = reverse("signals:signal", args=[score.pk])
    sent = {"outcome": "referred", "note": "", "lot_count": score.lot_count}
    assert reader(operator).post(address, sent).status_code == 422
    stale = reader(operator).post(address, sent | {"note": "已移交", "lot_count": 9})
    assert stale.status_code == 409 and not SignalReview.objects.exists()
    assert reader(operator).post(address, sent | {"note": "已移交"}).status_code == 302
    page = reader(operator).get(address).content.decode()
    assert "已移交" in page and "移交处理" in page


def test_who_may_open_the_pages(sale, operator, reader):
    score = scored(sale)
    one, many = reverse("signals:signal", args=[score.pk]), reverse("signals:signals")
    assert reader().get(many).status_code == 302
    for person, expected in (
        (operator, (200, 200)), (sale.house.boss, (200, 200)), (sale.one.user, (403, 404)),
        (begun().house.boss, (200, 404)), (UserFactory(registrar=True), (403, 404)),
    ):  # fmt: skip
        client = reader(person)
        assert (client.get(many).status_code, client.get(one).status_code) == expected
    post = {"outcome": "watch", "note": "看过", "lot_count": 1}
    assert reader(sale.house.boss).post(one, post).status_code == 403
    page = reader(sale.house.boss).get(one).content.decode()
    assert "记录结论" not in page


def test_the_list_costs_the_same_for_many(sale, operator, reader, django_assert_max_num_queries):
    scored(sale)
    client = reader(operator)
    client.get(reverse("signals:signals"))
    with django_assert_max_num_queries(12):
        client.get(reverse("signals:signals"))


# ------------------------------------------------------------------ personal data


def test_a_copy_holds_scores_and_that_a_hash_is_kept(sale):
    sign_in_from(sale.one.user, "203.0.113.7")
    score = scored(sale)
    rows = list(keeping.copy(sale.one.user))
    assert [r["shill_score_permille"] for r in rows if "shill_score_permille" in r] == [
        score.permille
    ]
    assert sorted(r["session_hash"] for r in rows if "session_hash" in r) == ["browser", "network"]


def test_traces_are_forgotten_with_the_person_and_scores_stay_in_the_records(sale):
    sign_in_from(sale.one.user, "203.0.113.7")
    score = scored(sale)
    keeping.forget(sale.one.user)
    keeping.forget(sale.one.user)
    assert not SessionTrace.objects.filter(user=sale.one.user).exists()
    assert ShillScore.objects.filter(pk=score.pk).exists()
    assert any(k.name == "auctions" for k in personal_data.keepers())


def test_the_lot_keeps_its_state_through_scoring(sale):
    over(sale)
    before = fresh(sale.lots.get())
    score_due()
    after = fresh(sale.lots.get())
    assert (before.state, before.sequence) == (after.state, after.sequence)
