"""What pages show, prepared for their templates: one module for each family of pages.

A module says with `shows` for which models it speaks; the app loads the modules when it is ready,
so that models never import what reads them. Nothing here writes; functions have their number of
queries pinned by tests.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

Maker = Callable[[Any, HttpRequest], dict[str, Any]]
MODULES = ("frame", "places", "happenings", "event_list", "words", "home")
_makers: dict[str, list[Maker]] = {}


def shows(*labels: str) -> Callable[[Maker], Maker]:
    """Say that a function prepares pages of these models (`cms.eventpage`)."""

    def keep(maker: Maker) -> Maker:
        for label in labels:
            makers = _makers.setdefault(label, [])
            if maker not in makers:
                makers.append(maker)
        return maker

    return keep


def context_of(page: Any, request: HttpRequest) -> dict[str, Any]:
    """Everything that the makers of a page's model say; the page's own model comes last."""
    context: dict[str, Any] = {}
    for maker in (*_makers.get("*", ()), *_makers.get(page._meta.label_lower, ())):
        context |= maker(page, request)
    return context
