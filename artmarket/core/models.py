"""The event table: audit trail, activity feed, realtime source and outbox in one.

A row is written in the transaction of the change it tells of and never changes afterwards; a
trigger on both engines refuses updates and deletes (migration 0002).
"""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class EventQuerySet(models.QuerySet["Event"]):
    def about(self, instance: models.Model) -> "EventQuerySet":
        """Events of one object, newest first."""
        return self.filter(
            object_type=instance._meta.label_lower, object_id=str(instance.pk)
        ).order_by("-pk")


class Event(models.Model):
    at = models.DateTimeField(_("时间"), db_default=Now(), editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    action = models.CharField(_("动作"), max_length=80)
    object_type = models.CharField(max_length=80)
    object_id = models.CharField(max_length=40)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    data = models.JSONField(default=dict)
    request_id = models.CharField(max_length=64, blank=True, default="")

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("事件")
        verbose_name_plural = _("事件")
        indexes = [
            models.Index(fields=["object_type", "object_id", "-id"], name="event_object"),
            models.Index(fields=["action", "-id"], name="event_action"),
            models.Index(fields=["actor", "-id"], name="event_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type}:{self.object_id}"


class Lease(models.Model):
    """One row per periodic duty: whoever holds it runs the duty (manage.py tick)."""

    name = models.CharField(max_length=80, primary_key=True)
    held_until = models.DateTimeField()
    holder = models.CharField(max_length=80, blank=True)
    last_run_at = models.DateTimeField(null=True)
    last_result = models.CharField(max_length=400, blank=True)

    class Meta:
        verbose_name = _("定时任务")
        verbose_name_plural = _("定时任务")

    def __str__(self) -> str:
        return self.name
