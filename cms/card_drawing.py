"""Draw a share card: 1200 × 630, the title, when and where, the site's name, a picture if any.

Knows neither pages nor the database. The font is the one of our papers (`core.sheets`), Noto Sans
CJK, which has both scripts; no machine needs a font of its own.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from noto_cjk_sans_otc import FONT_PATH
from PIL import Image, ImageDraw, ImageFont, ImageOps

from artmarket.core.sheets import SIMPLIFIED_CHINESE

WIDTH: Final = 1200
HEIGHT: Final = 630
WIDTHS: Final = (1200, 600, 300)
"""What a card is offered in: whoever embeds a page may have less room."""
MOST_BYTES: Final = 400_000
PAPER: Final = (250, 248, 243)
INK: Final = (36, 32, 26)
MUTED: Final = (94, 89, 82)
CINNABAR: Final = (165, 38, 26)
MARGIN: Final = 72
PICTURE: Final = 440
TITLE_SIZES: Final = ((64, 3), (52, 4))
"""Sizes of the title with the lines that each has room for; the first that holds it whole."""
LINE_SIZE: Final = 30
SMALL: Final = 26
LEADING: Final = 1.4
MOST_LINES: Final = 2
NOT_FIRST: Final = frozenset("，。、；：！？）》」』”’…—,.;:!?)")
"""Marks that never begin a line."""
ELLIPSIS: Final = "…"


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says. `picture` are the bytes of a picture, empty for none."""

    title: str
    kicker: str = ""
    lines: tuple[str, ...] = ()
    site: str = ""
    picture: bytes = field(default=b"", repr=False)


def draw(card: Card, *, width: int = WIDTH) -> bytes:
    """The card as a PNG of at most MOST_BYTES. A picture that can't be read is left out."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    right = WIDTH - MARGIN
    if picture := _picture(card.picture):
        image.paste(picture, (WIDTH - PICTURE, 0))
        right = WIDTH - PICTURE - MARGIN // 2
    _words(ImageDraw.Draw(image), card, right - MARGIN)
    if width != WIDTH:
        image = image.resize((width, height_of(width)), Image.Resampling.LANCZOS)
    return _written(image)


def height_of(width: int) -> int:
    """The height of a card of this width."""
    return round(HEIGHT * width / WIDTH)


def wrapped(text: str, room: float, measure: Callable[[str], float], most: int) -> list[str]:
    """The text in at most `most` lines that `measure` finds no wider than `room`.

    Chinese breaks between any two characters, Latin between words, a word longer than a line
    anywhere; a closing mark never begins a line. What does not fit ends in an ellipsis.
    """
    lines: list[str] = []
    current = ""
    for piece in _pieces(text):
        if measure((current + piece).rstrip()) <= room or not current.strip():
            current += piece
        else:
            lines.append(current.strip())
            current = piece.lstrip()
        while measure(current.rstrip()) > room and len(current) > 1:
            cut = _fitting(current, room, measure)
            lines.append(current[:cut].strip())
            current = current[cut:]
    if current.strip():
        lines.append(current.strip())
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], _shortened(lines[most - 1], room, measure)]


def _pieces(text: str) -> list[str]:
    """What may not be broken: a Chinese character with the closing marks after it, a word."""
    pieces: list[str] = []
    for character in " ".join(text.split()):
        if pieces and _clings(pieces[-1][-1], character):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _clings(before: str, character: str) -> bool:
    if character == " " or character in NOT_FIRST:
        return True
    return _is_latin(before) and _is_latin(character)


def _is_latin(character: str) -> bool:
    return character != " " and ord(character) < 0x2E80 and character not in "“‘（"


def _fitting(text: str, room: float, measure: Callable[[str], float]) -> int:
    cut = len(text) - 1
    while cut > 1 and measure(text[:cut]) > room:
        cut -= 1
    return max(cut, 1)


def _shortened(line: str, room: float, measure: Callable[[str], float]) -> str:
    while line and measure(line + ELLIPSIS) > room:
        line = line[:-1]
    return line.rstrip("，。、；：,.;: ") + ELLIPSIS


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT_PATH), size, index=SIMPLIFIED_CHINESE)


def _words(pen: ImageDraw.ImageDraw, card: Card, room: int) -> None:
    top = MARGIN
    if card.kicker:
        kicker = wrapped(card.kicker, room, _font(SMALL).getlength, 1)[0]
        pen.text((MARGIN, top), kicker, font=_font(SMALL), fill=CINNABAR)
    top += round(SMALL * 2)
    size, lines = _title(card.title, room)
    for line in lines:
        pen.text((MARGIN, top), line, font=_font(size), fill=INK)
        top += round(size * LEADING)
    top += LINE_SIZE // 2
    for words in card.lines:
        for line in wrapped(words, room, _font(LINE_SIZE).getlength, MOST_LINES):
            if top + LINE_SIZE * LEADING > HEIGHT - MARGIN - SMALL * 2:
                break
            pen.text((MARGIN, top), line, font=_font(LINE_SIZE), fill=MUTED)
            top += round(LINE_SIZE * LEADING)
    foot = HEIGHT - MARGIN - SMALL
    pen.rectangle((MARGIN, foot - 18, MARGIN + 64, foot - 15), fill=CINNABAR)
    pen.text((MARGIN, foot - 6), card.site, font=_font(SMALL), fill=INK)


def _title(title: str, room: int) -> tuple[int, list[str]]:
    for size, most in TITLE_SIZES:
        lines = wrapped(title, room, _font(size).getlength, most + 1)
        if len(lines) <= most:
            return size, lines
    size, most = TITLE_SIZES[-1]
    return size, wrapped(title, room, _font(size).getlength, most)


def _picture(content: bytes) -> Image.Image | None:
    if not content:
        return None
    try:
        with Image.open(io.BytesIO(content)) as opened:
            return ImageOps.fit(opened.convert("RGB"), (PICTURE, HEIGHT))
    except (OSError, ValueError, Image.DecompressionBombError):
        return None


def _written(image: Image.Image) -> bytes:
    """PNG; with fewer colours where all of them would be too heavy to send."""
    for colours in (0, 256, 64, 16):
        smaller = image.quantize(colours) if colours else image
        kept = io.BytesIO()
        smaller.save(kept, "PNG", optimize=True)
        if kept.tell() <= MOST_BYTES:
            break
    return kept.getvalue()
