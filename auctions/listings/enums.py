"""Condition of an offered work, as its seller states it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Condition(models.TextChoices):
    """The grade binds the seller: whoever says perfect answers for every flaw."""

    PERFECT = "perfect", _("完好，没有缺陷")
    GOOD = "good", _("良好，有不明显的旧痕")
    FAIR = "fair", _("一般，有看得见的缺陷")
    DAMAGED = "damaged", _("残损")
