"""Two people for every page: nobody approves or publishes what he changed last, by no door."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, WorkflowState

from artmarket.core.models import Lease
from cms import schedule
from cms.groups import set_up_editing
from cms.health import ScheduledPublishing
from cms.models import ApprovalTask, ArticlePage
from cms.publishing import (
    NoticeStays,
    NotReady,
    OwnEdit,
    check_withdrawal,
    last_editor,
    shown_changes,
)
from cms.schedule import publish_due

from .editing import (
    act,
    approver,
    article,
    edit_url,
    editor,
    messages_of,
    moderator,
    publisher,
    save,
    signed_in,
    streamfield,
    submitted,
)

pytestmark = pytest.mark.django_db


class TestTheWorkflow:
    def test_an_editor_writes_an_approver_approves_a_publisher_publishes(self):
        page = submitted(article(editor()), editor())
        act(approver(), page, "approve")
        page.refresh_from_db()
        assert not page.live
        act(publisher(), page, "approve")
        page.refresh_from_db()
        assert page.live
        assert page.first_shown_at is not None
        assert page.review_on is not None

    def test_the_hour_that_a_publisher_sets_does_not_go_back_to_the_approver(self):
        page = submitted(article(editor()), editor())
        act(approver(), page, "approve")
        boss, hour = publisher(), timezone.localtime() + timedelta(days=1)
        save(signed_in(boss), page, go_live_at=f"{hour:%Y-%m-%d %H:%M}")
        act(boss, page, "approve")
        page.refresh_from_db()
        assert page.current_workflow_state is None and not page.live
        assert page.get_latest_revision().approved_go_live_at is not None

    def test_other_words_go_back_to_the_approver(self):
        page = submitted(article(editor()), editor())
        act(approver(), page, "approve")
        save(signed_in(publisher()), page, title="改过的标题")
        act(publisher(), page, "approve")
        page.refresh_from_db()
        assert not page.live
        assert page.current_workflow_task.name == "审核"

    def test_an_approver_sends_it_back_and_it_comes_again(self):
        writer = editor()
        page = submitted(article(writer), writer)
        act(approver(), page, "reject", "日期不对")
        page.refresh_from_db()
        assert page.current_workflow_state.status == WorkflowState.STATUS_NEEDS_CHANGES
        page = submitted(page, writer)
        act(approver(), page, "approve")
        act(publisher(), page, "approve")
        page.refresh_from_db()
        assert page.live

    def test_setting_up_twice_makes_one_workflow_with_two_steps(self):
        article()
        set_up_editing()
        assert list(ApprovalTask.objects.order_by("pk").values_list("name", flat=True)) == [
            "审核",
            "发布",
        ]

    def test_whoever_changed_it_last_is_not_offered_to_approve(self):
        both = moderator()
        page = submitted(article(editor()), editor())
        save(signed_in(both), page, title="改过的标题")
        page.refresh_from_db()
        task = page.current_workflow_task
        newest = page.get_latest_revision_as_object()
        assert {name for name, *_ in task.get_actions(newest, both)} == {"reject"}
        assert {name for name, *_ in task.get_actions(newest, moderator())} == {"reject", "approve"}

    def test_own_words_approved_by_a_forged_post_are_refused_in_words(self):
        both = moderator()
        page = submitted(article(editor()), editor())
        answer = save(
            signed_in(both),
            page,
            title="改过的标题",
            press="action-workflow-action",
            extra={"workflow-action-name": "approve"},
        )
        page.refresh_from_db()
        assert not page.live
        assert page.get_latest_revision_as_object().title == "改过的标题"
        assert "最后修改这一页的人不能自己批准或发布它" in messages_of(answer)

    def test_own_words_approved_from_the_list_are_refused_in_words(self):
        both = moderator()
        page = submitted(article(editor()), editor())
        save(signed_in(both), page, title="改过的标题")
        answer = act(both, page, "approve")
        page.refresh_from_db()
        assert page.workflow_in_progress and not page.live
        assert "最后修改这一页的人不能自己批准或发布它" in messages_of(answer)

    def test_the_step_refuses_by_itself(self):
        both = moderator()
        page = article(both)
        page.get_workflow().start(page, both)
        state = page.current_workflow_task_state
        with pytest.raises(OwnEdit):
            state.task.specific.on_action(state, both, "approve")
        state.refresh_from_db()
        assert state.status == state.STATUS_IN_PROGRESS


class TestEveryDoor:
    def test_an_editor_has_no_button_and_a_forged_one_saves_the_draft(self):
        writer = editor()
        page = article(writer)
        client = signed_in(writer)
        assert "action-publish" not in client.get(edit_url(page)).content.decode()
        answer = save(client, page, title="新标题", press="action-publish")
        page.refresh_from_db()
        assert not page.live
        assert page.get_latest_revision_as_object().title == "新标题"
        assert "不能自己批准或发布" in messages_of(answer)

    def test_a_moderator_publishes_what_another_wrote(self):
        page = article(editor())
        save(signed_in(moderator()), page, press="action-publish")
        page.refresh_from_db()
        assert page.live

    def test_a_moderator_who_changes_it_while_publishing_is_refused_and_the_draft_stays(self):
        page = article(editor())
        answer = save(signed_in(moderator()), page, title="顺手改了", press="action-publish")
        page.refresh_from_db()
        assert not page.live
        assert page.get_latest_revision_as_object().title == "顺手改了"
        assert "content.two_people" in messages_of(answer)

    def test_many_at_once(self):
        both = moderator()
        own, others = article(both), article(editor())
        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
        signed_in(both).post(f"{url}?id={own.pk}&id={others.pk}", {"include_descendants": ""})
        own.refresh_from_db()
        others.refresh_from_db()
        assert (own.live, others.live) == (False, True)

    def test_descendants_of_what_is_published_at_once(self):
        both = moderator()
        own = article(both)
        parent = own.get_parent()
        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
        parent.specific.save_revision(user=editor())
        signed_in(both).post(f"{url}?id={parent.pk}", {"include_descendants": "on"})
        own.refresh_from_db()
        assert not own.live

    def test_a_page_made_and_published_in_one_go_is_a_draft(self):
        both = moderator()
        index = article().get_parent()
        url = reverse("wagtailadmin_pages:add", args=["cms", "articlepage", index.pk])
        data = {
            "title": "一步到位", "slug": "one-go", "summary": "一句话", "kind": "news",
            "day": "2026-12-01", "action-publish": "1", "comments-TOTAL_FORMS": "0",
            "comments-INITIAL_FORMS": "0", "body-count": "0",
        }  # fmt: skip
        answer = signed_in(both).post(url, data)
        assert not ArticlePage.objects.get(slug="one-go").live
        assert "不能自己批准或发布" in messages_of(answer)

    def test_code_that_publishes_in_somebodys_name(self):
        writer = moderator()
        page = article(writer)
        with pytest.raises(OwnEdit):
            page.get_latest_revision().publish(user=writer, skip_permission_checks=True)
        page.refresh_from_db()
        assert not page.live

    def test_a_superuser_is_no_exception(self):
        boss = moderator(is_superuser=True)
        page = article(boss)
        with pytest.raises(OwnEdit):
            page.get_latest_revision().publish(user=boss)
        page.refresh_from_db()
        assert not page.live

    def test_a_copy_is_a_draft(self):
        page = article(editor(), live=True)
        url = reverse("wagtailadmin_pages:copy", args=[page.pk])
        data = {
            "new_title": "副本", "new_slug": "copy", "new_parent_page": page.get_parent().pk,
            "publish_copies": "on",
        }  # fmt: skip
        answer = signed_in(moderator()).post(url, data)
        assert not ArticlePage.objects.filter(slug="copy").exists()
        assert "副本只能存成草稿" in messages_of(answer)


class TestWhoChangedItLast:
    def test_saving_without_a_change_is_no_edit(self):
        writer, other = editor(), editor()
        page = article(writer)
        page.save_revision(user=other)
        assert last_editor(page) == writer.pk

    def test_another_hour_of_publication_is_no_edit(self):
        writer = editor()
        page = article(writer)
        page.go_live_at = timezone.now() + timedelta(days=1)
        page.save_revision(user=publisher())
        assert last_editor(page) == writer.pk

    def test_a_change_back_and_forth_counts(self):
        first, second = editor(), editor()
        page = article(first)
        title = page.title
        for user, words in ((second, "别的"), (second, title)):
            page.title = words
            page.save_revision(user=user)
        assert last_editor(page) == second.pk

    def test_what_code_wrote_is_nobodys(self):
        assert last_editor(article()) is None


class TestTheHour:
    def scheduled(self, **given):
        page = article(editor(), **given)
        page.go_live_at = timezone.now() + timedelta(hours=1)
        page.save_revision(user=editor())
        page.get_latest_revision().publish(user=moderator())
        return page

    def test_an_approved_page_goes_public_at_its_hour(self):
        page = self.scheduled()
        page.refresh_from_db()
        assert not page.live
        assert publish_due() == "0 published, 0 expired"
        page.revisions.exclude(approved_go_live_at=None).update(
            approved_go_live_at=timezone.now() - timedelta(seconds=1)
        )
        newest = page.get_latest_revision()
        newest.content["go_live_at"] = (timezone.now() - timedelta(seconds=1)).isoformat()
        newest.save()
        assert publish_due() == "1 published, 0 expired"
        page.refresh_from_db()
        assert page.live
        assert publish_due() == "0 published, 0 expired"

    def test_a_page_expires_at_its_hour(self):
        page = article(editor(), live=True)
        Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(seconds=1))
        assert publish_due() == "0 published, 1 expired"
        page.refresh_from_db()
        assert (page.live, page.expired) == (False, True)

    def test_a_notice_that_would_expire_keeps_no_other_from_its_hour(self):
        notice = article(editor(), live=True, kind="notice")
        page = article(editor(), live=True)
        hour = timezone.now() - timedelta(seconds=1)
        Page.objects.filter(pk__in=[notice.pk, page.pk]).update(expire_at=hour)
        assert publish_due() == "0 published, 1 expired"
        notice.refresh_from_db()
        assert notice.live

    def test_the_duty_runs_each_minute_and_the_alarm_rings_when_it_stops(self):
        from artmarket.core import duties

        duty = next(d for d in duties.duties() if d.name == "scheduled-publishing")
        assert duty.every == timedelta(seconds=schedule.EVERY_SECONDS) == timedelta(minutes=1)
        page = article(editor(), live=True)
        Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(minutes=4))
        ScheduledPublishing().run()
        Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(minutes=6))
        with pytest.raises(Exception, match="1 pages wait past their hour"):
            ScheduledPublishing().run()
        assert not Lease.objects.filter(name="scheduled-publishing").exists()


class TestLegalNotices:
    def test_a_notice_that_was_public_is_neither_taken_down_nor_deleted(self):
        notice = article(editor(), live=True, kind="notice")
        client = signed_in(moderator())
        for name in ("unpublish", "delete"):
            url = reverse(f"wagtailadmin_pages:{name}", args=[notice.pk])
            answer = client.post(url)
            assert answer.status_code == 302
            assert "公布过的公告不能撤下、删除或改成别的种类" in messages_of(answer)
        notice.refresh_from_db()
        assert notice.live
        for act_on in (notice.unpublish, notice.delete, notice.get_parent().delete):
            with pytest.raises(NoticeStays):
                act_on()

    def test_a_notice_that_nobody_saw_may_go(self):
        notice = article(editor(), kind="notice")
        check_withdrawal(notice, with_descendants=True)
        notice.delete()
        assert not ArticlePage.objects.filter(pk=notice.pk).exists()

    def test_a_notice_cannot_become_news(self):
        notice = article(editor(), live=True, kind="notice")
        notice.kind = "news"
        notice.save_revision(user=editor())
        with pytest.raises(NoticeStays):
            notice.get_latest_revision().publish(user=moderator())

    def test_the_first_hour_stays_and_every_change_is_shown(self):
        notice = article(editor(), live=True, kind="notice")
        first = notice.first_shown_at
        notice.title = "更正后的公告"
        notice.save_revision(user=editor())
        notice.get_latest_revision().publish(user=moderator())
        notice.refresh_from_db()
        assert notice.first_shown_at == first
        shown = shown_changes(notice)
        assert [len(fields) for _at, fields in shown] == [0, 1]
        body = Client().get(notice.url).content.decode()
        (changes,) = re.findall(r'id="changes".*?</section>', body, re.DOTALL)
        assert re.findall(r"(?:首次公布|改了 [^<]+)", changes) == ["首次公布", "改了 标题"]

    def test_it_is_superseded_by_another(self):
        notice = article(editor(), live=True, kind="notice")
        newer = article(editor(), live=True, kind="notice", supersedes=notice)
        assert list(notice.superseded_by.all()) == [newer]


class TestSections:
    def test_editors_write_in_the_sections_and_not_on_the_home_page(self):
        writer = editor()
        page = article(writer)
        assert page.permissions_for_user(writer).can_edit()
        assert page.get_parent().specific.permissions_for_user(writer).can_add_subpage()
        home = page.get_parent().get_parent().specific
        assert not home.permissions_for_user(writer).can_edit()
        assert signed_in(writer).get(edit_url(home)).status_code == 302

    def test_what_an_operator_took_from_a_group_stays_taken(self):
        from wagtail.models import GroupPagePermission

        page = article(editor())
        rows = GroupPagePermission.objects.filter(
            group__name="Editors", page=page.get_parent(), permission__codename="add_page"
        )
        rows.delete()
        set_up_editing()
        assert not rows.exists()

    def test_nobody_without_a_role_of_the_bureau_comes_in(self):
        from tests.factories import UserFactory

        page = article(editor())
        for user in (UserFactory(artist=True), UserFactory(buyer=True)):
            assert signed_in(user).get(edit_url(page)).status_code == 302


def test_an_unready_page_is_not_approved_and_the_words_say_why():
    writer = editor()
    page = submitted(article(writer, summary=""), writer)
    answer = act(approver(), page, "approve")
    assert "还没有写" in messages_of(answer)
    page.refresh_from_db()
    assert page.workflow_in_progress
    with pytest.raises(NotReady):
        page.get_latest_revision().publish(user=moderator())


def test_the_editor_says_in_its_panel_what_is_to_be_changed():
    writer = editor()
    page = article(writer, summary="")
    text = signed_in(writer).get(edit_url(page)).content.decode()
    assert "发布前要改的" in text
    assert "还没有写。列表、搜索和分享时要用。" in text


def test_bare_words_in_streams_are_kept_by_the_form():
    writer = editor()
    page = article(writer)
    save(signed_in(writer), page, body=streamfield([("heading", "小标题")]))
    assert [b.value for b in page.get_latest_revision_as_object().body] == ["小标题"]
