"""Names of makers as people begin to type them, in a small table of its own.

A name is found by its beginning, by a later part of it, by pinyin, by initials, and, when
nothing begins so, by likeness. Only makers with a public work are ever found.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from typing import Final

from django.db import connection
from django.db.models import Count, Max, Q

from artmarket.core.search_tokens import fold, pinyin_key, syllables_of
from catalog.bulk import insert_missing
from catalog.enums import AttributionStatus
from catalog.models import Artist, ArtistName, Attribution, SearchEntry, SearchName

ARTIST: Final = "artist"
_MAX_KEY: Final = 200
_MAX_PARTS: Final = 6
_LIKENESS: Final = 0.45
_SHORTLIST: Final = 3_000


@dataclass(frozen=True, slots=True)
class NameHit:
    """A maker that was found, with the number of its public works."""

    artist: Artist
    works: int


def find_artists(text: str, limit: int = 6) -> list[NameHit]:
    """Makers whose name begins so, those with most works first; else names like it."""
    key = squash(text)
    if not key:
        return []
    names = SearchName.objects.filter(kind=ARTIST, works__gt=0)
    rows = list(
        names.filter(_starts_with(key))
        .values("object_id")
        .annotate(n=Max("works"), exact=Count("pk", filter=Q(key=key)))
        .order_by("-exact", "-n", "object_id")[:limit]
    )
    found = [(row["object_id"], row["n"]) for row in rows] or _alike(key, limit)
    artists = Artist.objects.in_bulk([pk for pk, _n in found])
    return [NameHit(artists[pk], n) for pk, n in found if pk in artists]


def squash(text: str) -> str:
    """Folded letters and digits only: `van Gogh` and `VanGogh` are one key."""
    return "".join(c for c in fold(text) if c.isalnum())[:_MAX_KEY]


def keys_of(name: str) -> dict[str, bool]:
    """The ways to begin writing a name; True marks those that are the whole name."""
    folded = fold(name)
    words = ["".join(c for c in word if c.isalnum()) for word in folded.split()]
    words = [w for w in words if w]
    found: dict[str, bool] = {}
    if not words:
        return found
    syllables = syllables_of(name)
    whole = squash(name)
    found[whole] = True
    spoken = pinyin_key(name)[:_MAX_KEY]
    found.setdefault(spoken, True)
    for i in range(1, min(len(words), _MAX_PARTS)):
        found.setdefault("".join(words[i:])[:_MAX_KEY], False)
    if len(words) == 1 and len(syllables) == len(whole) > 1:
        for i in range(1, min(len(whole), _MAX_PARTS)):
            found.setdefault(whole[i:], False)
            found.setdefault("".join(syllables[i:]), False)
        found.setdefault("".join(s[0] for s in syllables), False)
    return found


def ensure_names(artist_ids: Collection[int]) -> None:
    """Add the names of makers that have none yet (their public works were just indexed)."""
    if not artist_ids:
        return
    known = SearchName.objects.filter(kind=ARTIST, object_id__in=artist_ids)
    missing = set(artist_ids) - set(known.values_list("object_id", flat=True).distinct())
    if missing:
        _write(missing, dict.fromkeys(missing, 1))


def refresh_names(artist_ids: Collection[int]) -> None:
    """Write the names of these makers anew; those without public works lose theirs."""
    if not artist_ids:
        return
    SearchName.objects.filter(kind=ARTIST, object_id__in=artist_ids).delete()
    counts = count_works(artist_ids)
    _write(counts.keys(), counts)


def recount_names() -> int:
    """Count the public works of every maker again (a duty). Returns how many changed."""
    known = dict(SearchName.objects.filter(kind=ARTIST).values_list("object_id", "works"))
    counts = count_works()
    changed = [pk for pk, works in known.items() if counts.get(pk, 0) != works]
    by_count: dict[int, list[int]] = defaultdict(list)
    for pk in changed:
        by_count[counts.get(pk, 0)].append(pk)
    for works, pks in by_count.items():
        for i in range(0, len(pks), 500):
            part = pks[i : i + 500]
            SearchName.objects.filter(kind=ARTIST, object_id__in=part).update(works=works)
    ensure_names(counts.keys() - known.keys())
    return len(changed)


def count_works(artist_ids: Iterable[int] | None = None) -> dict[int, int]:
    """Public works by maker; makers without any are left out."""
    opinions = Attribution.objects.filter(status=AttributionStatus.CURRENT)
    if artist_ids is not None:
        opinions = opinions.filter(artist__in=list(artist_ids))
    opinions = opinions.filter(work__in=SearchEntry.objects.values("work_id"))
    rows = opinions.values("artist_id").annotate(n=Count("work_id", distinct=True)).order_by()
    return {row["artist_id"]: row["n"] for row in rows}


def _write(artist_ids: Iterable[int], works: dict[int, int]) -> None:
    ids = list(artist_ids)
    keys: dict[int, dict[str, bool]] = {pk: {} for pk in ids}
    names = [
        *Artist.objects.filter(pk__in=ids).values_list("pk", "name"),
        *Artist.objects.filter(pk__in=ids).exclude(name_en="").values_list("pk", "name_en"),
        *ArtistName.objects.filter(artist__in=ids).values_list("artist_id", "text"),
    ]
    for pk, name in names:
        for key, is_whole in keys_of(name).items():
            keys[pk][key] = keys[pk].get(key, False) or is_whole
    insert_missing(
        SearchName,
        ("kind", "object_id", "key", "is_whole", "works"),
        (
            (ARTIST, pk, key, is_whole, works[pk])
            for pk in ids
            for key, is_whole in keys[pk].items()
        ),
    )


def _starts_with(key: str) -> Q:
    if connection.vendor == "postgresql":
        return Q(key__startswith=key)
    # SQLite's LIKE ignores case and so the index.
    return Q(key__gte=key, key__lt=key + "\U0010ffff")


def _alike(key: str, limit: int) -> list[tuple[int, int]]:
    """Names that look like the key: (maker, works), the most alike first."""
    if len(key) < 4 or not key.isascii():
        return []
    if connection.vendor == "postgresql" and _has_trigrams():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT object_id, max(works) FROM catalog_searchname WHERE kind = %s AND is_whole"
                " AND works > 0 AND key %% %s AND similarity(key, %s) >= %s"
                " GROUP BY object_id ORDER BY max(similarity(key, %s)) DESC, object_id LIMIT %s",
                [ARTIST, key, key, _LIKENESS, key, limit],
            )
            return [(pk, works) for pk, works in cursor.fetchall()]
    return _alike_here(key, limit)


def _alike_here(key: str, limit: int) -> list[tuple[int, int]]:
    near = SearchName.objects.filter(_starts_with(key[0]), kind=ARTIST, is_whole=True, works__gt=0)
    matcher = SequenceMatcher(b=key, autojunk=False)
    best: dict[int, tuple[float, int]] = {}
    for pk, other, works in near.values_list("object_id", "key", "works")[:_SHORTLIST]:
        matcher.set_seq1(other)
        likeness = matcher.ratio() if matcher.real_quick_ratio() >= 0.7 else 0.0
        if likeness >= 0.7 and likeness > best.get(pk, (0.0, 0))[0]:
            best[pk] = (likeness, works)
    ordered = sorted(best.items(), key=lambda item: (-item[1][0], item[0]))
    return [(pk, works) for pk, (_likeness, works) in ordered[:limit]]


@cache
def _has_trigrams() -> bool:
    """Whether the extension could be created (the migration tries)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
        return cursor.fetchone() is not None
