"""Bidders of a sale, their bids, and the log of each lot. Bids and events are append-only.

Every decided offer is a row, refused ones too: the same key finds the same answer for ever, and
the operator sees every attempt (拍卖法 54: kept for five years).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from artmarket.core.sealed import SealedTextField

from ..enums import Bar, BidResult, Channel, HighValueState, LotEventKind, PaddleState


class Paddle(models.Model):
    """The registration of one bidder for one sale, with the number shown to others.

    `user` bids; `party` is who buys: himself, his company, or whoever gave him a power of attorney.
    """

    sale = models.ForeignKey("auctions.Sale", on_delete=models.PROTECT, related_name="paddles")
    party = models.ForeignKey("accounts.Party", on_delete=models.PROTECT, related_name="paddles")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="paddles"
    )
    number = models.PositiveIntegerField(_("号牌"))
    state = models.CharField(max_length=9, choices=PaddleState, default=PaddleState.PENDING)
    bid_limit_minor = models.BigIntegerField(_("竞买额度"), null=True, blank=True)
    conditions = models.ForeignKey(
        "auctions.Conditions", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    registered_at = models.DateTimeField(db_default=Now(), editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_rule = models.ForeignKey(
        "auctions.RuleSet", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(max_length=300, blank=True, default="")
    power = models.OneToOneField(
        "auctions.Power", on_delete=models.PROTECT, null=True, blank=True, related_name="paddle"
    )
    high_value = models.CharField(
        max_length=8, choices=HighValueState, blank=True, default=HighValueState.NONE
    )

    class Meta:
        verbose_name = _("号牌")
        verbose_name_plural = _("号牌")
        ordering = ["sale", "number"]
        constraints = [
            models.UniqueConstraint(fields=["sale", "number"], name="paddle_number"),
            models.UniqueConstraint(fields=["sale", "party"], name="paddle_one_per_party"),
            models.CheckConstraint(
                condition=Q(bid_limit_minor__isnull=True) | Q(bid_limit_minor__gt=0),
                name="paddle_limit_above_zero",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sale_id}#{self.number}"


class BidQuerySet(models.QuerySet["Bid"]):
    def counting(self) -> "BidQuerySet":
        """Accepted and not void: those that price and leader follow from."""
        return self.filter(result=BidResult.ACCEPTED, void__isnull=True)


class Bid(models.Model):
    """One offer and its answer.

    `number` is the sequence of its event where it was accepted; `maximum_minor` what was kept of
    the amount. `answer` is what the bidder was told, to be told again for the same key.
    """

    lot = models.ForeignKey("auctions.Lot", on_delete=models.PROTECT, related_name="bids")
    paddle = models.ForeignKey(Paddle, on_delete=models.PROTECT, related_name="bids")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)
    channel = models.CharField(max_length=8, choices=Channel)
    amount_minor = models.BigIntegerField(
        null=True, blank=True, help_text="Null where the bid is sealed."
    )
    is_confirmed = models.BooleanField(default=False)
    result = models.CharField(max_length=20, choices=BidResult)
    bar = models.CharField(max_length=10, choices=Bar, blank=True, default="")
    maximum_minor = models.BigIntegerField(null=True, blank=True)
    number = models.PositiveIntegerField(null=True, blank=True)
    received_at = models.DateTimeField()
    answer = models.JSONField(default=dict)

    objects = BidQuerySet.as_manager()

    class Meta:
        verbose_name = _("出价")
        verbose_name_plural = _("出价")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["paddle", "key"], name="bid_key"),
            models.UniqueConstraint(fields=["lot", "number"], name="bid_number"),
            models.CheckConstraint(
                condition=Q(result=BidResult.ACCEPTED, number__isnull=False)
                | (~Q(result=BidResult.ACCEPTED) & Q(number__isnull=True)),
                name="bid_accepted_is_numbered",
            ),
        ]
        indexes = [models.Index(fields=["lot", "paddle", "-maximum_minor"], name="bid_own_best")]

    def __str__(self) -> str:
        return f"{self.lot_id}:{self.pk}"


class SealedAmount(models.Model):
    """The amount of a sealed bid, readable by nobody before the opening, the database included.

    Not in the bid itself, which never changes: a change of keys seals these anew.
    """

    bid = models.OneToOneField(Bid, on_delete=models.PROTECT, related_name="sealed")
    amount = SealedTextField()

    class Meta:
        verbose_name = _("密封的金额")
        verbose_name_plural = _("密封的金额")

    def __str__(self) -> str:
        return f"{self.bid_id}"


class BidVoid(models.Model):
    """A bid that no longer counts, for cause, with who said so."""

    bid = models.OneToOneField(Bid, on_delete=models.PROTECT, related_name="void")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("理由"), max_length=300)
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("作废的出价")
        verbose_name_plural = _("作废的出价")
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="bid_void_has_reason")]

    def __str__(self) -> str:
        return f"{self.bid_id}"


class LotEvent(models.Model):
    """One step of a lot; folded in order they give its state."""

    lot = models.ForeignKey("auctions.Lot", on_delete=models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=9, choices=LotEventKind)
    at = models.DateTimeField()
    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ends_at = models.DateTimeField(null=True, blank=True)
    counts = models.PositiveIntegerField(
        default=1, help_text="How many of the lot's extensions it uses up."
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("拍品日志")
        verbose_name_plural = _("拍品日志")
        ordering = ["lot", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["lot", "sequence"], name="lot_event_sequence"),
        ]

    def __str__(self) -> str:
        return f"{self.lot_id}/{self.sequence} {self.kind}"
