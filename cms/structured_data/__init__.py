"""Pages as structured data (JSON-LD, schema.org): what search engines and other programs read.

One function for each family of pages; the graph holds the page's own thing and its trail. Facts
come from the same selectors as the page itself, so that both name the same dates. Nothing is made
up: a property without a value is left out. `tests/cms/schema_words.py` checks every type and
property against the vocabulary.
"""

from typing import Any

from django.utils.translation import override

from ..models import (
    ArticleIndexPage,
    ArticlePage,
    EnterprisePage,
    EventIndexPage,
    EventPage,
    ExhibitionPage,
    HomePage,
    PeoplePage,
    PersonPage,
    PlaceBasePage,
    PolicyPage,
    RecruitmentPage,
    SeriesPage,
    StandardPage,
    TopicPage,
    ViewingRoomPage,
)
from ..selectors.published import language_of
from . import events, places, words
from .common import Data, Site, breadcrumb, web_page

_MAKERS: tuple[tuple[tuple[type, ...], Any], ...] = (
    ((HomePage,), words.web_site),
    ((EventPage, ExhibitionPage), events.event),
    ((SeriesPage,), events.series),
    ((ViewingRoomPage,), events.viewing_room),
    ((PlaceBasePage,), places.place),
    ((ArticlePage,), words.article),
    ((PersonPage,), words.person),
    ((EnterprisePage,), words.enterprise),
    ((RecruitmentPage,), words.call),
    ((PolicyPage,), words.policy),
    ((StandardPage,), words.standard),
    ((EventIndexPage, ArticleIndexPage, PeoplePage, TopicPage), words.collection),
)


def data_for(page: Any, *, site_url: str) -> Data:
    """What a page is, as JSON-LD.

    Args:
        page: specific, and live.
        site_url: what addresses begin with, such as "https://art.example".
    Returns:
        One object with "@context" and "@graph": the thing, then its trail.
    """
    site = Site(site_url.rstrip("/"))
    make = next((m for kinds, m in _MAKERS if isinstance(page, kinds)), web_page)
    with override(language_of(page)):
        graph = [make(page, site)]
        if trail := breadcrumb(page, site):
            graph.append(trail)
    return {"@context": "https://schema.org", "@graph": graph}
