"""What the pages of a work say to its owner of lending: it can be offered as security."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.enums import WorkState
from catalog.models import Work


def owner_action(work: Work, request: HttpRequest) -> dict[str, str] | None:
    """The button on the lister's page of his registered work, if he owns it and it is free."""
    if not _may_pledge(work, request):
        return None
    return {"url": _address(work), "label": _("用这件作品质押")}


def owner_panel(work: Work, request: HttpRequest) -> dict[str, Any] | None:
    """The same on the public page; whoever is not signed in costs no query."""
    if not _may_pledge(work, request):
        return None
    return {"template": "pledges/borrower/panel.html", "url": _address(work)}


def _may_pledge(work: Work, request: HttpRequest) -> bool:
    """Registered, nothing lies on it, and the reader holds title."""
    if work.state != WorkState.REGISTERED or work.is_destroyed or not request.user.is_authenticated:
        return False
    if next(iter(getattr(work, "live_encumbrances", [])), None) is not None:
        return False
    return bool(request.user.has_perm("pledges.pledge_work", work))


def _address(work: Work) -> str:
    return f"{reverse('pledges:loan_products')}?work={work.pk}"
