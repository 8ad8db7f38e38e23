"""Signals of shill bidding for a reviewer: scores, what he decided, and traces of sessions.

Scores are made from the bids that count and made anew when more lots close; reviews are a record
and append-only. Nothing here bars anybody. Auction rules §14.
"""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    """What a reviewer made of a score."""

    NO_CONCERN = "no_concern", _("没有疑问")
    WATCH = "watch", _("继续留意")
    REFERRED = "referred", _("移交处理")


class TraceKind(models.TextChoices):
    """What of a session is kept, as a keyed hash."""

    NETWORK = "network", _("同一网络地址")
    BROWSER = "browser", _("同一网络地址和同一种浏览器")


class ShillScore(models.Model):
    """One paddle's conduct towards one consignor in one sale, in thousandths."""

    paddle = models.ForeignKey(
        "auctions.Paddle", on_delete=models.PROTECT, related_name="shill_scores"
    )
    seller = models.ForeignKey("accounts.Party", on_delete=models.PROTECT, related_name="+")
    permille = models.PositiveSmallIntegerField(validators=[MaxValueValidator(1000)])
    features = models.JSONField(default=dict, help_text="Thousandths by name.")
    links = models.JSONField(default=list)
    names_house = models.BooleanField(default=False)
    lot_count = models.PositiveIntegerField()
    history_count = models.PositiveIntegerField()
    rules = models.JSONField(default=dict, help_text="Versions of the rules it was made by.")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("托价信号")
        verbose_name_plural = _("托价信号")
        ordering = ["-permille", "id"]
        constraints = [
            models.UniqueConstraint(fields=["paddle", "seller"], name="shill_score_once"),
            models.CheckConstraint(
                condition=Q(permille__lte=1000), name="shill_score_within_thousand"
            ),
        ]
        indexes = [models.Index(fields=["-permille", "id"], name="shill_score_order")]

    def __str__(self) -> str:
        return f"{self.paddle_id}/{self.seller_id}: {self.permille}"


class ScoredLot(models.Model):
    """A closed lot whose bidders were scored."""

    lot = models.OneToOneField("auctions.Lot", on_delete=models.PROTECT, related_name="scored")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("已计分的拍品")
        verbose_name_plural = _("已计分的拍品")

    def __str__(self) -> str:
        return f"{self.lot_id}"


class SignalReview(models.Model):
    """What a reviewer decided, with the figures as they stood then."""

    score = models.ForeignKey(ShillScore, on_delete=models.PROTECT, related_name="reviews")
    outcome = models.CharField(max_length=10, choices=Outcome)
    note = models.CharField(_("理由"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)
    permille = models.PositiveSmallIntegerField()
    features = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("信号审看")
        verbose_name_plural = _("信号审看")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(note=""), name="signal_review_has_note"),
        ]

    def __str__(self) -> str:
        return f"{self.score_id}: {self.outcome}"


class SessionTrace(models.Model):
    """Where a person's session came from, as a keyed hash that only tells equal from unequal."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="session_traces"
    )
    kind = models.CharField(max_length=8, choices=TraceKind)
    digest = models.CharField(max_length=64)
    last_at = models.DateTimeField()

    class Meta:
        verbose_name = _("登录来源的指纹")
        verbose_name_plural = _("登录来源的指纹")
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "digest"], name="session_trace_once"),
        ]
        indexes = [models.Index(fields=["last_at"], name="session_trace_age")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.kind}"
