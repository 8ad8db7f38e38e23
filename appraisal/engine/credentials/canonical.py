"""Strict reading of JSON, and its one canonical form (JCS, RFC 8785).

A certificate is signed over values, not over text. So a text is refused whenever two readers
could take two values from it: duplicate keys, half characters, numbers that a double cannot hold.
Registry rules, section 6; I-JSON: RFC 7493.
"""

import json
import math
from typing import Any, Final, NoReturn

import rfc8785

from appraisal.engine.credentials.errors import CredentialRefused

Json = Any
"""None, bool, int, float, str, list of these, or dict from str to these."""

MAXIMUM_BYTES: Final = 4 * 1024 * 1024
MAXIMUM_DEPTH: Final = 32
LARGEST_INTEGER: Final = 2**53 - 1
LONGEST_INTEGER: Final = 22
"""Sign and digits: from 1e21 on the canonical form has an exponent."""
MOST_DIGITS: Final = 17
"""No double needs more significant digits; more of them would be dropped without a word."""


def read_json(source: str | bytes, *, maximum_bytes: int = MAXIMUM_BYTES) -> Json:
    """Read one JSON text.

    Args:
        source: the text, or its UTF-8 bytes without byte order mark.
        maximum_bytes: the largest size, in bytes of UTF-8.
    Raises:
        CredentialRefused: `too_large`, `not_utf8`, `not_json`, `duplicate_key`, `lone_surrogate`,
            `number_beyond_double`, `too_deep`.
    """
    text = _decoded(source, maximum_bytes)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_fraction,
            parse_constant=_no_constant,
        )
    except RecursionError:
        raise _too_deep() from None
    except json.JSONDecodeError as error:
        raise CredentialRefused(
            "not_json", f"not JSON: line {error.lineno}, column {error.colno}"
        ) from None
    check_value(value)
    return value


def canonical(value: Json) -> bytes:
    """The canonical bytes of a JSON value (RFC 8785).

    Raises:
        CredentialRefused: `too_deep`, `lone_surrogate`, `number_beyond_double`, `not_json`.
    """
    check_value(value)
    return rfc8785.dumps(value)


def check_value(value: Json) -> None:
    """Refuse a value that JCS cannot carry, or that is nested too deep. Raises as `canonical`."""
    waiting: list[tuple[Json, int]] = [(value, 1)]
    while waiting:
        part, depth = waiting.pop()
        if depth > MAXIMUM_DEPTH:
            raise _too_deep()
        if isinstance(part, dict):
            for key, member in part.items():
                _check_scalar(key if isinstance(key, str) else object())
                waiting.append((member, depth + 1))
        elif isinstance(part, list | tuple):
            waiting.extend((member, depth + 1) for member in part)
        else:
            _check_scalar(part)


def _check_scalar(part: object) -> None:
    if isinstance(part, str):
        if any("\ud800" <= character <= "\udfff" for character in part):
            raise CredentialRefused("lone_surrogate", "half of a surrogate pair in a text")
    elif isinstance(part, bool) or part is None:
        return
    elif isinstance(part, int):
        if abs(part) > LARGEST_INTEGER:
            raise _beyond_double()
    elif isinstance(part, float):
        if not math.isfinite(part):
            raise _beyond_double()
    else:
        raise CredentialRefused("not_json", f"{type(part).__name__} is no JSON value")


def _decoded(source: str | bytes, maximum_bytes: int) -> str:
    if len(source) > maximum_bytes:
        raise _too_large(maximum_bytes)
    if isinstance(source, bytes):
        try:
            return source.decode("utf-8")
        except UnicodeDecodeError:
            raise CredentialRefused("not_utf8", "the text is not UTF-8") from None
    if len(source.encode("utf-8", "surrogatepass")) > maximum_bytes:
        raise _too_large(maximum_bytes)
    return source


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise CredentialRefused("duplicate_key", "a key stands twice in one object")
    return found


def _integer(literal: str) -> int | float:
    """Beyond 2⁵³ only as a double itself is written (1e20), so that no two texts give one value."""
    if len(literal) > LONGEST_INTEGER:
        raise _beyond_double()
    number = int(literal)
    if abs(number) <= LARGEST_INTEGER:
        return number
    if rfc8785.dumps(float(number)).decode() != literal:
        raise _beyond_double()
    return float(number)


def _fraction(literal: str) -> float:
    mantissa = literal.lower().partition("e")[0]
    digits = mantissa.lstrip("-").replace(".", "").strip("0")
    number = float(literal)
    if len(digits) > MOST_DIGITS or not math.isfinite(number) or (digits and number == 0):
        raise _beyond_double()
    return number


def _no_constant(literal: str) -> NoReturn:
    raise CredentialRefused("not_json", f"{literal} is no JSON value")


def _too_deep() -> CredentialRefused:
    return CredentialRefused("too_deep", f"nested deeper than {MAXIMUM_DEPTH} levels")


def _too_large(maximum_bytes: int) -> CredentialRefused:
    return CredentialRefused("too_large", f"larger than {maximum_bytes} bytes")


def _beyond_double() -> CredentialRefused:
    return CredentialRefused("number_beyond_double", "a number that a double cannot hold exactly")
