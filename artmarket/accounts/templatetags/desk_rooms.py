"""The rooms of a role's desk, as the apps announced them, for the list at the side of its pages."""

from typing import Any

from django import template

from artmarket.accounts import desks

register = template.Library()


@register.simple_tag(takes_context=True)
def desk_rooms(context: dict[str, Any], role: str, **counts: int | None) -> list[dict[str, Any]]:
    """What `c-desk-nav` lists; `counts` by the last part of an address's name (`bureau_desk=3`)."""
    found = [(desk, desk.url()) for desk in desks.of_role(role)]
    path = context["request"].path
    here = max((url for _desk, url in found if url and path.startswith(url)), key=len, default="")
    return [
        {
            "label": desk.label, "url": url, "current": url == here,
            "count": counts.get(desk.url_name.rpartition(":")[2]) or None, "now": True,
        }
        for desk, url in found
        if url
    ]  # fmt: skip
