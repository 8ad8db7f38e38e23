"""Who may let a page go public, and what may not be taken back: held here, for every door.

Every way of publishing (the editor's button, many pages at once, the workflow, schedules, APIs,
translations) ends in Wagtail's actions; `hold_rules` puts the rules in front of these.
Rules: cms-events.md §3; rule book content.two_people, content.notices_stay, content.checked.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from dateutil.relativedelta import relativedelta
from django.apps import apps
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.actions.delete_page import DeletePageAction
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import COMMENTS_RELATION_NAME, PagePermissionTester, Revision

from artmarket import rulebook
from artmarket.core.clock import db_now, today
from artmarket.core.errors import DomainError, Text
from artmarket.core.punctuation import clauses

from .checks import Finding, findings
from .enums import ArticleKind

TWO_PEOPLE: Final = "content.two_people"
NOTICES_STAY: Final = "content.notices_stay"
CHECKED: Final = "content.checked"
SCHEDULED: Final = "wagtail.publish.scheduled"
_NOT_WORDS: Final = frozenset(
    {
        *("pk", "path", "depth", "numchild", "url_path", "draft_title", "content_type", "owner"),
        *("live", "has_unpublished_changes", "live_revision", "latest_revision", "alias_of"),
        *("latest_revision_created_at", "first_published_at", "last_published_at", "expired"),
        *("locked", "locked_at", "locked_by", "go_live_at", "expire_at", "first_shown_at"),
        *("review_on", COMMENTS_RELATION_NAME),
    }
)
"""What may differ between two revisions of the same words: when it goes public is no edit."""
_LOOKED_AT: Final = 60


class OwnEdit(DomainError):
    """The one who would let the page go public is the one who changed it last."""

    code = "own_edit"
    rule = TWO_PEOPLE
    message = _("最后修改这一页的人不能自己批准或发布它。")
    hint = _("草稿已经保存。请提交审核，由另一个人批准和发布。")


class NotReady(DomainError):
    """The page fails a content check."""

    code = "not_ready"
    status = 422
    rule = CHECKED

    def __init__(self, found: list[Finding]) -> None:
        self.found = found
        self.fields: dict[str, Text] = {f"{n}": each.words for n, each in enumerate(found)}
        super().__init__(
            _("这一页还不能发布，有%(n)s处要改。") % {"n": len(found)},
            hint=_("草稿已经保存。改好后再提交。"),
            codes=[each.code for each in found],
        )

    @property
    def list_of_words(self) -> str:
        """All that is to be changed, in one sentence."""
        return clauses(each.words for each in self.found)


class NoticeStays(DomainError):
    """A notice that was public is not taken back."""

    code = "notice_stays"
    rule = NOTICES_STAY
    message = _("公布过的公告不能撤下、删除或改成别的种类。")
    hint = _("要更正，请发布一篇新公告，写明代替这一篇。")


# ----------------------------------------------------------------------- questions


def last_editor(page: Any, revision: Revision | None = None) -> int | None:
    """Key of the person who changed the page's words last; None when no person did.

    Saving without a change, a comment or another hour of publication is no edit. Of a page that is
    translated string by string, the last translator. `revision`: as it stood then.
    """
    if (translator := _last_translator(page)) is not None:
        return translator.pk or None
    rows = page.revisions.order_by("-created_at", "-pk")
    if revision is not None:
        rows = rows.filter(created_at__lte=revision.created_at)
    newer: tuple[dict[str, Any], int | None] | None = None
    for content, user in rows.values_list("content", "user_id")[:_LOOKED_AT].iterator():
        words = _words(content)
        if newer is not None and newer[0] != words:
            return newer[1]
        newer = (words, user)
    return newer[1] if newer else None


def check_publication(*, page: Any, actor: Any, revision: Revision | None = None) -> None:
    """Whether this person may let this version go public.

    `actor` None is the platform itself: what was approved before, what set-up writes.
    Raises `OwnEdit`, `NotReady`, `NoticeStays`.
    """
    if actor is None:
        return
    if last_editor(page, revision) == actor.pk:
        raise OwnEdit()
    if _was_notice(page) and not page.is_legal_notice:
        raise NoticeStays()
    if found := findings(page):
        raise NotReady(found)


def check_withdrawal(page: Any, *, with_descendants: bool) -> None:
    """Whether this page may go (unpublished, expired or deleted). Raises `NoticeStays`."""
    notices = _shown_notices()
    within = notices.descendant_of(page, inclusive=True)
    if (within if with_descendants else notices.filter(pk=page.pk)).exists():
        raise NoticeStays()


def shown_changes(page: Any) -> list[tuple[datetime, list[Text]]]:
    """Every publication of a page since it was first shown: when, and which fields changed.

    The oldest first; the first has no fields. For notices, of which each change is public.
    """
    log = apps.get_model("wagtailcore", "PageLogEntry")._default_manager
    rows = (
        log.filter(page_id=page.pk, action__in=("wagtail.publish", SCHEDULED))
        .exclude(revision=None)
        .select_related("revision")
        .order_by("timestamp", "pk")
    )
    shown: list[tuple[datetime, list[Text]]] = []
    before: dict[str, Any] | None = None
    for row in rows:
        words = _words(row.revision.content)
        changed = [k for k in words if before is not None and before.get(k) != words[k]]
        if before is None or changed:
            shown.append((row.timestamp, [_name_of(page, name) for name in changed]))
        before = words
    return shown


def carry_approvals(task_state: Any, newest: Revision) -> None:
    """Let what was approved of the same words count for the newest version of them.

    A publisher sets the hour, which is a version of its own; without this the page would go back
    to the approver. `task_state` is the step that is being taken.
    """
    words = _words(newest.content)
    for row in task_state.workflow_state.task_states.exclude(revision=newest):
        is_asked = row.pk == task_state.pk or row.status == row.STATUS_APPROVED
        if is_asked and row.revision is not None and _words(row.revision.content) == words:
            row.revision = newest
            row.save(update_fields=["revision"])
    task_state.refresh_from_db(fields=["revision"])


class TwoPeopleTester(PagePermissionTester):
    """What a person may do with a page, by the rules above beside Wagtail's permissions."""

    def can_publish(self) -> bool:
        return bool(super().can_publish()) and last_editor(self.page) != self.user.pk

    def can_publish_subpage(self) -> bool:
        """Nobody writes a page and publishes it in one go."""
        return False

    def can_unschedule(self) -> bool:
        return bool(super().can_publish())

    def can_set_view_restrictions(self) -> bool:
        return bool(super().can_publish()) and not self._is_shown_notice()

    def can_unpublish(self) -> bool:
        return bool(super().can_unpublish()) and not self._is_shown_notice()

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        if not self._may_take_away(ignore_bulk=ignore_bulk):
            return False
        if not self.page.numchild:
            return not _was_notice(self.page)
        return not _shown_notices().descendant_of(self.page, inclusive=True).exists()

    def can_move(self) -> bool:
        """A notice may change its place: the old address leads to the new one."""
        return self._may_take_away(ignore_bulk=True)

    def _may_take_away(self, *, ignore_bulk: bool) -> bool:
        """Wagtail's answer; it looks below the page for what is live, unless the page is."""
        if self.page.live and not self.user.is_superuser and "publish" not in self.permissions:
            return False
        return bool(super().can_delete(ignore_bulk=ignore_bulk))

    def _is_shown_notice(self) -> bool:
        return _was_notice(self.page)


