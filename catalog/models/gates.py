"""What the gates before a sale or pledge rest on beside the work: permits, and clearances given."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from catalog.enums import Act, Gate, PermitKind

from .works import Work


class WorkPermit(models.Model):
    """A permit of an authority for one work: export of a relic, trade in a protected species."""

    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="permits")
    kind = models.CharField(_("种类"), max_length=7, choices=PermitKind)
    number = models.CharField(_("许可号"), max_length=120)
    authority = models.CharField(_("发证机关"), max_length=200)
    valid_from = models.DateField(_("生效日"))
    valid_until = models.DateField(_("失效日"), null=True, blank=True)
    document = models.CharField(_("文件所在"), max_length=300)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    end_reason = models.CharField(_("停用的理由"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("许可")
        verbose_name_plural = _("许可")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["work", "kind", "number"],
                condition=Q(ended_at__isnull=True),
                name="work_permit_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="work_permit_days_run_forwards",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, end_reason="")
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(end_reason="")),
                name="work_permit_end_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"


class GateClearance(models.Model):
    """A review of one gate cleared for one act; it holds while `digest` is that of the facts."""

    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="gate_clearances")
    act = models.CharField(_("事项"), max_length=8, choices=Act)
    gate = models.CharField(_("关口"), max_length=12, choices=Gate)
    code = models.CharField(max_length=40)
    rule = models.CharField(max_length=80)
    rule_version = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)
    reason = models.CharField(_("理由"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("关口放行")
        verbose_name_plural = _("关口放行")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["work", "digest"], name="gate_cleared_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="gate_clearance_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.work_id} {self.gate} {self.act}"
