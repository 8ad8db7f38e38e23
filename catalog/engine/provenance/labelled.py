"""The labelled parts beside Chinese provenance: 钤印, 题识, 著录, 展览.

Each is read by itself; what has none of the forms below is left out of the structure, and stays in
the curator's text. Registry rules, section 3, group zh.
"""

import re
from collections.abc import Iterator
from typing import Final

from catalog.engine.dates import read_date
from catalog.engine.provenance.values import Citation, Exhibition, Inscription, Seal

LABELS: Final = {
    "来源": "events",
    "递藏": "events",
    "流传": "events",
    "题识": "inscriptions",
    "款识": "inscriptions",
    "题跋": "inscriptions",
    "钤印": "seals",
    "鉴藏印": "seals",
    "收藏印": "seals",
    "著录": "literature",
    "出版": "literature",
    "展览": "exhibitions",
    "展出": "exhibitions",
}
_SEAL: Final = re.compile(r"[“「]?([^（(”」]+)[”」]?(?:[（(](白文|朱文|朱白文|白朱文)[）)])?")


def read_seals(label: str, text: str) -> tuple[Seal, ...]:
    """Seals as "张三（白文）、潍上客（朱文）"; 鉴藏印 are a collector's."""
    role = "artist" if label == "钤印" else "collector"
    found = []
    for piece in re.split(r"[、；;，,。\n]+", text):
        match = _SEAL.fullmatch(piece.strip())
        if match and match[1].strip():
            found.append(Seal(match[1].strip(), match[2], role))
    return tuple(found)


_DATE_WORDS: Final = re.compile(
    r"[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥](?:年|岁)?(?:[孟仲季初早暮晚新深]?[春夏秋冬]"
    r"|[正元一二三四五六七八九十冬腊]+月(?:[初廿一二三四五六七八九十]+日?)?)?"
    r"|[12]\d{3}年(?:\d{1,2}月(?:\d{1,2}日)?|[春夏秋冬])?"
    r"|(?:民国|光绪|宣统|同治|咸丰|道光|嘉庆|乾隆|雍正|康熙)[元一二三四五六七八九十]+年"
)


def read_inscription(label: str, text: str) -> Inscription | None:
    """An inscription word for word, with the words of its date."""
    words = text.strip()
    if not words:
        return None
    date = _DATE_WORDS.search(words)
    return Inscription(label, words, date[0] if date else None)


def read_literature(text: str) -> tuple[Citation, ...]:
    """Citations: 《title》, publisher, year, 第n页, 图n."""
    return tuple(filter(None, (_citation(item) for item in _items(text))))


def _items(text: str) -> Iterator[str]:
    for item in re.split(r"[；;。\n]+", text):
        if item.strip():
            yield item.strip()


def _citation(text: str) -> Citation | None:
    match = re.match(r"《([^》]+)》[，,]?\s*(.*)", text)
    if match is None:
        return None
    publisher = date = page = figure = None
    for clause in filter(None, (part.strip() for part in re.split(r"[，,]", match[2]))):
        if found := re.fullmatch(r"(?:第|页|P\.?|p\.?)\s*([\d、–—-]+)\s*页?", clause):
            page = found[1]
        elif found := re.fullmatch(r"(?:图版?|编号|图号)\s*([\w、-]+)", clause):
            figure = found[1]
        elif (year := read_date(clause)) is not None and year.edtf:
            date = year.edtf
        elif publisher is None:
            publisher = clause
        else:
            publisher = f"{publisher}，{clause}"
    return Citation(match[1], publisher, date, page, figure)


def read_exhibitions(text: str) -> tuple[Exhibition, ...]:
    """Shows: title, venue, time."""
    found = []
    for item in _items(text):
        title, *clauses = (part.strip(" “”《》「」") for part in re.split(r"[，,]", item))
        venues, date = [], None
        for clause in filter(None, clauses):
            when = read_date(clause)
            if when is not None and when.edtf:
                date = when.edtf
            else:
                venues.append(clause)
        found.append(Exhibition(title, "，".join(venues) or None, date))
    return tuple(found)
