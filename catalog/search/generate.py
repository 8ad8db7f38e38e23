"""A million believable works for measuring, never for showing.

Words, makers and terms follow a long tail as in real collections; the same seed makes the same
works. On PostgreSQL rows go in by COPY from as many processes as there are processors, and
after the first `DISTINCT` works the database repeats them under new ids; elsewhere in batches.
"""

import os
import random
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Any, Final

from django.db import connection, connections, models
from django.db.models import Max

from catalog.engine import terms
from catalog.enums import TermUse, WorkState
from catalog.models import Artist, Attribution, SearchEntry, SearchName, Term, Work, WorkTerm

from .backends import get_backend
from .documents import WorkDocument, build_entry
from .names import ensure_names

MARK: Final = "生成的样本，只用于测速"
CHUNK: Final = 5_000
DISTINCT: Final = 100_000
SECONDS_APART: Final = 300
FIRST_DAY: Final = datetime(2010, 1, 1, tzinfo=UTC)


def _bank() -> dict[str, list[str]]:
    text = resources.files("catalog").joinpath("data", "sample_words.toml").read_text("utf-8")
    return {
        name: words if isinstance(words, list) else words.split()
        for name, words in tomllib.loads(text).items()
    }


BANK: Final = _bank()
SURNAMES: Final = "".join(BANK["surnames"])
GIVEN: Final = "".join(BANK["given"])


@dataclass(frozen=True, slots=True)
class Span:
    """A part of the works: its first id, how many, and which chance."""

    first: int
    count: int
    seed: int
    artists: tuple[int, ...]
    first_artist: int


