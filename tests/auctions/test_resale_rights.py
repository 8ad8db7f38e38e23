"""A resale right: paid on at once where the register knows the artist, else listed until it is."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from artmarket.accounts.services.parties import party_of, party_of_organisation
from artmarket.core.clock import db_now, db_today
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from artmarket.ledger.books import account
from artmarket.ledger.enums import Purpose
from artmarket.ledger.models import Entry, Payout
from artmarket.ledger.services.outgoing import confirm_outgoing
from auctions import tasks
from auctions.models import ResaleRight
from auctions.selectors.after_release import rights_waiting
from auctions.services.settlement.releasing import release_settlement
from auctions.services.settlement.resale import holder_from, name_holder
from catalog.models import Attribution
from tests.auctions.factories import refusal_of
from tests.auctions.pages import text_of
from tests.auctions.settling import (
    HAMMER,
    accepted,
    agree,
    book,
    books,
    claimed,
    faults,
    out,
    register_artist,
    released,
    resale_right,
)
from tests.factories import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def due(settings):
    """What is due on the hammer of the tests."""
    return resale_right(settings)


def names(made, holder, **more):
    given = {"actor": made.operator, "basis": "继承公证书第12号"} | more
    return name_holder(right_id=made.row.resale_right.pk, party_id=holder.pk, **given)


# ------------------------------------------------------------------ the register knows


def test_an_artist_with_an_account_is_paid_at_the_release(due):
    made = accepted()
    artist = party_of(register_artist(made.lot.work))
    release_settlement(actor=None, settlement_id=made.row.pk)
    right = ResaleRight.objects.get()
    assert (right.state, right.holder, right.named_by, right.amount_minor) == (
        "named", artist, None, due,
    )  # fmt: skip
    payout = Payout.objects.get(party=artist)
    assert (payout.amount_minor, payout.subject_kind, payout.subject_id) == (
        due, "auctions.resaleright", str(right.pk),
    )  # fmt: skip
    assert "suspense" not in books()
    assert faults() == []
    agree(made)


@pytest.mark.parametrize("change", ["dead", "unverified", "follower", "two", "none"])
def test_whoever_is_not_certain_is_not_paid_by_the_register(due, change):
    made = accepted()
    register_artist(made.lot.work)
    link = made.lot.work.attributions.get()
    if change == "dead":
        type(link.artist).objects.update(living="no", death_edtf="2001")
    elif change == "unverified":
        type(link.artist).objects.update(account_verified_at=None)
    elif change == "follower":
        made.lot.work.attributions.update(term="follower")
    elif change == "two":
        Attribution.objects.create(work=link.work, artist=link.artist, by="另一位", position=1)
    else:
        made.lot.work.attributions.all().delete()
    release_settlement(actor=None, settlement_id=made.row.pk)
    assert (ResaleRight.objects.get().state, books()["suspense"]) == ("waiting", due)
    assert faults() == []


def test_a_sale_without_the_right_lists_nothing():
    released()
    assert not ResaleRight.objects.exists()


# ------------------------------------------------------------------ an operator names him


def test_a_right_that_waits_is_listed_with_its_term(due):
    made = released()
    right = made.row.resale_right
    assert (right.state, right.holder, right.since) == ("waiting", None, made.row.released_at)
    assert right.due_on == db_today() + timedelta(days=90)
    assert rights_waiting() == {"CNY": due} == {"CNY": books()["suspense"]}
    assert faults() == []


def test_who_is_named_is_paid_once(due):
    made = released()
    heir = party_of(UserFactory())
    right = names(made, heir)
    assert (right.state, right.holder, right.named_by) == ("named", heir, made.operator)
    again = names(made, heir, basis="再点一次")
    assert (again.basis, Payout.objects.filter(party=heir).count()) == ("继承公证书第12号", 1)
    assert out()[f"payout:{heir.pk}"] == due
    assert (rights_waiting(), "suspense" in books()) == ({}, False)
    assert Event.objects.filter(action="resale_right.named").count() == 1
    assert faults() == []
    confirm_outgoing(actor=made.operator, row=Payout.objects.get(party=heir), bank_reference="B1")
    assert account(purpose=Purpose.PAYABLE, currency="CNY", party=heir).balance_minor == 0
    assert faults() == []


def test_a_collecting_society_can_be_named(due):
    made = released()
    society = OrganisationFactory(name="美术著作权集体管理协会", slug="society")
    found = holder_from(actor=made.operator, name="美术著作权集体管理协会")
    assert found == party_of_organisation(society)
    assert names(made, found).holder == found


def test_who_may_name_and_whom(due):
    made = released()
    heir = party_of(UserFactory())
    for actor in (made.boss, made.buyer, made.seller, UserFactory(registrar=True)):
        with pytest.raises(NotAllowed):
            names(made, heir, actor=actor)
        with pytest.raises(NotAllowed):
            holder_from(actor=actor, email=heir.user.email)
    with pytest.raises(NotAllowed):
        names(made, party_of(made.operator))
    assert set(refusal_of(lambda: names(made, heir, basis=" ")).fields) == {"basis"}
    for given, field in (
        ({}, "holder_name"), ({"name": "没有的机构"}, "holder_name"),
        ({"email": "nobody@example.org"}, "holder_email"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refusal:
            holder_from(actor=made.operator, **given)
        assert set(refusal.value.fields) == {field}
    assert (ResaleRight.objects.get().state, Payout.objects.filter(party=heir).count()) == (
        "waiting", 0,
    )  # fmt: skip


def test_another_holder_cannot_follow(due):
    made = released()
    names(made, party_of(UserFactory()))
    with pytest.raises(WrongState) as refusal:
        names(made, party_of(UserFactory()))
    assert refusal.value.rule == "settlement.resale_right_days"
    assert Entry.objects.filter(kind="resale.named").count() == 1


def test_while_a_claim_is_open_nothing_is_paid_on(due):
    made = claimed("authenticity", released)
    with pytest.raises(WrongState):
        names(made, party_of(UserFactory()))
    assert books()["suspense"] == due


def test_the_settlement_is_closed_without_waiting_for_the_heirs(due):
    made = released()
    for payout in Payout.objects.all():
        confirm_outgoing(actor=made.operator, row=payout, bank_reference=f"B{payout.pk}")
    assert "closed 1" in tasks.settle()
    assert names(made, party_of(UserFactory())).state == "named"
    made.row.refresh_from_db()
    assert made.row.state == "closed"
    assert faults() == []


# ------------------------------------------------------------------ proved, and on a page


def test_the_audit_names_what_is_in_suspense_without_being_listed(due):
    made = released()
    suspense = account(purpose=Purpose.SUSPENSE, currency="CNY")
    bank = account(purpose=Purpose.CLEARING, currency="CNY", gateway="bank")
    book(bank, suspense, 500)  # money of somebody else is not of a right
    assert faults() == []
    heir = party_of(UserFactory())
    with transaction.atomic():
        ResaleRight.objects.update(state="named", holder=heir, basis="未经登记", named_at=db_now())
        words = faults()
        transaction.set_rollback(True)
    assert len(words) == 2
    assert f"{due}, waiting 0" in words[0]
    assert "no payout" in words[1]
    made.row.resale_right.delete()
    assert [f"{due} CNY, unlisted" in fault for fault in faults()] == [True]


def test_a_named_right_has_a_holder_and_a_reason(due):
    released()
    for wrong in ({"state": "named"}, {"named_at": db_now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ResaleRight.objects.update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        ResaleRight.objects.update(amount_minor=1)


def test_the_worklist_leads_to_the_form_and_the_form_pays(due, reader):
    made = released()
    title, heir = made.lot.work.display_title, UserFactory()
    client = reader(made.operator)
    page = text_of(client.get(reverse("auctions:resale_rights")))
    assert title in page
    assert made.invoice.number in page
    assert "追续权费" in text_of(client.get(reverse("ledger:balance")))
    address = reverse("auctions:resale_right", args=[made.row.resale_right.pk])
    wrong = client.post(address, {"holder_email": "nobody@example.org", "basis": "x"})
    assert wrong.status_code == 422
    assert "没有这个账户" in text_of(wrong)
    done = client.post(address, {"holder_email": heir.email, "basis": "继承公证书第12号"})
    assert (done.status_code, done.headers["Location"]) == (302, reverse("auctions:resale_rights"))
    assert Payout.objects.get(party=party_of(heir)).amount_minor == due == HAMMER * 4 // 100
    page = text_of(client.get(address))
    assert "继承公证书第12号" in page
    assert "认定并付款" not in page
    assert client.post(address, {"holder_email": heir.email, "basis": "x"}).status_code == 200


def test_only_operators_see_the_list(due, reader):
    made = released()
    address = reverse("auctions:resale_right", args=[made.row.resale_right.pk])
    for user in (made.boss, made.buyer, made.seller):
        client = reader(user)
        assert client.get(reverse("auctions:resale_rights")).status_code == 403
        assert client.get(address).status_code == 403
    assert reader(made.operator).get(reverse("auctions:resale_right", args=[0])).status_code == 404


def test_a_term_that_is_over_is_marked(due, reader):
    made = released()
    ResaleRight.objects.update(due_on=db_today() - timedelta(days=1))
    assert "已过期限" in text_of(reader(made.operator).get(reverse("auctions:resale_rights")))
