"""What stops a pawn and what ends a dead one: holds of police or court, and disposals."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from artmarket.core.money import MAX_MINOR

from ..pawn_enums import DisposalState, DisposalWay
from .pawn import Pawn

_USER = settings.AUTH_USER_MODEL


class PawnHold(models.Model):
    """Police or a court hold the thing: every step of the pawn waits until it is lifted."""

    pawn = models.ForeignKey(Pawn, on_delete=models.PROTECT, related_name="holds")
    authority = models.CharField(_("机关"), max_length=120)
    document = models.CharField(_("文书号"), max_length=120)
    set_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(db_default=Now(), editable=False)
    lifted_by = models.ForeignKey(
        _USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lift_document = models.CharField(_("解除文书号"), max_length=120, blank=True, default="")

    class Meta:
        verbose_name = _("当物查封")
        verbose_name_plural = _("当物查封")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["pawn"], condition=Q(lifted_at__isnull=True), name="pawn_hold_one_live"
            ),
            models.CheckConstraint(
                condition=~Q(authority="") & ~Q(document="")
                & (Q(lifted_at__isnull=True) | ~Q(lift_document="")),
                name="pawn_hold_has_document",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.document


class PawnDisposal(models.Model):
    """A dead pawn turned into money: price, costs, buyer, and the statement of what it paid.

    An agreed discount takes the pawner's word, a sale that of a second person of the pawnshop.
    """

    pawn = models.ForeignKey(Pawn, on_delete=models.PROTECT, related_name="disposals")
    way = models.CharField(_("方式"), max_length=6, choices=DisposalWay)
    price_minor = models.BigIntegerField(_("价款"))
    costs_minor = models.BigIntegerField(_("变现费用"))
    buyer = models.CharField(_("买受人"), max_length=200)
    note = models.CharField(_("说明"), max_length=300, blank=True, default="")
    state = models.CharField(max_length=8, choices=DisposalState, default=DisposalState.PROPOSED)
    proposed_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(db_default=Now(), editable=False)
    decided_by = models.ForeignKey(
        _USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    is_own_account = models.BooleanField(default=False)
    surplus_minor = models.BigIntegerField(default=0)
    deficiency_minor = models.BigIntegerField(default=0)
    statement = models.JSONField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        verbose_name = _("绝当物处置")
        verbose_name_plural = _("绝当物处置")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["pawn"],
                condition=Q(state__in=[DisposalState.PROPOSED, DisposalState.DONE]),
                name="pawn_disposal_one",
            ),
            models.CheckConstraint(
                condition=Q(
                    price_minor__gt=0, price_minor__lte=MAX_MINOR, costs_minor__gte=0,
                    costs_minor__lte=F("price_minor"),
                ),
                name="pawn_disposal_amounts",
            ),
            models.CheckConstraint(
                condition=~Q(state=DisposalState.DONE)
                | (Q(decided_at__isnull=False, statement__isnull=False) & ~Q(digest="")),
                name="pawn_disposal_has_statement",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.pawn} {self.way}"
