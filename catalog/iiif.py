"""Where a work's manifest of IIIF Presentation 3 is, and under which rights its pictures stand.

The manifest itself is made in `manifests`; pages and exports only need its address.
"""

import re
from typing import Final

from django.conf import settings
from django.urls import reverse

from catalog import selectors
from catalog.enums import PUBLIC_STATES, Living
from catalog.models import Work, WorkPhoto
from media.enums import PyramidState
from media.models import Image

IN_COPYRIGHT: Final = "http://rightsstatements.org/vocab/InC/1.0/"
NOT_EVALUATED: Final = "http://rightsstatements.org/vocab/CNE/1.0/"
# What a source may write for its licence, and the address that says the same.
LICENCES: Final = (
    (re.compile(r"\bCC0\b|\bCC-0\b", re.I), "http://creativecommons.org/publicdomain/zero/1.0/"),
    (
        re.compile(r"\b(?:PDM|public domain mark)\b", re.I),
        "http://creativecommons.org/publicdomain/mark/1.0/",
    ),
    (re.compile(r"^CC[ -]BY[ -]4\.0\b", re.I), "http://creativecommons.org/licenses/by/4.0/"),
    (
        re.compile(r"^CC[ -]BY[ -]SA[ -]4\.0\b", re.I),
        "http://creativecommons.org/licenses/by-sa/4.0/",
    ),
)


def manifest_path(work: Work) -> str:
    """The path of the work's manifest; "" for works that can't have one."""
    if work.state not in PUBLIC_STATES:
        return ""
    if work.number:
        return reverse("manifests:work", args=[work.number])
    return reverse("manifests:record", args=[work.pk])


def manifest_address(work: Work) -> str:
    """The permanent address of the manifest."""
    return settings.SITE_URL.rstrip("/") + manifest_path(work)


def zoomable_photos(work: Work) -> list[WorkPhoto]:
    """The photographs whose tiles are ready, in their order."""
    return [p for p in work.photos.all() if is_zoomable(p.image)]


def is_zoomable(image: Image) -> bool:
    row = getattr(image, "pyramid", None)
    return row is not None and row.state == PyramidState.READY


def rights_uri(work: Work) -> str:
    """The licence of the source, or what is known of the copyright, as an address."""
    record = getattr(work, "source_record", None)
    if record is not None:
        for pattern, uri in LICENCES:
            if pattern.search(record.licence):
                return uri
        return NOT_EVALUATED
    living = any(o.artist.living == Living.YES for o in selectors.makers(work))
    return IN_COPYRIGHT if living else NOT_EVALUATED


def rights_of_image(image: Image) -> str:
    """The same for one picture, for its image service; "" when no work shows it."""
    photo = getattr(image, "work_photo", None)
    return rights_uri(photo.work) if photo else ""
