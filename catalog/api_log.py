"""The public log over /api/v1: head, entries, proofs. Reading only, without a token.

Hashes are base64 as in the log's own files. Who wants to trust nobody reads the files at /log/.
"""

from base64 import b64encode
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_noop as N_
from ninja import Query, Router
from pydantic import Field

from artmarket.core.rest.paging import LIMIT, MAX_ID, Id, Limit, link_next, own_url
from artmarket.core.rest.schemas import Input, Output
from catalog import log_page, log_reads, log_words
from catalog.models import LogAudit, LogEntry, LogQueued
from catalog.services.log_policy import log_keys

router = Router(tags=["public log"])
Position = Annotated[int, Field(ge=0, le=MAX_ID, description=N_("从0数起的位置"))]
Size = Annotated[int, Field(ge=0, le=MAX_ID, description=N_("签过的大小"))]
Hash = Annotated[
    str, Field(description=N_("32字节，base64"), examples=[b64encode(bytes(32)).decode()])
]


class AuditOut(Output):
    """What the last look over the whole log found."""

    at: datetime
    size: int
    is_sound: bool
    faults: list[str] = Field(description=N_("哪一条、哪一个分片、哪一份检查点不符"))


class WitnessOut(Output):
    """A listed witness."""

    name: str
    key: str
    size: int | None = Field(description=N_("最近签到多大"))
    at: datetime | None


class HeadOut(Output):
    """The last signed tree."""

    origin: str
    size: int
    root: Hash
    signed_at: datetime
    checkpoint: str = Field(description=N_("检查点原文，连同各方签名"))
    keys: list[str] = Field(description=N_("日志的公钥，现在的在前"))
    witnesses: list[WitnessOut]
    audit: AuditOut | None
    files: str = Field(description=N_("C2SP tlog-tiles文件的地址"))


class EntryOut(Output):
    """One entry; its text is what is hashed, byte for byte."""

    position: int | None = Field(description=N_("位置，从0数起；还没签入时为空"))
    ticket: int
    kind: str
    words: str
    text: str = Field(description=N_("条目原文，RFC 8785的JSON"))
    leaf_hash: Hash | None
    proof: str | None = Field(description=N_("证明文件的地址"))


class EntriesPage(Output):
    """Entries, newest first."""

    items: list[EntryOut]
    next: str | None


class InclusionOut(Output):
    """That an entry is in the signed tree: everything a verifier needs but the entry."""

    position: int
    size: int
    leaf_hash: Hash
    hashes: list[Hash] = Field(description=N_("从叶子往上"))
    checkpoint: str


class ConsistencyOut(Output):
    """That the larger tree begins with the smaller."""

    old: int
    new: int
    hashes: list[Hash]


class EntriesQuery(Input):
    """A page of entries."""

    after: Position | None = None
    limit: Limit = LIMIT


class ProofQuery(Input):
    """Against which signed tree; the last one by default."""

    size: Size | None = None


class GrowthQuery(Input):
    """Two sizes of the log."""

    old: Size = Field(description=N_("较小的大小"))
    new: Size = Field(description=N_("较大的大小"))


@router.get(
    "/log",
    response=HeadOut,
    summary=N_("公共日志最近的检查点"),
    openapi_extra={"x-refusals": [404, 503]},
)
def read_head(request: HttpRequest) -> dict[str, Any]:
    head = log_reads.head()
    audit = LogAudit.objects.order_by("-pk").first()
    return {
        "origin": head.signed.origin,
        "size": head.signed.size,
        "root": _text(head.signed.root),
        "signed_at": head.row.signed_at,
        "checkpoint": head.note,
        "keys": [key.text for key in log_keys()],
        "witnesses": log_page.witnesses(),
        "audit": audit and {
            "at": audit.at,
            "size": audit.size,
            "is_sound": audit.is_sound,
            "faults": [log_words.fault_words(fault) for fault in audit.faults],
        },
        "files": own_url("/log/"),
    }  # fmt: skip


@router.get("/log/entries", response=EntriesPage, summary=N_("日志条目，最新在前"))
def list_entries(
    request: HttpRequest, response: HttpResponse, asked: Query[EntriesQuery]
) -> dict[str, Any]:
    rows = LogEntry.objects.order_by("-position")
    if asked.after is not None:
        rows = rows.filter(position__lt=asked.after)
    found = list(rows[: asked.limit + 1])
    shown = found[: asked.limit]
    following = {"after": str(shown[-1].position)} if len(found) > asked.limit else None
    return {
        "items": [_entry(row) for row in shown],
        "next": link_next(request, response, following),
    }


@router.get("/log/entries/{position}", response=EntryOut, summary=N_("某个位置的条目"))
def read_entry(request: HttpRequest, position: Position) -> dict[str, Any]:
    return _entry(log_reads.entry_at(position))


@router.get("/log/tickets/{ticket}", response=EntryOut, summary=N_("按回执号查条目"))
def read_ticket(request: HttpRequest, ticket: Id) -> dict[str, Any]:
    return _entry(log_reads.entry_of(ticket))


@router.get(
    "/log/entries/{position}/inclusion",
    response=InclusionOut,
    summary=N_("条目在日志里的证明"),
    openapi_extra={"x-refusals": [503]},
)
def read_inclusion(
    request: HttpRequest, position: Position, asked: Query[ProofQuery]
) -> dict[str, Any]:
    tree = log_reads.checkpoint_of(asked.size)
    hashes = log_reads.inclusion(position, tree)
    return {
        "position": position,
        "size": tree.signed.size,
        "leaf_hash": _text(bytes(log_reads.entry_at(position).leaf_hash)),
        "hashes": [_text(one) for one in hashes],
        "checkpoint": tree.note,
    }


@router.get(
    "/log/consistency",
    response=ConsistencyOut,
    summary=N_("日志只增不减的证明"),
    openapi_extra={"x-refusals": [503]},
)
def read_consistency(request: HttpRequest, asked: Query[GrowthQuery]) -> dict[str, Any]:
    hashes = log_reads.consistency(asked.old, asked.new)
    return {"old": asked.old, "new": asked.new, "hashes": [_text(one) for one in hashes]}


def _entry(row: LogEntry | LogQueued) -> dict[str, Any]:
    kind = str(log_reads.fact_of(row).get("kind", ""))
    told: dict[str, Any] = {"kind": kind, "words": log_words.kind_words(kind), "text": row.text}
    if isinstance(row, LogQueued):
        return told | {"position": None, "ticket": row.pk, "leaf_hash": None, "proof": None}
    return told | {
        "position": row.position,
        "ticket": row.ticket,
        "leaf_hash": _text(bytes(row.leaf_hash)),
        "proof": own_url(reverse("log:proof", args=[row.position])),
    }


def _text(raw: bytes) -> str:
    return b64encode(raw).decode()
