"""A certificate on paper: what it says, its pictures, how to check it, and the file inside.

The paper is a copy: what counts is the signed JSON that is attached to it. The square code holds
the address and a short digest and nothing else. No owner, no price. A paper is drawn once and kept
by the digest of what it says.
"""

import io
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from artmarket.core.sheets import BODY, SMALL, Sheets
from artmarket.core.square_codes import png_code
from media.printing import Print, digest_of, kept

LAYOUT: Final = 1
"""Counts up with every change of the drawing, so that kept files are drawn anew."""
JSON_NAME: Final = "certificate.json"
PROOF_NAME: Final = "certificate.tlog-proof"
PICTURE_MM: Final = 56
MOST_PICTURES: Final = 3
CODE_MM: Final = 34
GAP: Final = 5


@dataclass(frozen=True, slots=True)
class PrintedPicture:
    """One picture, and what it shows."""

    print: Print
    caption: str


@dataclass(frozen=True, slots=True)
class Printed:
    """Everything that is printed, in the language of the reader.

    `document` is the signed certificate and `log_proof` its proof of the public log, as attached;
    `warning` what must be printed large (不证明作者).
    """

    language: str
    kind: str
    title: str
    number: str
    warning: str
    meaning: str
    facts: tuple[tuple[str, str], ...]
    statement: str
    signers: tuple[tuple[str, str], ...]
    not_examined: tuple[str, ...]
    pictures: tuple[PrintedPicture, ...]
    digest: str
    address: str
    issued_at: datetime
    document: str
    log_proof: str = ""

    @property
    def key(self) -> str:
        """SHA-256 of all of it, and of the way it is drawn; of the proof only that it is there.

        Proofs of the same entry against any signed root are equally good.
        """
        said = asdict(self) | {"log_proof": bool(self.log_proof)}
        return digest_of([LAYOUT, said | {"issued_at": str(self.issued_at)}])


def certificate_file(printed: Printed) -> bytes:
    """The PDF: the kept one, or drawn and kept."""
    return kept("certificates", printed.key, lambda: drawn(printed))


def drawn(printed: Printed) -> bytes:
    """The certificate on A4, with its files inside."""
    sheets = Sheets(
        title=f"{printed.kind} {printed.number}",
        foot=f"{printed.kind} {printed.number} · SHA-256 {printed.digest[:16]}",
        pages=_("第{n}页，共{all}页"), language="en" if printed.language == "en" else "zh-CN",
    )  # fmt: skip
    sheets.set_creation_date(printed.issued_at)
    sheets.text_line(printed.number, size=10, grey=True)
    sheets.heading(printed.kind, size=22)
    if printed.warning:
        _boxed(sheets, printed.warning)
    sheets.text_line(printed.meaning, size=BODY + 1, grey=True)
    _pictures(sheets, printed.pictures)
    if printed.title:
        sheets.heading(printed.title, size=15)
    if printed.facts:
        sheets.grid((), printed.facts, (22, 78))
    sheets.heading(_("证明"))
    sheets.text_line(printed.statement, size=BODY + 2)
    sheets.heading(_("没有查验的"))
    for words in printed.not_examined:
        sheets.text_line(words)
    if printed.signers:
        sheets.heading(_("签署"))
        sheets.grid((), printed.signers, (22, 78))
    _how_to_check(sheets, printed)
    _attach(sheets, printed)
    return bytes(sheets.output())


def _boxed(sheets: Sheets, words: str) -> None:
    sheets.ln(1)
    sheets.set_font_size(16)
    sheets.cell(sheets.epw, 12, words, border=1, align="C", new_x="LMARGIN", new_y="NEXT")
    sheets.set_font_size(BODY)
    sheets.ln(2)


def _pictures(sheets: Sheets, pictures: tuple[PrintedPicture, ...]) -> None:
    """Side by side, each whole in its square, with what it shows below."""
    found = [(p, content) for p in pictures[:MOST_PICTURES] if (content := p.print.content())]
    if not found:
        return
    sheets.ln(3)
    top, x = sheets.get_y(), sheets.l_margin
    places = []
    for picture, content in found:
        width, height = picture.print.fitting(PICTURE_MM)
        sheets.image(io.BytesIO(content), x=x, y=top, w=width, h=height, alt_text=picture.caption)
        places.append((x, width, height, picture.caption))
        x += width + GAP
    sheets.set_font_size(SMALL)
    below = top + max(height for _x, _width, height, _caption in places) + 1
    for x, width, _height, caption in places:
        sheets.set_xy(x - sheets.c_margin, below)
        sheets.cell(width + GAP, 4, caption)
    sheets.set_font_size(BODY)
    sheets.set_xy(sheets.l_margin, below + 5)


def _how_to_check(sheets: Sheets, printed: Printed) -> None:
    """The code on the left, the words beside it."""
    sheets.heading(_("怎样核对"), keep=CODE_MM + 24)
    top, left, page = sheets.get_y(), sheets.l_margin, sheets.page
    sheets.image(io.BytesIO(png_code(printed.address)), x=left, y=top, w=CODE_MM, h=CODE_MM)
    sheets.set_y(top)
    sheets.beside(CODE_MM + GAP)
    sheets.text_line(
        _(
            "扫码或在核验页输入编号，看现在是否有效；再把登记的图片与眼前的实物逐处比对。"
            "纸张可以仿造，以核验页的结论为准。"
        )
    )
    sheets.ln(1)
    sheets.text_line(printed.address, size=SMALL)
    sheets.ln(1)
    sheets.text_line(
        _(
            "这份PDF里附有签了名的证书文件（%(name)s）。把整份PDF拖进核验页，"
            "或照离线核对的办法，断开网络也能核对。"
        )
        % {"name": JSON_NAME}
    )
    sheets.ln(1)
    sheets.text_line(_("证书文件的SHA-256摘要："), size=SMALL, grey=True)
    sheets.text_line(printed.digest, size=SMALL)
    sheets.beside(0)
    if sheets.page == page:
        sheets.set_y(max(sheets.get_y(), top + CODE_MM))


def _attach(sheets: Sheets, printed: Printed) -> None:
    sheets.embed_file(
        bytes=printed.document.encode(), basename=JSON_NAME, mime_type="application/json",
        creation_date=printed.issued_at, modification_date=printed.issued_at, compress=True,
    )  # fmt: skip
    if printed.log_proof:
        sheets.embed_file(
            bytes=printed.log_proof.encode(), basename=PROOF_NAME, mime_type="text/plain",
            creation_date=printed.issued_at, modification_date=printed.issued_at, compress=True,
        )  # fmt: skip
