"""The logs of margin calls and disposals say what the steps and the books say."""

from decimal import Decimal

import pytest
from django.utils import translation

from artmarket.core.clock import db_today
from auctions.pledges.enums import Part
from auctions.pledges.models import MarginCall
from auctions.pledges.reports import Period
from auctions.pledges.reports.registry import find
from auctions.pledges.services import margin_revaluing
from tests.pledges import disposals, stages

pytestmark = pytest.mark.django_db


def tables(made, code: str):
    with translation.override("zh-hans"):
        return find(code).build(made.lender, Period.of(db_today()))


def test_each_step_of_a_call_stands_in_its_log_with_the_figures_of_its_test():
    made = stages.active(amount=stages.CAPACITY, origination_pct=Decimal(0))
    row = margin_revaluing.propose_revaluation(
        actor=made.clerk, lender_id=made.lender.pk, category="*", cut_pct=Decimal(40),
        from_on=db_today(), source="春拍成交价指数",
    )  # fmt: skip
    margin_revaluing.confirm_revaluation(actor=made.boss, revaluation_id=row.pk)
    call = MarginCall.objects.get(loan=made.loan)
    (log,) = tables(made, "margin")
    assert log.rows == (
        (
            db_today(), made.loan.number, "发起追加担保", "整类重估", "待通知",
            made.loan.money(call.remaining_minor), made.loan.money(call.exposure_minor),
            made.loan.money(call.capacity_minor),
        ),
    )  # fmt: skip
    assert call.remaining_minor == call.exposure_minor - call.capacity_minor > 0
    other = stages.active()
    assert tables(other, "margin")[0].rows == ()


def test_what_a_pledge_brought_and_where_it_went_stands_in_its_log():
    made = disposals.released(150_000, 200_000)
    row = made.step.distribution
    prices, parts = tables(made, "disposals")
    money = made.loan.money
    assert prices.rows == (
        (
            row.day, made.loan.number, made.work.number, "本平台拍卖", money(row.price_minor),
            money(row.deducted_minor), money(row.received_minor), money(row.surplus_minor),
            money(row.deficiency_minor),
        ),
    )  # fmt: skip
    assert len(parts.rows) == len(Part)
    paid = sum(row.paid[part] for part in Part)
    assert paid + row.surplus_minor == row.received_minor
    assert {line[2]: line[4] for line in parts.rows} == {
        part.label: money(row.paid[part]) for part in Part
    }
