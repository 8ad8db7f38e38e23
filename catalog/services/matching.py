"""Compare works with the registers of stolen works and keep what matched, for registrars only.

By number, and by title and maker, through stored keys: one query for any number of entries. By
picture through the pairs that the worker finds (media.services.comparing: an entry's picture is a
picture like any other). Idempotent: a second run writes nothing new. Registry rules, section 9.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from artmarket import rulebook
from artmarket.core.events import record_event
from catalog import stolen_keys
from catalog.enums import AttributionStatus, HitState, WorkState
from catalog.models import (
    StolenChange,
    StolenCheck,
    StolenEntry,
    StolenHit,
    StolenKey,
    Work,
    WorkPhoto,
)
from media.enums import ImageState
from media.models import Fingerprint, Likeness

MATCHED_STATES: Final = (WorkState.SUBMITTED, WorkState.REGISTERED)
CHUNK: Final = 100
A_RUN: Final = 5_000


@dataclass(frozen=True, slots=True)
class Words:
    """What a work is compared by; `pairs` are (entry, pair of pictures) found alike."""

    numbers: tuple[str, ...]
    makers: tuple[str, ...]
    titles: tuple[str, ...]
    pairs: tuple[tuple[int, int], ...]

    @property
    def digest(self) -> str:
        said = [list(self.numbers), list(self.makers), list(self.titles), list(self.pairs)]
        return hashlib.sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Found:
    """One entry that a work matched, and by what."""

    entry: int
    number: str = ""
    title_percent: int = 0
    likeness: int | None = None


def changes_so_far() -> int:
    """How often the registers changed; 0 means that there is nothing to compare with."""
    return StolenChange.objects.count()


def words_of(work: Work, pairs: Iterable[tuple[int, int]]) -> Words:
    """The words of a work whose inscriptions, makers and source record are prefetched."""
    shortest = rulebook.get("catalog.stolen_number_chars")
    record = getattr(work, "source_record", None)
    texts = [i.text for i in work.inscriptions.all()]
    texts += [
        work.features, work.description, work.description_en, work.source_note, work.credit,
        work.provenance_text, record.source_id if record else "",
    ]  # fmt: skip
    numbers = dict.fromkeys(n for t in texts for n in stolen_keys.numbers_in(t, shortest=shortest))
    makers = [
        name
        for opinion in work.attributions.all()
        if opinion.status == AttributionStatus.CURRENT
        for name in (
            opinion.artist.name,
            opinion.as_written,
            *(n.text for n in opinion.artist.names.all()),
        )
    ]
    titles = tuple(t for t in (work.title, work.title_en) if stolen_keys.title_key(t))
    return Words(
        tuple(sorted(numbers)), tuple(sorted(stolen_keys.maker_keys(makers))), titles,
        tuple(sorted(pairs)),
    )  # fmt: skip


def with_words(works: Any) -> Any:
    """The works with everything that `words_of` reads."""
    return works.select_related("source_record").prefetch_related(
        "inscriptions", "attributions__artist__names"
    )


def entry_pairs(work_ids: Iterable[int]) -> dict[int, list[tuple[int, int]]]:
    """By work: the live entries whose picture was found alike one of its pictures. Two queries."""
    shown = dict(WorkPhoto.objects.filter(work__in=work_ids).values_list("image_id", "work_id"))
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    sides = (("first", "second"), ("second", "first"))
    for mine, theirs in sides:
        entry = f"{theirs}__stolen_entry"
        rows = Likeness.objects.filter(
            **{f"{mine}__in": list(shown), f"{entry}__list__ended_at__isnull": True}
        ).exclude(**{entry: None})
        for image, entry_id, pair in rows.values_list(f"{mine}_id", entry, "pk"):
            found[shown[image]].append((entry_id, pair))
    return found


def pictures_are_compared(work: Work) -> bool:
    """Whether every finished picture of the work was compared, if any entry has a picture."""
    if not StolenEntry.objects.live().filter(picture__isnull=False).exists():
        return True
    known = Fingerprint.objects.filter(version=Fingerprint.VERSION).values("image")
    photos = WorkPhoto.objects.filter(work=work, image__state=ImageState.READY)
    return not photos.exclude(image__in=known).exists()


def match_works(work_ids: list[int]) -> int:
    """Compare these works inside the caller's transaction; the number of new or reopened hits."""
    upto = changes_so_far()  # read first: a later change makes this comparison stale
    if not upto:
        return 0
    pairs = entry_pairs(work_ids)
    works = list(with_words(Work.objects.filter(pk__in=work_ids)).order_by("pk"))
    words = {work.pk: words_of(work, pairs.get(work.pk, [])) for work in works}
    found = _found(words)
    changed = _keep(found)
    rows = [
        StolenCheck(work_id=pk, upto=upto, digest=said.digest, at=Now())
        for pk, said in words.items()
    ]
    StolenCheck.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["work"], update_fields=["upto", "digest", "at"]
    )
    return changed


def match_due() -> str:
    """The duty: compare every work that changed, or that the registers have changed since."""
    changes = changes_so_far()
    if not changes:
        return "no registers"
    stale = Q(stolen_check=None) | Q(stolen_check__upto__lt=changes)
    stale |= Q(updated_at__gt=F("stolen_check__at"))
    works = Work.objects.filter(stale, state__in=MATCHED_STATES).order_by("pk")
    pks = list(works.values_list("pk", flat=True)[:A_RUN])
    pks = list(dict.fromkeys([*pks, *_with_new_pairs()]))
    changed = 0
    for start in range(0, len(pks), CHUNK):
        with transaction.atomic(durable=True):
            changed += match_works(pks[start : start + CHUNK])
    return f"{len(pks)} works compared, {changed} hits"


