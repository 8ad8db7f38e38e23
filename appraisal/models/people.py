"""Appraisers: what they are qualified for, and where they work.

The licence itself is a row of accounts, with its days; what an expert may judge is said here, by a
registrar, because the paper names it in words only. Registry rules, section 5.
"""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Appraiser(models.Model):
    """One expert. `categories` are keys of the rule `appraisal.categories`; `periods` the (first,
    last) years, both included, and none means all."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="appraiser"
    )
    name = models.CharField(_("署名"), max_length=80, help_text="As results are signed.")
    name_en = models.CharField(_("英文署名"), max_length=80, blank=True, default="")
    institution = models.ForeignKey(
        "accounts.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="appraisers",
        verbose_name=_("所在机构"),
    )
    categories = models.JSONField(_("专业类别"), default=list)
    periods = models.JSONField(_("专长年代"), default=list, blank=True)
    is_senior = models.BooleanField(_("责任鉴定员"), default=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("鉴定师")
        verbose_name_plural = _("鉴定师")

    def __str__(self) -> str:
        return self.name
