"""The pages of margin calls: who sees what, and every step through the forms."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from artmarket.core.calendars import Calendar
from artmarket.core.clock import db_today
from auctions.pledges.margin_enums import CallState
from auctions.pledges.models import MarginCall, Revaluation
from auctions.pledges.selectors.margin import panel_of, preview
from auctions.pledges.services import margin_acts
from tests.factories import UserFactory
from tests.pledges import stages

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def known_years(monkeypatch):
    """The holidays of the next year are announced late."""
    monkeypatch.setattr(margin_acts, "china", lambda: Calendar.of(range(2020, 2100), ()))


LENDERS = ("margin_calls", "revaluations", "watch")


def as_user(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def propose(client, made, cut="60", **changes):
    given = {
        "lender": made.lender.pk, "category": "*", "cut_pct": cut,
        "from_on": db_today().isoformat(), "source": "春拍成交价指数", "propose": "1",
    }  # fmt: skip
    return client.post(reverse("pledges:revaluations"), given | changes)


def url(name: str, *args) -> str:
    return reverse(f"pledges:{name}", args=args)


def test_from_a_revaluation_to_a_waived_call_through_the_pages():
    made = stages.active(amount=stages.CAPACITY, origination_pct=Decimal(0))
    clerk, boss, owner = as_user(made.clerk), as_user(made.boss), as_user(made.owner)
    page = propose(clerk, made, preview="1")
    assert page.status_code == 200
    assert not Revaluation.objects.exists()
    seen = page.context["seen"]
    assert (seen.touched, seen.before, seen.after, seen.is_partial) == (1, 0, 1, False)
    assert seen.short.minor == stages.CAPACITY - stages.CAPACITY * 40 // 100
    assert propose(clerk, made, cut="0").status_code == 422
    answer = propose(clerk, made)
    row = Revaluation.objects.get()
    assert answer.headers["Location"] == url("revaluation", row.pk)
    assert "may_answer" in clerk.get(url("revaluation", row.pk)).context
    assert clerk.post(url("revaluation", row.pk), {"answer": "confirm"}).status_code == 422
    assert (
        boss.post(url("revaluation", row.pk), {"answer": "refuse", "note": ""}).status_code == 422
    )
    assert boss.post(url("revaluation", row.pk), {"answer": "confirm"}).status_code == 302
    call = MarginCall.objects.get()
    assert call.remaining_minor == seen.short.minor
    # The borrower sees nothing of it before the notice.
    assert owner.get(url("loan_margin", made.loan.number)).context["call"] is None
    assert panel_of(made.loan) is None
    assert panel_of(made.loan, is_lender=True).call == call
    text = clerk.get(url("margin_call", call.pk)).content.decode()
    assert str(made.loan.money(call.remaining_minor)) in text
    # 60 % of the capacity is missing: at an advance rate of 50 % twice as much value.
    assert str(made.loan.money(2 * call.remaining_minor)) in text
    assert clerk.post(url("margin_notify", call.pk)).status_code == 302
    page = owner.get(url("loan_margin", made.loan.number))
    assert page.context["call"] == call
    panel = render_to_string(
        "pledges/margin/panel.html", {"margin": panel_of(made.loan), "loan": made.loan}
    )
    assert url("loan_margin", made.loan.number) in panel
    until = (db_today() + timedelta(days=5)).isoformat()
    wrong = clerk.post(url("margin_waive", call.pk), {"reason": "", "until": until})
    assert wrong.status_code == 422
    past = {"reason": "等", "until": db_today().isoformat()}
    assert clerk.post(url("margin_waive", call.pk), past).status_code == 422
    clerk.post(url("margin_waive", call.pk), {"reason": "等新评估", "until": until})
    signed = boss.get(url("margin_call", call.pk)).context["signed"]
    number = {"number": signed[0].number}
    assert clerk.post(url("margin_sign", call.pk), number).status_code == 422
    assert boss.post(url("margin_sign", call.pk), number).status_code == 302
    call.refresh_from_db()
    assert call.state == CallState.WAIVED
    for name in LENDERS:
        assert clerk.get(url(name)).status_code == 200
    assert made.loan.number in clerk.get(url("margin_calls")).content.decode()
    with override("en"):
        english = clerk.get(url("margin_call", call.pk))
    assert english.status_code == 200


def test_strangers_find_nothing():
    made = stages.active(amount=stages.CAPACITY)
    propose(as_user(made.clerk), made)
    row = Revaluation.objects.get()
    as_user(made.boss).post(url("revaluation", row.pk), {"answer": "confirm"})
    call = MarginCall.objects.get()
    ones = [
        url("margin_call", call.pk), url("revaluation", row.pk),
        url("loan_margin", made.loan.number),
    ]  # fmt: skip
    posts = [url(f"margin_{name}", call.pk) for name in ("notify", "waive", "sign")]
    for client, code in ((as_user(UserFactory()), 404), (Client(), 302)):
        assert [client.get(one).status_code for one in ones] == [code] * 3
        assert [client.post(one).status_code for one in posts] == [code] * 3
        codes = [client.get(url(name)).status_code for name in LENDERS]
        assert codes == [403 if code == 404 else 302] * 3
    assert as_user(made.owner).get(ones[0]).status_code == 404
    assert as_user(made.clerk).get(ones[2]).status_code == 404
    assert as_user(made.clerk).post(posts[2], {"number": "x"}).status_code == 404


def test_a_preview_says_what_a_later_day_does():
    made = stages.active(amount=stages.CAPACITY)
    today = db_today()
    seen = preview(
        made.lender, category="*", cut_pct=Decimal(10), from_on=today + timedelta(days=5), on=today
    )
    assert (seen.touched, seen.before, seen.after, seen.blocked) == (1, 0, 0, 0)
    other = preview(made.lender, category="jade", cut_pct=Decimal(90), from_on=today, on=today)
    assert (other.touched, other.after) == (0, 0)
    gone = preview(
        made.lender, category="*", cut_pct=Decimal(1), from_on=today + timedelta(days=300), on=today
    )
    assert (gone.touched, gone.blocked) == (0, 1)
