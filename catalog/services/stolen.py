"""The registers of stolen works: lists, their entries, and what a registrar says of a match.

For registrars only. An entry says that somebody misses something; a match says that words or
pictures agree; only a person says that it is the same thing. Registry rules, section 9.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event
from catalog import stolen_keys
from catalog.enums import HitState, StolenListKind
from catalog.locks import lock_stolen_list, lock_work
from catalog.models import StolenChange, StolenEntry, StolenHit, StolenKey, StolenList
from media.services.pictures import discard_image, receive_image

STAFF_RULE: Final = "catalog.theft_hits_staff_only"
REVIEW_RULE: Final = "catalog.stolen_compared"
SHORTEST_NUMBER: Final = 3  # of a key that is stored; the rule book may ask for more
BATCH: Final = 1_000
FIELDS: Final = (
    "numbers", "title", "maker", "measures", "description", "stolen_on", "url",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class EntryInput:
    """One entry as its list words it; `number` identifies it in the list for ever."""

    number: str
    numbers: str = ""
    title: str = ""
    maker: str = ""
    measures: str = ""
    description: str = ""
    stolen_on: str = ""
    url: str = ""

    @property
    def digest(self) -> str:
        text = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Written:
    """How many entries of a file were new, changed, and the same as before."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


@transaction.atomic(durable=True)
def create_list(
    *, actor: User, name: str, title: str, kind: str, source: str, dated: date, licence: str
) -> StolenList:
    """Begin a list. Where it comes from, of which day, and by what right is always said.

    Raises `NotAllowed`, `Invalid` (all that is wrong at once).
    """
    _require_registrar(actor)
    given = {"name": name, "title": title, "source": source, "licence": licence}
    fields: dict[str, Any] = {
        key: _("请填写这一项。") for key, text in given.items() if not text.strip()
    }
    if kind not in StolenListKind.values:
        fields["kind"] = _("请从列表中选择。")
    if StolenList.objects.filter(name=name.strip()).exists():
        fields["name"] = _("已有同名的名录。")
    if fields:
        raise Invalid(fields=fields)
    texts = {key: text.strip()[: 200 if key == "title" else 300] for key, text in given.items()}
    texts["name"] = name.strip()[:60]
    try:
        with transaction.atomic():
            made = StolenList.objects.create(kind=kind, dated=dated, created_by=actor, **texts)
    except IntegrityError as error:
        raise Invalid(fields={"name": _("已有同名的名录。")}) from error
    record_event(actor=actor, action="stolen.list_created", subject=made, after={"name": made.name})
    return made


@transaction.atomic(durable=True)
def end_list(*, actor: User, list_id: int, reason: str) -> StolenList:
    """Take a list out of use: its entries match nothing any more and its hits stop nothing."""
    _require_registrar(actor)
    chosen = lock_stolen_list(pk=list_id)
    if not reason.strip():
        raise Invalid(fields={"reason": _("请写明停用的理由。")})
    _require_live(chosen)
    chosen.ended_at, chosen.ended_by = Now(), actor
    chosen.end_reason = reason.strip()[:300]
    chosen.save(update_fields=["ended_at", "ended_by", "end_reason"])
    chosen.refresh_from_db()
    StolenChange.objects.create(list=chosen, by=actor)
    record_event(actor=actor, action="stolen.list_ended", subject=chosen, reason=chosen.end_reason)
    return chosen


@transaction.atomic(durable=True)
def write_entries(
    *,
    actor: User | None,
    list_id: int,
    entries: Iterable[EntryInput],
    file_name: str = "",
    file_digest: str = "",
) -> Written:
    """Write the entries of one file or form; the same ones again change nothing.

    Arguments: `actor` None for the command of the machine's operator. A number that comes twice
    is written once, as it comes last. Raises `NotAllowed`, `WrongState` (a list out of use).
    """
    if actor is not None:
        _require_registrar(actor)
    chosen = lock_stolen_list(pk=list_id)
    _require_live(chosen)
    given = {entry.number: entry for entry in entries}
    known = {
        number: (pk, digest)
        for number, pk, digest in StolenEntry.objects.filter(list=chosen).values_list(
            "number", "pk", "digest"
        )
    }
    new = [e for number, e in given.items() if number not in known]
    changed = [e for number, e in given.items() if number in known and known[number][1] != e.digest]
    _insert(chosen, new)
    _update(changed, known)
    written = Written(len(new), len(changed), len(given) - len(new) - len(changed))
    if new or changed:
        StolenChange.objects.create(
            list=chosen, by=actor, file_name=file_name[:300], file_digest=file_digest,
            **asdict(written),
        )  # fmt: skip
        record_event(
            actor=actor, action="stolen.entries_written", subject=chosen, after=asdict(written),
            file=file_name, digest=file_digest,
        )  # fmt: skip
    return written


