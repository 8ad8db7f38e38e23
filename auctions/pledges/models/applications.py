"""What a borrower asks for, what the lender finds out about the works, and what he offers.

Queries of the registry are append-only; an offer keeps all figures and reasons by which it was
made. Pledge rules §1, §4, §5.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from artmarket.core.money import MAX_MINOR, Money

from ..enums import ApplicationState, Liquidity, OfferState, RegistryResult


class Application(models.Model):
    """A borrower asks a lender for a loan of a product against his works."""

    product = models.ForeignKey(
        "pledges.Product", on_delete=models.PROTECT, related_name="applications"
    )
    borrower = models.ForeignKey(
        "accounts.Party", on_delete=models.PROTECT, related_name="loan_applications"
    )
    amount_minor = models.BigIntegerField(_("申请金额"))
    months = models.PositiveSmallIntegerField(_("期限（月）"))
    purpose = models.CharField(_("用途"), max_length=300)
    state = models.CharField(
        max_length=10, choices=ApplicationState, default=ApplicationState.SUBMITTED
    )
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    applied_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(_("理由"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("质押贷款申请")
        verbose_name_plural = _("质押贷款申请")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, amount_minor__lte=MAX_MINOR, months__gt=0),
                name="application_amount",
            ),
            models.CheckConstraint(condition=~Q(purpose=""), name="application_has_purpose"),
            models.CheckConstraint(
                condition=Q(state=ApplicationState.SUBMITTED, ended_at__isnull=True)
                | ~Q(state=ApplicationState.SUBMITTED) & Q(ended_at__isnull=False),
                name="application_ended",
            ),
            models.CheckConstraint(
                condition=~Q(state=ApplicationState.DECLINED) | ~Q(end_reason=""),
                name="application_declined_why",
            ),
        ]
        indexes = [models.Index(fields=["state", "applied_at"], name="application_by_state")]

    def __str__(self) -> str:
        return f"{self.borrower_id} → {self.product_id}: {self.amount_minor}"

    @property
    def amount(self) -> Money:
        """What is asked for."""
        return Money(self.amount_minor, self.product.currency)


class ApplicationWork(models.Model):
    """A work that is offered as security; how soon it sells is the lender's judgement."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="works")
    work = models.ForeignKey(
        "catalog.Work", on_delete=models.PROTECT, related_name="loan_applications"
    )
    liquidity = models.CharField(
        _("变现难易"), max_length=6, choices=Liquidity, default=Liquidity.LOW
    )
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("申请质押的作品")
        verbose_name_plural = _("申请质押的作品")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "work"], name="application_work_once")
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.work_id}"


