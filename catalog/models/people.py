"""Makers: a person or a workshop with names in several scripts, dates, identifiers.

An artist record is not an account; the living artist's own account is linked by a registrar.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from catalog.enums import Living, NameKind


class Artist(models.Model):
    name = models.CharField(_("姓名"), max_length=300, help_text=_("最通行的写法"))
    name_en = models.CharField(_("英文名"), max_length=300, blank=True, default="")
    sort_name = models.CharField(max_length=300, blank=True, default="")
    birth_edtf = models.CharField(_("生年"), max_length=40, blank=True, default="")
    death_edtf = models.CharField(_("卒年"), max_length=40, blank=True, default="")
    birth_year = models.IntegerField(null=True, blank=True)
    death_year = models.IntegerField(null=True, blank=True)
    living = models.CharField(_("是否在世"), max_length=8, choices=Living, default=Living.UNKNOWN)
    nationality = models.CharField(_("国籍或地区"), max_length=120, blank=True, default="")
    biography = models.TextField(_("简介"), blank=True, default="")
    biography_en = models.TextField(_("英文简介"), blank=True, default="")
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="artist",
        verbose_name=_("作者账户"),
    )
    account_verified_at = models.DateTimeField(null=True, blank=True)
    is_open_data = models.BooleanField(default=False)
    namesakes = models.ManyToManyField("self", blank=True, verbose_name=_("同名者"))
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("作者")
        verbose_name_plural = _("作者")
        indexes = [models.Index(fields=["sort_name"], name="artist_sort_name")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(living=Living.YES) | Q(death_edtf=""),
                name="artist_living_has_no_death",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:artist", args=[self.pk])

    @property
    def display_name(self) -> str:
        """The name in the reader's language, where we have one."""
        return self.name_en if get_language() == "en" and self.name_en else self.name


class ArtistName(models.Model):
    artist = models.ForeignKey(Artist, on_delete=models.CASCADE, related_name="names")
    text = models.CharField(_("名字"), max_length=300)
    kind = models.CharField(_("种类"), max_length=12, choices=NameKind, default=NameKind.NAME)
    language = models.CharField(_("语言"), max_length=20, blank=True, default="")

    class Meta:
        verbose_name = _("作者名号")
        verbose_name_plural = _("作者名号")
        constraints = [
            models.UniqueConstraint(fields=["artist", "text", "kind"], name="artist_name_unique")
        ]

    def __str__(self) -> str:
        return self.text


class ArtistIdentifier(models.Model):
    """ULAN, Wikidata, VIAF, or the id that a source of records gives."""

    artist = models.ForeignKey(Artist, on_delete=models.CASCADE, related_name="identifiers")
    scheme = models.CharField(_("来源"), max_length=40)
    value = models.CharField(_("标识"), max_length=200)

    class Meta:
        verbose_name = _("作者标识")
        verbose_name_plural = _("作者标识")
        constraints = [
            models.UniqueConstraint(fields=["scheme", "value"], name="artist_identifier_unique")
        ]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"
