"""What every page's frame needs: sections, languages, the reader's theme and type size.

Reads cookies and settings only; never the database.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language

from . import navigation
from .preferences import size_of, theme_of

HTML_LANG = {"zh-hans": "zh-CN", "en": "en"}
SHORT_NAMES = {"zh-hans": "中文"}  # where the masthead of a phone has no room for the whole name


def bare_path(request: HttpRequest) -> str:
    """The request's path without the language prefix (`/en/works/` gives `/works/`)."""
    for code, _name in settings.LANGUAGES:
        if request.path.startswith(f"/{code}/"):
            return request.path[len(code) + 1 :]
    return request.path


def languages(request: HttpRequest) -> list[dict[str, Any]]:
    """The same page in every language: code, HTML language, name, address, current or not."""
    now = get_language()
    full = request.get_full_path()
    return [
        {
            "code": code,
            "html": HTML_LANG.get(code, code),
            "name": SHORT_NAMES.get(code, name),
            "url": translate_url(full, code),
            "absolute": settings.SITE_URL.rstrip("/") + translate_url(request.path, code),
            "current": code == now,
        }
        for code, name in settings.LANGUAGES
    ]


def site(request: HttpRequest) -> dict[str, Any]:
    """Context processor for the frame of every page."""
    path = bare_path(request)
    frame: dict[str, list[dict[str, Any]]] = {}
    for place in ("main", "footer"):
        frame[place] = [
            {"label": section.label, "url": url, "current": section.covers(path)}
            for section in navigation.sections(place)
            if (url := section.url())
        ]
    return {
        "site_name": settings.SITE_NAME,
        "html_lang": HTML_LANG.get(get_language() or "", "zh-CN"),
        "nav_sections": frame["main"],
        "footer_links": frame["footer"],
        "site_languages": languages(request),
        "canonical_url": settings.SITE_URL.rstrip("/") + request.path,
        "full_path": request.get_full_path(),
        "theme": theme_of(request),
        "size": size_of(request),
        "icp_number": settings.ICP_NUMBER,
        "public_security_number": settings.PUBLIC_SECURITY_NUMBER,
        "operator_name": settings.OPERATOR_NAME,
        "complaints_email": settings.COMPLAINTS_EMAIL,
        "is_demo": settings.DEMO,
    }
