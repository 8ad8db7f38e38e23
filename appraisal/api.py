"""Routes of the recorded papers: other people's words about works, never the platform's own."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop as N_
from ninja import Query, Router
from pydantic import Field

from artmarket.core.rest.paging import LIMIT, Id, Limit, own_url, page_of
from artmarket.core.rest.schemas import Input, Output
from catalog.engine.numbers import format_number
from catalog.enums import WorkState

from .models import RecordedCertificate

router = Router(tags=["certificates"])


class CertificatesQuery(Input):
    work: Id | None = Field(None, description=N_("作品的id"))
    after: Id | None = Field(None, description=N_("上一页的next里的游标"))
    limit: Limit = LIMIT


class CertifiedWork(Output):
    id: int
    number: str
    url: str


class CertificateOut(Output):
    """A paper that came with a work. The registrar saw the original; nobody says it is right."""

    id: int
    work: CertifiedWork
    kind: str
    issuer: str
    number: str
    issued_text: str
    issued_edtf: str
    statement: str = Field(description=N_("原件怎么说；是出具人的说法"))
    seen_at: datetime


class CertificatesPage(Output):
    items: list[CertificateOut]
    next: str | None


@router.get("/certificates", response=CertificatesPage, summary=N_("随作品记录的证书"))
def list_certificates(
    request: HttpRequest, response: HttpResponse, asked: Query[CertificatesQuery]
) -> dict[str, Any]:
    rows = public_certificates()
    if asked.work:
        rows = rows.filter(work=asked.work)
    return page_of(
        request, response, rows, after=asked.after, limit=asked.limit,
        show=lambda found: [represent(c) for c in found],
    )  # fmt: skip


@router.get("/certificates/{certificate_id}", response=CertificateOut, summary=N_("一份随附证书"))
def read_certificate(request: HttpRequest, certificate_id: Id) -> dict[str, Any]:
    return represent(get_object_or_404(public_certificates(), pk=certificate_id))


def public_certificates() -> QuerySet[RecordedCertificate]:
    """Papers in force of works whose page shows them."""
    return (
        RecordedCertificate.objects.live()
        .filter(work__is_public=True, work__state=WorkState.REGISTERED)
        .select_related("work")
    )


def represent(paper: RecordedCertificate) -> dict[str, Any]:
    """A paper as the work's page shows it; scans and the registrar's name stay inside."""
    names = ("kind", "issuer", "number", "issued_text", "issued_edtf", "statement", "seen_at")
    return {
        "id": paper.pk,
        "work": {
            "id": paper.work_id,
            "number": format_number(paper.work.number or ""),
            "url": own_url(paper.work.get_absolute_url()),
        },
    } | {name: getattr(paper, name) for name in names}
