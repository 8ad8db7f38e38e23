"""The pages of pawn: who sees them, what they say, what is done on them, and the papers."""

import pytest
from django.test import Client
from django.urls import reverse

from artmarket.core.clock import db_today
from artmarket.ledger.models import Payment
from auctions.pledges.models import Pawn, PawnRequest
from auctions.pledges.services import pawn_ends
from tests.factories import UserFactory
from tests.pledges import pawns
from tests.pledges.pawns import LENT
from tests.pledges.stages import YUAN

pytestmark = pytest.mark.django_db


def as_(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_pawn_from_the_request_to_the_payment_by_the_pages():
    made = pawns.shop()
    owner, boss = as_(made.owner), as_(made.boss)
    asked = owner.post(reverse("pledges:pawns"), {
        "lender": made.lender.pk, "work": made.work.pk, "amount": "50000", "months": 1,
    })  # fmt: skip
    assert asked.status_code == 302
    request = PawnRequest.objects.get()
    assert made.work.title in boss.get(reverse("pledges:pawn_desk")).content.decode()
    new = reverse("pledges:pawn_new") + f"?request={request.pk}"
    assert made.work.number in boss.get(new).content.decode()
    form = {
        "work": made.work.number, "appraised": "100000", "amount": "90000", "months": 1,
        "condition": "完好",
    }  # fmt: skip
    refused = boss.post(new, form)
    assert refused.status_code == 422 and "当金超过" in refused.content.decode()
    assert boss.post(new, form | {"amount": "50000"}).status_code == 302
    pawn = Pawn.objects.get()
    assert pawn.principal_minor == LENT and pawn.request == request
    page = reverse("pledges:pawn", args=[pawn.pk])
    for client in (owner, boss):
        assert client.post(page, {"do": "sign"}).status_code == 302
    assert Pawn.objects.get().state == "agreed"
    assert as_(UserFactory()).get(page).status_code == 404
    assert as_(UserFactory()).get(reverse("pledges:pawn_desk")).status_code == 404
    assert as_(UserFactory()).get(new).status_code == 404
    assert as_(made.clerk).get(new).status_code == 404


def test_the_pawner_sees_what_to_pay_at_each_date_and_pays_online():
    made = pawns.active(back=10)
    owner, page = as_(made.owner), reverse("pledges:pawn", args=[made.pawn.pk])
    said = owner.get(page).content.decode()
    owed = LENT + pawns.fee(LENT, 10) + pawns.interest(LENT, 10)
    assert made.pawn.money(owed) in said
    answer = owner.post(page, {
        "do": "redeem", "redeem-gateway": "bank", "redeem-pay_by": "", "redeem-key": "abc",
    })  # fmt: skip
    payment = Payment.objects.get(purpose="pawn")
    assert answer.headers["Location"].endswith(
        reverse("payments:payment", args=[payment.reference])
    )
    assert payment.amount_minor == owed
    # What the reader may not do is no act of his.
    assert owner.post(page, {"do": "pay_out"}).status_code == 404
    paper = owner.get(reverse("pledges:pawn_ticket", args=[made.ticket.pk]))
    assert paper.status_code == 200 and paper.content[:5] == b"%PDF-"
    stranger = as_(UserFactory())
    assert stranger.get(reverse("pledges:pawn_ticket", args=[made.ticket.pk])).status_code == 404
    assert owner.get(reverse("pledges:pawn_statement", args=[made.pawn.pk])).status_code == 404


def test_a_dead_pawn_is_disposed_of_by_two_and_its_statement_is_read_by_the_pawner():
    made = pawns.dead()
    page = reverse("pledges:pawn", args=[made.pawn.pk])
    answer = as_(made.boss).post(page, {
        "do": "dispose", "dispose-way": "sale", "dispose-price": "45000", "dispose-buyer": "某人",
    })  # fmt: skip
    assert answer.status_code == 302
    assert as_(made.clerk).post(page, {
        "do": "decide", "decide-agrees": "yes",
    }).status_code == 302  # fmt: skip
    row = Pawn.objects.get()
    assert row.state == "disposed" and row.owed_minor == made.pawn.owed_minor - 45_000 * YUAN
    owner = as_(made.owner)
    paper = owner.get(reverse("pledges:pawn_statement", args=[made.pawn.pk]))
    assert paper.status_code == 200 and paper.content[:5] == b"%PDF-"
    assert row.money(row.owed_minor) in owner.get(page).content.decode()


def test_an_operator_holds_and_frees_a_thing_on_its_page():
    made = pawns.active(back=3)
    operator, page = UserFactory(operator=True), reverse("pledges:pawn", args=[made.pawn.pk])
    client = as_(operator)
    held = client.post(page, {
        "do": "hold", "hold-authority": "公安局", "hold-document": "扣押决定书1号",
    })  # fmt: skip
    assert held.status_code == 302
    said = as_(made.owner).get(page).content.decode()
    assert "扣押决定书1号" in said and 'value="redeem"' not in said
    pawn_ends.lift_hold(actor=operator, pawn_id=made.pawn.pk, document="解除2号")
    assert 'value="redeem"' in as_(made.owner).get(page).content.decode()
    assert made.ticket.started_on < db_today()
