"""The audit proves loans from their events, and finds what was put in beside them."""

import json

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from artmarket.accounts.personal_data import holds_of
from artmarket.core.clock import db_now
from artmarket.ledger.audit import Fault
from auctions.pledges import audit, keeping
from auctions.pledges.custody_chain import faults_of
from auctions.pledges.models import CustodyEvent, Loan, LoanEvent, PledgeItem
from catalog.models import Encumbrance
from tests.pledges import stages

pytestmark = pytest.mark.django_db


def audited(capsys) -> tuple[int, list]:
    code = 0
    try:
        call_command("audit_pledges", "--json")
    except SystemExit as stop:
        code = int(stop.code or 0)
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_loan_that_went_its_way_has_no_faults(capsys):
    stages.closed()
    assert audited(capsys) == (0, [{"loans": 1, "faults": 0}])
    assert list(audit.accounts_hold()) == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"charged_interest_minor": F("charged_interest_minor") + 1}, {"sums", "replay"}),
        ({"credit_minor": 5}, {"replay"}),
        ({"sequence": 9}, {"events"}),
        (
            {"charged_principal_minor": F("charged_principal_minor") - 1},
            {"sums", "replay", "loan_book"},
        ),
    ],
)
def test_what_was_put_in_beside_the_events_is_found(capsys, change, found):
    made = stages.active()
    Loan.objects.filter(pk=made.loan.pk).update(**change)
    code, lines = audited(capsys)
    assert code == 1
    assert {line["check"] for line in lines[:-1]} == found


def test_a_lock_that_was_taken_off_by_hand_is_found():
    made = stages.active()
    Encumbrance.objects.filter(pk=made.item.encumbrance_id).update(released_at=db_now())
    assert Fault("lock", f"{made.loan.number}/1", "pledged, its lock is off") in list(
        audit.broken_locks()
    )


def test_a_custody_row_that_was_changed_or_taken_out_is_found():
    made = stages.delivered()
    rows = list(made.holding.events.select_related("picture").order_by("number"))
    made.holding.refresh_from_db()
    head, sequence = made.holding.head, made.holding.sequence
    assert faults_of(rows, head=head, sequence=sequence) == []
    rows[0].place = "乙区"
    assert faults_of(rows, head=head, sequence=sequence) == ["row 1 is not what was written"]
    rows[0].refresh_from_db()
    assert faults_of(rows[:1], head=head, sequence=sequence) == [
        "the chain ends at 1, its holding says 2"
    ]


def test_the_database_refuses_to_change_what_was_signed_or_happened():
    made = stages.active()
    for change in (
        lambda: Loan.objects.filter(pk=made.loan.pk).update(digest="0" * 64),
        lambda: LoanEvent.objects.filter(loan=made.loan).update(amount_minor=1),
        lambda: CustodyEvent.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert connection.vendor in ("sqlite", "postgresql")


def test_the_database_refuses_a_pledge_before_delivery():
    made = stages.signed()
    with pytest.raises(DatabaseError), transaction.atomic():
        PledgeItem.objects.filter(pk=made.item.pk).update(state="pledged")


def test_a_persons_copy_tells_of_his_loans_and_an_open_one_stands_against_his_erasure():
    made = stages.active()
    rows = list(keeping.copy(made.owner))
    assert {"loan_application", "loan"} <= {next(iter(row)) for row in rows}
    (loan,) = [row for row in rows if "loan" in row]
    assert loan["events"][0]["kind"] == "disbursement"
    blocking = [hold for hold in holds_of(made.owner) if hold.blocks]
    assert "你有还没有结清的质押贷款。" in [str(hold.words) for hold in blocking]
