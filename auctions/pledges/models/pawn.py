"""Pawn (典当): the terms of a pawnshop, a pawn of one work, its tickets, money and end.

A pawn is the chain of its tickets: each renewal is a new one. Sums on its row are what was posted
to the books for it. Terms, signatures, custody steps and postings are append-only. Rules §2.
"""

from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from artmarket.core.money import MAX_MINOR, Money

from ..enums import PostingKind
from ..pawn_enums import (
    COUNTED,
    LIVE_PAWNS,
    WAITING_TICKETS,
    WITH_THING,
    OrderKind,
    OrderState,
    PawnSide,
    PawnState,
    RequestState,
    StepKind,
    TicketState,
)

PAWN_PARTS: Final = ("principal", "interest", "cost")
PAWN_CHARGED: Final = {part: f"charged_{part}_minor" for part in PAWN_PARTS}
PAWN_PAID: Final = {part: f"paid_{part}_minor" for part in PAWN_PARTS}
_USER: Final = settings.AUTH_USER_MODEL


class PawnTerms(models.Model):
    """The rates of a pawnshop from `valid_from` on, for every customer alike; append-only.

    `fee_permille` a month, `annual_pct` interest a year, `most_pct` the highest share of the
    appraised value that is lent, `lost_fee_minor` the fee for a lost ticket in fen.
    """

    lender = models.ForeignKey(
        "pledges.Lender", on_delete=models.PROTECT, related_name="pawn_terms"
    )
    number = models.PositiveIntegerField()
    valid_from = models.DateField(_("生效日"))
    fee_permille = models.DecimalField(_("每月综合费率（‰）"), max_digits=6, decimal_places=3)
    annual_pct = models.DecimalField(_("年利率（%）"), max_digits=9, decimal_places=6)
    most_pct = models.DecimalField(_("当金最多占估价（%）"), max_digits=6, decimal_places=3)
    lost_fee_minor = models.BigIntegerField(_("挂失补票费"), default=0)
    created_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("典当条件")
        verbose_name_plural = _("典当条件")
        ordering = ["lender", "number"]
        constraints = [
            models.UniqueConstraint(fields=["lender", "number"], name="pawn_terms_number"),
            models.UniqueConstraint(fields=["lender", "valid_from"], name="pawn_terms_day"),
            models.CheckConstraint(
                condition=Q(
                    fee_permille__gte=0, annual_pct__gte=0, most_pct__gt=0, most_pct__lte=100,
                    lost_fee_minor__gte=0, lost_fee_minor__lte=MAX_MINOR,
                ),
                name="pawn_terms_ranges",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.lender} {self.number}"


class PawnRequest(models.Model):
    """An owner asks a pawnshop to take a work in pawn."""

    lender = models.ForeignKey(
        "pledges.Lender", on_delete=models.PROTECT, related_name="pawn_asked"
    )
    pawner = models.ForeignKey("accounts.Party", on_delete=models.PROTECT, related_name="+")
    work = models.ForeignKey("catalog.Work", on_delete=models.PROTECT, related_name="+")
    amount_minor = models.BigIntegerField(_("想借的金额"))
    months = models.PositiveSmallIntegerField(_("期限（月）"))
    state = models.CharField(max_length=9, choices=RequestState, default=RequestState.OPEN)
    asked_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    reason = models.CharField(_("答复"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("典当申请")
        verbose_name_plural = _("典当申请")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["lender", "work"], condition=Q(state=RequestState.OPEN),
                name="pawn_request_once",
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, amount_minor__lte=MAX_MINOR, months__gt=0),
                name="pawn_request_ranges",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.lender} {self.pk}"

    @property
    def amount(self) -> str:
        return str(Money(self.amount_minor, "CNY"))


class PawnQuerySet(models.QuerySet["Pawn"]):
    def live(self) -> "PawnQuerySet":
        return self.filter(state__in=LIVE_PAWNS)

    def counted(self) -> "PawnQuerySet":
        """Those that count for the limits of the pawnshop."""
        return self.filter(state__in=COUNTED)


class Pawn(models.Model):
    """One work in pawn with one pawnshop, which keeps it itself.

    `principal_minor` is the amount of its tickets; the six sums are what was charged and paid by
    the books. `sequence` and `head` end the chain of custody steps. `late_until`: the day until
    which a redemption of the dead pawn was agreed.
    """

    lender = models.ForeignKey("pledges.Lender", on_delete=models.PROTECT, related_name="pawns")
    pawner = models.ForeignKey("accounts.Party", on_delete=models.PROTECT, related_name="pawns")
    work = models.ForeignKey("catalog.Work", on_delete=models.PROTECT, related_name="pawns")
    request = models.OneToOneField(
        PawnRequest, on_delete=models.PROTECT, null=True, blank=True, related_name="pawn"
    )
    state = models.CharField(max_length=9, choices=PawnState, default=PawnState.DRAWN)
    currency = models.CharField(max_length=3, default="CNY")
    appraised_minor = models.BigIntegerField(_("估价"))
    principal_minor = models.BigIntegerField(_("当金"))
    contribution_minor = models.BigIntegerField(_("股东出资额"), null=True, blank=True)
    encumbrance = models.OneToOneField(
        "catalog.Encumbrance", on_delete=models.PROTECT, null=True, blank=True, related_name="pawn"
    )
    place = models.CharField(_("库位"), max_length=120, blank=True, default="")
    seal = models.CharField(_("封签号"), max_length=60, blank=True, default="")
    sequence = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True, default="")
    report_in = models.ForeignKey(
        "appraisal.ConditionReport", on_delete=models.PROTECT, null=True, blank=True,
        related_name="+",
    )  # fmt: skip
    report_out = models.ForeignKey(
        "appraisal.ConditionReport", on_delete=models.PROTECT, null=True, blank=True,
        related_name="+",
    )  # fmt: skip
    in_at = models.DateTimeField(_("入库时间"), null=True, blank=True)
    out_at = models.DateTimeField(_("出库时间"), null=True, blank=True)
    charged_principal_minor = models.BigIntegerField(default=0)
    charged_interest_minor = models.BigIntegerField(default=0)
    charged_cost_minor = models.BigIntegerField(default=0)
    paid_principal_minor = models.BigIntegerField(default=0)
    paid_interest_minor = models.BigIntegerField(default=0)
    paid_cost_minor = models.BigIntegerField(default=0)
    entries = models.PositiveIntegerField(default=0, help_text="Postings to the books so far.")
    dead_on = models.DateField(_("绝当日"), null=True, blank=True)
    dead_rule = models.CharField(max_length=4, blank=True, default="")
    late_until = models.DateField(null=True, blank=True)
    made_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = PawnQuerySet.as_manager()

    class Meta:
        verbose_name = _("典当")
        verbose_name_plural = _("典当")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["work"], condition=Q(state__in=LIVE_PAWNS), name="pawn_one_live_a_work"
            ),
            models.CheckConstraint(
                condition=Q(
                    principal_minor__gt=0, appraised_minor__gte=F("principal_minor"),
                    appraised_minor__lte=MAX_MINOR,
                ),
                name="pawn_amounts",
            ),
            models.CheckConstraint(
                condition=Q(**{f"{PAWN_PAID[part]}__gte": 0 for part in PAWN_PARTS})
                & Q(**{f"{PAWN_CHARGED[part]}__gte": F(PAWN_PAID[part]) for part in PAWN_PARTS}),
                name="pawn_sums",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=WITH_THING)
                | Q(encumbrance__isnull=False, in_at__isnull=False, report_in__isnull=False),
                name="pawn_has_its_thing",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[PawnState.DEAD, PawnState.DISPOSED])
                | (Q(dead_on__isnull=False) & ~Q(dead_rule="")),
                name="pawn_dead_has_day",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[PawnState.RETURNING, PawnState.CLOSED])
                | Q(**{PAWN_CHARGED[part]: F(PAWN_PAID[part]) for part in PAWN_PARTS}),
                name="pawn_returned_owes_nothing",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.lender} {self.pk}"

    def money(self, minor: int) -> str:
        """An amount in the currency of the pawn."""
        return str(Money(minor, self.currency))

    @property
    def principal(self) -> str:
        return self.money(self.principal_minor)

    def owed(self, part: str) -> int:
        """What the books say is owed of a part."""
        return int(getattr(self, PAWN_CHARGED[part]) - getattr(self, PAWN_PAID[part]))

    @property
    def owed_minor(self) -> int:
        return sum(self.owed(part) for part in PAWN_PARTS)