def generate(count: int, *, seed: int = 7, processes: int | None = None) -> None:
    """Make `count` works with makers, terms and entries, then rebuild index and statistics."""
    _load_terms()
    artists = _make_artists(max(50, min(30_000, count // 40)), seed)
    first = (Work.objects.aggregate(m=Max("pk"))["m"] or 0) + 1
    on_postgres = connection.vendor == "postgresql"
    distinct = min(count, DISTINCT) if on_postgres else count
    spans = [
        Span(first + at, min(CHUNK, distinct - at), seed, artists, artists[0])
        for at in range(0, distinct, CHUNK)
    ]
    if on_postgres:
        with _without_word_index():
            connections.close_all()
            workers = processes or os.cpu_count() or 1
            with ProcessPoolExecutor(workers, initializer=connections.close_all) as pool:
                list(pool.map(_fill, spans))
            _repeat(first, distinct, count)
    else:
        for span in spans:
            _fill(span)
    _count_names(artists)
    _reset_sequences()


@contextmanager
def _without_word_index() -> Iterator[None]:
    """Build the word index once at the end: by far faster than keeping it up to date."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE indexname = 'catalog_searchentry_words'"
        )
        (definition,) = cursor.fetchone()
        cursor.execute("DROP INDEX catalog_searchentry_words")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute(definition)
        cursor.execute("VACUUM ANALYZE")


def _repeat(first: int, distinct: int, count: int) -> None:
    """Let the database copy the works that are there until there are `count`."""
    later = f"{{}} + %(shift)s * interval '{SECONDS_APART} seconds'"
    changed = {
        Work: {"id": "{} + %(shift)s", "created_at": later, "updated_at": later},
        Attribution: {"work_id": "{} + %(shift)s"},
        WorkTerm: {"work_id": "{} + %(shift)s"},
        SearchEntry: {
            "work_id": "{} + %(shift)s",
            "order_key": f"{{}} + %(shift)s * {SECONDS_APART * 1_000_000}::bigint",
        },
    }
    _trust_own_keys()
    for shift in range(distinct, count, distinct):
        params = {"shift": shift, "first": first, "end": first + min(distinct, count - shift)}
        for model, values in changed.items():
            _repeat_rows(model, values, params)


def _repeat_rows(model: type[models.Model], values: dict[str, str], params: dict[str, int]) -> None:
    key = "id" if model is Work else "work_id"
    names = [f.column for f in model._meta.concrete_fields if not f.primary_key or f.column == key]
    columns_sql = ", ".join(connection.ops.quote_name(n) for n in names)
    picked = ", ".join(values.get(n, "{}").format(connection.ops.quote_name(n)) for n in names)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns_sql}) SELECT {picked} FROM {table}"  # noqa: S608
            f" WHERE {key} >= %(first)s AND {key} < %(end)s ORDER BY {key}",
            params,
        )


def _fill(span: Span) -> None:
    chance = random.Random(span.seed * 1_000_003 + span.first)  # noqa: S311 - reproducible, not secret
    made = [_work(chance, span, span.first + i) for i in range(span.count)]
    rows = {Work: [m[0] for m in made], Attribution: [m[1] for m in made]}
    rows[WorkTerm] = [row for m in made for row in m[2]]
    _trust_own_keys()
    for model, values in rows.items():
        _insert(model, values)
    entries = [build_entry(document, (), price) for *_rows, document, price in made]
    get_backend().write(entries, fresh=True)


def _work(chance: random.Random, span: Span, pk: int) -> tuple[Any, ...]:
    """Values of the rows of one work, its document, its price."""
    moment = FIRST_DAY + timedelta(seconds=SECONDS_APART * pk)
    artist = span.artists[_tail(chance, len(span.artists))]
    kind, material = _TYPES[_tail(chance, len(_TYPES))], _MATERIALS[_tail(chance, len(_MATERIALS))]
    year = None if chance.random() < 0.08 else 2024 - int(chance.expovariate(1 / 120))
    is_han = chance.random() < 0.6
    title = _han_title(chance, pk) if is_han else _english_title(chance, pk)
    about = ("，" if is_han else ", ").join(
        chance.sample(BANK["phrases" if is_han else "sentences"], 3)
    )
    price = (chance.randrange(100, 50_000) * 100, "CNY") if chance.random() < 0.1 else None
    work = {
        **{"id": pk, "title": title, "title_en": "" if is_han else title, "description": about},
        **{"year_from": year, "year_to": year, "date_text": str(year or "")},
        **{"created_at": moment, "updated_at": moment, "credit": MARK},
        **{"state": WorkState.RECORDED.value, "is_open_data": True},
    }
    opinion = {"work_id": pk, "artist_id": artist, "by": MARK}
    used = [
        {"work_id": pk, "term_id": kind, "use": TermUse.TYPE.value},
        {"work_id": pk, "term_id": material, "use": TermUse.MATERIAL.value},
    ]
    document = WorkDocument(
        work_id=pk,
        ordered_at=moment,
        titles=(title,),
        makers=_artist_name(artist - span.first_artist),
        words=(about, f"X.{pk}"),
        artist_ids=(artist,),
        types=(kind,),
        materials=(material,),
        year_from=year,
        year_to=year,
        is_museum=True,
    )
    return work, opinion, used, document, price


def _han_title(chance: random.Random, pk: int) -> str:
    parts = [
        *([chance.choice(BANK["places"])] if chance.random() < 0.4 else []),
        *([chance.choice(BANK["manners"])] if chance.random() < 0.5 else []),
        BANK["subjects"][_tail(chance, len(BANK["subjects"]))],
        chance.choice(BANK["forms"]),
    ]
    return "".join(parts) + (f"（之{pk % 12 + 1}）" if pk % 7 == 0 else "")


def _english_title(chance: random.Random, pk: int) -> str:
    words = [
        BANK["english"][_tail(chance, len(BANK["english"]))] for _ in range(chance.randrange(2, 6))
    ]
    text = " ".join(dict.fromkeys(words)).capitalize()
    return f"{text}, no. {pk % 40 + 1}" if pk % 5 == 0 else text


def _artist_name(n: int) -> tuple[str, ...]:
    """The names of the n-th maker: two of three are Chinese."""
    if n % 3:
        given = GIVEN[n * 7 % len(GIVEN)] + (GIVEN[n * 13 % len(GIVEN)] if n % 2 else "")
        return (SURNAMES[n // 3 % len(SURNAMES)] + given,)
    family = BANK["latin_family"][n // 3 % len(BANK["latin_family"])]
    first = BANK["latin_given"][n // 84 % len(BANK["latin_given"])]
    return (f"{first} {chr(65 + n % 26)}. {family}",)


def _tail(chance: random.Random, size: int) -> int:
    """A number below `size`, small ones far more often."""
    return min(int(size * chance.random() ** 3), size - 1)


_TYPES = [t.id for t in terms.by_category("work-type")]
_MATERIALS = [t.id for t in (*terms.by_category("material"), *terms.by_category("technique"))]


# ------------------------------------------------------------------------ rows


def _load_terms() -> None:
    Term.objects.bulk_create(
        [Term(id=t.id, en=t.en, zh=t.zh, category=t.category) for t in terms.all_terms()],
        ignore_conflicts=True,
    )


def _make_artists(count: int, seed: int) -> tuple[int, ...]:
    first = (Artist.objects.aggregate(m=Max("pk"))["m"] or 0) + 1
    Artist.objects.bulk_create(
        [
            Artist(pk=first + n, name=_artist_name(n)[0], biography=MARK, is_open_data=True)
            for n in range(count)
        ],
        batch_size=1_000,
    )
    return tuple(range(first, first + count))


def _count_names(artists: Sequence[int]) -> None:
    for at in range(0, len(artists), 2_000):
        ensure_names(artists[at : at + 2_000])
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE catalog_searchname n SET works = c.works FROM (SELECT artist_id,"
                " count(*) AS works FROM catalog_attribution GROUP BY artist_id) c"
                " WHERE c.artist_id = n.object_id AND n.kind = 'artist'"
            )
            cursor.execute("VACUUM ANALYZE catalog_searchname")


def _trust_own_keys() -> None:
    """Where we may, spare the check of foreign keys that were just made here."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:
            cursor.execute("SET session_replication_role = replica")


def _insert(model: type[models.Model], rows: Sequence[dict[str, Any]]) -> None:
    """Rows of plain values; what they don't name gets the default of the field or the database."""
    fields = [
        f
        for f in model._meta.concrete_fields
        if f.attname in rows[0] or not (f.primary_key or f.has_db_default())
    ]
    plain = [
        None
        if f.has_db_default() or f.primary_key
        else f.get_db_prep_save(f.get_default(), connection)
        for f in fields
    ]
    moments = [isinstance(f, models.DateTimeField) for f in fields]
    adapt = connection.ops.adapt_datetimefield_value

    def values(row: dict[str, Any]) -> list[Any]:
        found = [row.get(f.attname, d) for f, d in zip(fields, plain, strict=True)]
        return [adapt(v) if m and v else v for v, m in zip(found, moments, strict=True)]

    names = [f.column for f in fields]
    if connection.vendor == "postgresql":
        _copy(model._meta.db_table, names, map(values, rows))
        return
    marks = ", ".join(["%s"] * len(names))
    quoted = ", ".join(connection.ops.quote_name(n) for n in names)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {model._meta.db_table} ({quoted}) VALUES ({marks})",  # noqa: S608
            map(values, rows),
        )


def _copy(table: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with connection.cursor() as cursor:
        quoted = ", ".join(connection.ops.quote_name(n) for n in names)
        statement = f"COPY {table} ({quoted}) FROM STDIN"
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)


def _reset_sequences() -> None:
    from django.core.management.color import no_style

    made = [Work, Artist, Attribution, WorkTerm, SearchEntry, SearchName]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), made):
            cursor.execute(statement)