def _with_new_pairs() -> list[int]:
    """Works whose picture was found alike an entry's picture and that have no such hit yet."""
    works: list[int] = []
    for mine, theirs in (("first", "second"), ("second", "first")):
        photo, entry = f"{mine}__work_photo__work", f"{theirs}__stolen_entry"
        rows = Likeness.objects.exclude(**{photo: None}).exclude(**{entry: None})
        known = set(StolenHit.objects.filter(by_picture=True).values_list("entry_id", "work_id"))
        works += [w for e, w in rows.values_list(entry, photo) if (e, w) not in known]
    return works


def _found(words: dict[int, Words]) -> dict[int, list[Found]]:
    """By work, what matched: one query for keys and one for the entries they lead to."""
    wanted = {
        "number": {key for said in words.values() for key in said.numbers},
        "maker": {key for said in words.values() for key in said.makers},
        "title": {stolen_keys.title_key(t) for said in words.values() for t in said.titles},
    }
    rows = StolenKey.objects.filter(entry__list__ended_at__isnull=True)
    condition = Q(pk__in=[])
    for kind, keys in wanted.items():
        condition |= Q(kind=kind, key__in=keys)
    by_key: dict[tuple[str, str], list[int]] = defaultdict(list)
    for kind, key, entry in rows.filter(condition).values_list("kind", "key", "entry_id"):
        by_key[kind, key].append(entry)
    ids = {entry for entries in by_key.values() for entry in entries}
    entries = {
        pk: (title, maker)
        for pk, title, maker in StolenEntry.objects.filter(pk__in=ids).values_list(
            "pk", "title", "maker"
        )
    }
    percent = rulebook.get("catalog.stolen_title_percent")
    alone = rulebook.get("catalog.stolen_title_alone_chars")
    return {pk: _found_of(said, by_key, entries, percent, alone) for pk, said in words.items()}


def _found_of(
    said: Words,
    by_key: dict[tuple[str, str], list[int]],
    entries: dict[int, tuple[str, str]],
    percent: int,
    alone: int,
) -> list[Found]:
    numbers: dict[int, str] = {}
    for key in said.numbers:
        for entry in by_key.get(("number", key), ()):
            numbers.setdefault(entry, key)
    titles: dict[int, int] = {}
    for key in said.makers:
        for entry in by_key.get(("maker", key), ()):
            if entry not in titles:
                titles[entry] = stolen_keys.title_likeness(said.titles, [entries[entry][0]])
    titles = {entry: alike for entry, alike in titles.items() if alike >= percent}
    for title in said.titles:
        key = stolen_keys.title_key(title)
        if len(key) < alone:
            continue
        for entry in by_key.get(("title", key), ()):
            if not said.makers or not entries[entry][1].strip():
                titles[entry] = 100
    pictures = dict(said.pairs)
    return [
        Found(entry, numbers.get(entry, ""), titles.get(entry, 0), pictures.get(entry))
        for entry in sorted({*numbers, *titles, *pictures})
    ]


def _keep(found: dict[int, list[Found]]) -> int:
    """Store new hits; a judged one opens again when it matches by something that nobody judged."""
    hits = StolenHit.objects.filter(work__in=found)
    known = {(hit.work_id, hit.entry_id): hit for hit in hits}
    changed = 0
    for work_id, matches in found.items():
        for match in matches:
            hit = known.get((work_id, match.entry))
            changed += _reopen(hit, match) if hit else _create(work_id, match)
    return changed


def _create(work_id: int, match: Found) -> int:
    hit, is_new = StolenHit.objects.get_or_create(
        work_id=work_id,
        entry_id=match.entry,
        defaults={
            "number": match.number, "title_percent": match.title_percent,
            "likeness_id": match.likeness, "by_picture": match.likeness is not None,
        },
    )  # fmt: skip
    if is_new:
        record_event(actor=None, action="stolen.matched", subject=hit, after=_evidence(match))
    return int(is_new)


def _reopen(hit: StolenHit, match: Found) -> int:
    news = {
        "number": match.number if match.number and not hit.number else "",
        "title_percent": match.title_percent if not hit.title_percent else 0,
        "by_picture": match.likeness is not None and not hit.by_picture,
    }
    if not any(news.values()):
        return 0
    fields: dict[str, Any] = {name: value for name, value in news.items() if value}
    if news["by_picture"]:
        fields["likeness_id"] = match.likeness
    fields |= {"state": HitState.OPEN, "judged_by": None, "judged_at": None, "reason": ""}
    before = {"state": hit.state, "reason": hit.reason}
    # A verdict given in this moment is not written over: the next comparison sees it.
    same = StolenHit.objects.filter(
        pk=hit.pk, state=hit.state, reason=hit.reason, judged_by=hit.judged_by_id
    )
    if not same.update(**fields):
        return 0
    record_event(
        actor=None, action="stolen.matched", subject=hit, before=before, after=_evidence(match)
    )
    return 1


def _evidence(match: Found) -> dict[str, Any]:
    return {
        "number": match.number, "title_percent": match.title_percent,
        "by_picture": match.likeness is not None,
    }  # fmt: skip
