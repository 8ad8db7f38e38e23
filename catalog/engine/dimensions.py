"""Dimension text of museums and studios turned into named decimal measures, and back.

Millimetres are stored, centimetres are shown, height stands first. The text as written stays
with the caller. Exact decimals only; what is not understood is handed back as unread, never
guessed. Rule: registry rules, section 1 (Dimensions).
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final, Literal

Order = Literal["height-first", "width-first"]

LENGTHS: Final = ("height", "width", "depth", "length", "diameter", "circumference")
WEIGHT: Final = "weight"

_LONGEST: Final = 1000
_MM: Final[Mapping[str, Fraction]] = {
    "mm": Fraction(1),
    "cm": Fraction(10),
    "m": Fraction(1000),
    "in": Fraction(254, 10),
    "尺": Fraction(1000, 3),
    "寸": Fraction(100, 3),
}
_GRAMS: Final[Mapping[str, Decimal]] = {"g": Decimal(1), "kg": Decimal(1000)}
_UNIT_WORDS: Final[Mapping[str, str]] = {
    "毫米": "mm",
    "厘米": "cm",
    "公分": "cm",
    "米": "m",
    "英寸": "in",
    "inches": "in",
    "inch": "in",
    "in.": "in",
    '"': "in",
    "克": "g",
    "公斤": "kg",
    "千克": "kg",
    "市尺": "尺",
    "市寸": "寸",
    "centimeters": "cm",
    "millimeters": "mm",
} | {unit: unit for unit in (*_MM, *_GRAMS)}
_NAME_WORDS: Final[Mapping[str, str]] = {
    "h": "height",
    "height": "height",
    "高": "height",
    "高度": "height",
    "纵": "height",
    "w": "width",
    "width": "width",
    "宽": "width",
    "宽度": "width",
    "横": "width",
    "d": "depth",
    "depth": "depth",
    "深": "depth",
    "厚": "depth",
    "厚度": "depth",
    "l": "length",
    "length": "length",
    "长": "length",
    "长度": "length",
    "diameter": "diameter",
    "diam": "diameter",
    "dia": "diameter",
    "ø": "diameter",
    "直径": "diameter",
    "口径": "diameter",
    "径": "diameter",
    "circumference": "circumference",
    "周长": "circumference",
    "weight": WEIGHT,
    "重": WEIGHT,
    "重量": WEIGHT,
}
_PART_WORDS: Final[Mapping[str, str]] = {
    "画心": "image",
    "画芯": "image",
    "图像": "image",
    "纸": "sheet",
    "裱件": "mount",
    "装裱": "mount",
    "框": "frame",
    "外框": "frame",
    "连框": "frame",
    "带框": "frame",
    "底座": "base",
    "座": "base",
    "每件": "each",
    "每幅": "each",
    "单件": "each",
    "overall": "",
    "accurate": "",
    "整体": "",
    "尺寸": "",
    "unconfirmed": "",
    "unspecified element": "",
}
_PART_ORDER: Final = (
    "",
    "object",
    "image",
    "support",
    "sheet",
    "image/sheet",
    "panel",
    "stretcher",
)
_PARTS_AROUND: Final = ("frame", "mat", "mount", "case open", "base", "with mount")

_NUMBER: Final = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+[.,]\d{1,3}|\d+ \d+/\d+|\d+/\d+|\d+"
_UNIT: Final = "|".join(re.escape(unit) for unit in sorted(_UNIT_WORDS, key=len, reverse=True))
_NAME: Final = "|".join(sorted(_NAME_WORDS, key=len, reverse=True))
_MEASURE: Final = (
    rf"(?:(?:{_NAME})\s*[:.]?\s*)?(?:{_NUMBER})\s*(?:(?:{_UNIT})(?![a-z])\.?)?"
    rf"(?:\s*(?:{_NAME})(?![a-z])(?!\s*[:\d]))?"
)
_PRODUCT: Final = re.compile(rf"{_MEASURE}(?:×{_MEASURE})*", re.IGNORECASE)
_FACTOR: Final = re.compile(
    rf"(?:(?P<name>{_NAME})\s*[:.]?\s*)?(?P<value>{_NUMBER})\s*(?P<unit>{_UNIT})?\.?"
    rf"(?:\s*(?P<after>{_NAME}))?",
    re.IGNORECASE,
)
_TIMES: Final = re.compile(r"\s*[x×*✕乘]\s*(?=\d|h\b|w\b|d\b|[高宽长深厚])", re.IGNORECASE)
_PART: Final = re.compile(r"\s*(?P<part>[^\d:]{1,60}?)\s*:\s*(?P<rest>.+)", re.DOTALL)
_ZH_PART: Final = re.compile(
    rf"\s*(?P<part>{'|'.join(p for p in _PART_WORDS if not p.isascii())})\s*(?P<rest>.+)"
)
_PAPER: Final = re.compile(
    rf"(?:约|合)?\s*(?:{_NUMBER})\s*平方?尺|[一二三四五六七八九十丈小大]+尺[\u4e00-\u9fff]*"
    r"|^\s*\d+\s*尺[\u4e00-\u9fff]*\s*$"
)
_LAST_PART: Final = re.compile(
    r"[\s,;]+(?P<part>image|sheet|plate|frame|mount|book)(?: dimensions)?\s*$", re.IGNORECASE
)
_NOISE: Final = re.compile(
    r"[,;.]?\s*\b(?:accurate|irregular|estimated?|approx(?:imate(?:ly)?)?\b\.?)\s*|约|大约",
    re.IGNORECASE,
)
_NO_MEASURE: Final = re.compile(r"\D+|(?:duration.*|.*\d ?(?:min|sec|分钟|秒)\b.*)", re.IGNORECASE)
_BETWEEN: Final = re.compile(r"(?:[\s,、.]|\band\b)*", re.IGNORECASE)
_SILENT: Final = re.compile(r"(?:null|none|n/?a|unconfirmed|尺寸不详|不详|-*)\.?", re.IGNORECASE)


@dataclass(frozen=True)
class Dimension:
    """One measure of one part.

    `part` is "" for the thing itself, else a lower-case English word such as image or frame.
    `value` is in `unit` as written; `mm` is exact to a thousandth and None for a weight.
    """

    part: str
    dimension: str
    value: Decimal
    unit: str
    mm: Decimal | None

    @property
    def grams(self) -> Decimal | None:
        """The weight in grams, None for a length."""
        factor = _GRAMS.get(self.unit)
        return None if factor is None else self.value * factor


@dataclass(frozen=True)
class DimensionReading:
    """Measures in order of appearance, remarks understood as no measure, and words not read."""

    dimensions: tuple[Dimension, ...] = ()
    remarks: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def measure(part: str, dimension: str, value: Decimal, unit: str) -> Dimension:
    """A dimension with its millimetres worked out.

    Raises:
        ValueError: an unknown unit, a value not above zero, or a length in grams.
    """
    if not value.is_finite() or value <= 0:
        raise ValueError(f"a measure must be above zero: {value}")
    if (dimension == WEIGHT) != (unit in _GRAMS):
        raise ValueError(f"{dimension} cannot be in {unit}")
    if dimension == WEIGHT:
        return Dimension(part, dimension, value, unit, None)
    if dimension not in LENGTHS or unit not in _MM:
        raise ValueError(f"unknown dimension or unit: {dimension}, {unit}")
    return Dimension(part, dimension, value, unit, _millimetres(value, unit))


@lru_cache(maxsize=32_768)
def _millimetres(value: Decimal, unit: str) -> Decimal:
    """Exact to a thousandth; remembered, because long files repeat their measures."""
    exact = Fraction(value) * _MM[unit]
    return _tidy(_rounded(Decimal(exact.numerator) / Decimal(exact.denominator), 3))


def read_dimensions(
    text: str | None, *, order: Order = "height-first", default_unit: str | None = None
) -> DimensionReading:
    """Every measure in a text.

    Args:
        text: "Image: 60.1 x 48.2cm (23 11/16 x 19")", "138×68cm（8.4平尺）", "高35cm" …
        order: which side the source writes first when it names none.
        default_unit: the unit where the text gives none; without it such numbers stay unread.
    """
    if text and len(text) > _LONGEST:
        return DimensionReading(unread=(text,))
    plain = unicodedata.normalize("NFKC", text or "").replace("″", '"').replace("''", '"')
    dimensions: list[Dimension] = []
    remarks: list[str] = []
    unread: list[str] = []
    for piece in _pieces(plain):
        part, body = _part_of(piece)
        body, said = _without_remarks(body)
        remarks += said
        if _SILENT.fullmatch(body.strip()):
            continue
        found = _measures(body, part, order, default_unit)
        if found:
            dimensions += found
        elif _NO_MEASURE.fullmatch(piece):
            remarks.append(piece.strip())
        else:
            unread.append(piece.strip())
    return DimensionReading(tuple(dimensions), tuple(remarks), tuple(unread))


def from_columns(columns: Mapping[str, object], unit: str) -> tuple[Dimension, ...]:
    """Measures that stand in separate columns.

    Args:
        columns: dimension name to number or text; 0, "" and None mean not measured.
        unit: the unit of all of them.
    Raises:
        ValueError: an unknown dimension or unit.
    """
    found = []
    for name, raw in columns.items():
        text = "" if raw is None else str(raw).strip()
        if not re.fullmatch(r"\d+(?:\.\d+)?", text) or not Decimal(text):
            continue
        found.append(measure("", name, _tidy(Decimal(text)), unit))
    return tuple(found)


def primary(dimensions: Iterable[Dimension]) -> tuple[Dimension, ...]:
    """The measures to show first: the work or image before sheet, mount and frame."""
    rows = list(dimensions)
    parts = list(dict.fromkeys(row.part for row in rows))
    if not parts:
        return ()
    best = min(parts, key=_part_rank)
    seen: dict[str, Dimension] = {}
    for row in rows:
        if row.part == best:
            seen.setdefault(row.dimension, row)
    return tuple(seen.values())


def format_dimensions(dimensions: Iterable[Dimension], lang: str = "zh") -> str:
    """Measures for people, in centimetres: "100 × 80厘米", "100 × 80 cm"; height first.

    One group per part, parted by semicolons. A lone diameter or length is named.
    """
    english = lang.startswith("en")
    groups: dict[str, dict[str, Dimension]] = {}
    for row in dimensions:
        groups.setdefault(row.part, {}).setdefault(row.dimension, row)
    shown = [
        _group(part, rows, english)
        for part, rows in sorted(groups.items(), key=lambda item: _part_rank(item[0]))
    ]
    return ("; " if english else "；").join(text for text in shown if text)


def _group(part: str, rows: Mapping[str, Dimension], english: bool) -> str:
    sides = [rows[name] for name in ("height", "length", "width", "depth") if name in rows]
    texts = []
    if sides:
        values = " × ".join(_centimetres(row) for row in sides)
        name = "" if len(sides) > 1 else _label(sides[0].dimension, english)
        texts.append(f"{name}{values}{_cm(english)}")
    for key in ("diameter", "circumference"):
        if key in rows:
            texts.append(f"{_label(key, english)}{_centimetres(rows[key])}{_cm(english)}")
    if WEIGHT in rows:
        texts.append(_label(WEIGHT, english) + _weight(rows[WEIGHT], english))
    body = (", " if english else "，").join(texts)
    if not part:
        return body
    head = part[0].upper() + part[1:] if english else _PARTS_ZH.get(part, part)
    return f"{head}: {body}" if english else f"{head}：{body}"


_PARTS_ZH: Final[Mapping[str, str]] = {
    "image": "画心",
    "sheet": "纸",
    "image/sheet": "画心及纸",
    "support": "画面",
    "frame": "外框",
    "mount": "裱件",
    "mat": "衬纸",
    "plate": "版面",
    "object": "器物",
    "base": "底座",
    "each": "每件",
    "sight": "可见部分",
    "stretcher": "内框",
    "panel": "画板",
    "case": "盒",
}
_LABELS: Final[Mapping[str, tuple[str, str]]] = {
    "height": ("高", "H. "),
    "width": ("宽", "W. "),
    "depth": ("厚", "D. "),
    "length": ("长", "L. "),
    "diameter": ("直径", "Diam. "),
    "circumference": ("周长", "Circ. "),
    WEIGHT: ("重", "Wt. "),
}


def _label(dimension: str, english: bool) -> str:
    return _LABELS[dimension][1 if english else 0]


def _cm(english: bool) -> str:
    return " cm" if english else "厘米"


def _centimetres(row: Dimension) -> str:
    value = (row.mm or Decimal(0)) / 10
    return format(_tidy(_rounded(value, 1 if value >= 1 else 2)), "f")


def _weight(row: Dimension, english: bool) -> str:
    grams = row.grams or Decimal(0)
    if grams >= 1000:
        return format(_tidy(grams / 1000), "f") + (" kg" if english else "千克")
    return format(_tidy(grams), "f") + (" g" if english else "克")


def _part_rank(part: str) -> tuple[int, str]:
    if part in _PART_ORDER:
        return _PART_ORDER.index(part), part
    return (200 if part.startswith(_PARTS_AROUND) else 100), part


_WIDE_GAP: Final = re.compile(rf"(?<![x×:,])[ \t]{{2,}}(?![x×]|(?:{_NAME})\s*:)", re.I)
_ZH_PART_WORDS: Final = "|".join(word for word in _PART_WORDS if not word.isascii())
_BEFORE_PART: Final = re.compile(rf"[,、\s]\s*(?=(?:{_ZH_PART_WORDS})\s*[:\d])")
_STOPS: Final = re.compile(r"[\r\n;。]+")


def _pieces(text: str) -> list[str]:
    """The text cut where another part begins: at lines, wide gaps, semicolons, Chinese stops."""
    cut = _BEFORE_PART.sub("\n", _WIDE_GAP.sub("\n", text))
    return [piece for piece in _STOPS.split(cut) if piece.strip()]


def _part_of(piece: str) -> tuple[str, str]:
    match = _PART.fullmatch(piece)
    if match and match["part"].strip().lower() in _NAME_WORDS:
        return "", piece
    match = match or _ZH_PART.fullmatch(piece)
    if match is None:
        last = _LAST_PART.search(piece)
        return (last["part"].lower(), piece[: last.start()]) if last else ("", piece)
    words = match["part"].lower()
    words = re.sub(r"\([^)]*\)|,? each|,? circular|dimensions", "", words).strip()
    return _PART_WORDS.get(words, words), match["rest"]


_DIAMETER: Final = re.compile(r"\(\s*(diam(?:eter)?|直径)\.?\s*\)", re.IGNORECASE)
_BRACKETS: Final = re.compile(r"\([^()]*\)?")


def _without_remarks(body: str) -> tuple[str, list[str]]:
    """The body without inches in brackets, paper formats, and words that measure nothing."""
    body = _DIAMETER.sub(r" \1 ", body)
    remarks = []
    for pattern in (_PAPER, _BRACKETS):
        for match in pattern.finditer(body):
            words = match[0].strip("() ")
            if words and (pattern is _PAPER or not re.search(r"\d", words)):
                remarks.append(words)
        body = pattern.sub(" ", body)
    return _NOISE.sub(" ", body).strip(" ,"), remarks


def _measures(
    body: str, part: str, order: Order, default_unit: str | None
) -> list[Dimension] | None:
    """All measures of one part, or None if any word of it is left unread."""
    body = _TIMES.sub("×", body)
    found: list[Dimension] = []
    end = 0
    for match in _PRODUCT.finditer(body):
        rows = _product(match[0], part, order, default_unit)
        if rows is None or not _BETWEEN.fullmatch(body[end : match.start()]):
            return None
        found += rows
        end = match.end()
    return found if found and _BETWEEN.fullmatch(body[end:]) else None


def _product(
    chunk: str, part: str, order: Order, default_unit: str | None
) -> list[Dimension] | None:
    matches = [_FACTOR.fullmatch(factor.strip()) for factor in chunk.split("×")]
    read = [match for match in matches if match]
    if len(read) != len(matches) or len(read) > 3:
        return None
    units = [_unit(match) for match in read]
    fallback = next((unit for unit in reversed(units) if unit), default_unit)
    if fallback is None:
        return None
    names = _names([match["name"] or match["after"] for match in read], fallback, order)
    if names is None:
        return None
    rows = []
    for match, unit, name in zip(read, units, names, strict=True):
        value = _value(match["value"])
        if value <= 0 or (name == WEIGHT) != ((unit or fallback) in _GRAMS):
            return None
        rows.append(measure(part, name, value, unit or fallback))
    return rows


def _names(given: list[str | None], unit: str, order: Order) -> list[str] | None:
    if any(given):
        if not all(given):
            return None
        return [_NAME_WORDS[name.lower()] for name in given if name]
    if unit in _GRAMS:
        return [WEIGHT] if len(given) == 1 else None
    if len(given) == 1:
        return None  # One length without a name: nobody can say which side it is.
    sides = ["height", "width", "depth"][: len(given)]
    if order == "width-first" and len(sides) > 1:
        sides[0], sides[1] = sides[1], sides[0]
    return sides


def _unit(match: re.Match[str]) -> str | None:
    return _UNIT_WORDS[match["unit"].lower()] if match["unit"] else None


def _value(text: str) -> Decimal:
    if not re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", text):
        text = text.replace(",", ".")
    whole, _, part = text.replace(",", "").rpartition(" ")
    if "/" not in part:
        return Decimal(part)
    top, _, bottom = part.partition("/")
    if not int(bottom):
        return Decimal(0)
    return _tidy(Decimal(whole or 0) + Decimal(top) / Decimal(bottom))


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _tidy(value: Decimal) -> Decimal:
    """Without trailing zeros, and never in exponent form."""
    return Decimal(format(value.normalize(), "f"))
