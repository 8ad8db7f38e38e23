"""An old address leads to the new one: after another slug, after a move."""

import pytest
from wagtail.contrib.redirects.models import Redirect

from .editing import article, editor, moderator

pytestmark = pytest.mark.django_db


def renamed(page, slug: str):
    page.slug = slug
    page.save_revision(user=editor())
    page.get_latest_revision().publish(user=moderator())
    page.refresh_from_db()
    return page


def test_another_slug_leaves_a_lasting_redirect(client, django_capture_on_commit_callbacks):
    page = article(editor(), live=True, slug="old-name")
    old = page.get_url()
    with django_capture_on_commit_callbacks(execute=True):
        renamed(page, "new-name")
    answer = client.get(old)
    assert (answer.status_code, answer["Location"]) == (301, page.get_url())
    assert client.get(page.get_url()).status_code == 200


def test_a_draft_with_another_slug_moves_nothing(client):
    page = article(editor(), live=True, slug="old-name")
    page.slug = "new-name"
    page.save_revision(user=editor())
    assert client.get("/news/old-name/").status_code == 200
    assert not Redirect.objects.exists()


def test_a_notice_may_be_renamed_and_is_found_under_its_old_address(
    client, django_capture_on_commit_callbacks
):
    notice = article(editor(), live=True, kind="notice", slug="notice-1")
    old = notice.get_url()
    with django_capture_on_commit_callbacks(execute=True):
        renamed(notice, "notice-2026-1")
    assert client.get(old)["Location"] == notice.get_url()


def test_an_address_that_never_was_is_not_found(client):
    article(editor(), live=True)
    assert client.get("/news/never/").status_code == 404
