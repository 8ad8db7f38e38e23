"""The bureau's register of enterprises and what supports them (crafts.md §5).

What is stored about a contact person rests on that person's consent and carries its day: the
database keeps none without. How large an enterprise is follows from the rule of a day, and is not
stored; its staff and revenue are shown to nobody outside the bureau.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from artmarket.core.money import MAX_MINOR, Money

from ..enterprise_enums import ChainStage, CultureEdition, EnterpriseState, Trade

CONTACT = ("contact_name", "contact_phone", "contact_email")


class EnterpriseQuerySet(models.QuerySet["Enterprise"]):
    def active(self) -> "EnterpriseQuerySet":
        """Those that stand in the register and have not left."""
        return self.filter(state=EnterpriseState.ACTIVE)


class Enterprise(models.Model):
    """One enterprise by its unified social credit code (GB 32100).

    `since` is the first day on which it stands in the register, `left_on` the first on which it no
    longer does. `revenue_minor` is that of `figures_year` in fen.
    """

    code = models.CharField(_("统一社会信用代码"), max_length=18, unique=True)
    name = models.CharField(_("企业名称"), max_length=120)
    name_en = models.CharField(_("英文名称"), max_length=160, blank=True, default="")
    trade = models.CharField(_("划分规模的行业"), max_length=9, choices=Trade, default=Trade.OTHER)
    economy_class = models.CharField(_("国民经济行业代码"), max_length=5)
    economy_name = models.CharField(_("国民经济行业"), max_length=80, blank=True, default="")
    culture_edition = models.CharField(
        _("文化产业分类版本"), max_length=4, choices=CultureEdition, default=CultureEdition.E2018
    )
    culture_class = models.CharField(_("文化产业分类代码"), max_length=4)
    culture_name = models.CharField(_("文化产业分类"), max_length=80, blank=True, default="")
    stage = models.CharField(_("产业链环节"), max_length=12, choices=ChainStage)
    products = models.CharField(_("主要产品"), max_length=500, blank=True, default="")
    products_en = models.CharField(_("主要产品（英文）"), max_length=700, blank=True, default="")
    capacity = models.CharField(_("生产能力"), max_length=200, blank=True, default="")
    capacity_en = models.CharField(_("生产能力（英文）"), max_length=300, blank=True, default="")
    address = models.CharField(_("地址"), max_length=200, blank=True, default="")
    website = models.URLField(_("网站"), blank=True, default="")
    staff = models.PositiveIntegerField(_("从业人员（人）"), null=True, blank=True)
    revenue_minor = models.BigIntegerField(_("营业收入"), null=True, blank=True)
    figures_year = models.PositiveSmallIntegerField(_("数据年度"), null=True, blank=True)
    contact_name = models.CharField(_("联系人"), max_length=80, blank=True, default="")
    contact_phone = models.CharField(_("联系电话"), max_length=32, blank=True, default="")
    contact_email = models.EmailField(_("联系邮箱"), blank=True, default="")
    contact_consent_on = models.DateField(_("联系人同意公开的日期"), null=True, blank=True)
    organisation = models.OneToOneField(
        "accounts.Organisation", on_delete=models.PROTECT, null=True, blank=True,
        related_name="enterprise", verbose_name=_("平台上的单位"),
    )  # fmt: skip
    state = models.CharField(
        _("状态"), max_length=6, choices=EnterpriseState, default=EnterpriseState.ACTIVE
    )
    since = models.DateField(_("入册日期"))
    left_on = models.DateField(_("退出日期"), null=True, blank=True)
    left_reason = models.CharField(_("退出的理由"), max_length=300, blank=True, default="")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = EnterpriseQuerySet.as_manager()

    class Meta:
        verbose_name = _("企业")
        verbose_name_plural = _("企业")
        ordering = ["name", "id"]
        indexes = [
            models.Index(fields=["name", "id"], name="enterprise_by_name"),
            models.Index(fields=["stage", "name"], name="enterprise_by_stage"),
            models.Index(fields=["culture_class"], name="enterprise_by_class"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9A-HJ-NP-RTUWXY]{18}$"), name="enterprise_code_form"
            ),
            models.CheckConstraint(
                condition=Q(
                    state=EnterpriseState.ACTIVE, left_on__isnull=True, left_reason=""
                )
                | Q(state=EnterpriseState.LEFT, left_on__gte=F("since")) & ~Q(left_reason=""),
                name="enterprise_left_when_and_why",
            ),
            models.CheckConstraint(
                condition=Q(contact_consent_on__isnull=False)
                | Q(**dict.fromkeys(CONTACT, "")),
                name="enterprise_contact_by_consent",
            ),
            models.CheckConstraint(
                condition=Q(revenue_minor__isnull=True)
                | Q(revenue_minor__gte=0, revenue_minor__lte=MAX_MINOR),
                name="enterprise_revenue",
            ),
            models.CheckConstraint(
                condition=Q(staff__isnull=True, revenue_minor__isnull=True)
                | Q(figures_year__isnull=False),
                name="enterprise_figures_of_a_year",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The public profile."""
        return reverse("cms:enterprise", args=[self.code])

    def in_language(self, field: str) -> str:
        """A text in the reader's language where there is one, else in Chinese."""
        english = getattr(self, f"{field}_en", "") if get_language() == "en" else ""
        return str(english or getattr(self, field))

    @property
    def display_name(self) -> str:
        """The name in the reader's language."""
        return self.in_language("name")

    @property
    def is_active(self) -> bool:
        return self.state == EnterpriseState.ACTIVE

    @property
    def has_contact(self) -> bool:
        """Whether a person consented to be shown as contact."""
        return self.contact_consent_on is not None and any(getattr(self, name) for name in CONTACT)


class SupportMeasureQuerySet(models.QuerySet["SupportMeasure"]):
    def published(self) -> "SupportMeasureQuerySet":
        """What the public may read."""
        return self.filter(published_at__isnull=False)


class SupportMeasure(models.Model):
    """One decided measure for one enterprise; published measures stay as they were decided."""

    enterprise = models.ForeignKey(
        Enterprise, on_delete=models.PROTECT, related_name="support", verbose_name=_("企业")
    )
    measure = models.CharField(_("扶持措施"), max_length=160)
    measure_en = models.CharField(_("扶持措施（英文）"), max_length=240, blank=True, default="")
    amount_minor = models.BigIntegerField(_("金额"), null=True, blank=True)
    currency = models.CharField(_("币种"), max_length=3, default="CNY")
    document = models.CharField(_("文件"), max_length=120)
    decided_on = models.DateField(_("决定日期"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)

    objects = SupportMeasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("扶持措施")
        verbose_name_plural = _("扶持措施")
        ordering = ["-decided_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__isnull=True)
                | Q(amount_minor__gt=0, amount_minor__lte=MAX_MINOR),
                name="support_amount",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False),
                name="support_published_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(document=""), name="support_has_document"),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id}: {self.measure}"

    @property
    def display_measure(self) -> str:
        """The measure in the reader's language."""
        return (self.measure_en if get_language() == "en" else "") or self.measure

    @property
    def amount(self) -> Money | None:
        """What it is worth; None where it is no money."""
        return None if self.amount_minor is None else Money(self.amount_minor, self.currency)
