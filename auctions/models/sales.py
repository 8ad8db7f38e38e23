"""A sale and its lots.

Of a lot the columns from `sequence` on are the state that the engine makes of the bids; they are
written by `services.bidding` and `services.closing` alone; how the lot ended also by what follows
the hammer (`services.payment`, `services.second_chance`, `services.after_sale`). `reserve_minor`
and the maxima are secret: no page, answer, event or export of somebody who may not see them holds
them.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from artmarket.core.money import MAX_MINOR, Money

from ..enums import (
    LIVE_LOTS,
    SOLD_LOTS,
    BiddingWay,
    LotMark,
    LotState,
    OffLadder,
    ReservePolicy,
    SaleFormat,
    SaleState,
    SealedPrice,
    StepMode,
)

MAX_LOTS = 10_000


class Sale(models.Model):
    """An auction of one house, from its draft to its end."""

    house = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="sales"
    )
    title = models.CharField(_("名称"), max_length=120)
    title_en = models.CharField(_("英文名称"), max_length=200, blank=True, default="")
    description = models.TextField(_("介绍"), blank=True, default="")
    description_en = models.TextField(_("英文介绍"), blank=True, default="")
    format = models.CharField(_("方式"), max_length=8, choices=SaleFormat)
    sealed_price = models.CharField(max_length=8, choices=SealedPrice, blank=True, default="")
    state = models.CharField(max_length=10, choices=SaleState, default=SaleState.DRAFT)
    currency = models.CharField(max_length=3, default="CNY")
    ladder = models.ForeignKey("auctions.RuleSet", on_delete=models.PROTECT, related_name="+")
    closing = models.ForeignKey("auctions.RuleSet", on_delete=models.PROTECT, related_name="+")
    premium = models.ForeignKey("auctions.RuleSet", on_delete=models.PROTECT, related_name="+")
    deposit = models.ForeignKey(
        "auctions.RuleSet", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approval = models.ForeignKey(
        "auctions.RuleSet", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    storage = models.ForeignKey(
        "auctions.RuleSet", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    platform = models.ForeignKey(
        "auctions.RuleSet", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    conditions = models.ForeignKey(
        "auctions.Conditions", on_delete=models.PROTECT, null=True, blank=True, related_name="sales"
    )
    way = models.CharField(max_length=10, choices=BiddingWay, default=BiddingWay.PROXY)
    step_mode = models.CharField(max_length=4, choices=StepMode, default=StepMode.SNAP)
    off_ladder = models.CharField(max_length=10, choices=OffLadder, default=OffLadder.ACCEPT)
    reserve_policy = models.CharField(
        max_length=9, choices=ReservePolicy, default=ReservePolicy.JUMP
    )
    confirm_above = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Multiple of the next bid above which a bid is confirmed."
    )
    place = models.CharField(_("展示地点"), max_length=200, blank=True, default="")
    notice_on = models.DateField(_("公告日"), null=True, blank=True)
    viewing_from = models.DateField(_("展示开始"), null=True, blank=True)
    viewing_until = models.DateField(_("展示结束"), null=True, blank=True)
    opens_at = models.DateTimeField(_("开始竞价"), null=True, blank=True)
    closes_at = models.DateTimeField(_("第一件结束"), null=True, blank=True)
    stagger_seconds = models.PositiveIntegerField(_("每件相隔（秒）"), default=60)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    announced_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    cancel_reason = models.CharField(_("取消的理由"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("拍卖会")
        verbose_name_plural = _("拍卖会")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True)
                | Q(closes_at__isnull=True)
                | Q(opens_at__lt=F("closes_at")),
                name="sale_opens_before_it_closes",
            ),
            models.CheckConstraint(
                condition=Q(format=SaleFormat.SEALED, sealed_price__in=SealedPrice.values)
                | Q(format=SaleFormat.TIMED, sealed_price=""),
                name="sale_sealed_price",
            ),
        ]
        indexes = [models.Index(fields=["state", "closes_at"], name="sale_by_end")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_sealed(self) -> bool:
        """Nobody sees any bid before all are opened."""
        return self.format == SaleFormat.SEALED

    @property
    def display_title(self) -> str:
        """The title in the reader's language where the house gave one."""
        return (self.title_en if get_language() == "en" else "") or self.title


class LotQuerySet(models.QuerySet["Lot"]):
    def live(self) -> "LotQuerySet":
        """Announced or open: their time decides what can be done."""
        return self.filter(state__in=LIVE_LOTS)

    def held_after_default(self) -> "LotQuerySet":
        """The contract is cancelled and the work not given back yet."""
        return self.filter(state=LotState.DEFAULTED, encumbrance__released_at__isnull=True)


