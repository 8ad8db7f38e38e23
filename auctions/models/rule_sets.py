"""Rules that differ by house, as data: a sale points at one version and keeps it for ever.

Both tables are append-only by trigger: whoever edits makes a new version. Auction rules, head.
"""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ..enums import RuleKind


class RuleSetQuerySet(models.QuerySet["RuleSet"]):
    def newest(self, kind: str, name: str) -> "RuleSet | None":
        """The latest version of a set, or None."""
        return self.filter(kind=kind, name=name).order_by("-version").first()


class RuleSet(models.Model):
    """One version of a ladder, a closing rule or a premium table.

    `body` is written in whole units with decimals as text; `auctions.rule_books` reads it.
    """

    kind = models.CharField(max_length=8, choices=RuleKind)
    name = models.SlugField(max_length=60)
    version = models.PositiveIntegerField(default=1)
    house = models.CharField(_("出处"), max_length=120)
    saleroom = models.CharField(max_length=60, blank=True, default="")
    category = models.CharField(max_length=60, blank=True, default="")
    channel = models.CharField(max_length=20, blank=True, default="")
    currency = models.CharField(max_length=3, blank=True, default="")
    valid_from = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200)
    sureness = models.CharField(max_length=7)
    body = models.JSONField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = RuleSetQuerySet.as_manager()

    class Meta:
        verbose_name = _("拍卖规则")
        verbose_name_plural = _("拍卖规则")
        ordering = ["kind", "name", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "name", "version"], name="rule_set_version"),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


class Conditions(models.Model):
    """The conditions of sale of a house, in the version that a bidder accepts."""

    house = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="conditions_of_sale"
    )
    version = models.PositiveIntegerField()
    text = models.TextField(_("拍卖规则正文"))
    text_en = models.TextField(_("英文正文"), blank=True, default="")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("拍卖规则正文")
        verbose_name_plural = _("拍卖规则正文")
        ordering = ["house", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["house", "version"], name="conditions_version"),
        ]

    def __str__(self) -> str:
        return f"{self.house} v{self.version}"
