"""Template tags of the face: icons, structured data, pages, error summaries, bars.

They turn values into markup-ready values and nothing else: no queries, no permissions.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from urllib.parse import urljoin

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BaseForm
from django.template import TemplateSyntaxError
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from artmarket.core.icons import ICONS

register = template.Library()
SCRIPT_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}
"""What could end a script element early, written so that JSON still reads it."""


@register.simple_tag
def icon_paths(name: str) -> SafeString:
    """The drawing of an icon on a 24 × 24 grid; an unknown name is an error of the template."""
    try:
        return mark_safe(ICONS[name])  # noqa: S308 -- drawings of ours, no input
    except KeyError:
        raise TemplateSyntaxError(f"there is no icon {name!r}") from None


@register.simple_tag
def json_ld(data: dict[str, Any] | list[Any]) -> SafeString:
    """A JSON-LD block. The characters that could end the element are escaped."""
    text = json.dumps(data, ensure_ascii=False, default=str).translate(SCRIPT_ESCAPES)
    return format_html(
        '<script type="application/ld+json">{}</script>',
        mark_safe(text),  # noqa: S308 -- escaped above
    )


@register.filter
def elided(page: Page) -> Iterable[int | str]:
    """The numbers of a pager, with an ellipsis where some are left out."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


@register.filter
def error_items(form: BaseForm) -> list[dict[str, str]]:
    """The lines of an error summary: anchor of the field, its label, the words."""
    items = [{"anchor": "", "label": "", "text": str(text)} for text in form.non_field_errors()]
    for name, errors in form.errors.items():
        if name == "__all__" or name not in form.fields:
            continue
        field = form[name]
        anchor = field.id_for_label or f"{field.auto_id}_field"
        items += [
            {"anchor": anchor, "label": str(field.label), "text": str(text)} for text in errors
        ]
    return items


@register.filter
def bars(bins: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the bins of a histogram their place on a grid 10 units a bar wide and 40 high.

    Each bin has `n` (count) and may have `chosen` (within the reader's range).
    """
    bins = list(bins)
    most = max((bin_["n"] for bin_ in bins), default=0) or 1
    drawn = []
    for place, bin_ in enumerate(bins):
        height = max(round(40 * bin_["n"] / most), 1) if bin_["n"] else 0
        drawn.append({**bin_, "x": place * 10, "y": 40 - height, "height": height})
    return drawn


@register.filter
def times(value: int, factor: int) -> int:
    """Whole-number product, for the measures of a drawing."""
    return int(value) * int(factor)


@register.filter
def machine_time(value: date | datetime | None) -> str:
    """A day or a moment for the `datetime` of <time>, to the second and in the district's zone.

    HTML allows three digits of a second and no more (Living Standard, 2.3.5.7): none are given.
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return local.isoformat(timespec="seconds")
    return value.isoformat()


@register.filter
def absolute(address: str) -> str:
    """An address with the site's own before it, for those who read a page elsewhere (ogp.me)."""
    return urljoin(f"{settings.SITE_URL.rstrip('/')}/", address) if address else ""
