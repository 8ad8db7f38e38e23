"""The caps of uploads, read from the rule book for the day and the person."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from artmarket import rulebook
from artmarket.accounts.permissions import is_registrar

from .engine import Kind, Limits, iiif
from .engine.documents import DocumentLimits, kinds_named

_KINDS = {kind.value.lower(): kind for kind in Kind}


def limits_for(actor: Any) -> Limits:
    """What this person may upload now: registrars bring masters of more pixels and bytes."""
    master = "master_" if is_registrar(actor) else ""
    return Limits(
        max_pixels=_number(f"media.{master}max_pixels"),
        max_bytes=_number(f"media.{master}max_bytes"),
        max_frames=_number("media.max_frames"),
        min_edge=_number("media.min_edge"),
        kinds=frozenset(_KINDS[name] for name in rulebook.get("media.formats")),
    )


def document_limits() -> DocumentLimits:
    """What a document may be now; a picture of a page has the caps of a picture."""
    max_bytes = _number("media.document_max_bytes")
    return DocumentLimits(
        max_bytes=max_bytes,
        max_pages=_number("media.document_max_pages"),
        kinds=kinds_named(rulebook.get("media.document_formats")),
        picture=Limits(
            max_pixels=_number("media.max_pixels"),
            max_bytes=max_bytes,
            max_frames=_number("media.max_frames"),
            min_edge=_number("media.min_edge"),
        ),
    )


def link_seconds() -> int:
    """How long a signed link to a private file opens."""
    return _number("media.link_seconds")


def storage_link_seconds() -> int:
    """How long the storage itself serves a private file after the platform let somebody in."""
    return _number("media.storage_link_seconds")


@dataclass(frozen=True, slots=True)
class LikenessLimits:
    """When two pictures are laid side by side: bits of 256, features, correlation, candidates."""

    distance: int
    inliers: int
    fit: float
    shortlist: int


def likeness_limits() -> LikenessLimits:
    fit: Decimal = rulebook.get("media.alike_fit")
    return LikenessLimits(
        distance=_number("media.alike_distance"),
        inliers=_number("media.alike_inliers"),
        fit=float(fit),
        shortlist=_number("media.alike_shortlist"),
    )


def attempts() -> int:
    """How often the worker tries one picture before a person decides (retry_image)."""
    return _number("media.attempts")


def iiif_limits() -> iiif.Limits:
    """The largest picture that the image service draws for one request."""
    return iiif.Limits(edge=_number("media.iiif_max_edge"), area=_number("media.iiif_max_area"))


def iiif_cache_seconds() -> int:
    """How long browsers and caches between may keep a public tile, also once its work is sealed."""
    return _number("media.iiif_cache_seconds")


def _number(name: str) -> int:
    return int(rulebook.get(name))
