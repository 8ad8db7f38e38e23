"""Dates in Chinese: the common era, reign eras, cyclical years, dynasties, centuries.

Reads one date or span. A cyclical year that fits more than one year gives candidates and no
choice; a bracket that contradicts it is reported. Lunar months and seasons are kept as words:
they do not move the year. Rules: registry rules, section 1; vectors, group dates.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from catalog.engine.dates.edtf_text import year_text
from catalog.engine.dates.eras import (
    CYCLE,
    DYNASTIES,
    ERAS,
    LONE_CYCLE_FROM,
    LONE_CYCLE_TO,
    REPUBLIC,
    Era,
    cycle_years,
)
from catalog.engine.dates.values import (
    DateReading,
    Point,
    century_point,
    day_point,
    decade_point,
    month_point,
    narrowed,
    reading,
    spanned,
    year_point,
    years_point,
)

_DIGITS: Final = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "○": 0,
    "两": 2,
    "元": 1,
    "正": 1,
}
_SIMPLE: Final = str.maketrans(
    "貞觀開寶應興國長慶會廣亂順龍紀寧復祐聖歷曆嘉樂統啟禎萬豐緒約紀歲間後內時期漢東晉齊遼譽閏畫書個號數",
    "贞观开宝应兴国长庆会广乱顺龙纪宁复祐圣历历嘉乐统启祯万丰绪约纪岁间后内时期汉东晋齐辽誉闰画书个号数",
)
_NUM: Final = r"[0-9零〇○一二三四五六七八九十百廿卅两]+"
_GANZHI: Final = "|".join(CYCLE)
_ERA_NAMES: Final = "|".join(sorted(ERAS, key=len, reverse=True))
_DYNASTY_NAMES: Final = "|".join(sorted(DYNASTIES, key=len, reverse=True))
_PARTS: Final = {
    "初": "early",
    "初期": "early",
    "初叶": "early",
    "初年": "early",
    "早期": "early",
    "前期": "early",
    "早": "early",
    "中": "mid",
    "中期": "mid",
    "中叶": "mid",
    "晚": "late",
    "晚期": "late",
    "后期": "late",
    "末": "late",
    "末期": "late",
    "末叶": "late",
    "末年": "late",
    "上半叶": "first-half",
    "前半叶": "first-half",
    "前半": "first-half",
    "上半": "first-half",
    "下半叶": "second-half",
    "后半叶": "second-half",
    "后半": "second-half",
    "下半": "second-half",
}
_PART: Final = "|".join(sorted(_PARTS, key=len, reverse=True))
_CE: Final = r"(?:公元|西元|纪元)?(?P<bce>前)?"
_LUNAR: Final = (
    r"(?P<lunar>(?:[孟仲季初暮新早晚深盛]?[春夏秋冬](?:之?[日月吉]|节)?)?"
    rf"(?:闰?(?:{_NUM}|正|冬|腊|端|嘉|菊|桂|杏|桃|荷|榴|梅|葭)月)?"
    rf"(?:(?:初|既)?(?:{_NUM}|望|朔|晦|吉|上浣|中浣|下浣|上旬|中旬|下旬)(?:日|号)?)?"
    r"(?:中秋|重阳|端午|元宵|清明|立秋|立春|夏至|冬至|上巳|浴佛日|人日|除夕)?)"
)


_MOST_MARKS: Final = 6
_MARKS: Final = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"^(?:大约|约|大概)", "approximate"),
        (r"(?:前后|左右|上下|约)$", "approximate"),
        (r"^(?:可能|疑为|疑似|疑|传为|传|或为|似)", "doubtful"),
        (r"(?:\(\?\)|\?|\(存疑\)|存疑)$", "doubtful"),
        # A mark names a reign that later kilns copied freely: the date stays doubtful.
        (r"(?:年制|款)$", "doubtful"),
        (r"^(?:创?作于|绘于|书于|摄于|成于|刊于)", "words"),
        (r"(?:创作|[作绘书画写摄])于[^0-9]+$", "words"),
        (r"(?<=.)(?:创作|制|作|绘|书|画|刻|刊)$", "words"),
    )
)


def is_chinese(text: str) -> bool:
    """Whether the text has Han characters at all."""
    return bool(re.search(r"[\u3007\u4e00-\u9fff]", text))


def read_chinese(text: str, context: Mapping[str, int]) -> DateReading | None:
    """One date, span or open side in Chinese.

    Args:
        text: NFKC form, dashes made hyphens; blanks do not matter.
        context: years that bound a cyclical year (`not_before`, `not_after`, `maker_born`,
            `maker_died`).
    """
    text = re.sub(r"\s", "", text).translate(_SIMPLE).strip("。，,;；")
    bracket = re.fullmatch(r"(.+?)[(\[](?:公元|即)?([^()\[\]]+)[)\]](.*)", text)
    if bracket:
        outer = bracket[1] + bracket[3]
        return _settled(outer, bracket[2], context) or _read(outer, context)
    return _read(text, context)


def _read(text: str, context: Mapping[str, int]) -> DateReading | None:
    bare, certain, approximate = _strip_marks(text)
    named = _era_year(bare) or _cyclical(bare, context)
    if named is not None and named.edtf is not None:
        point: Point | None = replace(year_point(named.year_from or 0), calendar=named.calendar)
        whole = reading(_also(point, certain, approximate)) if point else named
        return replace(whole, remark=named.remark)
    if named is not None:
        return replace(named, certain=certain, approximate=approximate)
    point = _point(bare) or _span(bare) or _bare_year(bare)
    if point is not None:
        return reading(_also(point, certain, approximate))
    return _open(text)


def _also(point: Point, certain: bool, approximate: bool) -> Point:
    return replace(
        point,
        certain=point.certain and certain,
        approximate=point.approximate or approximate,
    )


def _strip_marks(text: str) -> tuple[str, bool, bool]:
    """The bare date, whether it is certain, whether it is approximate."""
    certain, approximate = True, False
    for _ in range(_MOST_MARKS):
        for pattern, kind in _MARKS:
            match = pattern.search(text)
            if match and match[0] != text:
                text = text[: match.start()] + text[match.end() :]
                certain = certain and kind != "doubtful"
                approximate = approximate or kind == "approximate"
                break
        else:
            break
    return text, certain, approximate


def _point(text: str) -> Point | None:
    for pattern, build in _FORMS:
        if match := pattern.fullmatch(text):
            return build(match)
    return None


def number(text: str) -> int | None:
    """A Chinese or Arabic whole number: 五十, 廿三, 一九八一, 1981, 元 (as 1)."""
    if text.isascii():
        return int(text) if text.isdigit() else None
    text = text.replace("廿", "二十").replace("卅", "三十")
    if not any(unit in text for unit in "十百"):
        digits = [c if c.isascii() else str(_DIGITS.get(c, "x")) for c in text]
        return int("".join(digits)) if "x" not in "".join(digits) else None
    total = 0
    for unit, size in (("百", 100), ("十", 10)):
        head, found, tail = text.partition(unit)
        if found:
            total += (_digit(head) if head else 1) * size
            text = tail.lstrip("零〇")
    return total + (_digit(text) if text else 0)


def _digit(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else _DIGITS.get(text[-1], 0)


def _common_era(match: re.Match[str]) -> Point | None:
    year = number(match["y"])
    if not year or year > 9999 or (len(match["y"]) < 3 and not match[0].startswith("公元")):
        return None
    if match["bce"]:
        year = 1 - year
    month = number(match["m"]) if match["m"] else None
    day = number(match["d"]) if match["d"] else None
    if month is None:
        return year_point(year)
    return month_point(year, month) if day is None else day_point(year, month, day)


def _season(match: re.Match[str]) -> Point | None:
    year = int(match["y"])
    text = f"{year:04d}-{21 + '春夏秋冬'.index(match['season'])}"
    return Point(text, (year, 1, 1), (year, 12, 31))


def _century(match: re.Match[str]) -> Point | None:
    count = number(match["n"])
    point = century_point(count, bool(match["bce"])) if count else None
    if point is None:
        return None
    if match["dec"]:
        tens = number(match["dec"])
        if tens is None or tens % 10 or tens > 90 or match["bce"]:
            return None
        decade = decade_point(point.first[0] + tens)
        point = replace(decade, ambiguous=False) if decade else None
    part = match["part2"] or match["part1"]
    return narrowed(point, _PARTS[part]) if point and part else point


def _decade(match: re.Match[str]) -> Point | None:
    first = number(match["y"])
    point = decade_point(first) if first and first >= 100 else None
    return narrowed(point, _PARTS[match["part"]]) if point and match["part"] else point


def _era_year(text: str) -> DateReading | None:
    """An era's numbered year, checked against a cyclical year that stands beside it."""
    match = _ERA_YEAR.fullmatch(text)
    count = number(match["y"]) if match else None
    if match is None or not count:
        return None
    years = {era.first + count - 1 for era in _named(match) if count <= _length(era)}
    if match["gz"]:
        years = {year for year in years if CYCLE[(year - 4) % 60] == match["gz"]}
    return _one_or_candidates(sorted(years), _named(match)[0].calendar, match["lunar"])


