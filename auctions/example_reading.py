"""Read the amounts and tables of worked examples; what cannot be read is a bad case."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from artmarket.core.examples import BadCase, need

from .engine import tables

T = TypeVar("T")


def read(reading: Callable[[], T]) -> T:
    """What `reading` gives. Raises BadCase with its words."""
    try:
        return reading()
    except tables.TableProblem as problem:
        raise BadCase(str(problem)) from problem


def amount(given: Mapping[str, Any], key: str, unit: int) -> int:
    """An amount of a case in parts of the unit."""
    text = need(given, key)
    return read(lambda: tables.parts(text, unit))
