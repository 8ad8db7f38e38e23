"""The platform's books: accounts, entries, their transfers, closed months.

One transfer moves one amount from one account to another, so the books balance by construction.
Entries, transfers and closed months are append-only by trigger; a wrong entry is taken back by
another. Balances are kept on the account, held by its floor, and proved by `audit_ledger`.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from artmarket.core.money import Money

from ..engine.double_entry import Side
from ..enums import OF_A_PARTY, OF_NOBODY, Purpose, side_of
from ..wording import gateway_words, memo_words


class AccountQuerySet(models.QuerySet["Account"]):
    def of(self, party: models.Model | int) -> "AccountQuerySet":
        """The accounts of one party."""
        return self.filter(party=party)


class Account(models.Model):
    """An account; its balance, in the smallest unit, counts in the direction of its normal side.

    `floor_minor` is the least the balance may be, None where it may go below zero at will.
    """

    party = models.ForeignKey(
        "accounts.Party", on_delete=models.PROTECT, null=True, blank=True, related_name="accounts"
    )
    purpose = models.CharField(_("用途"), max_length=12, choices=Purpose)
    currency = models.CharField(_("币种"), max_length=3)
    gateway = models.CharField(_("支付渠道"), max_length=20, blank=True, default="")
    balance_minor = models.BigIntegerField(_("余额"), default=0)
    floor_minor = models.BigIntegerField(_("余额下限"), null=True, blank=True)
    opened_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("账户")
        verbose_name_plural = _("账户")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["party", "purpose", "currency", "gateway"],
                condition=Q(party__isnull=False),
                name="account_one_of_a_party",
            ),
            models.UniqueConstraint(
                fields=["purpose", "currency", "gateway"],
                condition=Q(party__isnull=True),
                name="account_one_of_nobody",
            ),
            models.CheckConstraint(
                condition=Q(floor_minor__isnull=True) | Q(balance_minor__gte=F("floor_minor")),
                name="account_above_its_floor",
            ),
            models.CheckConstraint(
                condition=(~Q(purpose__in=OF_A_PARTY) | Q(party__isnull=False))
                & (~Q(purpose__in=OF_NOBODY) | Q(party__isnull=True)),
                name="account_of_whom",
            ),
            models.CheckConstraint(
                condition=(~Q(purpose=Purpose.CLEARING) | ~Q(gateway=""))
                & (Q(gateway="") | Q(party__isnull=True)),
                name="account_at_a_gateway",
            ),
        ]
        indexes = [models.Index(fields=["purpose", "currency", "id"], name="account_by_purpose")]

    def __str__(self) -> str:
        return f"{self.purpose}:{self.party_id or self.gateway or '-'}:{self.currency}"

    @property
    def side(self) -> Side:
        """The side on which it grows."""
        return side_of(self.purpose)

    @property
    def holder(self) -> str:
        """Whose it is: the party, the gateway, or the platform."""
        if self.party is not None:
            return str(self.party.name)
        return gateway_words(self.gateway) if self.gateway else gettext("平台")

    @property
    def balance(self) -> Money:
        """What it holds, in the direction of its normal side."""
        return Money(self.balance_minor, self.currency)


class Entry(models.Model):
    """One business fact in the books; its transfers are what it moved.

    `key` makes it once: whoever posts the same again gets this one. `digest` is that of its
    content (`engine.double_entry.Content`).
    """

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(_("业务"), max_length=40)
    memo = models.CharField(_("摘要"), max_length=300, blank=True, default="")
    booked_on = models.DateField(_("记账日"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    subject_kind = models.CharField(max_length=80, blank=True, default="")
    subject_id = models.CharField(max_length=40, blank=True, default="")
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    digest = models.CharField(max_length=64)
    posted_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("分录")
        verbose_name_plural = _("分录")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(key="") & ~Q(kind=""), name="entry_has_words"),
        ]
        indexes = [
            models.Index(fields=["booked_on", "id"], name="entry_by_day"),
            models.Index(fields=["subject_kind", "subject_id"], name="entry_by_subject"),
        ]

    def __str__(self) -> str:
        return self.key


class Transfer(models.Model):
    """One amount from the account that is credited to the one that is debited."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="transfers")
    debit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="debits")
    credit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="credits")
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    memo = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("转账")
        verbose_name_plural = _("转账")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="transfer_above_zero"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="transfer_between_two"),
        ]

    def __str__(self) -> str:
        return f"{self.debit_id} ← {self.credit_id}: {self.amount_minor}"

    @property
    def memo_words(self) -> str:
        """What the line is for, in words."""
        return memo_words(self.memo)

    @property
    def money(self) -> Money:
        """What it moved."""
        return Money(self.amount_minor, self.currency)


class Period(models.Model):
    """A closed month (`month` is its first day): nothing is booked on its days or before any more.

    `totals` is the trial balance at its end, as `selectors.trial.totals_at` gives it.
    """

    month = models.DateField(_("月份"), unique=True)
    closed_at = models.DateTimeField(_("结账时间"), db_default=Now(), editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    totals = models.JSONField()

    class Meta:
        verbose_name = _("会计期间")
        verbose_name_plural = _("会计期间")
        ordering = ["-month"]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
