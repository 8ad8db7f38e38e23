"""Other people's papers about a registered work, seen by a registrar in the original.

Never a certificate of the platform: the row says that a paper exists and what it says, not that
it is right (registry rules, sections 5 and 6). Withdrawn rows stay.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from appraisal.enums import PaperKind
from catalog.engine.dates import describe_date


class RecordedCertificateQuerySet(models.QuerySet["RecordedCertificate"]):
    def live(self) -> "RecordedCertificateQuerySet":
        """Those not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)


class RecordedCertificate(models.Model):
    """One paper: who issued it, what it says, which registrar held it in his hands."""

    work = models.ForeignKey(
        "catalog.Work", on_delete=models.PROTECT, related_name="recorded_certificates"
    )
    kind = models.CharField(_("种类"), max_length=12, choices=PaperKind)
    issuer = models.CharField(_("出具人"), max_length=160)
    number = models.CharField(_("编号"), max_length=80, blank=True, default="")
    issued_text = models.CharField(_("出具日期（原文）"), max_length=120, blank=True, default="")
    issued_edtf = models.CharField(_("出具日期EDTF"), max_length=60, blank=True, default="")
    statement = models.CharField(_("原件怎么说"), max_length=500)
    scan = models.OneToOneField(
        "media.Image",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="recorded_certificate",
        verbose_name=_("扫描件"),
    )
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    seen_at = models.DateTimeField(db_default=Now(), editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdraw_reason = models.CharField(_("撤下的理由"), max_length=300, blank=True, default="")

    objects = RecordedCertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("随附证书")
        verbose_name_plural = _("随附证书")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["work", "kind", "issuer", "number", "issued_text"],
                condition=Q(withdrawn_at__isnull=True),
                name="recorded_certificate_once",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | (
                    Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                    & ~Q(withdraw_reason="")
                ),
                name="recorded_certificate_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.issuer} {self.number}".strip()

    @property
    def issued_words(self) -> str:
        """The date as people read it; the words as written when nothing was derived."""
        return describe_date(self.issued_edtf, get_language() or "zh") or self.issued_text