def _one_or_candidates(
    years: Sequence[int], calendar: str | None, remark: str | None
) -> DateReading | None:
    if len(years) == 1:
        point = replace(year_point(years[0]), calendar=calendar)
        return replace(reading(point), remark=remark or "")
    found = tuple(year_text(year) for year in years)
    if not found:
        return None
    return DateReading(None, calendar=calendar, candidates=found, remark=remark or "")


def _length(era: Era) -> int:
    # Years of the Republic are still counted in places; the reigns ended when they ended.
    return 150 if era is REPUBLIC else era.last - era.first + 1


def _named(match: re.Match[str]) -> tuple[Era, ...]:
    if match["era"] == REPUBLIC.name:
        return (REPUBLIC,)
    eras = ERAS[match["era"]]
    dynasty = match["dyn"]
    kept = tuple(era for era in eras if dynasty and era.dynasty.endswith(dynasty[-1]))
    return kept if dynasty else eras


def _reign(match: re.Match[str]) -> Point | None:
    eras = _named(match)
    if len(eras) != 1:
        return None
    point = replace(years_point(eras[0].first, eras[0].last), calendar=eras[0].calendar)
    return narrowed(point, _PARTS[match["part"]]) if match["part"] else point


def _dynasty(match: re.Match[str]) -> Point | None:
    era = DYNASTIES[match["dyn"]]
    point = replace(years_point(era.first, era.last), calendar=era.calendar)
    part = match["part"] or match["lead"]
    return narrowed(point, _PARTS[part]) if part else point


