"""What people are told of sales: the inbox, the mails, what they follow and what they chose."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class NoticeKind(models.TextChoices):
    OUTBID = "outbid", _("有人出价更高")
    LEADING = "leading", _("出价已收到，你领先")
    WON = "won", _("你拍得一件拍品")
    LOST = "lost", _("你出过价的拍品有了结果")
    WITHDRAWN = "withdrawn", _("拍品被撤回")
    ENDING = "ending", _("拍品快结束了")
    REMINDER = "reminder", _("拍卖会快开始了")
    PADDLE = "paddle", _("竞买登记有了答复")
    CONSIGNMENT = "consignment", _("委托有了答复")
    DEFAULTED = "defaulted", _("未付款的成交被解除")
    CHANCE = "chance", _("给你的第二次机会")
    AFTER_SALE = "after_sale", _("会后出价有了消息")
    CORRECTED = "corrected", _("出过价的拍品有勘误")
    CANCELLED = "cancelled", _("拍卖会取消")
    MAKER = "maker", _("关注的作者有作品上拍")
    SETTLEMENT = "settlement", _("付款、交付和异议的进展")
    LOAN = "loan", _("质押贷款的进展")
    EVENT = "event", _("展览和活动报名的进展")


# What is mailed unless a person chose otherwise.
MAILED = frozenset(NoticeKind) - {NoticeKind.LEADING}


class MailState(models.TextChoices):
    NONE = "none", _("不发邮件")
    WAITING = "waiting", _("待发")
    SENT = "sent", _("已发")
    NEEDLESS = "needless", _("发送前已过时")
    FAILED = "failed", _("没有发出")


class Notice(models.Model):
    """One thing that one person is told. `key` names the event: told again, it is the same row."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices"
    )
    kind = models.CharField(max_length=11, choices=NoticeKind)
    key = models.CharField(max_length=60)
    sale = models.ForeignKey(
        "auctions.Sale", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    lot = models.ForeignKey(
        "auctions.Lot", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    consignment = models.ForeignKey(
        "auctions.Consignment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    facts = models.JSONField(default=dict, help_text="Public amounts and states as they were then.")
    at = models.DateTimeField(db_default=Now(), editable=False)
    read_at = models.DateTimeField(null=True, blank=True)
    mail = models.CharField(max_length=8, choices=MailState, default=MailState.NONE)
    mail_attempts = models.PositiveSmallIntegerField(default=0)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("通知")
        verbose_name_plural = _("通知")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "key"], name="notice_once"),
        ]
        indexes = [
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="notice_unread"),
            models.Index(fields=["user", "-id"], name="notice_newest"),
            models.Index(fields=["mail"], condition=Q(mail="waiting"), name="notice_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class NoticeChoice(models.Model):
    """Whether one person wants one kind of notice by mail, where he chose."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_choices"
    )
    kind = models.CharField(max_length=11, choices=NoticeKind)
    by_mail = models.BooleanField()

    class Meta:
        verbose_name = _("通知方式")
        verbose_name_plural = _("通知方式")
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="notice_choice_one"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.by_mail}"


class Watch(models.Model):
    """A lot, a whole sale, or a maker that somebody follows."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="watches"
    )
    sale = models.ForeignKey(
        "auctions.Sale", on_delete=models.PROTECT, null=True, blank=True, related_name="watches"
    )
    lot = models.ForeignKey(
        "auctions.Lot", on_delete=models.PROTECT, null=True, blank=True, related_name="watches"
    )
    artist = models.ForeignKey(
        "catalog.Artist", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("关注")
        verbose_name_plural = _("关注")
        constraints = [
            models.UniqueConstraint(fields=["user", "sale"], name="watch_sale_once"),
            models.UniqueConstraint(fields=["user", "lot"], name="watch_lot_once"),
            models.UniqueConstraint(fields=["user", "artist"], name="watch_artist_once"),
            models.CheckConstraint(
                condition=Q(sale__isnull=True, lot__isnull=False, artist__isnull=True)
                | Q(sale__isnull=False, lot__isnull=True, artist__isnull=True)
                | Q(sale__isnull=True, lot__isnull=True, artist__isnull=False),
                name="watch_one_subject",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sale_id or ''}/{self.lot_id or ''}/{self.artist_id or ''}"


class NoticePlace(models.Model):
    """How far the event table was read for notices; one row."""

    name = models.CharField(max_length=20, primary_key=True)
    done = models.BigIntegerField(default=0)
    upto = models.BigIntegerField(default=0)
    horizon = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("通知的进度")
        verbose_name_plural = _("通知的进度")

    def __str__(self) -> str:
        return f"{self.name}: {self.done}"
