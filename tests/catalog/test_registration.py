"""From a draft with a picture and a title to a permanent number and a public page."""

import pytest
from django.db import DatabaseError, transaction

from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from catalog.engine.numbers import check_number
from catalog.enums import TitleBasis, WorkState
from catalog.models import RegistryNumber, Work
from catalog.services import drafts, registration
from catalog.services.description import Description
from tests.catalog.factories import ImageFactory, draft, person, registered, submitted

pytestmark = pytest.mark.django_db


def test_a_draft_needs_nothing_but_a_title():
    work = drafts.create_draft(
        actor=person("artist"), description=Description(texts={"title": "无题"})
    )
    assert (work.state, work.objectid_score, work.number) == (WorkState.DRAFT, 1, None)


def test_only_listers_draft():
    with pytest.raises(NotAllowed):
        drafts.create_draft(actor=person("buyer"), description=Description())
    assert not Work.objects.exists()


def test_a_complete_draft_scores_ten_and_is_submitted():
    work = draft()
    assert work.objectid_score == 10
    work = registration.submit_work(actor=work.created_by, work_id=work.pk)
    assert work.state == WorkState.SUBMITTED
    assert work.submitted_at is not None


def test_submitting_twice_changes_nothing():
    work = submitted()
    again = registration.submit_work(actor=work.created_by, work_id=work.pk)
    assert again.submitted_at == work.submitted_at
    assert Event.objects.about(work).filter(action="work.submitted").count() == 1


def test_an_incomplete_draft_is_refused_with_what_is_missing_and_the_rule():
    work = draft(photos=False)
    with pytest.raises(Invalid) as refusal:
        registration.submit_work(actor=work.created_by, work_id=work.pk)
    assert refusal.value.rule == "catalog.objectid_threshold_register"
    assert set(refusal.value.fields) == {"pictures", "completeness"}
    assert "照片" in str(refusal.value.fields["completeness"])
    work.refresh_from_db()
    assert work.state == WorkState.DRAFT


def test_a_picture_that_is_still_being_made_holds_the_submission_back():
    work = draft()
    drafts.add_photo(
        actor=work.created_by,
        work_id=work.pk,
        image=ImageFactory(waiting=True, uploaded_by=work.created_by),
    )
    with pytest.raises(Invalid) as refusal:
        registration.submit_work(actor=work.created_by, work_id=work.pk)
    assert set(refusal.value.fields) == {"pictures"}


def test_registration_gives_a_checkable_number_title_and_an_event():
    registrar = person("registrar")
    waiting = submitted()
    work = registration.register_work(actor=registrar, work_id=waiting.pk)
    assert check_number(work.number) == work.number
    assert work.state == WorkState.REGISTERED
    assert work.registered_by == registrar
    title = work.title_events.get()
    assert (title.basis, title.recorded_by, title.checked_by) == (
        TitleBasis.CREATION, work.created_by, registrar,
    )  # fmt: skip
    assert work.title_shares.get().party.user == work.created_by
    event = Event.objects.about(work).get(action="work.registered")
    assert event.after == {"number": work.number}


def test_a_second_registrar_finds_the_work_already_handled():
    work = submitted()
    registration.register_work(actor=person("registrar"), work_id=work.pk)
    with pytest.raises(WrongState):
        registration.register_work(actor=person("registrar"), work_id=work.pk)
    assert RegistryNumber.objects.filter(work=work).count() == 1


def test_nobody_registers_what_he_listed_himself():
    both = person("artist", "registrar")
    work = submitted(both)
    with pytest.raises(NotAllowed) as refusal:
        registration.register_work(actor=both, work_id=work.pk)
    assert refusal.value.code == "four_eyes"
    assert refusal.value.rule == "catalog.title_two_checks"


@pytest.mark.parametrize("role", ["artist", "buyer", "bureau", "operator", "lender"])
def test_other_roles_cannot_register(role):
    work = submitted()
    with pytest.raises(NotAllowed):
        registration.register_work(actor=person(role), work_id=work.pk)
    work.refresh_from_db()
    assert work.number is None


