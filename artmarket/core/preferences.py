"""The reader's own theme and type size, kept in two cookies and nowhere else."""

from typing import Literal, cast

from django.http import HttpRequest

Theme = Literal["system", "light", "dark"]
Size = Literal["normal", "large"]

THEMES: tuple[Theme, ...] = ("system", "light", "dark")
SIZES: tuple[Size, ...] = ("normal", "large")
THEME_COOKIE = "theme"
SIZE_COOKIE = "size"
MAX_AGE = 365 * 24 * 3600


def theme_of(request: HttpRequest) -> Theme:
    """The theme chosen by the reader; anything unknown is `system`."""
    value = request.COOKIES.get(THEME_COOKIE, "")
    return cast(Theme, value) if value in THEMES else "system"


def size_of(request: HttpRequest) -> Size:
    """The type size chosen by the reader; anything unknown is `normal`."""
    value = request.COOKIES.get(SIZE_COOKIE, "")
    return cast(Size, value) if value in SIZES else "normal"
