"""Default of a loan, and its class with every change of it. Pledge rules §7; 民法典 436.

A default is a notice with a term to make good, then the lender's declaration. The class of a loan
follows its days past due and may only be made worse by other facts; changes are append-only.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ..enums import FiveClass
from ..realisation_enums import LIVE_DEFAULTS, DefaultGround, DefaultState


class LoanDefault(models.Model):
    """One default: what it rests on when notice was given, until when it may be made good.

    `overdue_minor`, `overdue_days` and `owed_minor` are of the day of the notice.
    """

    loan = models.ForeignKey("pledges.Loan", on_delete=models.PROTECT, related_name="defaults")
    ground = models.CharField(_("事由"), max_length=8, choices=DefaultGround)
    state = models.CharField(max_length=9, choices=DefaultState, default=DefaultState.NOTICED)
    overdue_minor = models.BigIntegerField(_("逾期金额"))
    overdue_days = models.PositiveIntegerField(_("逾期天数"))
    owed_minor = models.BigIntegerField(_("全部欠款"))
    words = models.CharField(_("说明"), max_length=300, blank=True, default="")
    noticed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    noticed_at = models.DateTimeField(db_default=Now(), editable=False)
    cure_until = models.DateField(_("补正期限"))
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    declared_at = models.DateTimeField(_("宣告时间"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(_("结束的理由"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("违约")
        verbose_name_plural = _("违约")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["loan"], condition=Q(state__in=LIVE_DEFAULTS), name="loan_default_one_live"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[DefaultState.DECLARED, DefaultState.SETTLED])
                | Q(declared_by__isnull=False, declared_at__isnull=False),
                name="loan_default_declared",
            ),
            models.CheckConstraint(
                condition=Q(state__in=LIVE_DEFAULTS, ended_at__isnull=True)
                | ~Q(state__in=LIVE_DEFAULTS) & Q(ended_at__isnull=False) & ~Q(end_reason=""),
                name="loan_default_ended",
            ),
            models.CheckConstraint(
                condition=Q(overdue_minor__gte=0, owed_minor__gt=0), name="loan_default_figures"
            ),
        ]
        indexes = [models.Index(fields=["state", "cure_until"], name="loan_default_by_term")]

    def __str__(self) -> str:
        return f"{self.loan_id}: {self.ground}"


class LoanFinding(models.Model):
    """A fact besides the days past due that calls for at least a class, until it is ended."""

    loan = models.ForeignKey("pledges.Loan", on_delete=models.PROTECT, related_name="findings")
    at_least = models.CharField(_("至少归入"), max_length=15, choices=FiveClass)
    words = models.CharField(_("事实"), max_length=300)
    found_on = models.DateField(_("发现日期"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("影响分类的事实")
        verbose_name_plural = _("影响分类的事实")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(words="") & ~Q(at_least=FiveClass.NORMAL), name="loan_finding_words"
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | ~Q(end_reason="") & Q(ended_by__isnull=False),
                name="loan_finding_end_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.loan_id}: {self.at_least}"


class ClassChange(models.Model):
    """A loan went from one class to another on a day, or the facts began to allow a better one
    (`better_since`), or ceased to; append-only. `reasons` are codes with their figures."""

    loan = models.ForeignKey("pledges.Loan", on_delete=models.PROTECT, related_name="class_changes")
    number = models.PositiveIntegerField()
    before = models.CharField(_("原分类"), max_length=15, choices=FiveClass)
    after = models.CharField(_("现分类"), max_length=15, choices=FiveClass)
    day = models.DateField(_("日期"))
    since = models.DateField(_("从何时起"))
    better_since = models.DateField(_("观察期开始"), null=True, blank=True)
    overdue_days = models.PositiveIntegerField(_("逾期天数"))
    reasons = models.JSONField(_("理由"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("分类变动")
        verbose_name_plural = _("分类变动")
        ordering = ["loan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["loan", "number"], name="class_change_number"),
            models.CheckConstraint(condition=Q(since__lte=F("day")), name="class_change_since"),
        ]

    def __str__(self) -> str:
        return f"{self.loan_id}: {self.before} → {self.after}"
