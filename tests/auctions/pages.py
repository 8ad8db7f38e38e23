"""Read the pages of sales as a person does: addresses, words, fields."""

import re

from auctions.models import Lot


def lot_url(lot):
    return f"/auctions/{lot.sale_id}/lots/{lot.number}/"


def bid_url(lot):
    return f"{lot_url(lot)}bid/"


def only(sale) -> Lot:
    return sale.lots.get()


def text_of(answer) -> str:
    """The words of a page, without tags, its spaces put together."""
    html = re.sub(r"<(script|style).*?</\1>", "", answer.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


def tight_text_of(answer) -> str:
    """The same without any space: a label and its fact are told apart by tags alone."""
    return "".join(text_of(answer).split())


def fields_of(answer) -> dict[str, str]:
    """The hidden fields of the form that confirms a bid."""
    html = answer.content.decode()
    rows = re.findall(r'<input type="hidden" name="([a-z]+)" value="([^"]*)"', html)
    return {name: value for name, value in rows if name != "csrfmiddlewaretoken"}


def page_fields(answer) -> dict[str, str]:
    form = answer.context["form"]
    return {"key": form["key"].value(), "paddle": str(form["paddle"].value())}


def amounts_in(content: bytes, *yuan: int) -> list[bytes]:
    """Those of the amounts that a page, an attribute or a script tells, as they are written.

    A row of digits within a longer one, a token or a time is none.
    """
    forms = [form for each in yuan for form in (f"{each}", f"{each:,}", f"{each * 100}")]
    pattern = rf"(?<![\w.,])(?:{'|'.join(map(re.escape, forms))})(?!\w)"
    return re.findall(pattern.encode(), content)
