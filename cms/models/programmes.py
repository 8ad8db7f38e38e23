"""What happens, when and where: one row for both languages, kept out of pages' revisions.

A page (event, exhibition) tells of a programme; the programme owns its sessions. Publishing an old
draft of the page therefore brings back no old dates. Rules: cms-events.md §2.
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ..enums import BookingMode, ProgrammeKind, ProgrammeState, SessionState, WaitingMode


class Programme(models.Model):  # type: ignore[django-manager-missing]  # Wagtail has no types
    """An event or an exhibition as it is planned.

    `rule` is an RFC 5545 recurrence rule of the sessions (empty: each is entered by itself),
    `first_start` and `length_minutes` what it starts from. `starts_at` and `ends_at` are derived
    from the sessions that are not cancelled, whenever these change.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("种类"), max_length=10, choices=ProgrammeKind)
    title = models.CharField(_("内部名称"), max_length=160)
    title_en = models.CharField(_("英文内部名称"), max_length=200, blank=True, default="")
    state = models.CharField(
        _("状态"), max_length=9, choices=ProgrammeState, default=ProgrammeState.DRAFT
    )
    place = models.ForeignKey(
        "cms.Place", on_delete=models.PROTECT, null=True, blank=True, related_name="programmes",
        verbose_name=_("场所"),
    )  # fmt: skip
    room = models.ForeignKey(
        "cms.Room", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("场地"),
    )  # fmt: skip
    organiser = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, null=True, blank=True,
        related_name="+", verbose_name=_("主办单位"),
    )  # fmt: skip
    rule = models.CharField(_("重复规则"), max_length=300, blank=True, default="")
    first_start = models.DateTimeField(_("第一场开始"), null=True, blank=True)
    length_minutes = models.PositiveIntegerField(_("每场时长（分钟）"), default=90)
    seats = models.PositiveIntegerField(
        _("每场名额"), null=True, blank=True, help_text=_("空的按场地容纳人数")
    )
    booking = models.CharField(
        _("报名方式"), max_length=8, choices=BookingMode, default=BookingMode.OPEN
    )
    waiting = models.CharField(
        _("候补"), max_length=9, choices=WaitingMode, default=WaitingMode.AUTOMATIC
    )
    waiting_size = models.PositiveIntegerField(_("候补人数上限"), null=True, blank=True)
    people_per_booking = models.PositiveIntegerField(_("每次最多几人"), null=True, blank=True)
    cut_off_minutes = models.PositiveIntegerField(_("开始前几分钟截止报名"), null=True, blank=True)
    min_age = models.PositiveSmallIntegerField(_("最低年龄"), null=True, blank=True)
    is_for_children = models.BooleanField(_("适合儿童"), default=False)
    is_online = models.BooleanField(_("线上"), default=False)
    has_sign_language = models.BooleanField(_("有手语"), default=False)
    has_quiet_hours = models.BooleanField(_("有安静时段"), default=False)
    cancel_reason = models.CharField(_("取消的原因"), max_length=300, blank=True, default="")
    cancel_reason_en = models.CharField(max_length=400, blank=True, default="")
    sequence = models.PositiveIntegerField(default=0, editable=False)
    starts_at = models.DateTimeField(null=True, blank=True, editable=False)
    ends_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("活动安排")
        verbose_name_plural = _("活动安排")
        indexes = [
            models.Index(fields=["state", "ends_at", "starts_at"], name="programme_when"),
            models.Index(fields=["kind", "ends_at"], name="programme_kind"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="programme_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(rule="") | Q(first_start__isnull=False), name="programme_rule_has_start"
            ),
            models.CheckConstraint(
                condition=Q(length_minutes__gt=0), name="programme_length_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The title in the reader's language, as far as it has one."""
        return (get_language() == "en" and self.title_en) or self.title


class Session(models.Model):
    """One date of a programme.

    `original_start` is the start that the rule gave (itself, where it was entered by hand); an
    exception (`is_exception`) was moved, cancelled or given another room, and is not planned anew.
    `sequence` rises with each change that calendars must take over (RFC 5545, 3.8.7.4).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="sessions")
    room = models.ForeignKey(
        "cms.Room", on_delete=models.PROTECT, null=True, blank=True, related_name="sessions",
        verbose_name=_("场地"),
    )  # fmt: skip
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    original_start = models.DateTimeField()
    previous_start = models.DateTimeField(_("原定开始"), null=True, blank=True)
    state = models.CharField(
        _("状态"), max_length=9, choices=SessionState, default=SessionState.SCHEDULED
    )
    is_exception = models.BooleanField(default=False)
    note = models.CharField(_("说明"), max_length=200, blank=True, default="")
    note_en = models.CharField(_("说明（英文）"), max_length=260, blank=True, default="")
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("场次")
        verbose_name_plural = _("场次")
        ordering = ["starts_at", "id"]
        indexes = [
            models.Index(fields=["starts_at", "id"], name="session_start"),
            models.Index(fields=["room", "starts_at"], name="session_room"),
            models.Index(fields=["programme", "starts_at"], name="session_programme"),
            models.Index(fields=["ends_at"], name="session_end"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["programme", "original_start"], name="session_planned_once"
            ),
            models.CheckConstraint(
                condition=~Q(state=SessionState.MOVED) | Q(previous_start__isnull=False),
                name="session_moved_from",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.starts_at:%Y-%m-%d %H:%M}"


class ExhibitedWork(models.Model):
    """A registered work in an exhibition; `loan_out` is the lock that its owner gave for it."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="exhibited")
    work = models.ForeignKey("catalog.Work", on_delete=models.PROTECT, related_name="exhibited")
    order = models.PositiveIntegerField(_("次序"), default=0)
    section = models.CharField(_("展厅或单元"), max_length=80, blank=True, default="")
    section_en = models.CharField(_("展厅或单元（英文）"), max_length=120, blank=True, default="")
    caption = models.CharField(_("说明牌"), max_length=300, blank=True, default="")
    caption_en = models.CharField(_("说明牌（英文）"), max_length=400, blank=True, default="")
    loan_out = models.OneToOneField(
        "catalog.Encumbrance", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("展出的作品")
        verbose_name_plural = _("展出的作品")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "work"], condition=Q(removed_at__isnull=True),
                name="exhibited_once",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.programme_id} {self.work_id}"
