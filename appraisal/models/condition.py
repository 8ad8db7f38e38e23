"""Condition reports: what was seen on a work, on which photographs, by whom, and who signed.

A closed report, its pictures and its findings never change: triggers of the database refuse it. A
mistake is answered by another report. Registry rules, section 8.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from appraisal.enums import HandoverRole, ReportPurpose, ReportState
from catalog.enums import PhotoView


class ConditionReportQuerySet(models.QuerySet["ConditionReport"]):
    def closed(self) -> "ConditionReportQuerySet":
        return self.filter(state=ReportState.CLOSED)


class ConditionReport(models.Model):
    """One examination. `serial` counts the reports of a work.

    `statement` is the public text of a closed report and `digest` its SHA-256 as canonical JSON,
    which the public log has; examiner, place and the other party are in it as a commitment with
    `salt` only. `counterparty` is who signs the handover beside the examiner.
    """

    work = models.ForeignKey(
        "catalog.Work", on_delete=models.PROTECT, related_name="condition_reports"
    )
    serial = models.PositiveSmallIntegerField()
    state = models.CharField(
        _("状态"), max_length=6, choices=ReportState, default=ReportState.DRAFT
    )
    purpose = models.CharField(_("用途"), max_length=8, choices=ReportPurpose)
    examiner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    counterparty = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    examined_on = models.DateField(_("查验日期"))
    place = models.CharField(_("地点"), max_length=200, blank=True, default="")
    light = models.CharField(_("光线"), max_length=200, blank=True, default="")
    equipment = models.CharField(_("器材"), max_length=200, blank=True, default="")
    grade = models.CharField(_("总体评级"), max_length=20, blank=True, default="")
    summary = models.TextField(_("总体状况"), blank=True, default="")
    summary_en = models.TextField(_("总体状况（英文）"), blank=True, default="")
    opened_at = models.DateTimeField(db_default=Now(), editable=False)
    closed_at = models.DateTimeField(null=True, blank=True)
    statement = models.JSONField(default=dict, blank=True)
    salt = models.CharField(max_length=64, blank=True, default="")
    digest = models.CharField(max_length=64, blank=True, default="")

    objects = ConditionReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("状况报告")
        verbose_name_plural = _("状况报告")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["work", "serial"], name="condition_serial_once"),
            models.UniqueConstraint(
                fields=["work"], condition=Q(state=ReportState.DRAFT), name="condition_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(state=ReportState.DRAFT, closed_at__isnull=True, digest="")
                | (
                    Q(state=ReportState.CLOSED, closed_at__isnull=False)
                    & ~Q(digest="")
                    & ~Q(salt="")
                    & ~Q(grade="")
                    & ~Q(summary="")
                ),
                name="condition_closed_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(counterparty__isnull=True) | ~Q(counterparty=F("examiner")),
                name="condition_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work} {self.serial}"

    @property
    def is_draft(self) -> bool:
        return self.state == ReportState.DRAFT


class ConditionPicture(models.Model):
    """A photograph that findings are drawn on: of the work's record, or taken for the report."""

    report = models.ForeignKey(ConditionReport, on_delete=models.CASCADE, related_name="pictures")
    image = models.ForeignKey(
        "media.Image", on_delete=models.PROTECT, related_name="condition_pictures"
    )
    view = models.CharField(_("画面"), max_length=10, choices=PhotoView)
    is_new = models.BooleanField(_("为本次报告拍摄"), default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("报告照片")
        verbose_name_plural = _("报告照片")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["report", "image"], name="condition_picture_once")
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.get_view_display()}"


class ConditionFinding(models.Model):
    """One finding; `region` is a selector of a W3C Web Annotation on `picture`, or both are empty.

    Kinds, severities, extents and ages are codes of the rule book (`condition.kinds` and so on).
    """

    report = models.ForeignKey(ConditionReport, on_delete=models.CASCADE, related_name="findings")
    number = models.PositiveSmallIntegerField(help_text="Drawn beside the region.")
    kind = models.CharField(_("种类"), max_length=20)
    severity = models.CharField(_("轻重"), max_length=20)
    extent = models.CharField(_("范围"), max_length=20)
    age = models.CharField(_("新旧"), max_length=20)
    note = models.CharField(_("说明"), max_length=500, blank=True, default="")
    note_en = models.CharField(_("说明（英文）"), max_length=500, blank=True, default="")
    picture = models.ForeignKey(
        ConditionPicture, on_delete=models.RESTRICT, null=True, blank=True, related_name="findings"
    )
    region = models.JSONField(null=True, blank=True)

    class Meta:
        verbose_name = _("所见")
        verbose_name_plural = _("所见")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="condition_number_once"),
            models.CheckConstraint(
                condition=Q(picture__isnull=True, region__isnull=True)
                | Q(picture__isnull=False, region__isnull=False),
                name="condition_region_on_picture",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"


class ConditionSignature(models.Model):
    """Who took part in the handover signs the digest of the report; append-only."""

    report = models.ForeignKey(ConditionReport, on_delete=models.PROTECT, related_name="signatures")
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(_("以什么身份"), max_length=8, choices=HandoverRole)
    digest = models.CharField(max_length=64)
    remark = models.CharField(_("保留意见"), max_length=500, blank=True, default="")
    signed_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("交接签字")
        verbose_name_plural = _("交接签字")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["report", "role"], name="condition_one_a_role"),
            models.UniqueConstraint(fields=["report", "signer"], name="condition_signer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id}: {self.signer}"
