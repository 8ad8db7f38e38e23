"""Public works for search tests, with as little else as possible."""

from datetime import UTC, datetime, timedelta
from itertools import count

from catalog.enums import WorkState
from catalog.models import Artist, Attribution, Work, WorkTerm
from catalog.search import SearchPage, SearchQuery, WorkDocument, index_works, search
from catalog.search.backends import get_backend
from catalog.search.documents import build_entry

FIRST = datetime(2020, 1, 1, tzinfo=UTC)
_numbers = count(1)


def record(title: str, *, maker: Artist | None = None, term: str = "autograph", **fields) -> Work:
    """A museum record, indexed."""
    types, materials = fields.pop("types", ()), fields.pop("materials", ())
    fields.setdefault("created_at", FIRST + timedelta(minutes=next(_numbers)))
    work = Work.objects.create(title=title, state=WorkState.RECORDED, is_open_data=True, **fields)
    if maker:
        Attribution.objects.create(work=work, artist=maker, term=term, by="馆方")
    for use, ids in (("type", types), ("material", materials)):
        for term_id in ids:
            WorkTerm.objects.create(work=work, term_id=term_id, use=use)
    index_works([work.pk])
    return work


def draft(title: str, **fields) -> Work:
    """A work that the public must not see; indexed as every change is."""
    work = Work.objects.create(title=title, state=WorkState.DRAFT, **fields)
    index_works([work.pk])
    return work


def write_texts(texts: list[str]) -> dict[int, str]:
    """Entries without works, for tests of the engine alone: id → text."""
    made = {10**9 + n: text for n, text in enumerate(texts)}
    get_backend().write(
        [
            build_entry(WorkDocument(pk, FIRST + timedelta(seconds=pk - 10**9), titles=(text,)))
            for pk, text in made.items()
        ],
        fresh=False,
    )
    return made


def ask(text: str = "", **how) -> SearchPage:
    """The page of a question."""
    filters = {name: [v] if isinstance(v, str) else v for name, v in how.pop("filters", {}).items()}
    size = how.pop("page_size", 24)
    return search(SearchQuery.make(text, filters, **how), page_size=size)


def titles(page: SearchPage) -> list[str]:
    """Titles on the page, in order."""
    found = Work.objects.in_bulk(page.work_ids)
    return [found[pk].title for pk in page.work_ids]
