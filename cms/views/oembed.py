"""The oEmbed endpoint: `/oembed/?url=…&maxwidth=…&maxheight=…&format=json|xml`."""

import io
import json
from typing import Any, Final
from xml.sax.xmlreader import AttributesImpl

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from ..oembed import Room, answer_for, page_of
from .answers import conditional

JSON: Final = "application/json; charset=utf-8"
XML: Final = "text/xml; charset=utf-8"
PLAIN: Final = "text/plain; charset=utf-8"


class _Unreadable(ValueError):
    """A size that is none; the name of the parameter."""


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """What to show of one of our pages; 404 for what is not ours, 501 for another format."""
    form = request.GET.get("format", "json")
    if form not in ("json", "xml"):
        return _refused(501, _("只有json和xml两种格式。"))
    url = request.GET.get("url", "")
    if not url:
        return _refused(400, _("请用url参数写明是哪个页面。"))
    try:
        room = Room(_size(request, "maxwidth"), _size(request, "maxheight"))
    except _Unreadable as error:
        return _refused(400, _("%(name)s应当是大于零的整数。") % {"name": error})
    page = page_of(url)
    if page is None:
        return _refused(404, _("这个地址不是本站公开的页面。"))
    answer = answer_for(page, room)
    if form == "xml":
        return conditional(request, HttpResponse(_xml(answer), content_type=XML))
    body = json.dumps(answer, ensure_ascii=False)
    return conditional(request, HttpResponse(body, content_type=JSON))


def _size(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and int(text) > 0):
        raise _Unreadable(name)
    return int(text)


def _xml(answer: dict[str, Any]) -> str:
    """The answer as the specification writes it in XML."""
    written = io.StringIO()
    pen = SimplerXMLGenerator(written, "utf-8")
    pen.startDocument()
    pen.startElement("oembed", AttributesImpl({}))
    for name, value in answer.items():
        pen.addQuickElement(name, str(value))
    pen.endElement("oembed")
    pen.endDocument()
    return written.getvalue()


def _refused(status: int, words: str) -> HttpResponse:
    answer = HttpResponse(f"{words}\n", status=status, content_type=PLAIN)
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cache-Control"] = "no-store"
    return answer
