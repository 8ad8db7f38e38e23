"""Where the bank pays a party out to: sealed, so that only who must send the money can read it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.engine.numbers import masked
from artmarket.core.sealed import SealedTextField


class BankDetails(models.Model):
    """The bank account of one party, sealed also against a look at the database."""

    party = models.OneToOneField(
        "accounts.Party", on_delete=models.PROTECT, related_name="bank_details"
    )
    holder = SealedTextField(_("户名"))
    bank = SealedTextField(_("开户银行"))
    number = SealedTextField(_("账号"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField(_("填写时间"))

    class Meta:
        verbose_name = _("银行账户")
        verbose_name_plural = _("银行账户")

    def __str__(self) -> str:
        return f"{self.party_id}: {self.masked}"

    @property
    def masked(self) -> str:
        """The number as it may be shown."""
        return masked(self.number)