def test_sending_back_needs_words_and_the_author_reads_them():
    work = submitted()
    registrar = person("registrar")
    with pytest.raises(Invalid):
        registration.return_work(actor=registrar, work_id=work.pk, remarks=[("title", "  ")])
    registration.return_work(actor=registrar, work_id=work.pk, remarks=[("title", "请补题名")])
    work.refresh_from_db()
    assert work.state == WorkState.RETURNED
    assert [(r.category, r.text) for r in work.remarks.all()] == [("title", "请补题名")]


def test_a_returned_work_is_changed_and_submitted_again():
    work = submitted()
    registration.return_work(actor=person("registrar"), work_id=work.pk, remarks=[("", "改")])
    drafts.update_draft(
        actor=work.created_by, work_id=work.pk, description=Description(texts={"subject": "风筝"})
    )
    assert (
        registration.submit_work(actor=work.created_by, work_id=work.pk).state
        == WorkState.SUBMITTED
    )


def test_a_submission_cannot_be_changed_until_it_is_taken_back():
    work = submitted()
    change = Description(texts={"title": "改名"})
    with pytest.raises(WrongState):
        drafts.update_draft(actor=work.created_by, work_id=work.pk, description=change)
    registration.take_back(actor=work.created_by, work_id=work.pk)
    assert (
        drafts.update_draft(actor=work.created_by, work_id=work.pk, description=change).title
        == "改名"
    )


def test_a_stale_tab_does_not_overwrite_a_newer_save():
    work = draft()
    opened_with = work.version
    drafts.update_draft(
        actor=work.created_by, work_id=work.pk, description=Description(texts={"title": "一"}),
        version=opened_with,
    )  # fmt: skip
    with pytest.raises(WrongState) as refusal:
        drafts.update_draft(
            actor=work.created_by, work_id=work.pk, description=Description(texts={"title": "二"}),
            version=opened_with,
        )  # fmt: skip
    assert refusal.value.code == "stale"
    work.refresh_from_db()
    assert work.title == "一"


def test_another_artist_cannot_touch_a_draft():
    work = draft()
    with pytest.raises(NotAllowed):
        drafts.update_draft(actor=person("artist"), work_id=work.pk, description=Description())


@pytest.mark.parametrize(
    ("description", "field"),
    [
        (Description(texts={"title": "长" * 501}), "title"),
        (Description(texts={"form": "gas"}), "form"),
        (Description(types=["300015012"]), "type"),
        (Description(materials=["nonsense"]), "material"),
    ],
)
def test_bad_input_is_named_and_nothing_is_written(description, field):
    work = draft()
    with pytest.raises(Invalid) as refusal:
        drafts.update_draft(actor=work.created_by, work_id=work.pk, description=description)
    assert list(refusal.value.fields) == [field]
    assert Work.objects.get(pk=work.pk).title == "春山放鸢图"


def test_merging_keeps_both_numbers_and_leads_to_one_page():
    owner, registrar = person("artist"), person("registrar")
    first, second = registered(owner), registered(owner)
    registration.merge_works(
        actor=registrar, duplicate_id=second.pk, into_id=first.pk, reason="同一件"
    )
    second.refresh_from_db()
    assert (second.state, second.merged_into) == (WorkState.MERGED, first)
    assert second.number and second.number != first.number
    assert RegistryNumber.objects.count() == 2


def test_a_number_once_issued_cannot_be_deleted_or_changed():
    work, other = registered(), draft()
    with pytest.raises(DatabaseError), transaction.atomic():
        RegistryNumber.objects.filter(number=work.number).update(work=other)
    with pytest.raises(DatabaseError), transaction.atomic():
        RegistryNumber.objects.filter(number=work.number)._raw_delete("default")
    assert RegistryNumber.objects.get(number=work.number).work == work


def test_a_work_kept_back_is_not_public():
    work = registered()
    registration.set_visibility(actor=work.created_by, work_id=work.pk, is_public=False)
    assert not Work.objects.public().filter(pk=work.pk).exists()
    with pytest.raises(DomainError):
        registration.set_visibility(actor=person("artist"), work_id=work.pk, is_public=True)
