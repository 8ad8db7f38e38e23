"""What the work page, the cards and the desks show, prepared for their templates.

Reads prefetched objects (see selectors); no query of its own beyond those of the permissions.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from artmarket.core.models import Event
from artmarket.core.punctuation import bracketed
from media.selectors import picture_sources, zoom_address

from . import selectors
from .completeness import CATEGORY_NAMES, assess_work, missing_words
from .engine.numbers import format_number
from .engine.terms import label
from .enums import OFFERS, RelicStatus, WorkState
from .iiif import manifest_path, zoomable_photos
from .models import Attribution, Encumbrance, Work
from .provenance import provenance_of, public_provenance
from .services.editions import impression_label

TERM_WORDS = {"autograph": _("亲笔"), "forgery": _("伪")}
# Filled by upper floors: functions from a work to extra lines of the state panel.
state_lines: list[Any] = []
# Functions (work, request) -> {"template": …, …} or None: panels beside the pictures, and sections.
side_panels: list[Any] = []
page_sections: list[Any] = []
# Functions (work, request) -> {"url": …, "label": …} or None: what the lister, or a registrar, may
# do next.
owner_actions: list[Any] = []
registrar_actions: list[Any] = []
# Functions (maker, request) -> {"template": …, …} or None: what a reader can do on a maker's page.
maker_actions: list[Any] = []
# Functions (work, live encumbrance) -> (figure, what it includes) or None; no query allowed.
card_prices: list[Any] = []


def gathered(sources: list[Any], *arguments: Any) -> list[Any]:
    """What the functions of upper floors have to say; those with nothing to say are left out."""
    return [found for source in sources if (found := source(*arguments))]


def term_words(term: str) -> str:
    """A term of the attribution scale in the reader's language."""
    if term in TERM_WORDS:
        return str(TERM_WORDS[term])
    return label(term, "en" if get_language() == "en" else "zh")


def lock_words(live: Encumbrance, *, private: bool = False) -> str:
    """What lies on the work, for a card or a pill.

    An offer is public by nature; of every other lock the public learns that there is one (registry
    rules, section 4).
    """
    if private or live.kind in OFFERS:
        return str(live.get_kind_display())
    return str(_("有权利限制"))


def card(work: Work) -> dict[str, Any]:
    """What <c-card> shows of a work."""
    photo = next(iter(work.photos.all()), None)
    sources = picture_sources(photo.image) if photo else None
    live = next(iter(getattr(work, "live_encumbrances", [])), None)
    price, price_label = next(iter(gathered(card_prices, work, live)), ("", ""))
    pills: list[tuple[str, Any]] = []
    if work.is_open_data:
        pills.append(("neutral", _("馆藏公开资料")))
    elif live:
        pills.append(("warn", lock_words(live)))
    elif work.state == WorkState.REGISTERED:
        pills.append(("ok", _("已登记")))
    meta = " · ".join(
        filter(
            None,
            (
                selectors.date_words(work),
                selectors.medium_words(work)[:60],
            ),
        )
    )
    size = selectors.dimension_words(work)[:60]
    return {
        "title": work.display_title,
        "url": work.get_absolute_url(),
        "picture": sources,
        "alt": alt_words(photo, work) if photo else "",
        "maker": selectors.maker_words(work),
        "meta": meta,
        "size": size,
        "line": " · ".join(filter(None, (meta, size))),
        "pills": pills,
        "price": price,
        "price_label": price_label,
        "work": work,
    }


def alt_words(photo: Any, work: Work) -> str:
    """The picture in words; what it shows when nobody wrote any."""
    if get_language() == "en" and photo.alt_en:
        return photo.alt_en
    return photo.alt or f"{work.display_title}{bracketed(photo.get_view_display())}"


def views_of(work: Work) -> list[dict[str, Any]]:
    """The pictures for <c-viewer>; those still being made are left out."""
    views = []
    for photo in work.photos.all():
        sources = picture_sources(photo.image)
        if sources is None or not sources.src:
            continue
        views.append(
            {
                "src": sources.src,
                "srcset": sources.srcset,
                "width": sources.width,
                "height": sources.height,
                "alt": alt_words(photo, work),
                "label": photo.get_view_display(),
                "thumb": sources.thumb,
                "full": sources.full,
                "zoom": zoom_address(photo.image),
                "note": " · ".join(
                    filter(
                        None, (photo.rights, date_format(photo.taken_on) if photo.taken_on else "")
                    )
                ),
            }
        )
    return views