def _insert(chosen: StolenList, entries: list[EntryInput]) -> None:
    rows = [StolenEntry(list=chosen, digest=e.digest, **asdict(e)) for e in entries]
    StolenEntry.objects.bulk_create(rows, batch_size=BATCH)
    _write_keys(dict(zip((row.pk for row in rows), entries, strict=True)))


def _update(entries: list[EntryInput], known: Mapping[str, tuple[int, str]]) -> None:
    rows = [StolenEntry(pk=known[e.number][0], digest=e.digest, **asdict(e)) for e in entries]
    StolenEntry.objects.bulk_update(rows, [*FIELDS, "digest"], batch_size=200)
    for start in range(0, len(rows), BATCH):
        StolenKey.objects.filter(entry__in=rows[start : start + BATCH]).delete()
    _write_keys(dict(zip((row.pk for row in rows), entries, strict=True)))


def _write_keys(entries: Mapping[int, EntryInput]) -> None:
    keys = [
        StolenKey(entry_id=pk, kind=kind, key=key)
        for pk, entry in entries.items()
        for kind, key in keys_of(entry)
    ]
    StolenKey.objects.bulk_create(keys, batch_size=BATCH)


def keys_of(entry: EntryInput) -> list[tuple[str, str]]:
    """What an entry is found by: (kind, key), each once."""
    found = [
        ("number", key) for key in stolen_keys.numbers_in(entry.numbers, shortest=SHORTEST_NUMBER)
    ]
    found += [("maker", key) for key in stolen_keys.maker_keys(_names(entry.maker))]
    if key := stolen_keys.title_key(entry.title):
        found.append(("title", key))
    return list(dict.fromkeys(found))


def _names(makers: str) -> list[str]:
    """The names in a field that may hold several, or one with another in brackets."""
    for mark in "；;、/|()（）":
        makers = makers.replace(mark, "\n")
    return [name for part in makers.splitlines() if (name := part.strip())]


def add_picture(*, actor: User, entry_id: int, file: Any, name: str) -> StolenEntry:
    """Keep the picture of an entry; the worker compares it with every picture of every work.

    Raises `NotAllowed`, `WrongState` (has one, list out of use), what `receive_image` raises.
    """
    _require_registrar(actor)
    image = receive_image(actor=actor, file=file, name=name)
    try:
        return _attach(actor=actor, entry_id=entry_id, image=image)
    except DomainError:
        discard_image(actor=actor, image_id=image.pk)
        raise


@transaction.atomic(durable=True)
def _attach(*, actor: User, entry_id: int, image: Any) -> StolenEntry:
    entry = StolenEntry.objects.select_related("list").filter(pk=entry_id).first()
    if entry is None:
        raise WrongState()
    _require_live(lock_stolen_list(pk=entry.list_id))
    if not StolenEntry.objects.filter(pk=entry_id, picture=None).update(picture=image):
        raise WrongState(_("这一条已经有图片。"))
    entry.refresh_from_db()
    StolenChange.objects.create(list=entry.list, by=actor, updated=1)
    record_event(
        actor=actor, action="stolen.picture_added", subject=entry, after={"image": image.pk}
    )
    return entry


@transaction.atomic(durable=True)
def judge_hit(*, actor: User, hit_id: int, state: str, reason: str) -> StolenHit:
    """A registrar says whether the work is the missing thing; another may say otherwise later.

    Raises `NotAllowed` (also for a work he listed himself), `Invalid`, `WrongState`.
    """
    _require_registrar(actor)
    work_id = StolenHit.objects.filter(pk=hit_id).values_list("work_id", flat=True).first()
    if work_id is None:
        raise WrongState()
    work = lock_work(pk=work_id)
    if not actor.has_perm("catalog.review_work", work):
        raise NotAllowed(
            _("自己登记的作品要由另一位登记员核查。"), code="four_eyes", rule=REVIEW_RULE
        )
    fields: dict[str, Any] = {}
    if state not in (HitState.SAME, HitState.OTHER):
        fields["state"] = _("请选择一个结论。")
    if not reason.strip():
        fields["reason"] = _("请写明依据。")
    if fields:
        raise Invalid(fields=fields)
    hit = StolenHit.objects.get(pk=hit_id)
    if hit.state == state:
        raise WrongState(_("这一条已经有人下过同样的结论。"))
    before = {"state": hit.state, "reason": hit.reason}
    hit.state, hit.reason = state, reason.strip()[:500]
    hit.judged_by, hit.judged_at = actor, Now()
    hit.save(update_fields=["state", "reason", "judged_by", "judged_at"])
    hit.refresh_from_db()
    record_event(
        actor=actor, action="stolen.judged", subject=hit, before=before,
        after={"state": hit.state, "reason": hit.reason},
    )  # fmt: skip
    return hit


def _require_registrar(actor: User) -> None:
    if not actor.has_perm("catalog.review_desk"):
        raise NotAllowed(rule=STAFF_RULE)


def _require_live(chosen: StolenList) -> None:
    if chosen.ended_at is not None:
        raise WrongState(_("这份名录已经停用。"))
