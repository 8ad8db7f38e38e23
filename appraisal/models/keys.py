"""Signing keys: the seed sealed under a master secret that the database does not hold.

Whoever reads the tables can check signatures and make none. Keys end and never go: without the row
nobody could check what it signed. Registry rules, section 6; the seal is `appraisal.engine.keys`.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from appraisal.engine.credentials import TrustedKey
from appraisal.engine.credentials.multibase import from_multikey


class SealedKey(models.Model):
    """One key of an issuer: of the platform (`user` None), or of a person who signs himself.

    `method` is the verification method that signatures name; `public_key` is Multikey. It signs
    from `valid_from` on and before `valid_until` and `revoked_at`. `follows`: whose successor.
    """

    controller = models.CharField(max_length=300, help_text="The DID it signs for.")
    serial = models.PositiveIntegerField(help_text="Counts the keys of a controller from one.")
    method = models.CharField(max_length=340, unique=True)
    public_key = models.CharField(max_length=100, unique=True)
    sealed = models.TextField(help_text="From engine.keys.wrap; useless without the secret.")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="signing_keys",
    )
    follows = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="successor"
    )
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoke_reason = models.CharField(max_length=300, blank=True, default="")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("签名密钥")
        verbose_name_plural = _("签名密钥")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["controller", "serial"], name="key_serial_once"),
            models.CheckConstraint(
                condition=Q(valid_from__lt=F("valid_until")), name="key_begins_before_it_ends"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | ~Q(revoke_reason=""), name="key_revoked_why"
            ),
        ]

    def __str__(self) -> str:
        return self.method

    @property
    def trusted(self) -> TrustedKey:
        """The public half with its times, as checkers use it."""
        return TrustedKey(
            self.method,
            self.controller,
            from_multikey(self.public_key),
            self.valid_from,
            self.valid_until,
            self.revoked_at,
        )