_DYN_PREFIX: Final = rf"大?(?P<dyn>{_DYNASTY_NAMES})?(?:代|朝)?"
_FORMS: Final = tuple(
    (re.compile(pattern), build)
    for pattern, build in (
        (
            rf"{_CE}(?P<y>{_NUM})年(?:(?P<m>{_NUM})月(?:(?P<d>{_NUM})[日号])?)?",
            _common_era,
        ),
        (r"(?P<y>\d{4})年(?P<season>[春夏秋冬])[天季]?", _season),
        (
            rf"{_CE}(?P<n>{_NUM})世纪(?P<part1>{_PART})?(?:(?P<dec>{_NUM})年代(?P<part2>{_PART})?)?",
            _century,
        ),
        (rf"(?:公元)?(?P<y>{_NUM})年代(?P<part>{_PART})?", _decade),
        (
            rf"{_DYN_PREFIX}(?P<era>{_ERA_NAMES})(?:年间|时期|朝|本朝|年)?(?P<part>{_PART})?",
            _reign,
        ),
        (
            rf"(?P<lead>早|晚|中|初)?(?P<dyn>{_DYNASTY_NAMES})(?:代|朝)?(?:时期|年间)?(?P<part>{_PART})?",
            _dynasty,
        ),
    )
)

_ERA_YEAR: Final = re.compile(
    rf"{_DYN_PREFIX}(?P<era>{_ERA_NAMES}|民国)(?P<y>元|{_NUM})年"
    rf"(?:岁次|岁在|岁)?(?P<gz>{_GANZHI})?年?{_LUNAR}"
)
_CYCLICAL: Final = re.compile(
    rf"(?P<dyn>{_DYNASTY_NAMES})?(?:代|朝)?(?P<era>{_ERA_NAMES})?(?:岁次|岁在|岁)?"
    rf"(?P<gz>{_GANZHI})(?:年|岁)?{_LUNAR}"
)


def _cyclical(text: str, context: Mapping[str, int]) -> DateReading | None:
    match = _CYCLICAL.fullmatch(text)
    if match is None:
        return None
    years = _cycle_candidates(match, context)
    named = bool(match["era"] or (match["dyn"] and match["dyn"] != REPUBLIC.name))
    calendar = "lunisolar" if named else None
    if match["era"]:
        return _one_or_candidates(years, calendar, match["lunar"])
    found = tuple(year_text(year) for year in years)
    lunar = match["lunar"] or ""
    return DateReading(None, calendar=calendar, candidates=found, remark=lunar) if found else None


def _cycle_candidates(match: re.Match[str], context: Mapping[str, int]) -> tuple[int, ...]:
    if match["era"]:
        stretches = [(era.first, era.last) for era in _named(match)]
    elif match["dyn"]:
        dynasty = DYNASTIES[match["dyn"]]
        stretches = [(dynasty.first, dynasty.last)]
    else:
        stretches = [_window(context)]
    years: set[int] = set()
    for first, last in stretches:
        years.update(cycle_years(match["gz"], first, last))
    return tuple(sorted(years))


