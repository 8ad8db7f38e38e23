"""What editors work with beside pages: the step of the workflow, and what readers looked for."""

from typing import Any

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask, TaskState

from cms.publishing import carry_approvals, check_publication, last_editor


class ApprovalTask(AbstractGroupApprovalTask):
    """A step in which one of the groups approves what somebody else wrote (rules §3)."""

    class Meta:
        verbose_name = _("审核步骤")
        verbose_name_plural = _("审核步骤")

    @classmethod
    def get_description(cls) -> str:
        return str(_("所选用户组的成员审核；最后修改页面的人不能批准自己的修改。"))

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, Any, bool]]:
        """Whoever changed the page last may still send it back, but not approve it."""
        actions = list(super().get_actions(obj, user))
        if not actions or last_editor(obj) != user.pk:
            return actions
        return [action for action in actions if action[0] != "approve"]

    def on_action(self, task_state: TaskState, user: Any, action_name: str, **kwargs: Any) -> Any:
        """Raises `OwnEdit`, `NotReady`, `NoticeStays` before anything is approved."""
        if action_name == "approve":
            page = task_state.workflow_state.content_object
            newest = page.get_latest_revision()
            check_publication(page=newest.as_object(), actor=user, revision=newest)
            carry_approvals(task_state, newest)
        return super().on_action(task_state, user, action_name, **kwargs)


class MissedSearch(models.Model):
    """Words that found nothing on a day, and how often; never who looked for them."""

    day = models.DateField(_("日期"))
    language = models.CharField(_("语言"), max_length=10)
    words = models.CharField(_("搜索词"), max_length=60)
    times = models.PositiveIntegerField(_("次数"), default=1)
    first_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("没有结果的搜索")
        verbose_name_plural = _("没有结果的搜索")
        ordering = ["-day", "-times", "words"]
        constraints = [
            models.UniqueConstraint(fields=["day", "language", "words"], name="missed_search_once")
        ]

    def __str__(self) -> str:
        return self.words
