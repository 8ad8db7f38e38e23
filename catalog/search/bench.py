"""Measure the search beside a plain SQL baseline, in one run on one database.

Our side goes through the selector that the pages use, with count, facets and neighbours. The
baseline is what one writes first: ILIKE, COUNT, GROUP BY and OFFSET on the tables of the works.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.db import connection

from .facets import facet
from .generate import BANK
from .query import Cursor, SearchQuery
from .selector import PAGE_SIZE, search
from .snapshot import take_snapshot
from .suggest import suggest

GOAL_MS: Final = 100.0
PUBLIC: Final = "w.is_public AND w.state IN ('registered', 'recorded')"
TEXT: Final = (
    "(w.title ILIKE %(like)s OR w.title_en ILIKE %(like)s OR w.description ILIKE %(like)s"
    " OR EXISTS (SELECT 1 FROM catalog_attribution a JOIN catalog_artist m ON m.id = a.artist_id"
    " WHERE a.work_id = w.id AND m.name ILIKE %(like)s))"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report, in milliseconds."""

    case: str
    p50: float
    p95: float
    runs: int
    baseline_p50: float
    baseline: str

    @property
    def ratio(self) -> float:
        """How many times faster than the baseline, by medians."""
        return self.baseline_p50 / self.p50 if self.p50 else 0.0

    @property
    def is_met(self) -> bool:
        """Whether the goal of this project is met."""
        return self.p95 < GOAL_MS

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "ratio": round(self.ratio, 1), "met": self.is_met}


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked of us, once a run, and what a plain query would ask."""

    name: str
    ours: Sequence[Callable[[], object]]
    plain: Sequence[Callable[[], object]]
    baseline: str


def measure(*, rounds: int = 3, plain_rounds: int = 1) -> Iterator[Figure]:
    """Time every case; our side every question `rounds` times after one unmeasured round."""
    take_snapshot()
    for case in cases():
        for question in case.ours:
            question()
        ours = sorted(_time(q) for _round in range(rounds) for q in case.ours)
        plain = sorted(_time(q) for q in list(case.plain)[:plain_rounds])
        yield Figure(
            case.name,
            round(_share(ours, 0.5), 2),
            round(_share(ours, 0.95), 2),
            len(ours),
            round(_share(plain, 0.5), 2),
            case.baseline,
        )


def cases() -> list[Case]:
    """All cases. Words come from the bank of the generator, common and rare ones alike."""
    two = [*BANK["subjects"][:16:2], *BANK["places"][:4]]
    four = [a + b for a, b in zip(BANK["manners"], BANK["subjects"][1:], strict=False)][:12]
    one = ["山", "竹", "瓶", "春", "鹤", "王"]
    english = ["portrait", "mountains", "pagoda kite", "winter landscape", "maps", "teapot table"]
    pinyin = ["fengzheng", "shanshui", "weifang fengzheng", "mozhu", "feng zheng", "hongmei"]
    typed = ["风", "风筝", "wang", "王子", "port", "thorn", "fengz", "Winter l", "zhangming"]
    types = _common("type", 8)
    artists = _common("artist", 6)
    narrow = [
        *({"type": [t]} for t in types),
        *({"period": [p]} for p in ("p1949", "p1368", "unknown")),
        *({"artist": [a]} for a in artists),
        *({"type": [t], "period": ["p1949"]} for t in types[:4]),
    ]
    return [
        Case("newest page", [_ask()] * 10, [_plain_page()] * 3, "newest, COUNT, two GROUP BY"),
        Case(
            "filtered page",
            [_ask(filters=f) for f in narrow],
            [_plain_filter(t) for t in types[:3]],
            "term filter, COUNT, GROUP BY",
        ),
        _words("one Han character", one),
        _words("two Han characters", two),
        _words("four Han characters", four),
        _words("English words", english),
        Case(
            "pinyin", [_ask(q) for q in pinyin],
            [_plain_text(q) for q in ("风筝", "山水", "墨竹")], "ILIKE on the Han words",
        ),
        Case(
            "words and filters",
            [
                _ask(q, {"type": [t]})
                for q, t in zip([*two[:6], *english[:4]], types * 2, strict=False)
            ],
            [_plain_text(q) for q in two[:3]],
            "ILIKE, COUNT, GROUP BY",
        ),
        Case(
            "oldest works first", [_ask(q, sort="oldest") for q in ("", *two[:4], "portrait")],
            [_plain_text(q) for q in two[:2]], "ILIKE, COUNT, GROUP BY",
        ),
        Case(
            "page 4,000", [_deep(q) for q in ("", "", "风筝", "portrait")],
            [_plain_page(offset=4_000 * PAGE_SIZE)] * 3, "OFFSET, COUNT, two GROUP BY",
        ),
        Case(
            "suggestions",
            [_suggest(t) for t in typed],
            [_plain_suggest(t) for t in ("风筝", "wang", "thorn")],
            "ILIKE on titles and names",
        ),
    ]  # fmt: skip


# ---------------------------------------------------------------------- our side


def _ask(text: str = "", filters: Any = None, sort: str = "") -> Callable[[], object]:
    def run() -> object:
        return search(SearchQuery.make(text, filters, sort=sort))

    return run


def _words(name: str, words: Sequence[str]) -> Case:
    return Case(
        name,
        [_ask(w) for w in words],
        [_plain_text(w) for w in words[:3]],
        "ILIKE, COUNT, GROUP BY",
    )


def _suggest(text: str) -> Callable[[], object]:
    return lambda: suggest(text)


def _deep(text: str) -> Callable[[], object]:
    """A page far down: the place is read once, as a reader's address carries it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT order_key, work_id FROM catalog_searchentry ORDER BY order_key DESC"
            " LIMIT 1 OFFSET (SELECT count(*) / 10 FROM catalog_searchentry)"
        )
        place = cursor.fetchone()
    query = SearchQuery.make(text, sort="newest", cursor=Cursor(place), page=4_000)
    return lambda: search(query)


