"""What an appraiser says a work is worth, on which day, by which methods; append-only.

Amounts are whole numbers of the smallest unit of the currency. Every valuation of a work stays and
is shown (pages: artwork, 8). Registry rules, section 5.
"""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from appraisal.enums import Method, ValuePurpose


class Valuation(models.Model):
    work = models.ForeignKey("catalog.Work", on_delete=models.PROTECT, related_name="valuations")
    case = models.ForeignKey(
        "appraisal.AppraisalCase",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="valuations",
    )
    purpose = models.CharField(_("目的"), max_length=9, choices=ValuePurpose)
    currency = models.CharField(_("币种"), max_length=3, default="CNY")
    low = models.PositiveBigIntegerField(_("低值"))
    point = models.PositiveBigIntegerField(_("估值"))
    high = models.PositiveBigIntegerField(_("高值"))
    base_date = models.DateField(_("基准日"))
    valid_until = models.DateField(_("有效期至"))
    assumptions = models.TextField(_("前提与限制"), blank=True, default="")
    appraiser = models.ForeignKey(
        "appraisal.Appraiser", on_delete=models.PROTECT, related_name="valuations"
    )
    signed_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("估值")
        verbose_name_plural = _("估值")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(low__gt=0, point__gte=F("low"), high__gte=F("point")),
                name="valuation_figures_in_order",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("base_date")), name="valuation_days_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work_id}: {self.point} {self.currency}"


class ValuationApproach(models.Model):
    """One method of a valuation with its own figures.

    `comparables` lists sales: {"what", "date", "amount", "currency", "source"}.
    """

    valuation = models.ForeignKey(Valuation, on_delete=models.PROTECT, related_name="approaches")
    method = models.CharField(_("方法"), max_length=6, choices=Method)
    low = models.PositiveBigIntegerField(_("低值"))
    point = models.PositiveBigIntegerField(_("估值"))
    high = models.PositiveBigIntegerField(_("高值"))
    reasons = models.TextField(_("测算"))
    comparables = models.JSONField(_("可比成交"), default=list, blank=True)

    class Meta:
        verbose_name = _("估值方法")
        verbose_name_plural = _("估值方法")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["valuation", "method"], name="approach_once"),
            models.CheckConstraint(
                condition=Q(low__gt=0, point__gte=F("low"), high__gte=F("point")),
                name="approach_figures_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.get_method_display()
