"""Numbers of certificates: "ZS-7K3M-92QF", drawn at random, with the registry's check character."""

import secrets
from typing import Final

from catalog.engine.numbers import (
    NUMBER_LENGTH,
    SPACE,
    check_number,
    format_number,
    make_number,
    normalise_number,
)

PREFIX: Final = "ZS"


def draw_number() -> str:
    """A number nobody has yet, but for one chance in 21 thousand million; the database looks."""
    return f"{PREFIX}-{format_number(make_number(secrets.randbelow(SPACE)))}"


def read_number(text: str) -> str:
    """The number as it is stored, of one that somebody typed, with its prefix or without.

    A number may itself begin with the letters of the prefix.

    Raises `catalog.engine.numbers.NumberError`.
    """
    plain = normalise_number(text)
    body = plain if len(plain) == NUMBER_LENGTH else plain.removeprefix(PREFIX)
    return f"{PREFIX}-{format_number(check_number(body))}"
