"""What other rooms say about tags: the work's page, its history, the registrar's desks."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from artmarket.accounts import desks
from artmarket.accounts.enums import Role
from catalog import pages, selectors
from catalog.enums import WorkState
from catalog.models import Work
from media import permissions as media_permissions

from ..permissions import may_see_tag_photograph
from .reads import live_tags


def announce() -> None:
    """Announce all of it (AppConfig.ready)."""
    pages.state_lines.append(state_line)
    pages.registrar_actions.append(tags_action)
    media_permissions.register(may_see_tag_photograph)
    desks.register(
        Role.REGISTRAR, gettext_lazy("实物标签"), "appraisal:tag_desk",
        gettext_lazy("登记、打印和绑定芯片与封签"),
    )  # fmt: skip
    for name, words in {
        "attached": gettext_lazy("贴上标签"),
        "bound": gettext_lazy("绑定标签"),
        "taken_off": gettext_lazy("取下标签"),
        "broken": gettext_lazy("标签损坏"),
    }.items():
        selectors.register_action(f"tag.{name}", words, public=name != "attached")


def state_line(work: Work, request: HttpRequest) -> dict[str, str] | None:
    """The line of the state panel: how many tags are on the thing, and what they prove."""
    if work.state != WorkState.REGISTERED or not live_tags(work):
        return None
    count = len(live_tags(work))
    return {
        "kind": "info",
        "title": ngettext("实物上有%(n)d枚标签", "实物上有%(n)d枚标签", count) % {"n": count},
        "text": _("标签只证明实物在场，不证明作者。"),
    }


def tags_action(work: Work, request: HttpRequest) -> dict[str, str] | None:
    """The link on the registrar's page of a registered work."""
    if work.state != WorkState.REGISTERED:
        return None
    return {"url": reverse("appraisal:work_tags", args=[work.pk]), "label": _("实物标签")}
