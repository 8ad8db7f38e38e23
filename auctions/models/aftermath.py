"""What follows the hammer: defaults, second chances, offers after the sale, corrections.

Defaults and corrections are append-only; an offer changes its state once. Auction rules §11; 拍卖法
39, 50, 54.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ..enums import OfferState


class BuyerDefault(models.Model):
    """A contract that was cancelled in writing because its buyer did not pay (拍卖法 39).

    `number` is the sequence of its event in the lot's log. The commissions are those of the
    cancelled contract; what the buyer owes in all also depends on the resale (`engine.claims`).
    """

    lot = models.ForeignKey("auctions.Lot", on_delete=models.PROTECT, related_name="defaults")
    paddle = models.ForeignKey("auctions.Paddle", on_delete=models.PROTECT, related_name="defaults")
    number = models.PositiveIntegerField()
    hammer_minor = models.BigIntegerField()
    buyer_commission_minor = models.BigIntegerField()
    seller_commission_minor = models.BigIntegerField()
    due_on = models.DateField()
    reason = models.CharField(_("解除的理由"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("违约")
        verbose_name_plural = _("违约")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["lot", "number"], name="buyer_default_number"),
            models.CheckConstraint(condition=~Q(reason=""), name="buyer_default_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.lot_id}/{self.number}"


class SecondChance(models.Model):
    """The offer of a lot, after its contract was cancelled, to an underbidder at his own last bid.

    It binds the house until `open_until`; the underbidder refuses without consequence.
    """

    default = models.ForeignKey(
        BuyerDefault, on_delete=models.PROTECT, related_name="second_chances"
    )
    lot = models.ForeignKey("auctions.Lot", on_delete=models.PROTECT, related_name="second_chances")
    paddle = models.ForeignKey(
        "auctions.Paddle", on_delete=models.PROTECT, related_name="second_chances"
    )
    amount_minor = models.BigIntegerField()
    is_below_reserve = models.BooleanField(
        default=False, help_text="The consignor agreed to less than his reserve."
    )
    state = models.CharField(max_length=8, choices=OfferState, default=OfferState.OPEN)
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    offered_at = models.DateTimeField()
    open_until = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("第二次机会")
        verbose_name_plural = _("第二次机会")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["lot"], condition=Q(state=OfferState.OPEN), name="second_chance_one_open"
            ),
            models.CheckConstraint(
                condition=Q(open_until__gt=F("offered_at")), name="second_chance_is_open"
            ),
            models.CheckConstraint(
                condition=Q(state=OfferState.OPEN, answered_at__isnull=True)
                | (~Q(state=OfferState.OPEN) & Q(answered_at__isnull=False)),
                name="second_chance_answered",
            ),
        ]
        indexes = [models.Index(fields=["state", "open_until"], name="second_chance_by_end")]

    def __str__(self) -> str:
        return f"{self.lot_id} → {self.paddle_id}"


class AfterSaleOffer(models.Model):
    """What a bidder of the sale offers for a lot that was not sold."""

    lot = models.ForeignKey(
        "auctions.Lot", on_delete=models.PROTECT, related_name="after_sale_offers"
    )
    paddle = models.ForeignKey(
        "auctions.Paddle", on_delete=models.PROTECT, related_name="after_sale_offers"
    )
    amount_minor = models.BigIntegerField()
    is_below_reserve = models.BooleanField(
        default=False, help_text="Accepted with the consignor's consent to less than his reserve."
    )
    state = models.CharField(max_length=8, choices=OfferState, default=OfferState.OPEN)
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    offered_at = models.DateTimeField()
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("会后出价")
        verbose_name_plural = _("会后出价")
        ordering = ["-amount_minor", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["lot", "paddle"],
                condition=Q(state=OfferState.OPEN),
                name="after_sale_one_open",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="after_sale_above_zero"),
            models.CheckConstraint(
                condition=Q(state=OfferState.OPEN, answered_at__isnull=True)
                | (~Q(state=OfferState.OPEN) & Q(answered_at__isnull=False)),
                name="after_sale_answered",
            ),
        ]
        indexes = [models.Index(fields=["state", "offered_at"], name="after_sale_by_state")]

    def __str__(self) -> str:
        return f"{self.paddle_id} → {self.lot_id}"


class LotCorrection(models.Model):
    """A dated correction (勘误) of an announced lot: the text before and after, and why.

    `number` is the sequence of its event in the lot's log.
    """

    lot = models.ForeignKey("auctions.Lot", on_delete=models.PROTECT, related_name="corrections")
    number = models.PositiveIntegerField()
    before = models.JSONField(help_text="The fields that changed, as they were announced.")
    after = models.JSONField()
    reason = models.CharField(_("理由"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("勘误")
        verbose_name_plural = _("勘误")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["lot", "number"], name="lot_correction_number"),
            models.CheckConstraint(condition=~Q(reason=""), name="lot_correction_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.lot_id}/{self.number}"
