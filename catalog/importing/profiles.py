"""How four museums write their records, and what of it is which field of a work.

Each profile reads one row (a mapping) into a draft; nothing is guessed, the raw row is kept beside
the work. Fields and quirks as the museums' files show them; no images are fetched.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from catalog.engine import terms
from catalog.engine.dimensions import from_columns
from catalog.enums import CitationKind, InscriptionKind, WorkForm

from .draft import OPEN_DATA_LICENCE, Maker, Problem, RowRefused, WorkDraft
from .wording import (
    life_year,
    make_maker,
    one_line,
    put,
    put_date,
    put_makers,
    put_sizes,
    put_terms,
    read_inscriptions,
    said,
    year,
)

Reader = Callable[[Mapping[str, Any]], WorkDraft]
SOLID: Final = frozenset({"300047090", "300312262", "300047333", "300047230"})


@dataclass(frozen=True)
class Profile:
    """A way of reading rows.

    `source` stands on every record and, with the source's id, identifies it for ever. `version`
    rises when the reading changes, so that the same file is read anew. `marks` are keys that
    only rows of this source have together.
    """

    name: str
    source: str
    by: str
    read: Reader
    marks: frozenset[str] = frozenset()
    licence: str = OPEN_DATA_LICENCE
    version: int = 1


def detect(row: Any) -> Profile | None:
    """The museum whose rows look like this one, or None."""
    if not isinstance(row, Mapping):
        return None
    return next((p for p in MUSEUMS.values() if p.marks <= row.keys()), None)


def start(source_id: Any, url: Any = "") -> WorkDraft:
    """A draft with its source id; refuses a row that has none."""
    key = one_line(source_id)
    if not key:
        raise RowRefused(Problem("no_source_id", _("这一行没有来源编号，无法在以后认出它。")))
    if len(key) > 200:
        raise RowRefused(
            Problem("source_id_too_long", _("来源编号有%(n)d个字符，最多200个。") % {"n": len(key)})
        )
    link = said(url)
    return WorkDraft(
        key, link if link.startswith(("http://", "https://")) and len(link) <= 500 else ""
    )


def finish(draft: WorkDraft) -> WorkDraft:
    """Decide flat or solid by the types and the depth."""
    deep = any(d.dimension in ("depth", "diameter") for d in draft.dimensions)
    solid = bool(SOLID.intersection(draft.types)) or (deep and not draft.types)
    draft.values["form"] = str(WorkForm.SOLID if solid else WorkForm.FLAT)
    return draft


# ------------------------------------------------------------------ Carnegie Museum of Art


def read_cmoa(row: Mapping[str, Any]) -> WorkDraft:
    draft = start(row.get("id"), row.get("web_url"))
    put(draft, "title", one_line(row.get("title")))
    put(draft, "medium_text", one_line(row.get("medium")))
    put(draft, "credit", one_line(row.get("credit_line")))
    put(draft, "provenance_text", said(row.get("provenance_text")))
    first, last = (
        _year_of_day(row, "creation_date_earliest"),
        _year_of_day(row, "creation_date_latest"),
    )
    put_date(draft, one_line(row.get("creation_date")), first, last)
    put_terms(draft, one_line(row.get("classification")), draft.values["medium_text"])
    names = ("height", "width", "depth", "diameter")
    columns = {name: Decimal(str(row.get(f"item_{name}") or 0)) for name in names}
    draft.dimensions = from_columns(columns, "in")
    put(
        draft,
        "dimensions_text",
        "; ".join(f"{name} {value.normalize():f} in" for name, value in columns.items() if value),
    )
    put_makers(draft, (_cmoa_maker(c) for c in row.get("creator") or () if isinstance(c, Mapping)))
    return finish(draft)


def _cmoa_maker(creator: Mapping[str, Any]) -> Maker | None:
    birth, death = life_year(creator.get("birth_date")), life_year(creator.get("death_date"))
    cited = one_line(creator.get("cited_name"))
    name = one_line(creator.get("full_name")) or cited
    return make_maker(
        name=name,
        key=one_line(creator.get("artist_id")),
        role=one_line(creator.get("role")),
        other_names=(cited[:300],) if cited and cited != name else (),
        nationality=one_line(creator.get("nationality"))[:120],
        birth_edtf=birth[0],
        birth_year=birth[1],
        death_edtf=death[0],
        death_year=death[1],
    )


def _year_of_day(row: Mapping[str, Any], name: str) -> int | None:
    return life_year(row.get(name))[1]


# ------------------------------------------------------------------ National Portrait Gallery


def read_npg(row: Mapping[str, Any]) -> WorkDraft:
    draft = start(row.get("ObjectID"))
    put(draft, "title", "")
    put(draft, "medium_text", one_line(row.get("Medium")))
    put(draft, "credit", one_line(row.get("CreditLine")))
    put_date(
        draft, one_line(row.get("Dated")), year(row.get("DateBegin")), year(row.get("DateEnd"))
    )
    put_terms(draft, one_line(row.get("Classification")), draft.values["medium_text"])
    put_sizes(draft, said(row.get("Dimensions")))
    lines = [
        f"{label}: {text}"
        for label, key in (("Object number", "ObjectNumber"), ("Edition", "Edition"))
        if (text := one_line(row.get(key)))
    ]
    put(draft, "description", "\n".join(lines))
    if exhibitions := said(row.get("Exhibitions")):
        draft.citations.append((CitationKind.EXHIBITION.value, exhibitions))
    return finish(draft)


# ------------------------------------------------------------------ Tate


def read_tate(row: Mapping[str, Any]) -> WorkDraft:
    draft = start(row.get("id"), row.get("url"))
    put(draft, "title", one_line(row.get("title")))
    put(draft, "medium_text", one_line(row.get("medium")))
    put(draft, "credit", one_line(row.get("creditLine")))
    span = row.get("dateRange") if isinstance(row.get("dateRange"), Mapping) else {}
    put_date(
        draft, one_line(row.get("dateText")), year(span.get("startYear")), year(span.get("endYear"))
    )
    classification = one_line(row.get("classification"))
    put_terms(draft, _TATE_TYPES.get(classification, classification), draft.values["medium_text"])
    put_sizes(draft, said(row.get("dimensions")))
    put(draft, "subject", "; ".join(dict.fromkeys(_leaves(row.get("subjects"), 0))))
    put(draft, "description", f"Object number: {one_line(row.get('acno'))}")
    if words := one_line(row.get("inscription")):
        # The source says that something is inscribed, not what.
        draft.inscriptions = [
            {
                "ref": "i1",
                "kind": InscriptionKind.INSCRIPTION.value,
                "reading": words,
                "position": 0,
            }
        ]
    people = [c for c in row.get("contributors") or () if isinstance(c, Mapping)]
    put_makers(draft, (_tate_maker(c) for c in people))
    if not draft.makers:
        put_makers(draft, [make_maker(name=one_line(row.get("all_artists")))])
    return finish(draft)


_TATE_TYPES: Final = {"on paper, unique": "", "on paper, print": "print"}


def _tate_maker(person: Mapping[str, Any]) -> Maker | None:
    dates = one_line(person.get("date"))
    birth = life_year(person.get("birthYear"))
    death = life_year(dates.rpartition("–")[2]) if "–" in dates else ("", None)
    inverted = one_line(person.get("mda"))
    name = one_line(person.get("fc")) or inverted
    role = one_line(person.get("role"))
    return make_maker(
        name=name,
        key=one_line(person.get("id")),
        role="" if role == "artist" else role,
        other_names=(inverted[:300],) if inverted and inverted != name else (),
        birth_edtf=birth[0],
        birth_year=birth[1],
        death_edtf=death[0],
        death_year=death[1],
    )


def _leaves(node: Any, depth: int) -> Iterator[str]:
    """The words at the ends of the tree of subjects."""
    if not isinstance(node, Mapping) or depth > 12:
        return
    children = node.get("children") or ()
    if not children and depth:
        yield one_line(node.get("name"))
    for child in children:
        yield from _leaves(child, depth + 1)


# ------------------------------------------------------------------ Walters Art Museum


def read_walters(row: Mapping[str, Any]) -> WorkDraft:
    draft = start(row.get("id"))
    put(draft, "title", "")
    put(draft, "credit", one_line(row.get("credit")))
    put(draft, "provenance_text", said(row.get("provenance")))
    put_date(draft, one_line(row.get("dated")), year(row.get("begin")), year(row.get("end")))
    marked = [t for t in row.get("aat") or () if isinstance(t, list) and len(t) == 3]
    draft.types = _known(marked, ("AAT Object Name",))
    draft.materials = _known(marked, ("AAT Materials", "AAT Support/Ground/Base"))
    draft.techniques = _known(marked, ("AAT Technique",))
    words = dict.fromkeys(one_line(label) for _kind, label, _id in marked)
    put(draft, "medium_text", ", ".join(filter(None, words)))
    put(draft, "description", f"Object number: {one_line(row.get('number'))}")
    draft.inscriptions = read_inscriptions(said(row.get("inscription")))
    return finish(draft)


def _known(marked: Collection[list[Any]], kinds: Collection[str]) -> tuple[str, ...]:
    """AAT numbers of these kinds that our vocabulary has; the others stay words of the medium."""
    ids = (one_line(term) for kind, _label, term in marked if kind in kinds)
    return tuple(dict.fromkeys(i for i in ids if terms.get(i)))


MUSEUMS: Final[dict[str, Profile]] = {
    p.name: p
    for p in (
        Profile(
            "cmoa", "cmoa", "Carnegie Museum of Art", read_cmoa,
            frozenset({"id", "accession_number", "creation_date_earliest", "creator"}),
        ),
        Profile(
            "npg", "npg", "National Portrait Gallery, Smithsonian Institution", read_npg,
            frozenset({"ObjectID", "ObjectNumber", "DateBegin", "Dimensions"}),
        ),
        Profile(
            "tate", "tate", "Tate", read_tate,
            frozenset({"acno", "id", "contributors", "dateText"}),
        ),
        Profile(
            "walters", "walters", "Walters Art Museum", read_walters,
            frozenset({"id", "number", "aat", "dated", "provenance"}),
        ),
    )
}  # fmt: skip
