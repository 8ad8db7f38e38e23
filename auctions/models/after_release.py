"""What can follow a release: a resale right that waits for its holder, and money that is owed back.

A sale that is undone after its release is paid to the buyer at once; what others had got by then
they owe to the guarantee fund. Sums are frozen, receipts append-only. Auction rules §5, §12.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from artmarket.core.money import Money

from ..settlement_enums import RecourseSide, ResaleState


class ResaleRight(models.Model):
    """A resale right (追续权费) that one sale brought; whose it is, once that is known.

    While nobody is named it stands in suspense. `named_by` None: the register named him.
    """

    settlement = models.OneToOneField(
        "auctions.Settlement", on_delete=models.PROTECT, related_name="resale_right"
    )
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField(_("金额"))
    state = models.CharField(max_length=10, choices=ResaleState, default=ResaleState.WAITING)
    since = models.DateTimeField()
    due_on = models.DateField(_("办理期限"))
    holder = models.ForeignKey(
        "accounts.Party", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    basis = models.CharField(_("认定的依据"), max_length=300, blank=True, default="")
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    named_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("追续权费")
        verbose_name_plural = _("追续权费")
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="resale_above_zero"),
            models.CheckConstraint(
                condition=Q(
                    state=ResaleState.WAITING, holder__isnull=True, named_at__isnull=True
                )
                | Q(state=ResaleState.NAMED, holder__isnull=False, named_at__isnull=False)
                & ~Q(basis="")
                | Q(state=ResaleState.TAKEN_BACK),
                name="resale_whose",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["state", "due_on"], name="resale_by_state")]

    def __str__(self) -> str:
        return f"{self.settlement_id}: {self.money}"

    @property
    def money(self) -> Money:
        """What is due."""
        return Money(self.amount_minor, self.currency)


class Recourse(models.Model):
    """What a side has to give back of an undone sale, to the fund that paid for it (追偿)."""

    settlement = models.ForeignKey(
        "auctions.Settlement", on_delete=models.PROTECT, related_name="recourses"
    )
    side = models.CharField(max_length=6, choices=RecourseSide)
    party = models.ForeignKey("accounts.Party", on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField(_("金额"))
    paid_minor = models.BigIntegerField(_("已付还"), default=0)
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("追偿")
        verbose_name_plural = _("追偿")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["settlement", "side"], name="recourse_one_a_side"),
            models.CheckConstraint(
                condition=Q(
                    amount_minor__gt=0, paid_minor__gte=0, paid_minor__lte=F("amount_minor")
                ),
                name="recourse_paid_within",
            ),
            models.CheckConstraint(
                condition=Q(paid_minor=F("amount_minor"), settled_at__isnull=False)
                | Q(paid_minor__lt=F("amount_minor"), settled_at__isnull=True),
                name="recourse_settled_when_paid",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.settlement_id}: {self.side}"

    @property
    def money(self) -> Money:
        """What is to be given back in all."""
        return Money(self.amount_minor, self.currency)

    @property
    def paid(self) -> Money:
        """What was given back."""
        return Money(self.paid_minor, self.currency)

    @property
    def open_minor(self) -> int:
        """What is still owed."""
        return self.amount_minor - self.paid_minor

    @property
    def open(self) -> Money:
        """The same as money."""
        return Money(self.open_minor, self.currency)


class RecourseReceipt(models.Model):
    """What came in for a recourse; what of it is not `credited` goes back to the party.

    It came with a payment, or with a payout of the undone sale that failed after the undoing.
    """

    recourse = models.ForeignKey(Recourse, on_delete=models.PROTECT, related_name="receipts")
    payment = models.ForeignKey(
        "ledger.Payment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    payout = models.OneToOneField(
        "ledger.Payout", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    amount_minor = models.BigIntegerField()
    credited_minor = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("追偿收款")
        verbose_name_plural = _("追偿收款")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    amount_minor__gt=0,
                    credited_minor__gte=0,
                    credited_minor__lte=F("amount_minor"),
                ),
                name="recourse_receipt_within",
            ),
            models.CheckConstraint(
                condition=Q(payment__isnull=False, payout__isnull=True)
                | Q(payment__isnull=True, payout__isnull=False),
                name="recourse_receipt_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recourse_id}/{self.pk}"
