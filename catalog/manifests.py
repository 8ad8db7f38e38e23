"""A public work as a manifest of IIIF Presentation API 3 (https://iiif.io/api/presentation/3.0/).

Plain dicts from the fields that the public may see (`exporting.fields`), the same whoever asks, so
neither an owner nor a price can be in it. Words come in Chinese and English.
"""

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext, override

from catalog import selectors
from catalog.engine.numbers import format_number
from catalog.enums import WorkState
from catalog.exporting.fields import Audience, visible
from catalog.iiif import manifest_address, rights_uri, zoomable_photos
from catalog.models import Attribution, Work, WorkPhoto
from catalog.pages import alt_words
from media.models import Image

CONTEXT: Final = "http://iiif.io/api/presentation/3/context.json"
JSON_LD: Final = f'application/ld+json;profile="{CONTEXT}"'
LINKED_ART: Final = "https://linked.art/ns/v1/linked-art.json"
LANGUAGES: Final = {"zh-Hans": "zh-hans", "en": "en"}
THUMB_EDGE: Final = 400
LanguageMap = dict[str, list[str]]


def works_for_manifest() -> Any:
    """Works with everything that one manifest says, in a fixed number of queries."""
    photos = WorkPhoto.objects.select_related("image__pyramid")
    return Work.objects.select_related("source_record").prefetch_related(
        "work_terms__term",
        "dimensions",
        "inscriptions",
        "citations",
        "title_shares",
        Prefetch("attributions", queryset=Attribution.objects.select_related("artist")),
        Prefetch("photos", queryset=photos),
    )


def manifest(work: Work) -> dict[str, Any] | None:
    """The manifest; None while no picture of the work can be zoomed."""
    photos = zoomable_photos(work)
    if not photos:
        return None
    address = manifest_address(work)
    row = visible(work, Audience.PUBLIC)
    found: dict[str, Any] = {
        "@context": CONTEXT,
        "id": address,
        "type": "Manifest",
        "label": both(lambda: work.display_title),
        "metadata": _metadata(work, row),
        "rights": rights_uri(work),
        "requiredStatement": {
            "label": both(lambda: gettext("署名")),
            "value": _credit(work, row),
        },
        "provider": [_provider()],
        "homepage": _homepages(work),
        "seeAlso": [_linked_art(work)],
        "thumbnail": [_thumbnail(photos[0])],
        "items": [_canvas(work, photo, address) for photo in photos],
    }
    if row["description"] or row["description_en"]:
        pair = {"zh-Hans": row["description"], "en": row["description_en"]}
        found["summary"] = {key: [text] for key, text in pair.items() if text}
    return found


def both(words: Callable[[], Any]) -> LanguageMap:
    """What `words()` says to a Chinese and to an English reader."""
    found: LanguageMap = {}
    for key, language in LANGUAGES.items():
        with override(language):
            found[key] = [str(words())]
    return found


def _value(words: Callable[[], Any]) -> LanguageMap:
    """A value in both languages; one that is the same in both belongs to none."""
    pair = both(words)
    return {"none": pair["en"]} if pair["en"] == pair["zh-Hans"] else pair


def _metadata(work: Work, row: dict[str, str]) -> list[dict[str, LanguageMap]]:
    entries: list[tuple[Callable[[], Any], Callable[[], Any]]] = [
        (lambda: gettext("登记号"), lambda: format_number(work.number) if work.number else ""),
        (lambda: gettext("作者"), lambda: selectors.maker_words(work)),
        (lambda: gettext("年代"), lambda: selectors.date_words(work)),
        (lambda: gettext("类别"), lambda: selectors.type_words(work)),
        (lambda: gettext("材质与技法"), lambda: selectors.medium_words(work)),
        (lambda: gettext("尺寸"), lambda: selectors.dimension_words(work)),
        (lambda: gettext("制作地"), lambda: row["place_made"]),
        (lambda: gettext("来源"), lambda: selectors.source_name(work)),
        (lambda: gettext("源编号"), lambda: row["source_id"] if row["source"] else ""),
    ]
    found = [{"label": both(label), "value": _value(value)} for label, value in entries]
    return [entry for entry in found if any(text for [text] in entry["value"].values())]


