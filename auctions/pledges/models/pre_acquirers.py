"""Forward purchases of pledged works (预收购): who buys, at which price, after a default.

Signed before the borrower signs, who reads them; the capacity of the party is checked every year.
Neither the lender nor anybody close to him, nor the borrower (流质, 民法典 428). Rules §3, §9.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from artmarket.core.money import MAX_MINOR, Money

from ..realisation_enums import LIVE_COMMITMENTS, CommitmentState


class CommitmentQuerySet(models.QuerySet["PreAcquisition"]):
    def live(self) -> "CommitmentQuerySet":
        """Asked for or signed, and not over."""
        return self.filter(state__in=LIVE_COMMITMENTS)


class PreAcquisition(models.Model):
    """One party commits to buy one work of a loan at a forward price, until `expires_on`.

    `text` is what it signs, as data, and `digest` the SHA-256 of that as canonical JSON; neither
    changes. `deposit_minor` is the earnest that was agreed (定金), zero without one. Amounts in the
    smallest unit of the loan.
    """

    item = models.ForeignKey(
        "pledges.PledgeItem", on_delete=models.PROTECT, related_name="pre_acquisitions"
    )
    party = models.ForeignKey(
        "accounts.Party", on_delete=models.PROTECT, related_name="pre_acquisitions"
    )
    state = models.CharField(max_length=8, choices=CommitmentState, default=CommitmentState.ASKED)
    price_minor = models.BigIntegerField(_("预收购价"))
    deposit_minor = models.BigIntegerField(_("定金"), default=0)
    deposit_terms = models.CharField(_("定金的约定"), max_length=300, blank=True, default="")
    expires_on = models.DateField(_("有效期至"))
    text = models.JSONField()
    digest = models.CharField(max_length=64)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(_("结束的理由"), max_length=300, blank=True, default="")

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("预收购承诺")
        verbose_name_plural = _("预收购承诺")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(state__in=LIVE_COMMITMENTS),
                name="pre_acquisition_one_live",
            ),
            models.CheckConstraint(
                condition=Q(
                    price_minor__gt=0, price_minor__lte=MAX_MINOR, deposit_minor__gte=0,
                    deposit_minor__lt=F("price_minor"),
                ),
                name="pre_acquisition_figures",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[CommitmentState.SIGNED, CommitmentState.USED])
                | Q(signed_by__isnull=False, signed_at__isnull=False),
                name="pre_acquisition_signed",
            ),
            models.CheckConstraint(
                condition=Q(state__in=LIVE_COMMITMENTS, ended_at__isnull=True)
                | ~Q(state__in=LIVE_COMMITMENTS) & Q(ended_at__isnull=False),
                name="pre_acquisition_ended",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["party", "state"], name="pre_acquisition_by_party"),
            models.Index(fields=["state", "expires_on"], name="pre_acquisition_by_end"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} → {self.party_id}: {self.price_minor}"

    @property
    def price(self) -> Money:
        """At what price it buys."""
        return Money(self.price_minor, self.item.loan.currency)


class CapacityCheck(models.Model):
    """Somebody of the lender looked whether a pre-acquirer can pay, on what papers; append-only."""

    commitment = models.ForeignKey(PreAcquisition, on_delete=models.PROTECT, related_name="checks")
    is_able = models.BooleanField(_("有能力履行"))
    papers = models.CharField(_("凭证"), max_length=300)
    valid_until = models.DateField(_("核实有效期至"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("能力核实")
        verbose_name_plural = _("能力核实")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(papers=""), name="capacity_check_has_papers")
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id}: {self.valid_until}"
