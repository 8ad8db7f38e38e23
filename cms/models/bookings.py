"""Seats and who has them: ticket types, quotas, bookings, tickets, check-ins.

A quota is a number of places that ticket types and sessions share; a booking takes its places out
of every quota that it touches. `taken` is kept on the row and can never pass `size`: the database
says so. Rules: cms-events.md §2.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from artmarket.core.money import Money

from ..enums import HOLDING_SEATS, LIVE_BOOKINGS, BookingState


class TicketType(models.Model):
    """What one books: free, or for a price in the smallest unit of its currency."""

    programme = models.ForeignKey(
        "cms.Programme", on_delete=models.PROTECT, related_name="ticket_types"
    )
    name = models.CharField(_("名称"), max_length=60)
    name_en = models.CharField(_("英文名称"), max_length=80)
    price_minor = models.BigIntegerField(_("票价"), default=0)
    currency = models.CharField(_("币种"), max_length=3, default="CNY")
    min_age = models.PositiveSmallIntegerField(_("最低年龄"), null=True, blank=True)
    max_age = models.PositiveSmallIntegerField(_("最高年龄"), null=True, blank=True)
    is_offered = models.BooleanField(_("可以报"), default=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("票种")
        verbose_name_plural = _("票种")
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(price_minor__gte=0), name="ticket_price_not_negative"
            ),
            models.UniqueConstraint(fields=["programme", "name"], name="ticket_type_name_once"),
        ]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name


class Quota(models.Model):
    """Places that the named sessions share; for the named ticket types, or for all of them."""

    programme = models.ForeignKey("cms.Programme", on_delete=models.PROTECT, related_name="quotas")
    name = models.CharField(_("名称"), max_length=80)
    name_en = models.CharField(_("英文名称"), max_length=120)
    size = models.PositiveIntegerField(_("名额"), null=True, blank=True, help_text=_("空的是不限"))
    taken = models.PositiveIntegerField(_("已占"), default=0, editable=False)
    sessions = models.ManyToManyField("cms.Session", related_name="quotas", verbose_name=_("场次"))
    ticket_types = models.ManyToManyField(
        TicketType, related_name="quotas", blank=True, verbose_name=_("票种")
    )

    class Meta:
        verbose_name = _("名额")
        verbose_name_plural = _("名额")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(size__isnull=True) | Q(taken__lte=F("size")), name="quota_never_over"
            )
        ]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name


class BookingQuerySet(models.QuerySet["Booking"]):
    def live(self) -> "BookingQuerySet":
        """What waits or has its places."""
        return self.filter(state__in=LIVE_BOOKINGS)

    def holding(self) -> "BookingQuerySet":
        """What has its places."""
        return self.filter(state__in=HOLDING_SEATS)

    def in_line(self) -> "BookingQuerySet":
        """The waiting list, first come first."""
        return self.filter(state=BookingState.WAITING).order_by("queued_at", "id")


class Booking(models.Model):
    """A person's places in one session.

    `key` is the form's own: a second submit of the same form is the same booking. `places` is how
    many people come, `price_minor` what they cost together, `payment` the last one asked for.
    `queued_at` is when it joined the line, `offer_until` until when a place that became free is
    kept, or a ticket must be paid, `known_start` the start that its visitor was told; at
    `forgotten_at` its personal words were taken out.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    programme = models.ForeignKey(
        "cms.Programme", on_delete=models.PROTECT, related_name="bookings"
    )
    session = models.ForeignKey("cms.Session", on_delete=models.PROTECT, related_name="bookings")
    ticket_type = models.ForeignKey(TicketType, on_delete=models.PROTECT, related_name="bookings")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="event_bookings"
    )
    state = models.CharField(_("状态"), max_length=9, choices=BookingState)
    places = models.PositiveIntegerField(_("人数"))
    name = models.CharField(_("联系人"), max_length=80, blank=True, default="")
    phone = models.CharField(_("电话"), max_length=30, blank=True, default="")
    need = models.CharField(_("需要的帮助"), max_length=200, blank=True, default="")
    language = models.CharField(max_length=10, default="zh-hans")
    price_minor = models.BigIntegerField(_("应付"), default=0)
    currency = models.CharField(max_length=3, default="CNY")
    payment = models.OneToOneField(
        "ledger.Payment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    key = models.CharField(max_length=64)
    consent_at = models.DateTimeField()
    queued_at = models.DateTimeField(null=True, blank=True)
    offer_until = models.DateTimeField(null=True, blank=True)
    known_start = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("理由"), max_length=300, blank=True, default="")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(db_default=Now())
    forgotten_at = models.DateTimeField(null=True, blank=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("报名")
        verbose_name_plural = _("报名")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["session", "state"], name="booking_session"),
            models.Index(fields=["state", "offer_until"], name="booking_offers"),
            models.Index(fields=["user", "-id"], name="booking_user"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="booking_key_once"),
            models.CheckConstraint(condition=Q(places__gt=0), name="booking_has_places"),
            models.CheckConstraint(
                condition=Q(price_minor__gte=0), name="booking_price_not_negative"
            ),
            models.CheckConstraint(
                condition=~Q(state=BookingState.OFFERED) | Q(offer_until__isnull=False),
                name="booking_offer_ends",
            ),
            models.CheckConstraint(
                condition=~Q(state=BookingState.WAITING) | Q(queued_at__isnull=False),
                name="booking_waits_since",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def is_live(self) -> bool:
        """Whether it waits or has its places."""
        return self.state in LIVE_BOOKINGS

    @property
    def price(self) -> Money:
        """What it costs."""
        return Money(self.price_minor, self.currency)


class Ticket(models.Model):
    """One place of a confirmed booking, and whether somebody came with it."""

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="tickets")
    number = models.PositiveIntegerField()
    checked_in_at = models.DateTimeField(_("签到时间"), null=True, blank=True)
    checked_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("票")
        verbose_name_plural = _("票")
        ordering = ["booking_id", "number"]
        indexes = [models.Index(fields=["checked_in_at"], name="ticket_came")]
        constraints = [
            models.UniqueConstraint(fields=["booking", "number"], name="ticket_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.booking_id}/{self.number}"


class CheckIn(models.Model):
    """One reading of a ticket at a door; append-only. `reading` is the device's own name for it,
    so that lists kept offline can be brought in twice without counting anybody twice."""

    reading = models.UUIDField(unique=True)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="readings")
    session = models.ForeignKey("cms.Session", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField(_("读票时间"))
    is_first = models.BooleanField(_("第一次"))
    is_offline = models.BooleanField(_("离线读的"), default=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("签到记录")
        verbose_name_plural = _("签到记录")
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(is_first=True), name="checkin_first_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.reading)


class CalendarAddress(models.Model):
    """The secret address of a person's own calendar; a new one takes the old one's place.

    Kept as access tokens are: the SHA-256 digest of the secret, never the secret.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_address"
    )
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("日历地址")
        verbose_name_plural = _("日历地址")

    def __str__(self) -> str:
        return str(self.user_id)
