"""What the pages of works say about papers of others: a statement, never a proof of our own."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from artmarket.core import demo
from catalog import pages, selectors
from catalog.enums import WorkState
from catalog.models import Work
from catalog.search import register_facet_source
from media import permissions as media_permissions

from .demo import load, papers_are_recorded
from .permissions import may_see_scan
from .selectors import certified, live_papers


def announce() -> None:
    """Register all of it; called once at start."""
    register_facet_source(
        "certified",
        certified,
        label=gettext_lazy("证书"),
        values={
            "author": gettext_lazy("作者保真证书"),
            "lock": gettext_lazy("实物锁定证书"),
            "opinion": gettext_lazy("专家组鉴定意见"),
            "yes": gettext_lazy("附有证书（纸本，已核对原件）"),
        },
        order=10,
    )
    pages.state_lines.append(state_line)
    pages.page_sections.append(certificate_section)
    pages.registrar_actions.append(record_action)
    selectors.register_action("certificate.recorded", gettext_lazy("记录随附证书"), public=True)
    selectors.register_action("certificate.withdrawn", gettext_lazy("撤下随附证书"), public=True)
    media_permissions.register(may_see_scan)
    demo.register("certificates", 30, load, is_loaded=papers_are_recorded)


def state_line(work: Work, request: HttpRequest) -> dict[str, str] | None:
    """The line of the state panel: how many papers, and that they are others' words."""
    if work.state != WorkState.REGISTERED:
        return None
    count = len(live_papers(work))
    if not count:
        return None
    return {
        "kind": "info",
        "title": ngettext("附有%(n)d份纸本证书", "附有%(n)d份纸本证书", count) % {"n": count},
        "text": _("登记员核对过原件；内容是出具人的说法，不是平台的鉴定结论。"),
    }


def certificate_section(work: Work, request: HttpRequest) -> dict[str, Any] | None:
    """The list of papers on the work's page."""
    if work.state != WorkState.REGISTERED or not live_papers(work):
        return None
    return {"template": "appraisal/papers.html", "papers": live_papers(work)}


def record_action(work: Work, request: HttpRequest) -> dict[str, str] | None:
    """The link on the registrar's page of a registered work."""
    if work.state != WorkState.REGISTERED:
        return None
    return {"url": reverse("appraisal:record", args=[work.pk]), "label": _("随附证书")}
