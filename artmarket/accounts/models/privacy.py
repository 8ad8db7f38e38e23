"""Who looked at whose personal data and why; who asked to be forgotten, and what became of it."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from .people import Organisation, User


class PersonalDataAccess(models.Model):
    """One look at sealed or private data by somebody else; append-only, shown to the person."""

    actor = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("查看人")
    )
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="data_accesses"
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="data_accesses",
    )
    fields = models.JSONField(_("内容"))
    purpose = models.CharField(_("用途"), max_length=200)
    at = models.DateTimeField(_("时间"), db_default=Now(), editable=False)
    request_id = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        verbose_name = _("个人信息查看记录")
        verbose_name_plural = _("个人信息查看记录")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.actor} → {self.user or self.organisation}"


class ErasureRequest(models.Model):
    """A person's wish to be erased: carried out after a while of thought, unless taken back."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="erasure_requests")
    requested_at = models.DateTimeField(_("提出时间"), db_default=Now(), editable=False)
    due_at = models.DateTimeField(_("执行时间"))
    cancelled_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    kept = models.JSONField(_("依法保留"), default=list)

    class Meta:
        verbose_name = _("注销申请")
        verbose_name_plural = _("注销申请")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(cancelled_at__isnull=True, done_at__isnull=True),
                name="erasure_one_open",
            )
        ]

    def __str__(self) -> str:
        return str(self.user)
