"""Loans by a program: one's own only, by the same figures as the page; custody for custodians."""

import pytest

from artmarket.core.rest.scopes import Scope
from auctions.pledges.services import repaying
from tests.api.conftest import Caller, caller_for
from tests.factories import UserFactory
from tests.pledges import stages
from tests.pledges.stages import LENT, LOW

pytestmark = pytest.mark.django_db


def test_a_borrower_reads_his_loan_and_nobody_elses():
    made = stages.active(back=40)
    repaying.accrue_all()
    stages.fresh(made)
    own = caller_for(made.owner)
    (listed,) = own.get("loans").json()["items"]
    assert (listed["number"], listed["owed"]) == (made.loan.number, made.loan.owed_minor)
    assert listed["overdue"] == made.loan.overdue_minor > 0
    whole = own.get(f"loans/{made.loan.pk}").json()
    assert whole.items() >= listed.items()
    assert sum(part["open"] for part in whole["parts"]) == made.loan.owed_minor
    assert [event["kind"] for event in whole["events"]] == ["disbursement", "charge"]
    assert whole["events"][0]["amount"] == LENT
    assert whole["plan"][0]["unpaid"] > 0
    assert sum(row["principal"] for row in whole["plan"]) == LENT
    (work,) = whole["works"]
    assert (work["base"], work["custody"], work["state"]) == (LOW, "kept", "pledged")
    for other in (caller_for(UserFactory()), caller_for(made.keeper), caller_for(made.boss)):
        assert other.get("loans").json()["items"] == []
        assert other.get(f"loans/{made.loan.pk}").status_code == 404
    assert Caller().get("loans").status_code == 401
    assert caller_for(made.owner, scopes=[Scope.BIDS]).get("loans").status_code == 403


def test_a_custodian_reads_what_his_house_keeps():
    made = stages.delivered()
    house = made.custodian.organisation
    boss = house.memberships.admins().get().user
    keeper = caller_for(boss, organisation=house)
    (row,) = keeper.get("custody/holdings").json()["items"]
    assert (row["receipt"], row["state"]) == (made.holding.receipt, "kept")
    made.holding.refresh_from_db()
    assert (row["steps"], row["head"]) == (2, made.holding.head)
    assert keeper.get(f"custody/holdings/{made.holding.pk}").json() == row
    for other in (caller_for(made.owner), caller_for(made.clerk), caller_for(boss)):
        assert other.get("custody/holdings").json()["items"] == []
        assert other.get(f"custody/holdings/{made.holding.pk}").status_code == 404
