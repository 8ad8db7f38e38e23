"""Words of the district in templates: `{{ place|said:"address" }}`, `{{ row|span }}`, rich text."""

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from wagtail.rich_text import expand_db_html

from .. import rich_text, wording

register = template.Library()


@register.filter
def said(row: Any, name: str) -> str:
    """A word that is kept in both languages."""
    return wording.said(row, name)


@register.filter
def span(row: Any) -> str:
    """From when to when, of anything with `starts_at` and `ends_at`."""
    return wording.span(row.starts_at, row.ends_at)


@register.filter
def full_day(at: Any) -> str:
    """A day with its year and weekday."""
    return wording.day(at) if at else ""


@register.filter
def month(at: Any) -> str:
    """The month of a day, short, for the sheet of a calendar."""
    return wording.month(at) if at else ""


@register.filter
def at(rows: Any, key: Any) -> Any:
    """What a mapping holds for a key; None without."""
    return rows.get(key) if rows else None


@register.filter
def rich(value: Any) -> SafeString:
    """Rich text as HTML: only the elements that editors can choose, links made whole."""
    source = getattr(value, "source", value) or ""
    return mark_safe(expand_db_html(rich_text.cleaned(source)))  # noqa: S308 -- cleaned
