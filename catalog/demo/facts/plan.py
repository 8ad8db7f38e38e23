"""The 120 works of the demonstration district, one by one: what each is and what happens to it.

Everything follows from the serial number, so that two machines load the same district. Only the
registry numbers differ: those are drawn by the registry itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from catalog.demo.facts.artists import BY_KEY, ArtistFacts
from catalog.demo.facts.crafts import KINDS
from catalog.demo.facts.kinds import KindFacts
from catalog.demo.pictures import KINDS as DRAWN
from catalog.enums import EncumbranceKind, ImpressionKind, RelicStatus, SourceKind, WorkState

# Artist, kind, how many, and the words of the dates in turn.
LISTS: tuple[tuple[str, str, int, tuple[str, ...]], ...] = (
    ("lu", "landscape", 8, ("2016年", "癸卯年春（2023年）", "2019年", "2021年秋", "2024年")),
    ("lu", "landscape_leaf", 4, ("2018年", "2022年")),
    ("lu", "folding_fan", 3, ("2020年", "2023年")),
    ("xing", "bamboo", 6, ("民国二十三年（1934年）", "约1947年", "1958年", "1962年",
                             "20世纪60年代", "1938年")),
    ("xing", "orchid", 4, ("1941年", "1956年", "1963年", "1970年")),
    ("xing", "plum", 2, ("1961年", "1967年")),
    ("zhuang", "calligraphy", 6, ("1964年", "1978年", "1982年", "1985年", "1988年", "约1946年")),
    ("zhuang", "couplet", 3, ("1979年", "1984年", "1987年")),
    ("ding", "lotus", 5, ("2012年", "2017年", "2020年", "2022年", "2025年")),
    ("ding", "flower_bird", 5, ("2014年", "2018年", "2019年", "2021年", "2024年")),
    ("ding", "plum", 2, ("2015年", "2023年")),
    ("ding", "round_fan", 3, ("2019年", "2022年", "2024年")),
    ("yang", "newyear_fish", 4, ("1998年", "2006年")),
    ("yang", "newyear_guardian", 4, ("1996年", "2008年")),
    ("yang", "newyear_child", 4, ("2001年", "2012年")),
    ("bu", "kite_swallow", 4, ("2009年", "2015年", "2019年", "2024年")),
    ("bu", "kite_dragon", 2, ("2011年", "2022年")),
    ("bu", "kite_butterfly", 2, ("2007年", "2018年")),
    ("zhuo", "kite_goldfish", 3, ("2019年", "2021年", "2023年")),
    ("zhuo", "kite_eagle", 3, ("2020年", "2022年", "2025年")),
    ("zhuo", "kite_butterfly", 2, ("2021年", "2024年")),
    ("pang", "bronze_ding", 3, ("1994年", "2004年", "2016年")),
    ("pang", "bronze_hu", 3, ("1999年", "2010年", "2018年")),
    ("pang", "bronze_zun", 2, ("2003年", "2014年")),
    ("pang", "bronze_jue", 2, ("2008年", "2020年")),
    ("qi", "lacquer_box", 6, ("2005年", "2010年", "2013年", "2017年", "2020年", "2023年")),
    ("zhao", "inkstone", 6, ("1979年", "1986年", "1991年", "1998年", "2002年", "20世纪80年代")),
    ("shan", "papercut", 7, ("1987年", "1999年", "2005年", "2011年", "2016年", "2019年", "2022年")),
    ("vos", "modern_print", 6, ("2013年", "2018年", "2022年")),
    ("vos", "oil_field", 3, ("2008年", "2015年", "2021年")),
    ("vos", "oil_sea", 3, ("2011年", "2019年", "2024年")),
)  # fmt: skip
EDITION_SIZES = {
    "newyear_fish": (200, 10), "newyear_guardian": (150, 8), "newyear_child": (120, 8),
    "modern_print": (30, 3),
}  # fmt: skip

# What is not simply registered, by serial number.
DRAFTS = frozenset({6, 14, 27, 49, 57, 76, 90, 101})
BARE_DRAFTS = frozenset({14, 76})
DISCARDED = frozenset({101})
SUBMITTED = frozenset({5, 12, 33, 50, 84, 112})
RETURNED = frozenset({7, 29, 66, 103})
MERGED = {99: 98}
HIDDEN = frozenset({22, 95})
# Live listings are made with their price by the app that sells.
LIVE: dict[int, str] = { 2: EncumbranceKind.SALE, 82: EncumbranceKind.SALE,
    20: EncumbranceKind.PLEDGE, 44: EncumbranceKind.PLEDGE, 86: EncumbranceKind.PLEDGE,
    17: EncumbranceKind.LOAN_OUT, 51: EncumbranceKind.LOAN_OUT, 70: EncumbranceKind.LOAN_OUT,
    24: EncumbranceKind.CUSTODY, 88: EncumbranceKind.CUSTODY,
    32: EncumbranceKind.DISPUTE, 106: EncumbranceKind.JUDICIAL, 16: EncumbranceKind.PREEMPTION,
}  # fmt: skip
PAST: dict[int, str] = {
    3: EncumbranceKind.LOAN_OUT, 21: EncumbranceKind.PLEDGE, 41: EncumbranceKind.LISTING,
    85: EncumbranceKind.CUSTODY, 115: EncumbranceKind.LOAN_OUT,
}  # fmt: skip
RELICS: dict[int, str] = {
    16: RelicStatus.PRECIOUS, 17: RelicStatus.GENERAL, 21: RelicStatus.GENERAL,
    22: RelicStatus.GENERAL, 56: RelicStatus.NO_EXPORT,
}  # fmt: skip
UNDECIDED = frozenset({30, 46, 60, 97, 104})
UNKNOWN_MAKER = {56: "光绪三十年"}
# Later changes of title: serial → (basis, who holds it afterwards). "half" makes two co-owners.
TITLES: dict[int, tuple[tuple[str, str], ...]] = {
    8: (("purchase", "buyer"),),
    19: (("inheritance", "half"), ("gift", "org:baifeng-museum")),
    25: (("gift", "org:baifeng-museum"),),
    38: (("auction", "buyer"),),
    47: (("purchase", "org:baifeng-museum"),),
    65: (("purchase", "buyer"), ("exchange", "name:演示藏家甲")),
    80: (("purchase", "name:演示藏家乙"),),
    92: (("gift", "org:baifeng-museum"),),
    116: (("purchase", "buyer"),),
}
CORRECTED = frozenset({4, 18, 39, 64, 87, 113})
DOUBTED = frozenset({18, 26, 31})
SHOWN = frozenset({1, 2, 10, 19, 28, 40, 44, 52, 65, 68, 81, 83, 87, 92, 96, 105, 113, 117, 119})


@dataclass(frozen=True, slots=True)
class EditionFacts:
    """Which impression of which declared edition a print is."""

    title: str
    title_en: str
    label: str
    size: int
    proofs: int
    kind: str
    number: int


@dataclass(frozen=True, slots=True)
class WorkFacts:
    """One work: what it is, what it says of itself, and what happens to it."""

    serial: int
    kind: str
    artist: ArtistFacts
    title: str
    title_en: str
    date: str
    size_mm: tuple[int, int]
    source_kind: str
    source_note: str
    goal: str
    edition: EditionFacts | None = None

    @property
    def words(self) -> KindFacts:
        """What all works of its kind share."""
        return KINDS[self.kind]

    @property
    def seed(self) -> int:
        """What its pictures are drawn from; impressions of one edition come from one block."""
        if self.edition:
            return sum(ord(sign) for sign in self.kind + self.edition.title)
        return 7000 + MERGED.get(self.serial, self.serial) * 13

    @property
    def key(self) -> str:
        """The mark by which a later run knows the work again; shown as its credit line."""
        return (
            f"演示数据第{self.serial:03d}号，程序生成。Demonstration data, no. {self.serial:03d}."
        )

    @property
    def is_bare(self) -> bool:
        """A draft with nothing but a title and a picture."""
        return self.serial in BARE_DRAFTS

    @property
    def own(self) -> bool:
        """Whether the lister made it himself."""
        return self.artist.lister == "artist"


@cache
def all_works() -> tuple[WorkFacts, ...]:
    """The 120 works, in order of their serial numbers."""
    return tuple(_works())


def _works() -> Iterator[WorkFacts]:
    serial = 0
    before: WorkFacts | None = None
    for key, kind, count, dates in LISTS:
        for i in range(count):
            serial += 1
            work = _work(serial, kind, BY_KEY[key], i, dates)
            yield _twin(work, before) if serial in MERGED else work
            before = work


def _twin(work: WorkFacts, before: WorkFacts | None) -> WorkFacts:
    """The second entry of one thing, listed by mistake and merged later."""
    assert before is not None  # noqa: S101 - a twin follows its first entry
    return replace(
        work,
        title=before.title,
        title_en=before.title_en,
        date=before.date,
        size_mm=before.size_mm,
    )


def _work(serial: int, kind: str, artist: ArtistFacts, i: int, dates: tuple[str, ...]) -> WorkFacts:
    per_title = -(-_count(kind, artist) // len(KINDS[kind].titles)) if kind in EDITION_SIZES else 1
    turn = i // per_title
    shift = 2 if artist.key in {"ding", "zhuo"} and kind in {"plum", "kite_butterfly"} else 0
    title, title_en = KINDS[kind].titles[(turn + shift) % len(KINDS[kind].titles)]
    source, note = _source(serial, artist)
    work = WorkFacts(
        serial=serial,
        kind=kind,
        artist=artist,
        title=title,
        title_en=title_en,
        date=UNKNOWN_MAKER.get(serial, dates[turn % len(dates)]),
        size_mm=_size(serial, kind, turn),
        source_kind=source,
        source_note=note,
        goal=_goal(serial),
    )
    if serial in UNKNOWN_MAKER:
        return replace(work, title="清代门神（执鞭）", title_en="Qing Door Guardian with Whip")
    if kind in EDITION_SIZES:
        size, proofs = EDITION_SIZES[kind]
        copy = i % per_title
        proof = copy == per_title - 1 and turn == 0
        edition = EditionFacts(
            title=title,
            title_en=title_en,
            label="初印",
            size=size,
            proofs=proofs,
            kind=ImpressionKind.ARTIST_PROOF if proof else ImpressionKind.NUMBERED,
            number=1 + copy if proof else 3 + copy * 7,
        )
        return replace(work, edition=edition)
    return work


def _count(kind: str, artist: ArtistFacts) -> int:
    return next(n for key, name, n, _dates in LISTS if (key, name) == (artist.key, kind))


def _size(serial: int, kind: str, turn: int) -> tuple[int, int]:
    """Real size in mm; copies of one edition are the same size."""
    usual = DRAWN[kind]
    step = turn if kind in EDITION_SIZES else serial
    factor = (88 + step * 7 % 25) / 100
    return round(usual.height_mm * factor), round(usual.width_mm * factor)


def _goal(serial: int) -> str:
    if serial in DISCARDED:
        return WorkState.DISCARDED
    if serial in DRAFTS:
        return WorkState.DRAFT
    if serial in SUBMITTED:
        return WorkState.SUBMITTED
    if serial in RETURNED:
        return WorkState.RETURNED
    if serial in MERGED:
        return WorkState.MERGED
    return WorkState.REGISTERED


def _source(serial: int, artist: ArtistFacts) -> tuple[str, str]:
    if artist.lister == "artist":
        return SourceKind.OWN_WORK, ""
    if not artist.death:
        return SourceKind.OTHER_LAWFUL, "作者委托登记，有委托书（演示）。"
    turns = (
        (SourceKind.INHERITED, "作者后人依法继承，有公证书（演示）。"),
        (SourceKind.AUCTION, "购自有资质的拍卖企业，有成交确认书（演示）。"),
        (SourceKind.EXCHANGED, "个人之间转让，有书面协议（演示）。"),
        (SourceKind.RELIC_SHOP, "购自文物销售单位，有发票（演示）。"),
    )
    return turns[serial % len(turns)]
