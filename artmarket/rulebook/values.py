"""Typed values of rules: read from TOML or JSON, checked, and made unchangeable.

Pure. Decimals are written as strings, never as binary floats, because money and rates hang on
them; a value of the wrong shape is refused, never coerced.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any, Final, Literal, get_args

ValueType = Literal["int", "decimal", "date", "bool", "text", "list", "table"]
TYPES: Final[tuple[str, ...]] = get_args(ValueType)


class ValueProblem(ValueError):
    """A value that is not what its rule says it is; the text says what is wrong."""


def read_value(raw: object, kind: str) -> Any:
    """A raw TOML or JSON value as the frozen value of a rule of type `kind`.

    Returns int, Decimal, date, bool, str, tuple or read-only mapping. Raises ValueProblem.
    """
    if kind == "int" and isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    if kind == "bool" and isinstance(raw, bool):
        return raw
    if kind == "text" and isinstance(raw, str) and raw.strip():
        return raw
    if kind == "decimal" and isinstance(raw, str):
        return _decimal(raw)
    if kind == "date":
        return _date(raw)
    if kind == "list" and isinstance(raw, list) and raw:
        return _frozen(raw)
    if kind == "table" and isinstance(raw, dict) and raw:
        return _frozen(raw)
    raise ValueProblem(f"not a {kind}: {raw!r}")


def same_shape(value: object, model: object) -> bool:
    """Whether `value` may stand in place of `model`: same types, same keys, at every depth."""
    if isinstance(model, Mapping):
        return (
            isinstance(value, Mapping)
            and value.keys() == model.keys()
            and all(same_shape(value[key], model[key]) for key in model)
        )
    if isinstance(model, tuple):
        return isinstance(value, tuple) and all(
            any(same_shape(item, like) for like in model) for item in value
        )
    return type(value) is type(model)


def _decimal(raw: str) -> Decimal:
    try:
        value = Decimal(raw)
    except InvalidOperation as error:
        raise ValueProblem(f"not a decimal: {raw!r}") from error
    if not value.is_finite() or raw != raw.strip():
        raise ValueProblem(f"not a decimal: {raw!r}")
    return value


def _date(raw: object) -> date:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    if isinstance(raw, str):
        try:
            return date.fromisoformat(raw)
        except ValueError as error:
            raise ValueProblem(f"not a date: {raw!r}") from error
    raise ValueProblem(f"not a date: {raw!r}")


def _frozen(raw: object) -> Any:
    if isinstance(raw, list):
        return tuple(_frozen(item) for item in raw)
    if isinstance(raw, dict):
        return MappingProxyType({key: _frozen(item) for key, item in raw.items()})
    if isinstance(raw, float):
        raise ValueProblem(f"a binary float; write it as a string: {raw!r}")
    if isinstance(raw, bool | int | str | date):
        return raw
    raise ValueProblem(f"not a value: {raw!r}")