class PawnTicket(models.Model):
    """A ticket (当票): contract and receipt in one, under a uniform number; frozen text and digest.

    `fee_minor` and `interest_minor` are what it cost in the end, once it has ended.
    """

    pawn = models.ForeignKey(Pawn, on_delete=models.PROTECT, related_name="tickets")
    place = models.PositiveSmallIntegerField(help_text="1 for the first, counting its renewals.")
    serial = models.PositiveIntegerField(help_text="In the series of the pawnshop.")
    lender = models.ForeignKey("pledges.Lender", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(_("当票号"), max_length=32, unique=True)
    terms = models.ForeignKey(PawnTerms, on_delete=models.PROTECT, related_name="+")
    months = models.PositiveSmallIntegerField(_("期限（月）"))
    fee_permille = models.DecimalField(_("每月综合费率（‰）"), max_digits=6, decimal_places=3)
    annual_pct = models.DecimalField(_("年利率（%）"), max_digits=9, decimal_places=6)
    text = models.JSONField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=9, choices=TicketState, default=TicketState.DRAWN)
    started_on = models.DateField(_("起当日"), null=True, blank=True)
    matures_on = models.DateField(_("到期日"), null=True, blank=True)
    redeem_until = models.DateField(_("最后赎当日"), null=True, blank=True)
    fee_minor = models.BigIntegerField(default=0)
    interest_minor = models.BigIntegerField(default=0)
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("当票")
        verbose_name_plural = _("当票")
        ordering = ["pawn", "place", "id"]
        constraints = [
            models.UniqueConstraint(fields=["lender", "serial"], name="pawn_ticket_serial"),
            models.UniqueConstraint(
                fields=["pawn", "place"], condition=~Q(state=TicketState.CANCELLED),
                name="pawn_ticket_place",
            ),
            models.UniqueConstraint(
                fields=["pawn"], condition=Q(state__in=[TicketState.LIVE, TicketState.DEAD]),
                name="pawn_ticket_one_live",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[*WAITING_TICKETS, TicketState.CANCELLED])
                | Q(
                    started_on__isnull=False, matures_on__gt=F("started_on"),
                    redeem_until__gte=F("matures_on"),
                ),
                name="pawn_ticket_has_days",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number


class PawnSignature(models.Model):
    """One side has signed the digest of a ticket."""

    ticket = models.ForeignKey(PawnTicket, on_delete=models.PROTECT, related_name="signatures")
    side = models.CharField(max_length=8, choices=PawnSide)
    signer = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    signed_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("当票签名")
        verbose_name_plural = _("当票签名")
        ordering = ["ticket", "id"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "side"], name="pawn_signed_once"),
            models.UniqueConstraint(fields=["ticket", "signer"], name="pawn_signed_by_two"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket} {self.side}"


