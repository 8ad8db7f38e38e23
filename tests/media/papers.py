"""PDFs, harmless and hostile, all made here."""

import io
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String


def a_pdf(change: Callable[[Pdf], None] | None = None, *, pages: int = 1, **options) -> bytes:
    """A PDF of empty pages, after `change` has had its way with it."""
    pdf = pikepdf.new()
    for _ in range(pages):
        pdf.add_blank_page(page_size=(200, 300))
    if change:
        change(pdf)
    out = io.BytesIO()
    pdf.save(out, **options)
    return out.getvalue()


def _script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String("app.alert('kite')"))


def opens_with_script(pdf: Pdf) -> None:
    pdf.Root.OpenAction = _script()


def page_with_script(pdf: Pdf) -> None:
    pdf.pages[0].obj.AA = Dictionary(O=pdf.make_indirect(_script()))


def names_a_script(pdf: Pdf) -> None:
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("x"), _script()])))


def launches(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.Launch, F=String("/bin/sh"))


def sends_a_form(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.SubmitForm, F=String("https://example.org/"))


def link_to_a_script(pdf: Pdf) -> None:
    action = Dictionary(S=Name.URI, URI=String("javascript:alert(1)"))
    pdf.pages[0].obj.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, A=action)])


def dynamic_form(pdf: Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(XFA=pdf.make_stream(b"<xdp/>"), Fields=Array([]))


def plays_a_film(pdf: Pdf) -> None:
    pdf.pages[0].obj.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.RichMedia)])


def carries_a_file(pdf: Pdf) -> None:
    pdf.attachments["payload.exe"] = b"MZ"


def link_to_the_web(pdf: Pdf) -> None:
    action = Dictionary(S=Name.URI, URI=String("https://example.org/"))
    pdf.pages[0].obj.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, A=action)])


PACKED = {"object_stream_mode": pikepdf.ObjectStreamMode.generate}


def with_escaped_name() -> bytes:
    """A script whose names are written with escapes, as scanners for plain text miss them."""

    def same_length(pdf: Pdf) -> None:
        pdf.Root.OpenAction = Dictionary(S=Name("/JavaScriptXX"))

    return a_pdf(same_length).replace(b"/JavaScriptXX", b"/Jav#61Script")


def page_in_its_head(pdf: Pdf) -> None:
    pdf.Root.Kite = String("<script>alert(1)</script>")


def locked() -> bytes:
    return a_pdf(encryption=pikepdf.Encryption(owner="kite", user="kite"))


def restricted() -> bytes:
    """Opens without a password, but forbids things."""
    return a_pdf(encryption=pikepdf.Encryption(owner="kite", user=""))


def swelling() -> bytes:
    """An object stream of a few kilobytes that unfolds to more than its reader may hold."""
    import zlib

    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(bytes(1 << 24)) for _ in range(40)) + packer.flush()
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    places = []

    def put(number: int, content: bytes) -> None:
        places.append(out.tell())
        out.write(b"%d 0 obj\n" % number + content + b"\nendobj\n")

    put(1, b"<</Type/Catalog/Pages 3 0 R>>")
    put(
        2,
        b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>\nstream\n" % len(body)
        + body
        + b"\nendstream",
    )
    rows = b"\0\0\0\0\0\0" + b"".join(b"\1" + p.to_bytes(4, "big") + b"\0" for p in places)
    rows += b"\2" + (2).to_bytes(4, "big") + b"\0"
    start = out.tell()
    rows += b"\1" + start.to_bytes(4, "big") + b"\0"
    put(
        4,
        b"<</Type/XRef/Size 5/W[1 4 1]/Root 1 0 R/Length %d>>\nstream\n" % len(rows)
        + rows
        + b"\nendstream",
    )
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()
