"""The audit finds margin calls that are not what their steps say, and figures without a call."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from artmarket.core.clock import db_now, db_today
from auctions.pledges.margin_audit import unequal_calls
from auctions.pledges.models import MarginCall, MarginStep, Snapshot
from tests.pledges import stages

pytestmark = pytest.mark.django_db


def test_the_audit_finds_what_does_not_hold():
    made = stages.active()
    assert list(unequal_calls()) == []
    Snapshot.objects.create(
        loan=made.loan, version=made.loan.version, day=db_today(), exposure_minor=100,
        eligible_minor=160, capacity_minor=80, ltv_pct=Decimal("62.5000"),
    )  # fmt: skip
    assert [f.words for f in unequal_calls()] == [f"62.5000 % on {db_today()}, no call"]
    call = MarginCall.objects.create(
        loan=made.loan, opened_on=db_today(), short_minor=20, remaining_minor=20,
        exposure_minor=100, eligible_minor=160, capacity_minor=80, sequence=1,
    )  # fmt: skip
    MarginStep.objects.create(
        call=call, number=1, kind="opened", cause="night", state="open", day=db_today(),
        remaining_minor=20,
    )  # fmt: skip
    assert list(unequal_calls()) == []
    MarginCall.objects.filter(pk=call.pk).update(remaining_minor=10)
    assert [f.words for f in unequal_calls()] == ["open 10, its steps open 20"]
    MarginStep.objects.create(
        call=call, number=2, kind="waived", cause="act", state="open", day=db_today(),
        remaining_minor=10, data={"people": [1, 1]},
    )  # fmt: skip
    assert [f.words for f in unequal_calls()] == ["its steps are not numbered 1 to 1"]
    MarginCall.objects.filter(pk=call.pk).update(sequence=2)
    assert [f.words for f in unequal_calls()] == ["step 2: one person waived it"]
    MarginCall.objects.filter(pk=call.pk).update(
        state="cured", remaining_minor=0, ended_at=db_now()
    )
    found = [f.words for f in unequal_calls()]
    assert found == ["cured 0, its steps open 10", "step 2: one person waived it"]


def test_steps_revaluations_and_what_a_call_was_opened_for_stay():
    made = stages.active()
    call = MarginCall.objects.create(
        loan=made.loan, opened_on=db_today(), short_minor=20, remaining_minor=20,
        exposure_minor=100, eligible_minor=160, capacity_minor=80,
    )  # fmt: skip
    step = MarginStep.objects.create(
        call=call, number=1, kind="opened", cause="night", state="open", day=db_today(),
        remaining_minor=20,
    )  # fmt: skip
    for change in (
        lambda: MarginStep.objects.filter(pk=step.pk).update(remaining_minor=1),
        lambda: MarginCall.objects.filter(pk=call.pk).update(short_minor=1),
        lambda: MarginCall.objects.create(
            loan=made.loan, opened_on=db_today(), short_minor=1, remaining_minor=1,
            exposure_minor=1, eligible_minor=1, capacity_minor=1,
        ),
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