class Insurance(models.Model):
    """A policy for a work of which the lender has seen the paper; he is its loss payee."""

    lender = models.ForeignKey("pledges.Lender", on_delete=models.PROTECT, related_name="policies")
    work = models.ForeignKey(
        "catalog.Work", on_delete=models.PROTECT, related_name="pledge_insurances"
    )
    insurer = models.CharField(_("保险人"), max_length=120)
    policy = models.CharField(_("保单号"), max_length=80)
    currency = models.CharField(max_length=3, default="CNY")
    insured_minor = models.BigIntegerField(_("保险金额"))
    valid_from = models.DateField(_("保险开始"))
    valid_until = models.DateField(_("保险到期"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(_("停用的理由"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("质物保险")
        verbose_name_plural = _("质物保险")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["insurer", "policy", "work"],
                condition=Q(ended_at__isnull=True),
                name="insurance_policy_once",
            ),
            models.CheckConstraint(
                condition=Q(insured_minor__gt=0, valid_until__gte=F("valid_from")),
                name="insurance_figures",
            ),
            models.CheckConstraint(
                condition=~Q(insurer="") & ~Q(policy=""), name="insurance_has_words"
            ),
        ]
        indexes = [models.Index(fields=["work", "valid_until"], name="insurance_by_end")]

    def __str__(self) -> str:
        return f"{self.work_id}: {self.policy}"


class RegistryQuery(models.Model):
    """What the registry of security interests (动产融资统一登记公示系统) answered on a day."""

    lender = models.ForeignKey("pledges.Lender", on_delete=models.PROTECT, related_name="queries")
    work = models.ForeignKey(
        "catalog.Work", on_delete=models.PROTECT, related_name="registry_queries"
    )
    pledgor = models.ForeignKey("accounts.Party", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(_("查询证明编号"), max_length=80)
    made_on = models.DateField(_("查询日期"))
    result = models.CharField(_("结果"), max_length=10, choices=RegistryResult)
    note = models.CharField(_("说明"), max_length=300, blank=True, default="")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("登记查询")
        verbose_name_plural = _("登记查询")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(number=""), name="registry_query_has_number")
        ]
        indexes = [models.Index(fields=["work", "made_on"], name="registry_query_by_day")]

    def __str__(self) -> str:
        return self.number


class LoanOffer(models.Model):
    """What a lender offers: the sum, its whole cost, and what happens if it is not paid back.

    `plan` holds the rows of the schedule, `assessment` what was found of each work, `cap_pct` the
    highest all-in rate that the law allows this lender (None: no cap binds it).
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="offers")
    version = models.ForeignKey(
        "pledges.ProductVersion", on_delete=models.PROTECT, related_name="offers"
    )
    licence = models.ForeignKey("accounts.Licence", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=OfferState, default=OfferState.OPEN)
    principal_minor = models.BigIntegerField(_("本金"))
    months = models.PositiveSmallIntegerField(_("期限（月）"))
    annual_pct = models.DecimalField(_("年利率（%）"), max_digits=9, decimal_places=6)
    interest_minor = models.BigIntegerField(_("利息合计"))
    fee_minor = models.BigIntegerField(_("手续费"))
    all_in_pct = models.DecimalField(_("综合年化成本（%）"), max_digits=9, decimal_places=4)
    cap_pct = models.DecimalField(
        _("上限（%）"), max_digits=9, decimal_places=4, null=True, blank=True
    )
    eligible_minor = models.BigIntegerField(_("质物认定价值"))
    capacity_minor = models.BigIntegerField(_("最高可贷"))
    plan = models.JSONField(_("还款计划"))
    assessment = models.JSONField(_("审查"))
    clauses = models.TextField(_("特别约定"), blank=True, default="")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    open_until = models.DateTimeField(_("有效期至"))
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("贷款要约")
        verbose_name_plural = _("贷款要约")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(state=OfferState.OPEN),
                name="loan_offer_one_open",
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(state=OfferState.ACCEPTED),
                name="loan_offer_one_accepted",
            ),
            models.CheckConstraint(
                condition=Q(
                    principal_minor__gt=0,
                    interest_minor__gte=0,
                    fee_minor__gte=0,
                    months__gt=0,
                    principal_minor__lte=F("capacity_minor"),
                ),
                name="loan_offer_figures",
            ),
            models.CheckConstraint(
                condition=Q(cap_pct__isnull=True) | Q(all_in_pct__lte=F("cap_pct")),
                name="loan_offer_below_its_cap",
            ),
            models.CheckConstraint(
                condition=Q(state=OfferState.OPEN, answered_at__isnull=True)
                | ~Q(state=OfferState.OPEN) & Q(answered_at__isnull=False),
                name="loan_offer_answered",
            ),
        ]
        indexes = [models.Index(fields=["state", "open_until"], name="loan_offer_by_end")]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.principal_minor}"

    @property
    def total_minor(self) -> int:
        """All that the borrower pays back if he pays as planned."""
        return self.principal_minor + self.interest_minor + self.fee_minor

    def money(self, minor: int) -> Money:
        """An amount of this offer."""
        return Money(minor, self.application.product.currency)
