"""The key list: two people, a list on every day, as it was known at every moment, sealed."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from openpyxl import load_workbook

from artmarket.core.clock import db_now
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from cms.key_list_audit import faults
from cms.models import KeyEnterprise, KeyListChange, KeyListProposal
from cms.selectors.enterprises import difference, key_list
from cms.services.enterprises import retire_enterprise
from cms.services.key_list import (
    ListFull,
    Proposed,
    SamePerson,
    confirm_change,
    propose_change,
    refuse_change,
    withdraw_change,
)
from tests.catalog.factories import person
from tests.cms.register import FIRST, changed, entering, enterprise, leaving, listed, proposed

pytestmark = pytest.mark.django_db
JULY = date(2026, 7, 1)
LAST_OF_JUNE = date(2026, 6, 30)


def names(day, **known) -> list[str]:
    return [row.enterprise.name for row in key_list(day, **known).rows]


# ------------------------------------------------------------------ four eyes


def test_a_proposal_changes_nothing_until_another_person_confirms_it():
    row = enterprise()
    made = proposed(entering(row))
    assert names(FIRST) == []
    change = confirm_change(actor=person("bureau"), proposal_id=made.pk, digest=made.digest)
    assert names(FIRST) == [row.name]
    assert (change.number, change.previous, change.digest) == (1, "", made.digest)
    assert change.proposed_by_id != change.confirmed_by_id
    event = Event.objects.order_by("-pk").first()
    assert (event.action, event.data["seal"]) == ("cms.key_list_changed", change.seal)


def test_who_proposed_it_can_neither_confirm_nor_refuse_it():
    actor = person("bureau")
    made = proposed(entering(enterprise()), actor)
    for act in (
        lambda: confirm_change(actor=actor, proposal_id=made.pk, digest=made.digest),
        lambda: refuse_change(actor=actor, proposal_id=made.pk, answer="不"),
    ):
        with pytest.raises(SamePerson) as refusal:
            act()
        assert refusal.value.rule == "enterprises.two_persons"
    assert KeyListProposal.objects.get().state == "open"
    assert not KeyListChange.objects.exists()


@pytest.mark.parametrize("role", ["operator", "registrar", "buyer"])
def test_nobody_outside_the_bureau_proposes_or_confirms(role):
    row = enterprise()
    with pytest.raises(NotAllowed):
        propose_change(actor=person(role), given=entering(row))
    made = proposed(entering(row))
    with pytest.raises(NotAllowed):
        confirm_change(actor=person(role), proposal_id=made.pk, digest=made.digest)
    assert not KeyListChange.objects.exists()


def test_another_text_than_the_one_read_is_not_signed():
    made = proposed(entering(enterprise()))
    with pytest.raises(Invalid) as refusal:
        confirm_change(actor=person("bureau"), proposal_id=made.pk, digest="0" * 64)
    assert refusal.value.code == "other_text"
    assert not KeyListChange.objects.exists()


def test_the_database_itself_refuses_one_person_for_both_and_a_changed_text():
    made = proposed(entering(enterprise()))
    rows = KeyListProposal.objects.filter(pk=made.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(state="confirmed", answered_by=made.proposed_by)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(reason="另一个理由")


def test_a_refusal_keeps_the_answer_and_frees_the_enterprise_for_another_proposal():
    row = enterprise()
    made = proposed(entering(row))
    with pytest.raises(WrongState):
        propose_change(actor=person("bureau"), given=entering(row))
    refuse_change(actor=person("bureau"), proposal_id=made.pk, answer="材料不全")
    made.refresh_from_db()
    assert (made.state, made.answer) == ("refused", "材料不全")
    assert proposed(entering(row)).state == "open"
    with pytest.raises(WrongState):
        confirm_change(actor=person("bureau"), proposal_id=made.pk, digest=made.digest)


def test_only_who_proposed_it_takes_it_back():
    actor = person("bureau")
    made = proposed(entering(enterprise()), actor)
    with pytest.raises(WrongState):
        withdraw_change(actor=person("bureau"), proposal_id=made.pk)
    assert withdraw_change(actor=actor, proposal_id=made.pk).state == "withdrawn"


# ------------------------------------------------------------------ what may be


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"from_day": None}, "from_day"), ({"reason": " "}, "reason"),
        ({"document": ""}, "document"), ({"until_day": date(2025, 12, 31)}, "until_day"),
        ({"move": "dance"}, "move"),
    ],
)  # fmt: skip
def test_a_proposal_without_its_facts_is_refused(changes, field):
    with pytest.raises(Invalid) as refusal:
        propose_change(actor=person("bureau"), given=entering(enterprise(), **changes))
    assert list(refusal.value.fields) == [field]
    assert not KeyListProposal.objects.exists()


def test_nobody_is_on_the_list_twice():
    row = enterprise()
    change = changed(entering(row))
    with pytest.raises(WrongState):
        propose_change(actor=person("bureau"), given=entering(row, JULY))
    changed(leaving(change.entry, LAST_OF_JUNE))
    changed(entering(row, JULY))
    assert names(LAST_OF_JUNE) == names(JULY) == [row.name]


def test_who_left_the_register_comes_on_no_list():
    row = enterprise()
    retire_enterprise(actor=person("bureau"), enterprise_id=row.pk, left_on=FIRST, reason="迁出")
    with pytest.raises(WrongState):
        propose_change(actor=person("bureau"), given=entering(row))


def test_thirty_have_places_and_the_next_is_refused_by_the_rule():
    rows = listed(30)
    assert (len(key_list(FIRST).rows), key_list(FIRST).missing) == (30, 0)
    other = enterprise()
    with pytest.raises(ListFull) as refusal:
        propose_change(actor=person("bureau"), given=entering(other))
    assert refusal.value.rule == "enterprises.key_size"
    assert refusal.value.data == {"day": "2026-01-01", "size": 30}
    # One place becomes free from July: then, and not before.
    entry = KeyEnterprise.objects.get(enterprise=rows[0])
    changed(leaving(entry, LAST_OF_JUNE))
    with pytest.raises(ListFull) as refusal:
        propose_change(actor=person("bureau"), given=entering(other, LAST_OF_JUNE))
    assert refusal.value.data["day"] == "2026-06-30"
    changed(entering(other, JULY))
    came, gone = difference(key_list(LAST_OF_JUNE).rows, key_list(JULY).rows)
    assert (came, gone) == ([other], [rows[0]])
    assert faults() == []


def test_a_place_that_was_taken_meanwhile_is_no_longer_given():
    listed(29)
    first, second = proposed(entering(enterprise())), proposed(entering(enterprise()))
    confirm_change(actor=person("bureau"), proposal_id=first.pk, digest=first.digest)
    with pytest.raises(ListFull):
        confirm_change(actor=person("bureau"), proposal_id=second.pk, digest=second.digest)
    second.refresh_from_db()
    assert second.state == "open"
    assert len(key_list(FIRST).rows) == 30


# ------------------------------------------------------------------ on a day, as it was known


def test_both_ends_of_an_entry_belong_to_it():
    row = enterprise()
    changed(entering(row, JULY, until_day=JULY + timedelta(days=1)))
    days = [JULY + timedelta(days=n) for n in range(-1, 3)]
    assert [len(names(day)) for day in days] == [0, 1, 1, 0]


def test_a_correction_changes_what_is_known_now_and_not_what_was_known_then():
    row = enterprise()
    change = changed(entering(row, FIRST))
    then = db_now()
    changed(
        Proposed(
            "correct",
            row.pk,
            "日期写错",
            "文〔2026〕3号",
            2025,
            from_day=JULY,
            entry_id=change.entry_id,
        )
    )
    assert names(FIRST, known_at=then) == [row.name]
    assert (names(FIRST), names(JULY)) == ([], [row.name])
    assert names(JULY, known_at=change.at) == []  # at that very moment it was not known yet


def test_a_voided_entry_never_counted_but_was_known():
    row = enterprise()
    change = changed(entering(row))
    then = db_now()
    changed(Proposed("void", row.pk, "列错企业", "文〔2026〕4号", 2025, entry_id=change.entry_id))
    assert (names(FIRST), names(FIRST, known_at=then)) == ([], [row.name])
    assert faults() == []
    with pytest.raises(WrongState):
        propose_change(actor=person("bureau"), given=leaving(change.entry, JULY))
    changed(entering(row))
    assert names(FIRST) == [row.name]


def test_the_list_of_a_day_costs_two_queries_however_long_it_is(django_assert_num_queries):
    listed(5)
    with django_assert_num_queries(2):
        assert len(key_list(FIRST).rows) == 5


# ------------------------------------------------------------------ the seal


def test_the_log_cannot_be_changed_and_each_seal_holds_the_one_before():
    listed(3)
    rows = list(KeyListChange.objects.order_by("number"))
    assert [row.previous for row in rows] == ["", rows[0].seal, rows[1].seal]
    for act in (rows[0].delete, lambda: KeyListChange.objects.update(reason="x")):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    assert faults() == []


def test_the_audit_names_a_list_that_is_not_what_the_log_says():
    rows = listed(2)
    entry = KeyEnterprise.objects.get(enterprise=rows[0])
    KeyEnterprise.objects.filter(pk=entry.pk).update(until_day=JULY)
    assert faults() == [f"entry {entry.pk}: not as its changes say"]


# ------------------------------------------------------------------ pages and files


def test_the_page_the_csv_and_the_workbook_show_the_same_list(client):
    rows = listed(3)
    changed(leaving(KeyEnterprise.objects.get(enterprise=rows[0]), LAST_OF_JUNE))
    page = client.get("/enterprises/key/?on=2026-06-30")
    text = page.content.decode()
    shown = [row[2] for row in page.context["table"].printed()]
    assert shown == sorted(
        (r.code for r in rows), key=lambda c: next(r.name for r in rows if r.code == c)
    )
    assert all(code in text for code in shown)
    assert "还空27家" in text
    file = client.get("/enterprises/key/list.csv?on=2026-06-30").content.decode("utf-8-sig")
    parsed = list(csv.reader(io.StringIO(file)))
    assert [line[2] for line in parsed[1:]] == shown
    assert parsed[1][4:6] == ["2026-01-01", "2026-06-30"]
    book = load_workbook(io.BytesIO(client.get("/enterprises/key/list.xlsx?on=2026-06-30").content))
    sheet = list(book.worksheets[1].values)
    assert [line[2] for line in sheet[1:]] == shown
    assert len(client.get("/enterprises/key/?on=2026-07-01").context["found"].rows) == 2


def test_a_day_before_any_rule_has_a_list_without_places(client):
    page = client.get("/enterprises/key/?on=2019-01-01")
    assert (page.status_code, page.context["found"].size, page.context["found"].missing) == (
        200,
        None,
        0,
    )
    assert client.get("/enterprises/key/list.xlsx?on=2019-01-01").status_code == 200


def test_a_wrong_day_is_said_and_no_file_is_made_of_it(client):
    assert client.get("/enterprises/key/?on=soon").status_code == 422
    assert client.get("/enterprises/key/list.csv?on=soon").status_code == 422
    assert client.get("/enterprises/key/list.pdf").status_code == 404
    assert client.get("/enterprises/key/?known=2999-01-01").status_code == 422


def test_two_people_change_the_list_on_their_desks():
    row, first, second = enterprise(), Client(), Client()
    first.force_login(person("bureau"))
    second.force_login(person("bureau"))
    typed = {"do": "key", "key-move": "enter", "key-from_day": "2026-01-01", "key-reason": "评审",
             "key-document": "文1", "key-rule_year": "2025"}  # fmt: skip
    assert first.post(f"/desk/bureau/enterprises/{row.pk}/", typed).status_code == 302
    made = KeyListProposal.objects.get()
    own = first.get("/desk/bureau/key-list/").content.decode()
    assert "要由另一位主管部门人员确认" in own and "确认变更" not in own
    answer = {"do": "confirm", "proposal": made.pk, "digest": made.digest}
    first.post("/desk/bureau/key-list/", answer)
    assert not KeyListChange.objects.exists()
    assert "确认变更" in second.get("/desk/bureau/key-list/").content.decode()
    second.post("/desk/bureau/key-list/", answer)
    assert KeyListChange.objects.get().entry.enterprise == row
    assert row.name in second.get("/desk/bureau/key-list/").content.decode()


def test_a_proposal_that_is_no_number_is_not_found():
    client = Client()
    client.force_login(person("bureau"))
    for wrong in ("", "x", "9" * 30):
        answer = client.post("/desk/bureau/key-list/", {"do": "withdraw", "proposal": wrong})
        assert answer.status_code == 404
