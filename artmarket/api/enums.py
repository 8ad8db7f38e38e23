"""States of deliveries, and why an endpoint is switched off."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DeliveryState(models.TextChoices):
    PENDING = "pending", _("待推送")
    DELIVERED = "delivered", _("已送达")
    FAILED = "failed", _("失败")


class OffReason(models.TextChoices):
    OWNER = "owner", _("由你停用")
    DEAD = "dead", _("一直送不到，已自动停用")
    CAPACITY = "capacity", _("不再有相应的角色或单位身份，已停用")
