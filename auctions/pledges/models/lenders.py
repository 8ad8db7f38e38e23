"""Who lends and on which terms: lenders, their products in dated versions, their custodians.

A version of a product is append-only: whoever changes terms writes a new one, and every offer keeps
the one it was made by. Rates and shares are in percent.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from artmarket.core.money import MAX_MINOR

from ..enums import DayCount, LenderClass, ProductKind, Rounding, ScheduleKind


class LenderQuerySet(models.QuerySet["Lender"]):
    def live(self) -> "LenderQuerySet":
        """Those that an operator has confirmed and nobody has ended."""
        return self.filter(ended_at__isnull=True)


class Lender(models.Model):
    """An organisation that lends, with what it is by law, as an operator saw it on its papers.

    `capital_minor` is its registered or net capital in fen: limits for one borrower follow from it.
    """

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="lenders"
    )
    kind = models.CharField(_("机构类别"), max_length=22, choices=LenderClass)
    capital_minor = models.BigIntegerField(_("资本（分）"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(_("停用的理由"), max_length=300, blank=True, default="")

    objects = LenderQuerySet.as_manager()

    class Meta:
        verbose_name = _("贷款人")
        verbose_name_plural = _("贷款人")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(ended_at__isnull=True), name="lender_one_live"
            ),
            models.CheckConstraint(
                condition=Q(capital_minor__gt=0, capital_minor__lte=MAX_MINOR * 1000),
                name="lender_has_capital",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | ~Q(end_reason=""), name="lender_end_reason"
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)


class ProductQuerySet(models.QuerySet["Product"]):
    def open(self) -> "ProductQuerySet":
        """Those one can apply for."""
        return self.filter(closed_at__isnull=True, lender__ended_at__isnull=True)


class Product(models.Model):
    """A kind of loan that a lender offers; its terms stand in its versions."""

    lender = models.ForeignKey(Lender, on_delete=models.PROTECT, related_name="products")
    name = models.CharField(_("产品名称"), max_length=80)
    name_en = models.CharField(_("英文名称"), max_length=120, blank=True, default="")
    kind = models.CharField(_("种类"), max_length=10, choices=ProductKind)
    currency = models.CharField(_("币种"), max_length=3, default="CNY")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField(db_default=Now(), editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("贷款产品")
        verbose_name_plural = _("贷款产品")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="loan_product_has_name"),
            models.UniqueConstraint(
                fields=["lender", "name"],
                condition=Q(closed_at__isnull=True),
                name="loan_product_name_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def display_name(self) -> str:
        """Its name in the reader's language, where there is one."""
        is_english = (get_language() or "").startswith("en")
        return self.name_en if is_english and self.name_en else self.name


class ProductVersion(models.Model):
    """The terms of a product from `valid_from` on, until another version begins.

    Amounts are of the smallest unit. `valuing` holds rows {category, liquidity, haircut_pct,
    advance_pct}; the category "*" stands for every other. `allocation`, `waterfall` and
    `realisation` are codes of their enums in their order.
    """

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    valid_from = models.DateField(_("生效日"))
    least_minor = models.BigIntegerField(_("最低金额"))
    most_minor = models.BigIntegerField(_("最高金额"))
    least_months = models.PositiveSmallIntegerField(_("最短期限（月）"))
    most_months = models.PositiveSmallIntegerField(_("最长期限（月）"))
    annual_pct = models.DecimalField(_("年利率（%）"), max_digits=9, decimal_places=6)
    penalty_pct = models.DecimalField(_("罚息年利率（%）"), max_digits=9, decimal_places=6)
    origination_pct = models.DecimalField(_("手续费（%）"), max_digits=9, decimal_places=6)
    day_count = models.CharField(_("计息方式"), max_length=14, choices=DayCount)
    schedule = models.CharField(_("还款方式"), max_length=16, choices=ScheduleKind)
    every_months = models.PositiveSmallIntegerField(_("每期几个月"), default=1)
    rounding = models.CharField(_("分位取舍"), max_length=9, choices=Rounding)
    grace_days = models.PositiveSmallIntegerField(_("宽限期（天）"), default=0)
    allocation = models.JSONField(_("还款抵充顺序"))
    ltv_initial_pct = models.DecimalField(_("放款质押率（%）"), max_digits=6, decimal_places=3)
    ltv_margin_pct = models.DecimalField(_("追加担保线（%）"), max_digits=6, decimal_places=3)
    ltv_liquidation_pct = models.DecimalField(_("处置线（%）"), max_digits=6, decimal_places=3)
    valuing = models.JSONField(_("折扣与质押率表"))
    disagreement_pct = models.DecimalField(
        _("两份评估的最大差异（%）"), max_digits=6, decimal_places=3
    )
    cure_days = models.PositiveSmallIntegerField(_("追加担保期限（天）"))
    waterfall = models.JSONField(_("变现款的清偿顺序"))
    realisation = models.JSONField(_("变现方式的顺序"))
    offer_days = models.PositiveSmallIntegerField(_("要约有效期（天）"), default=14)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("产品条款")
        verbose_name_plural = _("产品条款")
        ordering = ["product", "number"]
        constraints = [
            models.UniqueConstraint(fields=["product", "number"], name="product_version_number"),
            models.UniqueConstraint(fields=["product", "valid_from"], name="product_version_day"),
            models.CheckConstraint(
                condition=Q(
                    least_minor__gt=0, most_minor__gte=F("least_minor"), most_minor__lte=MAX_MINOR,
                    least_months__gt=0, most_months__gte=F("least_months"), every_months__gt=0,
                ),
                name="product_version_ranges",
            ),
            models.CheckConstraint(
                condition=Q(
                    annual_pct__gt=0, penalty_pct__gte=0, origination_pct__gte=0,
                    disagreement_pct__gte=0,
                ),
                name="product_version_rates",
            ),
            models.CheckConstraint(
                condition=Q(
                    ltv_initial_pct__gt=0, ltv_margin_pct__gt=F("ltv_initial_pct"),
                    ltv_liquidation_pct__gt=F("ltv_margin_pct"), ltv_liquidation_pct__lte=100,
                ),
                name="product_version_ltv_in_order",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.product} {self.number}"


class CustodianQuerySet(models.QuerySet["Custodian"]):
    def live(self) -> "CustodianQuerySet":
        return self.filter(ended_at__isnull=True)


class Custodian(models.Model):
    """A keeper appointed by the lender (法释〔2020〕28号 55), for whom alone it holds.

    `agreement` names the custody contract, `place` the warehouse that it really controls.
    """

    lender = models.ForeignKey(Lender, on_delete=models.PROTECT, related_name="custodians")
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="custodians"
    )
    place = models.CharField(_("库房"), max_length=200)
    agreement = models.CharField(_("托管合同"), max_length=120)
    appointed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    appointed_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(_("解除的理由"), max_length=300, blank=True, default="")

    objects = CustodianQuerySet.as_manager()

    class Meta:
        verbose_name = _("托管人")
        verbose_name_plural = _("托管人")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["lender", "organisation", "place"],
                condition=Q(ended_at__isnull=True),
                name="custodian_appointed_once",
            ),
            models.CheckConstraint(
                condition=~Q(place="") & ~Q(agreement=""), name="custodian_has_place"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | ~Q(end_reason=""), name="custodian_end_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} ({self.place})"
