"""Certificates as they were signed, what became of them, and the lists that say so to everybody.

The signed text of a certificate never changes and no row goes: the triggers of the database refuse
the first, the history that names it the second. States move in `services.issuing` and
`services.certificate_states` only. Registry rules, section 6.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from appraisal.engine.credentials import Purpose, read_json
from appraisal.enums import (
    LIVE_CERTIFICATES,
    CertificateKind,
    CertificateState,
    CertificateStep,
)

_LIVE = Q(state__in=[state.value for state in LIVE_CERTIFICATES])


class StatusList(models.Model):
    """One bit for each certificate of a shard, for one purpose; served as its signed document.

    `needs_signing`: the bits are newer than the document, for want of a key at that moment.
    """

    number = models.PositiveIntegerField(unique=True, help_text="As in its address.")
    shard = models.PositiveIntegerField()
    purpose = models.CharField(max_length=10, choices=[(p.value, p.value) for p in Purpose])
    bits = models.BinaryField()
    document = models.TextField(blank=True, default="")
    method = models.CharField(max_length=340, blank=True, default="")
    signed_at = models.DateTimeField(null=True, blank=True)
    needs_signing = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("状态名单")
        verbose_name_plural = _("状态名单")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["shard", "purpose"], name="status_list_one_each")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.purpose}"


class StatusIndex(models.Model):
    """An index that one certificate has in both lists of a shard; drawn once, never again."""

    shard = models.PositiveIntegerField()
    index = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shard", "index"], name="status_index_once")]

    def __str__(self) -> str:
        return f"{self.shard}#{self.index}"


class AuthorConfirmation(models.Model):
    """The living author said with his own account that the work is his; a registrar saw him do it.

    `recording_sha256` is that of the recording, `recording_place` where it is kept.
    """

    work = models.ForeignKey(
        "catalog.Work", on_delete=models.PROTECT, related_name="author_confirmations"
    )
    artist = models.ForeignKey("catalog.Artist", on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="author_confirmations"
    )
    place = models.CharField(_("地点"), max_length=200)
    confirmed_at = models.DateTimeField(db_default=Now(), editable=False)
    witnessed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    witnessed_at = models.DateTimeField(null=True, blank=True)
    recording_sha256 = models.CharField(_("录像SHA-256"), max_length=64, blank=True, default="")
    recording_place = models.CharField(_("录像存放处"), max_length=200, blank=True, default="")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdraw_reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("作者确认")
        verbose_name_plural = _("作者确认")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["work", "artist"],
                condition=Q(withdrawn_at__isnull=True),
                name="confirmation_one_live",
            ),
            models.CheckConstraint(
                condition=Q(witnessed_at__isnull=True, witnessed_by__isnull=True)
                | (
                    Q(witnessed_at__isnull=False, witnessed_by__isnull=False)
                    & ~Q(recording_sha256="")
                    & ~Q(recording_place="")
                ),
                name="confirmation_witnessed_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(witnessed_by__isnull=True) | ~Q(witnessed_by=F("author")),
                name="confirmation_two_persons",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdraw_reason=""),
                name="confirmation_withdrawn_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work}: {self.artist}"


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def live(self) -> "CertificateQuerySet":
        """Valid or suspended."""
        return self.filter(_LIVE)

    def public(self) -> "CertificateQuerySet":
        """Of works whose page everybody may see, in whatever state."""
        return self.filter(work__is_public=True, work__number__isnull=False)


class Certificate(models.Model):
    """One certificate: the text that was signed, and where it stands now.

    `digest` is the SHA-256 of `document`, byte for byte as it is served; `log_ticket` finds its
    entry in the public log. `record` is the Object ID record whose digest the certificate carries.
    """

    number = models.CharField(_("证书编号"), max_length=14, unique=True)
    kind = models.CharField(_("种类"), max_length=7, choices=CertificateKind)
    work = models.ForeignKey("catalog.Work", on_delete=models.PROTECT, related_name="certificates")
    result = models.ForeignKey(
        "appraisal.CaseResult",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="certificates",
    )
    confirmation = models.ForeignKey(
        AuthorConfirmation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="certificates",
    )
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    place = models.OneToOneField(StatusIndex, on_delete=models.PROTECT, related_name="certificate")
    document = models.TextField(help_text="Canonical JSON with its proof.")
    digest = models.CharField(max_length=64, unique=True)
    record = models.TextField(help_text="Canonical JSON.")
    method = models.CharField(max_length=340)
    valid_from = models.DateTimeField(_("出具时间"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    log_ticket = models.PositiveBigIntegerField(unique=True)
    state = models.CharField(
        _("状态"), max_length=10, choices=CertificateState, default=CertificateState.VALID
    )
    state_since = models.DateTimeField()
    reason = models.CharField(_("理由"), max_length=500, blank=True, default="")

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("证书")
        verbose_name_plural = _("证书")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["work", "kind"], condition=_LIVE, name="certificate_one_live_of_a_kind"
            ),
            models.UniqueConstraint(
                fields=["result"], condition=_LIVE, name="certificate_one_live_of_a_result"
            ),
            models.CheckConstraint(
                condition=Q(kind=CertificateKind.OPINION, result__isnull=False)
                | (~Q(kind=CertificateKind.OPINION) & Q(result__isnull=True)),
                name="certificate_opinion_has_result",
            ),
            models.CheckConstraint(
                condition=Q(kind=CertificateKind.AUTHOR, confirmation__isnull=False)
                | (~Q(kind=CertificateKind.AUTHOR) & Q(confirmation__isnull=True)),
                name="certificate_author_has_confirmation",
            ),
            models.CheckConstraint(
                condition=Q(state=CertificateState.VALID) | ~Q(reason=""),
                name="certificate_state_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def content(self) -> dict[str, Any]:
        """The signed document, read."""
        return read_json(self.document)

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_CERTIFICATES


class CertificateChange(models.Model):
    """One step in the life of a certificate, with its entry in the public log; append-only."""

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="changes")
    step = models.CharField(max_length=10, choices=CertificateStep)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()
    reason = models.CharField(_("理由"), max_length=500, blank=True, default="")
    log_ticket = models.PositiveBigIntegerField(unique=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(step=CertificateStep.ISSUED) | ~Q(reason=""),
                name="certificate_change_has_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.certificate}: {self.step}"