# ----------------------------------------------------------- in front of every door


def hold_rules() -> None:
    """Put the rules before Wagtail's actions (AppConfig.ready). Twice is once.

    The admin's views call the actions' `execute` with permission checks skipped; `check` is what
    every one of them passes.
    """
    _hold(PublishPageRevisionAction, _before_publishing)
    _hold(UnpublishPageAction, _before_unpublishing)
    _hold(DeletePageAction, _before_deleting)


def _hold(action: Any, rule: Callable[[Any], None]) -> None:
    wagtails = action.check
    if getattr(wagtails, "holds_rule", False):
        return

    def check(self: Any, skip_permission_checks: bool = False) -> None:
        rule(self)  # first: it says more than a missing permission
        wagtails(self, skip_permission_checks=skip_permission_checks)

    check.holds_rule = True  # type: ignore[attr-defined]
    action.check = check


def _before_publishing(action: Any) -> None:
    page = action.object
    if not hasattr(page, "first_shown_at"):  # not of the district
        return
    actor = action.user
    if actor is None and action.log_action != SCHEDULED and _translation(page) is not None:
        actor = action.revision.user  # translations are published without saying by whom
    check_publication(page=page, actor=actor, revision=action.revision)
    now = db_now()
    if page.go_live_at is None or page.go_live_at <= now:
        page.first_shown_at = page.first_shown_at or now
        if page.review_on is None:
            page.review_on = today() + relativedelta(months=rulebook.get("content.review_months"))


def _before_unpublishing(action: Any) -> None:
    check_withdrawal(action.object, with_descendants=action.include_descendants)


def _before_deleting(action: Any) -> None:
    check_withdrawal(action.page, with_descendants=True)


# ------------------------------------------------------------------------- details


def _words(content: dict[str, Any]) -> dict[str, Any]:
    """What a version says, without what may differ between two versions of the same words."""
    return {k: v for k, v in content.items() if k not in _NOT_WORDS}


class _Nobody:
    pk = None


def _last_translator(page: Any) -> Any:
    """Who translated a string of the page last; None when it is not translated that way."""
    if _translation(page) is None:
        return None
    strings = apps.get_model("wagtail_localize", "StringTranslation")._default_manager
    newest = (
        strings.filter(context__object_id=page.translation_key, locale_id=page.locale_id)
        .select_related("last_translated_by")
        .order_by("-updated_at", "-pk")
        .first()
    )
    return (newest and newest.last_translated_by) or _Nobody()


def _translation(page: Any) -> Any:
    translations = apps.get_model("wagtail_localize", "Translation")._default_manager
    return translations.filter(
        source__object_id=page.translation_key, target_locale_id=page.locale_id, enabled=True
    ).first()


def _shown_notices() -> Any:
    articles = apps.get_model("cms", "ArticlePage")._default_manager
    return articles.filter(Q(live=True) | Q(first_shown_at__isnull=False), kind=ArticleKind.NOTICE)


def _was_notice(page: Any) -> bool:
    shown = _shown_notices()  # asked of articles only: a list of pages asks for each of its rows
    is_article = issubclass(page.specific_class or type(page), shown.model)
    return is_article and bool(shown.filter(pk=page.pk).exists())


def _name_of(page: Any, name: str) -> Text:
    names = {field.name: field.verbose_name for field in page._meta.fields}
    return names.get(name, name)
