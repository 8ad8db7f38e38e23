"""The calendar address's part of a person's data: that there is one; it ends with the account."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from artmarket.accounts import personal_data
from artmarket.accounts.models import User

from .models import CalendarAddress
from .services.calendar_addresses import remove_calendar_address


def announce() -> None:
    """Register the part; called once at start."""
    personal_data.register("calendar", _("我的日历"), copy=copy, forget=forget)


def copy(user: User) -> Iterable[dict[str, Any]]:
    """When the address was made; the secret itself is not kept."""
    for row in CalendarAddress.objects.filter(user=user):
        yield {"kind": "calendar_address", "made_at": row.created_at}


def forget(user: User) -> None:
    """End the address."""
    remove_calendar_address(actor=user)
