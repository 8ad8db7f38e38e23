"""Kinds of paper that come with a work."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PaperKind(models.TextChoices):
    """Papers of others; none of them is a certificate of the platform."""

    ARTIST = "artist", _("作者证明")
    INSTITUTION = "institution", _("鉴定意见")
    GALLERY = "gallery", _("画廊证明")