class PawnLoss(models.Model):
    """A lost ticket: reported, charged for, and replaced by a copy of its own number."""

    ticket = models.ForeignKey(PawnTicket, on_delete=models.PROTECT, related_name="losses")
    number = models.CharField(_("补发票号"), max_length=36, unique=True)
    fee_minor = models.BigIntegerField()
    words = models.CharField(_("挂失说明"), max_length=300)
    reported_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("当票挂失")
        verbose_name_plural = _("当票挂失")
        ordering = ["ticket", "id"]

    def __str__(self) -> str:
        return self.number


class PawnStep(models.Model):
    """One step with the thing, said by one person; `confirms` names the row another confirms."""

    pawn = models.ForeignKey(Pawn, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=3, choices=StepKind)
    confirms = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="confirmed_by"
    )
    is_refusal = models.BooleanField(default=False)
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    place = models.CharField(_("库位"), max_length=120, blank=True, default="")
    seal = models.CharField(_("封签号"), max_length=60, blank=True, default="")
    tag = models.CharField(_("读到的标签"), max_length=64, blank=True, default="")
    note = models.CharField(_("说明"), max_length=300, blank=True, default="")
    previous = models.CharField(max_length=64, blank=True, default="")
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("当物出入库记录")
        verbose_name_plural = _("当物出入库记录")
        ordering = ["pawn", "number"]
        constraints = [
            models.UniqueConstraint(fields=["pawn", "number"], name="pawn_step_number"),
        ]

    def __str__(self) -> str:
        return f"{self.pawn} {self.number}"


class PawnPosting(models.Model):
    """What one entry of the books charged or paid of a pawn (below zero: corrected)."""

    pawn = models.ForeignKey(Pawn, on_delete=models.PROTECT, related_name="postings")
    entry = models.ForeignKey("ledger.Entry", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=7, choices=PostingKind)
    part = models.CharField(max_length=9)
    amount_minor = models.BigIntegerField()

    class Meta:
        verbose_name = _("典当入账")
        verbose_name_plural = _("典当入账")
        ordering = ["pawn", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["pawn", "entry", "kind", "part"], name="pawn_posting_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pawn} {self.kind} {self.part}"


class PawnOrder(models.Model):
    """What a payment is to do: redeem, renew by a signed ticket, or pay a deficiency.

    `amount_minor` is what is owed on `pay_by`; money of an earlier day pays less and the rest goes
    back. It counts for the day on which it came.
    """

    pawn = models.ForeignKey(Pawn, on_delete=models.PROTECT, related_name="orders")
    ticket = models.ForeignKey(PawnTicket, on_delete=models.PROTECT, related_name="orders")
    kind = models.CharField(max_length=6, choices=OrderKind)
    successor = models.ForeignKey(
        PawnTicket, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    pay_by = models.DateField(_("付款截止日"))
    amount_minor = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=OrderState, default=OrderState.OPEN)
    why = models.CharField(max_length=300, blank=True, default="")
    value_on = models.DateField(null=True, blank=True)
    asked_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("典当付款")
        verbose_name_plural = _("典当付款")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="pawn_order_above_zero"),
            models.CheckConstraint(
                condition=Q(kind=OrderKind.RENEW, successor__isnull=False)
                | (~Q(kind=OrderKind.RENEW) & Q(successor__isnull=True)),
                name="pawn_order_successor",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket} {self.kind}"