def _credit(work: Work, row: dict[str, str]) -> LanguageMap:
    """Who is to be named: the museum's own words, or the registry and the number."""
    if row["credit"]:
        return {"none": [row["credit"]]}
    if work.state == WorkState.RECORDED:
        return _value(lambda: selectors.source_name(work) or settings.SITE_NAME)
    number = format_number(work.number) if work.number else ""
    return both(
        lambda: (
            gettext("%(site)s，登记号%(number)s") % {"site": settings.SITE_NAME, "number": number}
        )
    )


def _provider() -> dict[str, Any]:
    home = f"{settings.SITE_URL.rstrip('/')}/"
    return {
        "id": home,
        "type": "Agent",
        "label": both(lambda: settings.SITE_NAME),
        "homepage": [
            {
                "id": home,
                "type": "Text",
                "label": both(lambda: settings.SITE_NAME),
                "format": "text/html",
            }
        ],
    }


def _homepages(work: Work) -> list[dict[str, Any]]:
    pages = []
    for key, language in LANGUAGES.items():
        with override(language):
            pages.append(
                {
                    "id": _absolute(work.get_absolute_url()),
                    "type": "Text",
                    "label": {key: [work.display_title]},
                    "format": "text/html",
                    "language": [key],
                }
            )
    return pages


def _linked_art(work: Work) -> dict[str, Any]:
    name, key = ("work_jsonld", work.number) if work.number else ("record_jsonld", work.pk)
    with override(settings.LANGUAGE_CODE):
        path = reverse(f"catalog:{name}", args=[key])
    return {
        "id": _absolute(path),
        "type": "Dataset",
        "label": {"en": ["Linked Art"]},
        "format": "application/ld+json",
        "profile": LINKED_ART,
    }


def _service(image: Image) -> dict[str, Any]:
    return {"id": _image_address(image), "type": "ImageService3", "profile": "level2"}


def _thumbnail(photo: WorkPhoto) -> dict[str, Any]:
    row = photo.image.pyramid
    scale = min(1, THUMB_EDGE / max(row.width, row.height))
    width, height = max(1, round(row.width * scale)), max(1, round(row.height * scale))
    return {
        "id": f"{_image_address(photo.image)}/full/{width},{height}/0/default.jpg",
        "type": "Image",
        "format": "image/jpeg",
        "width": width,
        "height": height,
        "service": [_service(photo.image)],
    }


def _canvas(work: Work, photo: WorkPhoto, address: str) -> dict[str, Any]:
    row = photo.image.pyramid
    canvas_id = f"{address}/canvas/{photo.pk}"
    size = {"width": row.width, "height": row.height}
    canvas: dict[str, Any] = {
        "id": canvas_id,
        "type": "Canvas",
        "label": both(photo.get_view_display),
        "summary": both(lambda: alt_words(photo, work)),
        **size,
        "thumbnail": [_thumbnail(photo)],
        "items": [
            {
                "id": f"{canvas_id}/page",
                "type": "AnnotationPage",
                "items": [
                    {
                        "id": f"{canvas_id}/painting",
                        "type": "Annotation",
                        "motivation": "painting",
                        "target": canvas_id,
                        "body": {
                            "id": f"{_image_address(photo.image)}/full/max/0/default.jpg",
                            "type": "Image",
                            "format": "image/jpeg",
                            **size,
                            "service": [_service(photo.image)],
                        },
                    }
                ],
            }
        ],
    }
    if photo.rights:
        canvas["requiredStatement"] = {
            "label": both(lambda: gettext("图片权利")),
            "value": {"none": [photo.rights]},
        }
    return canvas


def _image_address(image: Image) -> str:
    return _absolute(reverse("media:iiif", args=[image.uuid]))


def _absolute(path: str) -> str:
    return settings.SITE_URL.rstrip("/") + path
