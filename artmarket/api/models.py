"""Tokens, answers kept for repeats, counts for the rate limit, webhooks and their deliveries.

No secret is stored in clear: of a token only its digest, the secret of a webhook (which has to be
used again for every signature) sealed.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.enums import Role
from artmarket.core.sealed import SealedTextField

from .engine.addresses import MAX_URL
from .enums import DeliveryState, OffReason


class Capacity(models.Model):
    """As whom a program acts: one person, in at most one role, for himself or one organisation."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(_("以什么角色"), max_length=12, choices=Role, blank=True, default="")
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        abstract = True


class TokenQuerySet(models.QuerySet["Token"]):
    def live(self) -> "TokenQuerySet":
        """Neither revoked nor expired."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=Now())


class Token(Capacity):
    name = models.CharField(_("名称"), max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    start = models.CharField(max_length=12, help_text="The first characters, to tell tokens apart.")
    scopes = models.JSONField(_("授权范围"), default=list)
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField(_("到期"))
    last_used_at = models.DateTimeField(_("最近使用"), null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = TokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("访问令牌")
        verbose_name_plural = _("访问令牌")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="token_revoked_by",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.start}…)"


class KeptAnswer(models.Model):
    """A write that was asked for under an Idempotency-Key, and what it was answered.

    `request_id` stands on every event that the write left: after a crash they tell whether it took
    place. `events_before` is the newest event there was, so that they are found by an index.
    """

    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    request_digest = models.CharField(max_length=64)
    request_id = models.CharField(max_length=64)
    events_before = models.BigIntegerField(default=0)
    begun_at = models.DateTimeField(db_default=Now())
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")

    class Meta:
        verbose_name = _("留存的答复")
        verbose_name_plural = _("留存的答复")
        constraints = [
            models.UniqueConstraint(fields=["token", "key"], name="kept_answer_once_per_key")
        ]
        indexes = [models.Index(fields=["begun_at"], name="kept_answer_age")]

    def __str__(self) -> str:
        return self.key


class RateCount(models.Model):
    """How often a caller asked in the minute he asked last; one row a caller, written in place."""

    caller = models.CharField(max_length=80, primary_key=True)
    minute = models.BigIntegerField()
    n = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("请求计数")
        verbose_name_plural = _("请求计数")

    def __str__(self) -> str:
        return self.caller


class Endpoint(Capacity):
    """An address to which events of the registry are sent."""

    url = models.CharField(_("地址"), max_length=MAX_URL)
    kinds = models.JSONField(_("事件种类"), default=list, help_text="Empty: all.")
    secret = SealedTextField()
    old_secret = SealedTextField(blank=True, default="")
    old_secret_until = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    off_at = models.DateTimeField(null=True, blank=True)
    off_reason = models.CharField(max_length=8, choices=OffReason, blank=True, default="")
    failing_since = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("事件推送地址")
        verbose_name_plural = _("事件推送地址")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(off_at__isnull=True, off_reason="")
                | (Q(off_at__isnull=False) & ~Q(off_reason="")),
                name="endpoint_off_for_a_reason",
            )
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def is_on(self) -> bool:
        """Whether events are sent to it."""
        return self.off_at is None and self.removed_at is None


class Delivery(models.Model):
    """One event on its way to one endpoint. `next_at` is also the lease of a running attempt."""

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    event = models.ForeignKey(
        "core.Event",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    uid = models.UUIDField(unique=True)
    kind = models.CharField(max_length=80)
    state = models.CharField(max_length=9, choices=DeliveryState, default=DeliveryState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(db_default=Now())
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    failure = models.CharField(max_length=200, blank=True, default="")
    body = models.TextField(blank=True, default="")
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("推送")
        verbose_name_plural = _("推送")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "event"], name="delivery_once_per_event")
        ]
        indexes = [
            models.Index(
                fields=["endpoint", "id"], condition=Q(state="pending"), name="delivery_waiting"
            ),
            models.Index(fields=["made_at"], name="delivery_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"

    @property
    def message_id(self) -> str:
        """The webhook-id: the same at every attempt, so that a receiver can drop repeats."""
        return f"msg_{self.uid.hex}"


class Cursor(models.Model):
    """How far the event table has been read for webhooks; see artmarket.core.tail."""

    name = models.CharField(max_length=40, primary_key=True)
    done = models.BigIntegerField(default=0)
    upto = models.BigIntegerField(default=0)
    horizon = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("读到哪里")
        verbose_name_plural = _("读到哪里")

    def __str__(self) -> str:
        return f"{self.name}: {self.done}"
