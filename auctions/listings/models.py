"""A work offered by its owner at an asking price, and what buyers ask about it.

An offer is neither an order nor a payment: it says that the owner would talk at this price. It
stands on the live lock of the work and is shown only while that lock lies on it.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from artmarket.core.money import MAX_MINOR, Money

from .enums import Condition


class OfferQuerySet(models.QuerySet["Offer"]):
    def live(self) -> "OfferQuerySet":
        """Open, with their lock still on the work."""
        return self.filter(closed_at__isnull=True, encumbrance__released_at__isnull=True)


class Offer(models.Model):
    """One work at one price, from opening to closing; the price's history is in the events."""

    work = models.ForeignKey("catalog.Work", on_delete=models.PROTECT, related_name="offers")
    party = models.ForeignKey(
        "accounts.Party", on_delete=models.PROTECT, related_name="offers", verbose_name=_("卖方")
    )
    seller = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="offers",
        help_text="Who opened it, for himself or as administrator of the selling organisation.",
    )
    encumbrance = models.OneToOneField(
        "catalog.Encumbrance", on_delete=models.PROTECT, related_name="offer"
    )
    price_minor = models.BigIntegerField(_("标价"), help_text="Fen.")
    currency = models.CharField(max_length=3, default="CNY")
    includes_tax = models.BooleanField(_("含税"), default=False)
    includes_packing = models.BooleanField(_("含包装"), default=False)
    includes_shipping = models.BooleanField(_("含运费"), default=False)
    condition = models.CharField(_("品相"), max_length=8, choices=Condition)
    condition_words = models.TextField(_("品相说明"))
    opened_at = models.DateTimeField(db_default=Now(), editable=False)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    close_reason = models.CharField(_("撤下的理由"), max_length=300, blank=True, default="")

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("标价")
        verbose_name_plural = _("标价")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["work"], condition=Q(closed_at__isnull=True), name="offer_one_live"
            ),
            models.CheckConstraint(
                condition=Q(price_minor__gt=0, price_minor__lte=MAX_MINOR), name="offer_has_price"
            ),
            models.CheckConstraint(condition=~Q(condition_words=""), name="offer_has_condition"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="offer_closed_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work} {self.price}"

    @property
    def price(self) -> Money:
        """The asking price."""
        return Money(self.price_minor, self.currency)

    @property
    def is_live(self) -> bool:
        """Open, with its lock still on the work."""
        return self.closed_at is None and self.encumbrance.released_at is None


class Enquiry(models.Model):
    """What one buyer and the seller write to each other about one offer."""

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="enquiries")
    buyer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enquiries"
    )
    opened_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("询价")
        verbose_name_plural = _("询价")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["offer", "buyer"], name="enquiry_one_per_buyer")
        ]
        indexes = [models.Index(fields=["buyer", "opened_at"], name="enquiry_rate")]

    def __str__(self) -> str:
        return f"{self.offer_id}/{self.pk}"


class EnquiryMessage(models.Model):
    """One message; `mailed_at` says that the other side was told."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="messages")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("内容"))
    at = models.DateTimeField(db_default=Now(), editable=False)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("来往消息")
        verbose_name_plural = _("来往消息")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:40]
