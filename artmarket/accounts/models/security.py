"""From which browsers an account was signed in to; a sign-in from another is told to its owner."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from .people import User


class KnownBrowser(models.Model):
    """A browser that signed in to an account, known by a random word that it keeps in a cookie.

    Only the word's keyed hash is stored: the table alone makes nobody a known browser.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="known_browsers")
    digest = models.CharField(max_length=64)
    first_at = models.DateTimeField(_("第一次登录"), db_default=Now(), editable=False)
    last_at = models.DateTimeField(_("最近一次登录"), db_default=Now())

    class Meta:
        verbose_name = _("登录过的浏览器")
        verbose_name_plural = _("登录过的浏览器")
        constraints = [
            models.UniqueConstraint(fields=["user", "digest"], name="known_browser_once")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.first_at:%Y-%m-%d}"
