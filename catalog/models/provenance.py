"""Provenance as stored: the curator's text, and the periods that were read out of it.

The text is the source of truth and is never changed: a correction is a further version. Periods
are derived; they can be read again at any time, and keep who first said their words. Registry
rules, section 3.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from .people import Artist
from .works import Work


class ProvenanceText(models.Model):
    """One version of a work's provenance, byte for byte; the highest number is the current one."""

    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="provenance_texts")
    number = models.PositiveIntegerField()
    text = models.TextField(_("来源与流传（原文）"), blank=True)
    language = models.CharField(max_length=2, choices=[("zh", "中文"), ("en", "English")])
    source = models.CharField(_("依据"), max_length=300, blank=True, default="")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(db_default=Now(), editable=False)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="superseded_by"
    )

    class Meta:
        verbose_name = _("来源与流传")
        verbose_name_plural = _("来源与流传")
        ordering = ["work", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["work", "number"], name="provenance_text_once"),
            models.CheckConstraint(
                condition=Q(number=1, supersedes__isnull=True)
                | Q(number__gt=1, supersedes__isnull=False),
                name="provenance_text_chain",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class ProvenancePeriod(models.Model):
    """One event of a text: who, how, when, where, from whom, and how sure; or words not read.

    The four points of time are EDTF, `year_from` and `year_to` bound them all. `as_read` is the
    event as the reader gave it. `said_in` is the version that first had these words: its source
    and author stand behind the assertion.
    """

    text = models.ForeignKey(ProvenanceText, on_delete=models.CASCADE, related_name="periods")
    said_in = models.ForeignKey(ProvenanceText, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    start = models.PositiveIntegerField(help_text="Offset in the text, in characters.")
    words = models.TextField(help_text="The exact slice of the text.")
    failed_at = models.PositiveIntegerField(
        null=True, help_text="Offset in the text where reading stopped; null when it was read."
    )
    why = models.CharField(max_length=200, blank=True, default="")
    certain = models.BooleanField(default=True)
    is_direct = models.BooleanField(default=False)
    method = models.CharField(max_length=30, blank=True, default="")
    moves_title = models.BooleanField(default=True, help_text="False: custody only.")
    party_words = models.TextField(blank=True, default="")
    party = models.ForeignKey(
        "accounts.Party", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    artist = models.ForeignKey(Artist, on_delete=models.SET_NULL, null=True, related_name="+")
    source_words = models.TextField(blank=True, default="", help_text="Seller, giver or agent.")
    place = models.TextField(blank=True, default="")
    acquired_from = models.CharField(max_length=60, blank=True, default="")
    acquired_to = models.CharField(max_length=60, blank=True, default="")
    parted_from = models.CharField(max_length=60, blank=True, default="")
    parted_to = models.CharField(max_length=60, blank=True, default="")
    year_from = models.IntegerField(null=True)
    year_to = models.IntegerField(null=True)
    stock_numbers = models.TextField(blank=True, default="")
    price_words = models.TextField(blank=True, default="")
    footnote = models.TextField(blank=True, default="")
    citations = models.JSONField(default=list, help_text="The words of the citations.")
    as_read = models.JSONField()
    is_shown = models.BooleanField(
        _("可以公开"), default=False, help_text="The owner lets the public read all of it."
    )

    class Meta:
        verbose_name = _("流传的一段")
        verbose_name_plural = _("流传的各段")
        ordering = ["text", "position"]
        constraints = [
            models.UniqueConstraint(fields=["text", "position"], name="provenance_period_once"),
            models.CheckConstraint(
                condition=Q(year_from__isnull=True)
                | Q(year_to__isnull=True)
                | Q(year_from__lte=F("year_to")),
                name="provenance_years_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.words[:80]
