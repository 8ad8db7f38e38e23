"""Routes of the platform's own certificates: read, list by work, and verify by number."""

from datetime import datetime
from typing import Any, Literal

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop as N_
from ninja import Path, Query, Router
from pydantic import Field

from artmarket.core.rest.paging import LIMIT, Id, Limit, own_url, page_of
from artmarket.core.rest.schemas import Input, Output
from catalog.engine.numbers import NumberError, format_number

from .certificates.addresses import certificate_address
from .certificates.checks import verification_of
from .certificates.numbers import read_number
from .models import Certificate, CertificateChange

router = Router(tags=["certificates"])
Kind = Literal["author", "lock", "opinion"]
State = Literal["valid", "suspended", "revoked", "superseded"]


class IssuedQuery(Input):
    work: Id | None = Field(None, description=N_("作品的id"))
    kind: Kind | None = Field(None, description=N_("author保真、lock锁定、opinion鉴定意见"))
    state: State | None = Field(None, description=N_("现在的状态"))
    after: Id | None = Field(None, description=N_("上一页的next里的游标"))
    limit: Limit = LIMIT


class IssuedNumber(Input):
    number: str = Field(
        min_length=8, max_length=40, description=N_("证书编号，写法不拘"),
        examples=["ZS-7K3M-92QF"],
    )  # fmt: skip


class IssuedWork(Output):
    id: int
    number: str
    url: str


class ChangeOfIssued(Output):
    step: str
    at: datetime
    reason: str


class IssuedOut(Output):
    """A certificate of the platform. What it says is in the signed document alone."""

    id: int
    number: str
    kind: str
    state: str
    state_since: datetime
    valid_from: datetime
    digest: str = Field(description=N_("签名文件的SHA-256"))
    replaces: str = Field(description=N_("它取代的证书的编号"))
    replaced_by: str = Field(description=N_("取代它的证书的编号"))
    work: IssuedWork
    document_url: str = Field(description=N_("签名文件"))
    proof_url: str = Field(description=N_("已记入公开日志的证明，记入以后才有"))
    package_url: str = Field(description=N_("离线核对要用的全部文件"))
    changes: list[ChangeOfIssued]


class IssuedPage(Output):
    items: list[IssuedOut]
    next: str | None


class AnswerOut(Output):
    question: str
    finding: str = Field(description=N_("proven、refuted或open"))
    code: str


class VerificationOut(Output):
    """What this site finds. Whoever must not trust it checks the document himself."""

    number: str
    verdict: str
    state: str = Field(description=N_("登记册里的状态"))
    kind: str
    status_as_of: datetime | None = Field(description=N_("状态截至何时"))
    signed_at: datetime | None
    method: str
    answers: list[AnswerOut]
    replaced_by: str


@router.get("/issued-certificates", response=IssuedPage, summary=N_("平台出具的证书"))
def list_issued(
    request: HttpRequest, response: HttpResponse, asked: Query[IssuedQuery]
) -> dict[str, Any]:
    rows = public_issued()
    wanted = {"work": asked.work, "kind": asked.kind, "state": asked.state}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    return page_of(
        request, response, rows, after=asked.after, limit=asked.limit,
        show=lambda found: [represent_issued(row) for row in found],
    )  # fmt: skip


@router.get("/issued-certificates/{number}", response=IssuedOut, summary=N_("一份平台证书"))
def read_issued(request: HttpRequest, asked: Path[IssuedNumber]) -> dict[str, Any]:
    return represent_issued(_row(asked.number))


@router.get(
    "/issued-certificates/{number}/verification",
    response=VerificationOut,
    summary=N_("核对一份平台证书"),
)
def verify_issued(request: HttpRequest, asked: Path[IssuedNumber]) -> dict[str, Any]:
    row = _row(asked.number)
    found = verification_of(row)
    return {
        "number": row.number,
        "verdict": found.verdict.value,
        "state": row.state,
        "kind": row.kind,
        "status_as_of": found.status_as_of,
        "signed_at": found.signed_at,
        "method": found.method,
        "answers": [
            {"question": a.question.value, "finding": a.finding.value, "code": a.code}
            for a in found.answers
        ],
        "replaced_by": _successor(row),
    }


def public_issued() -> QuerySet[Certificate]:
    """Certificates of works whose page everybody may see."""
    changes = Prefetch("changes", queryset=CertificateChange.objects.order_by("pk"))
    rows = Certificate.objects.public().select_related("work", "place", "replaces", "replaced_by")
    return rows.prefetch_related(changes)


def represent_issued(row: Certificate) -> dict[str, Any]:
    """A certificate without what it says, and without who did what."""
    address = certificate_address(row.number)
    return {
        "work": {
            "id": row.work_id,
            "number": format_number(row.work.number or ""),
            "url": own_url(row.work.get_absolute_url()),
        },
        "replaces": row.replaces.number if row.replaces else "",
        "replaced_by": _successor(row),
        "document_url": f"{address}.json",
        "proof_url": f"{address}.tlog-proof",
        "package_url": f"{address}.zip",
        "changes": [{"step": c.step, "at": c.at, "reason": c.reason} for c in row.changes.all()],
    } | {
        name: getattr(row, name)
        for name in ("id", "number", "kind", "state", "state_since", "valid_from", "digest")
    }


def _successor(row: Certificate) -> str:
    found = getattr(row, "replaced_by", None)
    return found.number if found else ""


def _row(typed: str) -> Certificate:
    try:
        number = read_number(typed)
    except NumberError:
        number = ""
    return get_object_or_404(public_issued(), number=number)
