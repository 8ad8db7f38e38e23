"""Two people on one page: the second is told, nothing is overwritten, nothing is lost."""

import pytest
from django.urls import reverse
from wagtail.admin.models import EditingSession

from .editing import article, edit_url, editor, form_of, messages_of, save, signed_in, submitted

pytestmark = pytest.mark.django_db


def loaded(page) -> dict[str, str]:
    """The fields with which the form says which version it was opened from."""
    newest = page.get_latest_revision()
    return {
        "loaded_revision_id": str(newest.pk),
        "loaded_revision_created_at": newest.created_at.isoformat(),
    }


@pytest.fixture
def meeting():
    """A page that both have open; the first one has saved."""
    first, second = editor(), editor()
    page = article(first)
    opened = loaded(page)
    save(signed_in(first), page, title="先存的", extra=opened)
    page.refresh_from_db()
    return page, first, second, opened


def test_the_second_save_overwrites_nothing_and_is_kept(meeting):
    page, first, second, opened = meeting
    answer = save(signed_in(second), page, title="后存的", extra=opened)
    assert answer.status_code == 302
    page.refresh_from_db()
    assert page.get_latest_revision_as_object().title == "先存的"
    titles = {r.as_object().title: r.user for r in page.revisions.all()}
    assert titles["后存的"] == second
    assert titles["先存的"] == first
    said = messages_of(answer)
    assert f"{first.display_name}已经改过它" in said
    assert "没有覆盖它" in said
    kept = page.revisions.get(user=second)
    compare = reverse(
        "wagtailadmin_pages:revisions_compare", args=[page.pk, page.latest_revision_id, kept.pk]
    )
    assert compare in said
    assert "后存的" in signed_in(second).get(compare).content.decode()


def test_the_button_that_was_pressed_does_nothing_else(meeting):
    page, _first, second, opened = meeting
    save(signed_in(second), page, title="后存的", press="action-submit", extra=opened)
    page.refresh_from_db()
    assert not page.workflow_in_progress
    page = submitted(page, second)
    assert page.workflow_in_progress


def test_whoever_opens_it_anew_saves_as_usual(meeting):
    page, _first, second, _opened = meeting
    save(signed_in(second), page, title="接着改", extra=loaded(page))
    page.refresh_from_db()
    assert page.get_latest_revision_as_object().title == "接着改"


def test_ones_own_saving_that_was_still_on_its_way_is_nobody_elses(meeting):
    page, first, _second, opened = meeting  # the form was opened before the first one's own save
    save(signed_in(first), page, title="接着写的", press="action-submit", extra=opened)
    page.refresh_from_db()
    assert page.workflow_in_progress
    assert page.get_latest_revision_as_object().title == "接着写的"


def test_ones_own_newer_version_hides_nobody_elses(meeting):
    page, _first, second, opened = meeting
    save(signed_in(second), page, title="另一扇窗里存的", extra=loaded(page))
    save(signed_in(second), page, title="后存的", extra=opened)
    assert page.get_latest_revision_as_object().title == "另一扇窗里存的"


def test_a_form_that_is_not_valid_comes_back_with_what_was_typed(meeting):
    page, _first, second, opened = meeting
    answer = save(signed_in(second), page, title="", author="打了一半", extra=opened)
    assert answer.status_code == 200
    assert "打了一半" in answer.content.decode()
    page.refresh_from_db()
    assert page.get_latest_revision_as_object().title == "先存的"


def test_autosave_of_the_second_is_refused_and_of_the_first_goes_on(meeting):
    page, first, second, opened = meeting
    headers = {"Accept": "application/json"}
    data = form_of(page, title="自动存的") | opened
    answer = signed_in(second).post(edit_url(page), data, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["error_code"] == "invalid_revision"
    own = {"overwrite_revision_id": str(page.latest_revision_id)}
    answer = signed_in(first).post(edit_url(page), data | own, headers=headers)
    assert answer.status_code == 200, answer.content.decode()[:500]
    page.refresh_from_db()
    assert page.get_latest_revision_as_object().title == "自动存的"


def test_the_second_sees_who_else_has_the_page_open(meeting):
    page, first, second, _opened = meeting
    signed_in(first).get(edit_url(page))
    text = signed_in(second).get(edit_url(page)).content.decode()
    assert "w-session" in text
    session = EditingSession.objects.get(user=second)
    ping = reverse(
        "wagtailadmin_editing_sessions:ping", args=["wagtailcore", "page", page.pk, session.pk]
    )
    others = signed_in(second).post(ping).json()["other_sessions"]
    assert len(others) == 1


def test_autosave_is_on(meeting):
    page, _first, second, _opened = meeting
    text = signed_in(second).get(edit_url(page)).content.decode()
    assert "w-autosave" in text