def _common(name: str, count: int) -> list[str]:
    """Values of a facet, from the most common to rare ones."""
    known = facet(name)
    assert known is not None  # noqa: S101
    shown = next(f for f in search(SearchQuery.make()).facets if f.name == name)
    return [option.value for option in shown.options][:count]


# ---------------------------------------------------------------------- baseline


def _plain_page(offset: int = 0) -> Callable[[], object]:
    return _plain(PUBLIC, {}, offset)


def _plain_text(words: str) -> Callable[[], object]:
    return _plain(f"{PUBLIC} AND {TEXT}", {"like": f"%{words}%"})


def _plain_filter(term: str) -> Callable[[], object]:
    chosen = (
        f"{PUBLIC} AND EXISTS (SELECT 1 FROM catalog_workterm f WHERE f.work_id = w.id"  # noqa: S608
        " AND f.use = 'type' AND f.term_id = %(term)s)"
    )
    return _plain(chosen, {"term": term})


def _plain(where: str, params: dict[str, Any], offset: int = 0) -> Callable[[], object]:
    page = (
        f"SELECT w.id, w.title FROM catalog_work w WHERE {where}"  # noqa: S608
        f" ORDER BY w.created_at DESC, w.id DESC LIMIT {PAGE_SIZE} OFFSET {offset}"
    )
    count = f"SELECT count(*) FROM catalog_work w WHERE {where}"  # noqa: S608
    terms = (
        "SELECT t.term_id, count(*) FROM catalog_workterm t"  # noqa: S608
        " JOIN catalog_work w ON w.id = t.work_id"
        f" WHERE {where} GROUP BY t.term_id ORDER BY 2 DESC LIMIT 12"
    )
    makers = (
        "SELECT b.artist_id, count(*) FROM catalog_attribution b JOIN catalog_work w"  # noqa: S608
        f" ON w.id = b.work_id WHERE {where} GROUP BY b.artist_id ORDER BY 2 DESC LIMIT 12"
    )
    return _run([page, count, terms, makers], params)


def _plain_suggest(text: str) -> Callable[[], object]:
    return _run(
        [
            "SELECT id FROM catalog_artist WHERE name ILIKE %(like)s LIMIT 5",
            f"SELECT w.id FROM catalog_work w WHERE {PUBLIC}"  # noqa: S608
            " AND w.title ILIKE %(like)s"
            " ORDER BY w.created_at DESC LIMIT 5",
        ],
        {"like": f"%{text}%"},
    )


def _run(statements: Sequence[str], params: dict[str, Any]) -> Callable[[], object]:
    def run() -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement, params)
                cursor.fetchall()

    return run


def _time(question: Callable[[], object]) -> float:
    start = time.perf_counter()
    question()
    return (time.perf_counter() - start) * 1000


def _share(ordered: Sequence[float], share: float) -> float:
    """The value that `share` of the ordered ones do not exceed (nearest rank)."""
    return ordered[max(0, -(-int(len(ordered) * share * 1000) // 1000) - 1)] if ordered else 0.0