class Lot(models.Model):
    """One work in a sale."""

    sale = models.ForeignKey(Sale, on_delete=models.PROTECT, related_name="lots")
    number = models.PositiveIntegerField(_("图录号"))
    work = models.ForeignKey("catalog.Work", on_delete=models.PROTECT, related_name="lots")
    consignor = models.ForeignKey(
        "accounts.Party", on_delete=models.PROTECT, related_name="consigned_lots"
    )
    consignment = models.ForeignKey(
        "auctions.Consignment", on_delete=models.PROTECT, related_name="lots"
    )
    encumbrance = models.OneToOneField(
        "catalog.Encumbrance", on_delete=models.PROTECT, null=True, blank=True, related_name="lot"
    )
    estimate_low_minor = models.BigIntegerField(_("估价下限"), null=True, blank=True)
    estimate_high_minor = models.BigIntegerField(_("估价上限"), null=True, blank=True)
    opening_minor = models.BigIntegerField(_("起拍价"))
    reserve_minor = models.BigIntegerField(_("保留价"), null=True, blank=True)
    condition = models.TextField(_("品相"), blank=True, default="")
    is_high_value = models.BooleanField(
        default=False, help_text="Bidders are let in to it separately; set by the announcement."
    )
    symbols = models.CharField(
        max_length=20, blank=True, default="", help_text="Guarantee and interest marks."
    )
    state = models.CharField(max_length=13, choices=LotState, default=LotState.DRAFT)
    first_end = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    # What the engine makes of the bids.
    sequence = models.PositiveIntegerField(default=0)
    extensions = models.PositiveIntegerField(default=0)
    leader = models.ForeignKey(
        "auctions.Paddle", on_delete=models.PROTECT, null=True, blank=True, related_name="leads"
    )
    leader_maximum = models.BigIntegerField(null=True, blank=True)
    leader_number = models.PositiveIntegerField(null=True, blank=True)
    runner_up = models.ForeignKey(
        "auctions.Paddle", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    runner_up_maximum = models.BigIntegerField(null=True, blank=True)
    runner_up_number = models.PositiveIntegerField(null=True, blank=True)
    price_minor = models.BigIntegerField(null=True, blank=True)
    ask_minor = models.BigIntegerField(null=True, blank=True)
    reserve_met = models.BooleanField(default=False)
    house_leads = models.BooleanField(default=False)
    bid_count = models.PositiveIntegerField(default=0)
    # How it ended; `closed_at` is the hammer, or when the contract that stands was made.
    winner = models.ForeignKey(
        "auctions.Paddle", on_delete=models.PROTECT, null=True, blank=True, related_name="won"
    )
    hammer_minor = models.BigIntegerField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    withdrawal_reason = models.CharField(max_length=300, blank=True, default="")

    objects = LotQuerySet.as_manager()

    class Meta:
        verbose_name = _("拍品")
        verbose_name_plural = _("拍品")
        ordering = ["sale", "number"]
        constraints = [
            models.UniqueConstraint(fields=["sale", "number"], name="lot_number"),
            models.CheckConstraint(
                condition=Q(opening_minor__gt=0, opening_minor__lte=MAX_MINOR),
                name="lot_has_opening",
            ),
            models.CheckConstraint(
                condition=Q(reserve_minor__isnull=True) | Q(reserve_minor__gt=0),
                name="lot_reserve_above_zero",
            ),
            models.CheckConstraint(
                condition=Q(price_minor__isnull=True)
                | Q(house_leads=True)
                | Q(price_minor__lte=F("leader_maximum")),
                name="lot_price_within_maximum",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("first_end")),
                name="lot_end_never_falls",
            ),
            models.CheckConstraint(
                condition=Q(state__in=SOLD_LOTS, winner__isnull=False, hammer_minor__isnull=False)
                | (~Q(state__in=SOLD_LOTS) & Q(winner__isnull=True, hammer_minor__isnull=True)),
                name="lot_sold_to_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "ends_at"], name="lot_by_end"),
            models.Index(fields=["sale", "leader"], name="lot_by_leader"),
        ]

    def __str__(self) -> str:
        return f"{self.sale_id}/{self.number}"

    @property
    def estimate(self) -> str:
        """Both ends of the estimate in words; "" where the house gave none."""
        low, high = self.money(self.estimate_low_minor), self.money(self.estimate_high_minor)
        return f"{low}–{high}" if low and high else ""

    @property
    def marks(self) -> list[LotMark]:
        """The marks of the lot, in the order in which they are explained."""
        return [mark for mark in LotMark if mark in self.symbols]

    def money(self, minor: int | None) -> Money | None:
        """An amount of this lot, with the currency of its sale."""
        return None if minor is None else Money(minor, self.sale.currency)
