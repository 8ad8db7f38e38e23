"""Worked examples: cases in a file, computed by the engines that claim their family.

An app registers a calculator for each family in `AppConfig.ready`. Here files are read, cases
handed out, answers compared; nothing is computed here, and nothing is asked of the database. A
calculator sees `tables` and `in` only, never the expected answer.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal

from artmarket.core.errors import DomainError

Calculator = Callable[[Mapping[str, Any], Mapping[str, Any]], Any]
ListCalculator = Callable[[Mapping[str, Any]], Any]
State = Literal["equal", "different", "computed", "failed", "unclaimed"]

LARGEST_FILE: Final = 256 * 1024 * 1024
_AMOUNT: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_MISSING: Final = object()
_families: dict[str, Calculator] = {}
_formats: dict[str, ListCalculator] = {}


class Unreadable(ValueError):
    """The file is not a file of worked examples; the text says why."""


class BadCase(ValueError):
    """A case lacks what its family needs; the text says what."""


@dataclass(frozen=True, slots=True)
class Result:
    """One case: what came out, or why nothing did. `differences` are sentences."""

    id: str
    family: str
    state: State
    out: Any = None
    failure: str = ""
    differences: tuple[str, ...] = ()

    def line(self) -> str:
        """The case as one line of JSON: decimals as strings, UTF-8 as it is."""
        if self.state == "unclaimed":
            body: dict[str, Any] = {"id": self.id, "unclaimed": self.family}
        elif self.state == "failed":
            body = {"id": self.id, "failed": self.failure}
        else:
            body = {"id": self.id, "out": self.out}
        return json.dumps(body, ensure_ascii=False)


def register(family: str, calculator: Calculator) -> None:
    """Claim a family of cases (`tables`, `in` → `out`).

    A calculator raises DomainError to refuse a case, which gives `{"error": code}`. Claiming a
    family twice with different calculators is an error.
    """
    _claim(_families, family, calculator)


def register_list(format_name: str, calculator: ListCalculator, *, kind: str = "") -> None:
    """Claim the cases of a file that names its `format`, all of them or those of one `kind`.

    The calculator gets the case without its `expect`.
    """
    _claim(_formats, _list_family(format_name, kind), calculator)


def claimed() -> frozenset[str]:
    """Every family that an engine claims; lists as `format` or `format/kind`."""
    return frozenset(_families) | frozenset(_formats)


def read_file(path: Path) -> Mapping[str, Any]:
    """The document of a file, UTF-8 with or without a byte order mark. Raises Unreadable."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise Unreadable(f"larger than {LARGEST_FILE} bytes")
        text = path.read_bytes().decode("utf-8-sig")
        document = json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
    except OSError as error:
        raise Unreadable(error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise Unreadable(f"not UTF-8 (byte {error.start})") from error
    except RecursionError as error:
        raise Unreadable("nested too deeply") from error
    except ValueError as error:
        raise Unreadable(str(error)) from error
    if not isinstance(document, dict):
        raise Unreadable("not an object")
    if not isinstance(_cases(document), list) and not isinstance(document.get("format"), str):
        raise Unreadable("no list of cases")
    return document


def run(document: Mapping[str, Any], *, family: str = "") -> Iterator[Result]:
    """Compute the cases of a document, in order; with `family`, only those of that family."""
    tables = document.get("tables")
    tables = tables if isinstance(tables, dict) else {}
    format_name = document.get("format")
    is_list = isinstance(format_name, str)
    if not isinstance(_cases(document), list):  # another form of document, no cases to hand out
        yield Result(str(format_name), str(format_name), "unclaimed")
        return
    for index, case in enumerate(_cases(document)):
        if not isinstance(case, dict):
            if not family:
                yield Result(str(index), "", "failed", failure="the case is not an object")
            continue
        name = _list_family(str(format_name), case.get("kind")) if is_list else case.get("family")
        if family and family not in (name, format_name if is_list else name):
            continue
        case_id = str(case.get("id", index))
        if not isinstance(name, str) or not name:
            yield Result(case_id, "", "failed", failure="the case names no family")
            continue
        yield _run_list_case(case_id, name, case) if is_list else _run(case_id, name, tables, case)


def differences(out: Any, expected: Any, *, amounts: bool = True, at: str = "") -> Iterator[str]:
    """Where an answer differs from the expected one, in words.

    With `amounts`, texts that are decimals compare as decimals. Without (the lists, where an
    absent key means "not stated") a false that nobody asked for is no difference.
    """
    if isinstance(out, dict) and isinstance(expected, dict):
        for key in sorted(out.keys() | expected.keys()):
            place = f"{at}.{key}" if at else str(key)
            if key not in expected:
                if out[key] is False and not amounts:
                    continue
                yield f"{place}: {_shown(out[key])} was not expected"
            elif key not in out:
                yield f"{place}: missing, expected {_shown(expected[key])}"
            else:
                yield from differences(out[key], expected[key], amounts=amounts, at=place)
    elif isinstance(out, list) and isinstance(expected, list) and len(out) == len(expected):
        for index, (mine, theirs) in enumerate(zip(out, expected, strict=True)):
            yield from differences(mine, theirs, amounts=amounts, at=f"{at}[{index}]")
    elif not _same(out, expected, amounts=amounts):
        yield f"{at or 'out'}: {_shown(out)}, expected {_shown(expected)}"


def plain(value: Any) -> Any:
    """An answer as JSON has it: decimals and days as text, tuples as lists, keys as text."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | str):
        return value
    raise TypeError(f"an answer holds {type(value).__name__}")


def need(given: Mapping[str, Any], key: str, kind: type | tuple[type, ...] = str) -> Any:
    """A field of a case, of the right type. Raises BadCase."""
    value = given.get(key)
    wanted = kind if isinstance(kind, tuple) else (kind,)
    if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
        raise BadCase(f"{key} is missing or of another type")
    return value


def need_day(given: Mapping[str, Any], key: str) -> date:
    """A day of a case, written as ISO text. Raises BadCase."""
    text = need(given, key)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadCase(f"{key} is not a day") from error


def _claim(registry: dict[str, Any], name: str, calculator: Any) -> None:
    if registry.get(name, calculator) is not calculator:
        raise ValueError(f"two engines claim the examples of {name}")
    registry[name] = calculator


def _list_family(format_name: str, kind: object) -> str:
    return f"{format_name}/{kind}" if isinstance(kind, str) and kind else format_name


def _cases(document: Mapping[str, Any]) -> Any:
    return document.get("cases", document.get("vectors"))


def _run(case_id: str, family: str, tables: Mapping[str, Any], case: Mapping[str, Any]) -> Result:
    calculator = _families.get(family)
    if calculator is None:
        return Result(case_id, family, "unclaimed")
    given = case.get("in")
    if not isinstance(given, dict):
        return Result(case_id, family, "failed", failure="the case has no `in`")
    return _computed(
        case_id, family, lambda: calculator(tables, given), case.get("out", _MISSING), amounts=True
    )


def _run_list_case(case_id: str, family: str, case: Mapping[str, Any]) -> Result:
    calculator = _formats.get(family) or _formats.get(family.partition("/")[0])
    if calculator is None:
        return Result(case_id, family, "unclaimed")
    given = {key: value for key, value in case.items() if key != "expect"}
    return _computed(
        case_id, family, lambda: calculator(given), case.get("expect", _MISSING), amounts=False
    )


def _computed(
    case_id: str, family: str, compute: Callable[[], Any], expected: Any, *, amounts: bool
) -> Result:
    try:
        out = plain(compute())
    except DomainError as refusal:
        out = {"error": refusal.code}
    except BadCase as problem:
        return Result(case_id, family, "failed", failure=str(problem))
    except Exception as crash:  # one broken case must not hide the others
        return Result(case_id, family, "failed", failure=f"{type(crash).__name__}: {crash}")
    if expected is _MISSING:
        return Result(case_id, family, "computed", out)
    found = tuple(differences(out, plain(expected), amounts=amounts))
    return Result(case_id, family, "different" if found else "equal", out, differences=found)


def _same(out: Any, expected: Any, *, amounts: bool) -> bool:
    if type(out) is not type(expected):
        return False
    both_amounts = amounts and isinstance(out, str) and _AMOUNT.fullmatch(out)
    if both_amounts and _AMOUNT.fullmatch(expected):
        return Decimal(out) == Decimal(expected)
    return bool(out == expected)


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
