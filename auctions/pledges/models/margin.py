"""Margin calls with all their steps, and revaluations of whole categories.

A loan has one live call at most. Steps, revaluations and their answers are append-only; the row of
a call says where it stands and follows from its steps. Pledge rules §4, §8.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ..margin_enums import LIVE_CALLS, WITH_DEADLINE, Answer, CallState, CallStep, Cause


class MarginCallQuerySet(models.QuerySet["MarginCall"]):
    def live(self) -> "MarginCallQuerySet":
        """Those that are not settled."""
        return self.filter(state__in=LIVE_CALLS)


class MarginCall(models.Model):
    """A call for more security (追加担保), in the smallest unit of the loan.

    `short_minor` is what was missing when it was opened, `remaining_minor` what is missing by the
    last test; `exposure_minor`, `eligible_minor` and `capacity_minor` are those of that test.
    `cure_by` is the last day to cure. `waiver_*` hold what the lender's people are signing, or what
    they signed.
    """

    loan = models.ForeignKey("pledges.Loan", on_delete=models.PROTECT, related_name="margin_calls")
    state = models.CharField(max_length=12, choices=CallState, default=CallState.OPEN)
    opened_on = models.DateField(_("发起日"))
    opened_at = models.DateTimeField(db_default=Now(), editable=False)
    short_minor = models.BigIntegerField(_("发起时缺少"))
    remaining_minor = models.BigIntegerField(_("还缺"))
    exposure_minor = models.BigIntegerField(_("欠款"))
    eligible_minor = models.BigIntegerField(_("认定价值"))
    capacity_minor = models.BigIntegerField(_("可担保"))
    delivered_at = models.DateTimeField(_("通知送达"), null=True, blank=True)
    cure_by = models.DateField(_("补足期限"), null=True, blank=True)
    waiver_until = models.DateField(_("暂缓到"), null=True, blank=True)
    waiver_reason = models.CharField(_("暂缓的理由"), max_length=300, blank=True, default="")
    sequence = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MarginCallQuerySet.as_manager()

    class Meta:
        verbose_name = _("追加担保")
        verbose_name_plural = _("追加担保")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["loan"], condition=Q(state__in=LIVE_CALLS), name="margin_call_one_live"
            ),
            models.CheckConstraint(
                condition=Q(
                    short_minor__gt=0, remaining_minor__gte=0, exposure_minor__gte=0,
                    eligible_minor__gte=0, capacity_minor__gte=0,
                ),
                name="margin_call_figures",
            ),
            models.CheckConstraint(
                condition=Q(state=CallState.CURED, remaining_minor=0, ended_at__isnull=False)
                | ~Q(state=CallState.CURED) & Q(remaining_minor__gt=0, ended_at__isnull=True),
                name="margin_call_cured_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[*WITH_DEADLINE, CallState.ESCALATED])
                | Q(delivered_at__isnull=False, cure_by__isnull=False),
                name="margin_call_notified_has_deadline",
            ),
            models.CheckConstraint(
                condition=~Q(state=CallState.WAIVED)
                | Q(waiver_until__isnull=False) & ~Q(waiver_reason=""),
                name="margin_call_waived_why",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["state", "cure_by"],
                condition=Q(state__in=LIVE_CALLS),
                name="margin_call_by_end",
            )
        ]

    def __str__(self) -> str:
        return f"{self.loan_id}: {self.state}"


class MarginStep(models.Model):
    """One step of a call with the figures of its test (None: it was not tested); append-only.

    `data` holds for a notice who was told and when it reached him, for a waiver its reason and end,
    for a count the works that were lost.
    """

    call = models.ForeignKey(MarginCall, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=9, choices=CallStep)
    cause = models.CharField(max_length=11, choices=Cause)
    state = models.CharField(max_length=12, choices=CallState)
    day = models.DateField()
    exposure_minor = models.BigIntegerField(null=True, blank=True)
    eligible_minor = models.BigIntegerField(null=True, blank=True)
    capacity_minor = models.BigIntegerField(null=True, blank=True)
    remaining_minor = models.BigIntegerField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    data = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("追加担保记录")
        verbose_name_plural = _("追加担保记录")
        ordering = ["call", "number"]
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="margin_step_number"),
        ]

    def __str__(self) -> str:
        return f"{self.call_id}/{self.number} {self.kind}"


class Revaluation(models.Model):
    """A lender lowers a whole category by a percentage, from a day on; append-only.

    It counts once another person has confirmed it. The category "*" stands for all works.
    """

    lender = models.ForeignKey(
        "pledges.Lender", on_delete=models.PROTECT, related_name="revaluations"
    )
    category = models.CharField(_("类别"), max_length=20)
    cut_pct = models.DecimalField(_("调低（%）"), max_digits=6, decimal_places=3)
    from_on = models.DateField(_("从哪天起"))
    source = models.CharField(_("来源"), max_length=300)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("整类重估")
        verbose_name_plural = _("整类重估")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(cut_pct__gt=0, cut_pct__lt=100), name="revaluation_only_lowers"
            ),
            models.CheckConstraint(
                condition=~Q(source="") & ~Q(category=""), name="revaluation_has_source"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category} -{self.cut_pct}%"


class RevaluationAnswer(models.Model):
    """The second person confirms a revaluation or does not; append-only."""

    revaluation = models.OneToOneField(Revaluation, on_delete=models.PROTECT, related_name="answer")
    answer = models.CharField(max_length=9, choices=Answer)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("说明"), max_length=300, blank=True, default="")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("重估的复核")
        verbose_name_plural = _("重估的复核")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.revaluation_id}: {self.answer}"
