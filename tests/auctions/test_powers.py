"""Powers of attorney: who confirms, what the agent may do, and that nothing passes after the end."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from artmarket.accounts.gates import NotIdentified
from artmarket.accounts.models import Party
from artmarket.accounts.services.parties import party_of, party_of_organisation
from artmarket.core.clock import db_now, today
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from auctions import tasks
from auctions.enums import BidResult, PaddleState, PowerState, SaleState
from auctions.models import Paddle, Power, Sale
from auctions.services import paddles, powers
from media.models import Document
from media.services.documents import receive_document
from tests.accounts.identities import identified, photo
from tests.auctions.factories import announced, begun, bid, house
from tests.auctions.registrations import (
    empowered,
    handed_in,
    register,
    somebody,
)  # fmt: skip
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sale():
    return announced()


def confirm(power, actor):
    return powers.confirm_power(actor=actor, power_id=power.pk)


def revoke(power, actor, reason="改为亲自出席"):
    return powers.revoke_power(actor=actor, power_id=power.pk, reason=reason)


def outsider(**changes):
    """A principal without an account."""
    return UserFactory.build(display_name="孙大山", email="sun@example.net", **changes)


# ------------------------------------------------------------------ handed in


def test_an_agent_hands_in_a_paper_that_waits(sale):
    agent, principal = somebody(), somebody()
    power = handed_in(sale, agent, principal)
    assert (power.state, power.principal, power.amount_minor) == ("waiting", None, 5000_00)
    assert power.valid_until - power.valid_from == timedelta(days=31)
    assert power.document.purpose == "power"
    event = Event.objects.get(action="power.handed_in")
    assert (event.actor, event.data["sha256"]) == (agent, power.document.sha256)
    assert principal.email not in str(event.after) + str(event.data)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "ghost"}, "kind"),
        ({"name": "  "}, "name"),
        ({"name": "长" * 161}, "name"),
        ({"amount_minor": 0}, "amount"),
        ({"last_day": today() - timedelta(days=1)}, "last_day"),
        ({"first_day": today() - timedelta(9), "last_day": today() - timedelta(2)}, "last_day"),
    ],
)
def test_a_paper_that_says_too_little_is_refused_and_not_kept(sale, changes, field):
    with pytest.raises(Invalid) as refusal:
        handed_in(sale, somebody(), somebody(), **changes)
    assert (set(refusal.value.fields), refusal.value.rule) == ({field}, "auction.power")
    assert not Power.objects.exists()
    assert not Document.objects.exists()


def test_nobody_is_his_own_agent(sale):
    agent = somebody()
    with pytest.raises(Invalid) as refusal:
        handed_in(sale, agent, agent)
    assert set(refusal.value.fields) == {"email"}


def test_the_agent_is_identified_and_the_sale_announced(sale):
    with pytest.raises(NotIdentified) as refusal:
        handed_in(sale, UserFactory(buyer=True), somebody())
    assert refusal.value.rule == "auction.identity"
    Sale.objects.filter(pk=sale.pk).update(state=SaleState.ENDED)
    with pytest.raises(WrongState):
        handed_in(sale, somebody(), somebody())
    assert not Document.objects.exists()


def test_a_paper_that_a_crash_left_untied_is_cleared_after_a_day(sale):
    power = handed_in(sale, somebody(), somebody())
    left = receive_document(
        actor=somebody(), file=photo("left.jpg", "black"), name="left.jpg", purpose="power"
    )
    assert powers.clear_untied() == 0
    Document.objects.update(created_at=db_now() - timedelta(days=2))
    assert powers.clear_untied() == 1
    assert list(Document.objects.values_list("pk", flat=True)) == [power.document_id]
    assert left.pk != power.document_id


# ------------------------------------------------------------------ confirmed or verified


def test_a_principal_with_an_account_confirms_for_himself(sale):
    agent, principal = somebody(), somebody()
    power = handed_in(sale, agent, principal)
    for actor in (agent, somebody(), sale.house.boss):
        with pytest.raises(NotAllowed):
            confirm(power, actor)
    with pytest.raises(WrongState) as refusal:
        powers.verify_power(actor=sale.house.boss, power_id=power.pk)
    assert refusal.value.rule == "auction.power"
    done = confirm(power, principal)
    assert (done.state, done.principal, done.confirmed_by) == (
        PowerState.IN_FORCE, party_of(principal), principal,
    )  # fmt: skip
    with pytest.raises(WrongState):
        confirm(power, principal)


def test_a_principal_is_identified_before_he_confirms(sale):
    principal = UserFactory()
    power = handed_in(sale, somebody(), principal)
    with pytest.raises(NotIdentified):
        confirm(power, principal)
    power.refresh_from_db()
    assert power.state == PowerState.WAITING


def test_for_a_company_its_administrator_confirms_once_it_is_identified(sale):
    gallery, boss, member = OrganisationFactory(), somebody(), somebody()
    MembershipFactory(organisation=gallery, user=boss, admin=True)
    MembershipFactory(organisation=gallery, user=member)
    named = {"kind": "organisation", "name": gallery.name}
    wrong = handed_in(sale, somebody(), member, **named)
    with pytest.raises(NotAllowed) as refusal:
        confirm(wrong, member)
    assert refusal.value.rule == "auction.power"
    power = handed_in(sale, somebody(), boss, **named)
    with pytest.raises(NotIdentified):
        confirm(power, boss)
    identified(gallery, by=boss)
    assert confirm(power, boss).principal == party_of_organisation(gallery)


def test_the_house_verifies_the_paper_of_a_principal_without_an_account(sale):
    agent = somebody()
    power = handed_in(sale, agent, outsider())
    for actor in (agent, house().boss, UserFactory(registrar=True)):
        with pytest.raises(NotAllowed):
            powers.verify_power(actor=actor, power_id=power.pk)
    done = powers.verify_power(actor=sale.house.boss, power_id=power.pk)
    assert (done.state, done.verified_by, done.confirmed_by) == (
        PowerState.IN_FORCE, sale.house.boss, None,
    )  # fmt: skip
    party = Party.objects.get(pk=done.principal_id)
    assert (party.name, party.user, party.is_public) == ("孙大山", None, False)
    paddle = register(sale, agent, party_id=party.pk)
    assert (paddle.party, paddle.user, paddle.power) == (party, agent, power)


def test_the_principal_or_the_house_may_refuse_with_a_reason(sale):
    principal = somebody()
    power = handed_in(sale, somebody(), principal)
    with pytest.raises(NotAllowed):
        powers.refuse_power(actor=somebody(), power_id=power.pk, reason="不认识")
    with pytest.raises(Invalid) as refusal:
        powers.refuse_power(actor=principal, power_id=power.pk, reason=" ")
    assert set(refusal.value.fields) == {"reason"}
    done = powers.refuse_power(actor=principal, power_id=power.pk, reason="不认识")
    assert (done.state, done.reason) == (PowerState.REFUSED, "不认识")
    for again in (lambda: confirm(power, principal), lambda: revoke(power, principal)):
        with pytest.raises(WrongState):
            again()


# ------------------------------------------------------------------ the agent's paddle


def test_the_agent_registers_only_once_the_power_is_in_force(sale):
    agent, principal = somebody(), somebody()
    power = handed_in(sale, agent, principal)
    party = party_of(principal)
    with pytest.raises(NotAllowed) as refusal:
        register(sale, agent, party_id=party.pk)
    assert refusal.value.rule == "auction.power"
    confirm(power, principal)
    with pytest.raises(NotAllowed):
        register(announced(), agent, party_id=party.pk)
    paddle = register(sale, agent, party_id=party.pk)
    assert (paddle.party, paddle.user, paddle.bid_limit_minor) == (party, agent, 5000_00)


def test_a_power_that_begins_later_does_not_register_yet(sale):
    agent, principal = somebody(), somebody()
    days = {"first_day": today() + timedelta(days=2)}
    power = confirm(handed_in(sale, agent, principal, **days), principal)
    with pytest.raises(NotAllowed):
        register(sale, agent, party_id=power.principal_id)


def test_the_limit_stays_within_the_amount_of_the_power(sale):
    agent, principal = somebody(), somebody()
    power = confirm(handed_in(sale, agent, principal), principal)
    with pytest.raises(Invalid) as refusal:
        register(sale, agent, party_id=power.principal_id, limit_minor=5000_01)
    assert (set(refusal.value.fields), refusal.value.rule) == ({"limit"}, "auction.power")
    paddle = register(sale, agent, party_id=power.principal_id, limit_minor=4000_00)
    decide = {"actor": sale.house.boss, "paddle_id": paddle.pk, "state": "approved"}
    with pytest.raises(Invalid) as refusal:
        paddles.decide_paddle(**decide, bid_limit_minor=5000_01)
    assert (set(refusal.value.fields), refusal.value.rule) == ({"bid_limit"}, "auction.power")
    assert paddles.decide_paddle(**decide).bid_limit_minor == 5000_00


def test_a_bid_beyond_the_amount_is_refused_and_within_it_counts():
    sale = begun()
    paddle, _power = empowered(sale)
    lot = sale.lots.get()
    assert bid(lot, paddle, 5001).result == BidResult.OVER_LIMIT
    assert bid(lot, paddle, 5000).result == BidResult.ACCEPTED


@pytest.mark.parametrize("who", ["principal", "agent", "house", "operator"])
def test_after_a_revocation_no_bid_counts_and_what_was_bid_stands(who):
    sale = begun()
    paddle, power = empowered(sale)
    lot = sale.lots.get()
    assert bid(lot, paddle, 2000).result == BidResult.ACCEPTED
    people = {
        "principal": power.confirmed_by, "agent": power.agent, "house": sale.house.boss,
        "operator": UserFactory(operator=True),
    }  # fmt: skip
    done = revoke(power, people[who])
    assert (done.state, done.ended_by, done.reason) == ("revoked", people[who], "改为亲自出席")
    answer = bid(lot, paddle, 3000)
    assert (answer.result, answer.bar) == (BidResult.BARRED, "power")
    paddle.refresh_from_db()
    assert paddle.state == PaddleState.SUSPENDED
    lot.refresh_from_db()
    assert (lot.leader, lot.leader_maximum) == (paddle, 2000_00)
    with pytest.raises(WrongState) as refusal:
        paddles.decide_paddle(actor=sale.house.boss, paddle_id=paddle.pk, state="approved")
    assert refusal.value.rule == "auction.power"


def test_a_power_that_ended_is_held_against_nobody():
    sale = begun()
    _paddle, power = empowered(sale)
    revoke(power, power.confirmed_by)
    later = announced(approval="automatic")
    assert register(later, power.agent).state == PaddleState.APPROVED
    assert register(later, power.confirmed_by).state == PaddleState.APPROVED


def test_a_stranger_revokes_nothing():
    sale = begun()
    _paddle, power = empowered(sale)
    for actor in (somebody(), house().boss, UserFactory(registrar=True)):
        with pytest.raises(NotAllowed):
            revoke(power, actor)


def test_after_the_last_day_no_bid_counts_even_before_the_duty_has_run():
    sale = begun()
    paddle, power = empowered(sale)
    ended = db_now() - timedelta(seconds=1)
    Power.objects.filter(pk=power.pk).update(
        valid_from=ended - timedelta(days=1), valid_until=ended
    )
    answer = bid(sale.lots.get(), paddle, 3000)
    assert (answer.result, answer.bar) == (BidResult.BARRED, "power")
    assert tasks.end_powers() == "suspended 1, failed 0, papers cleared 0"
    assert tasks.end_powers() == "suspended 0, failed 0, papers cleared 0"
    paddle.refresh_from_db()
    assert (paddle.state, paddle.note) == (PaddleState.SUSPENDED, "授权委托书已到期")


def test_a_power_that_lasts_is_left_alone():
    sale = begun()
    paddle, _power = empowered(sale)
    assert tasks.end_powers() == "suspended 0, failed 0, papers cleared 0"
    assert not powers.suspend_ended(paddle_id=paddle.pk)
    paddle.refresh_from_db()
    assert paddle.state == PaddleState.APPROVED


def test_one_power_is_one_paddle_and_in_force_only_with_a_principal(sale):
    paddle, power = empowered(sale)
    with pytest.raises(NotAllowed):
        register(sale, paddle.user, party_id=power.principal_id)
    with pytest.raises(IntegrityError), transaction.atomic():
        Power.objects.filter(pk=power.pk).update(principal=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Power.objects.filter(pk=power.pk).update(state=PowerState.REVOKED)
    assert Paddle.objects.count() == 1


def test_the_paper_is_read_by_those_it_concerns(sale):
    agent, principal = somebody(), somebody()
    power = handed_in(sale, agent, principal)
    readers = (agent, principal, sale.house.boss, UserFactory(operator=True))
    others = (somebody(), house().boss, UserFactory(registrar=True))
    for user, may in [*((u, True) for u in readers), *((u, False) for u in others)]:
        assert user.has_perm("media.read_document", power.document) is may