def _window(context: Mapping[str, int]) -> tuple[int, int]:
    starts = [context[key] for key in ("not_before", "maker_born") if key in context]
    ends = [context[key] for key in ("not_after", "maker_died") if key in context]
    first = max(starts) if starts else min([LONE_CYCLE_FROM, *(e - 119 for e in ends)])
    return first, min(ends) if ends else max(LONE_CYCLE_TO, first + 119)


def _settled(outer: str, inner: str, context: Mapping[str, int]) -> DateReading | None:
    """A bracket with a year settles what stands before it, or contradicts it."""
    said = _point(inner) or _span(inner) or _bare_year(inner)
    if said is None:
        return None
    bare, certain, approximate = _strip_marks(outer)
    match = _CYCLICAL.fullmatch(bare)
    if match is not None:
        around = range(said.first[0] - 30, said.first[0] + 31)
        near = cycle_years(match["gz"], around[0], around[-1])
    else:
        era = _era_year(bare)
        point = year_point(era.year_from) if era and era.year_from else None
        point = point or _point(bare) or _span(bare)
        near = () if point is None else tuple(range(point.first[0], point.last[0] + 1))
        if point is not None and "/" in point.edtf and "/" in said.edtf:
            # A dynasty with the writer's own years: the writer's years stand.
            return reading(_also(said, certain, approximate))
    if said.first[0] in near:
        return reading(_also(said, certain, approximate))
    if not near:
        return None
    closest = min(near, key=lambda year: abs(year - said.first[0]))
    pair = tuple(year_text(year) for year in sorted({closest, said.first[0]}))
    return DateReading(None, candidates=pair, contradiction=True)


def _bare_year(text: str) -> Point | None:
    return year_point(int(text)) if re.fullmatch(r"\d{4}", text) else _plain_span(text)


def _plain_span(text: str) -> Point | None:
    match = re.fullmatch(r"(\d{3,4})-(\d{3,4})", text)
    return years_point(int(match[1]), int(match[2])) if match and match[1] < match[2] else None


def _span(text: str) -> Point | None:
    body = re.sub(r"(?:之间|期间|间)$", "", text)
    body = re.sub(r"^(?:从|自|介于)", "", body)
    if choice := re.fullmatch(r"(.+?年)或(.+年)", body):
        left, right = _point(choice[1]), _point(choice[2])
        if left and right and left.first < right.first:
            return Point(f"[{left.edtf},{right.edtf}]", left.first, right.last)
    for match in re.finditer(r"-+|至|到|与|和|、", body):
        left_text, right_text = body[: match.start()], body[match.end() :]
        right = _side(right_text)
        left = _side(left_text) or _completed(left_text, right_text)
        head = re.match(r"\d{4}年|.+世纪", left_text)
        if left and head and (right is None or right_text[0] not in "12"):
            right = _side(head[0] + right_text) or right
        if left and right:
            return spanned(left, right)
    pair = re.fullmatch(rf"((?:{_DYNASTY_NAMES})末)((?:{_DYNASTY_NAMES}|民)初)", body)
    if pair:
        left, right = _point(pair[1]), _point(pair[2].replace("民初", "民国初"))
        if left and right:
            turn = years_point(left.first[0], right.last[0])
            return replace(turn, approximate=True, calendar="lunisolar")
    return None


def _side(text: str) -> Point | None:
    bare, certain, approximate = _strip_marks(text)
    era = _era_year(bare)
    point = year_point(era.year_from) if era and era.year_from else None
    point = point or _point(bare) or _bare_year(bare)
    return _also(point, certain, approximate) if point else None


def _completed(left: str, right: str) -> Point | None:
    """The left side with the unit it shares with the right: "19至20世纪", "乾隆至嘉庆年间"."""
    for unit in ("世纪", "年代", "年"):
        if unit in right and unit not in left:
            lead = re.match(r"公元前|前", right)
            head = lead[0] if lead and not left.startswith(("公元", "前")) else ""
            return _point(f"{head}{left}{unit}")
    return None


def _open(text: str) -> DateReading | None:
    after = re.fullmatch(r"(.+?)(?:以后|之后|后|起)", text)
    before = re.fullmatch(r"(?:不晚于|至迟)?(.+?)(?:以前|之前|前)?", text)
    match = after or before
    if match is None or match[1] == text:
        return None
    bare, certain, approximate = _strip_marks(match[1])
    point = _point(bare) or _bare_year(bare)
    if point is None:
        return None
    point = _also(point, certain, approximate)
    whole = reading(point)
    edge = point.marked
    if "/" in edge or "X" in edge:
        edge = year_text(point.first[0] if after else point.last[0]) + point.mark
    if after:
        return replace(whole, edtf=f"{edge}/..", latest=None, qualifier="after")
    return replace(whole, edtf=f"../{edge}", earliest=None, qualifier="before")
