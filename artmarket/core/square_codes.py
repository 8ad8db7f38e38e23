"""QR codes of addresses, for pages and paper."""

import io

import segno


def svg_code(address: str) -> bytes:
    """The code as SVG without a head of its own."""
    buffer = io.BytesIO()
    segno.make(address, error="m", micro=False).save(buffer, kind="svg", border=2, xmldecl=False)
    return buffer.getvalue()


def png_code(address: str, *, border: int = 2, error: str = "m") -> bytes:
    """The code as PNG for paper; `border` in modules, `error` how much of it may be damaged."""
    buffer = io.BytesIO()
    segno.make(address, error=error, micro=False).save(buffer, kind="png", scale=8, border=border)
    return buffer.getvalue()