def work_page(work: Work, request: HttpRequest) -> dict[str, Any]:
    """Everything that catalog/work.html shows."""
    live = next(iter(getattr(work, "live_encumbrances", [])), None)
    private = request.user.has_perm("catalog.view_private", work)
    assessment = assess_work(work)
    return {
        "work": work,
        "number": format_number(work.number) if work.number else "",
        "views": views_of(work),
        "makers": [_opinion(a) for a in selectors.makers(work)],
        "opinions": [_opinion(a) for a in work.attributions.all()],
        "date": selectors.date_words(work),
        "size": selectors.dimension_words(work),
        "medium": selectors.medium_words(work),
        "types": selectors.type_words(work),
        "impression": impression_label(work),
        "live": live,
        "live_words": lock_words(live, private=private) if live else "",
        "private": private,
        "source_name": selectors.source_name(work),
        "provenance": provenance_of(work, request.user, private=private),
        "may_show_provenance": private
        and bool(work.provenance_text)
        and request.user.has_perm("catalog.show_provenance", work),
        "provenance_url": _provenance_url(work, private=private),
        "score": assessment.score,
        "missing": missing_words(assessment),
        "categories": len(CATEGORY_NAMES),
        "inscriptions": work.inscriptions.all(),
        "siblings": _siblings(work),
        "title_shares": selectors_title(work) if private else [],
        "relic_known": work.relic_status != RelicStatus.UNKNOWN,
        "state_lines": gathered(state_lines, work, request),
        "side_panels": gathered(side_panels, work, request),
        "page_sections": gathered(page_sections, work, request),
        "manifest": manifest_path(work) if work.is_public and zoomable_photos(work) else "",
        "changes": Event.objects.about(work).count() if work.number else 0,
        "absolute_url": settings.SITE_URL.rstrip("/") + work.get_absolute_url(),
        "json_ld": json_ld(work),
        "trail": [
            (pgettext_lazy("section", "作品"), reverse("catalog:browse")),
            (work.display_title, ""),
        ],
    }


def _provenance_url(work: Work, *, private: bool) -> str:
    """Where its provenance stands as text; empty when there is nothing to read."""
    if not (work.provenance_text if private else public_provenance(work)):
        return ""
    if work.number:
        return reverse("catalog:provenance_text", args=[work.number])
    if work.is_open_data:
        return reverse("catalog:record_provenance_text", args=[work.pk])
    return ""


def selectors_title(work: Work) -> list[Any]:
    """Who holds title now, for those who may know."""
    return list(work.title_shares.filter(to_event__isnull=True).select_related("party"))


def _siblings(work: Work) -> list[dict[str, Any]]:
    if work.edition is None:
        return []
    others = (
        work.edition.impressions.public()
        .exclude(pk=work.pk)
        .select_related("edition")
        .order_by("impression_kind", "impression_number")[:60]
    )
    return [
        {"label": impression_label(o), "url": o.get_absolute_url(), "destroyed": o.is_destroyed}
        for o in others
    ]


def _opinion(opinion: Attribution) -> dict[str, Any]:
    artist = opinion.artist
    return {
        "name": artist.display_name,
        "url": artist.get_absolute_url(),
        "edit_url": reverse("catalog:edit_artist", args=[artist.pk]),
        "as_written": opinion.as_written,
        "term": term_words(opinion.term),
        "is_autograph": opinion.term == "autograph",
        "by": opinion.by,
        "by_artist": bool(artist.account_id and artist.account_id == opinion.by_user_id),
        "verified": bool(artist.account_verified_at),
        "basis": opinion.basis,
        "status": opinion.get_status_display(),
        "current": opinion.status == "current",
    }


def json_ld(work: Work) -> dict[str, Any]:
    """The work as schema.org VisualArtwork; only what the public may know."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "VisualArtwork",
        "name": work.display_title,
        "url": settings.SITE_URL.rstrip("/") + work.get_absolute_url(),
    }
    makers = [{"@type": "Person", "name": a.artist.name} for a in selectors.makers(work)]
    optional = {
        "identifier": work.number,
        "creator": makers,
        "dateCreated": work.date_edtf or work.date_text,
        "artMedium": selectors.medium_words(work),
        "artform": selectors.type_words(work),
        "description": work.description,
        "image": [settings.SITE_URL.rstrip("/") + v["src"] for v in views_of(work)],
    }
    return data | {key: value for key, value in optional.items() if value}
