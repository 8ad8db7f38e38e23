"""The demonstration district in the test database, without pictures, and addresses of its pages."""

from typing import Any

from artmarket.core.demo import Stage, address
from cms.demo import district as demonstration
from cms.demo.district_facts import PROGRAMMES
from tests.catalog.factories import registered
from tests.factories import UserFactory

SILENT = Stage(pictures=False, say=lambda _words: None)

# One page of each kind: slug path below the language, words that its English page must have.
PAGES: dict[str, str] = {
    "home": "/",
    "district": "/district/shihu-garden/",
    "street": "/district/shihu-garden/hujia-paifang-street/",
    "place": "/district/shihu-garden/guo-weiqu-museum/",
    "venue": "/district/west-street/west-street-68/",
    "event": "/events/saturday-kite-class/",
    "exhibition": "/events/wind-over-fuyan-hill/",
    "viewing-room": "/events/wind-over-fuyan-hill/on-paper/",
    "series": "/events/weekend-crafts/",
    "event-index": "/events/",
    "article-index": "/news/",
    "article": "/news/how-a-print-is-made/",
    "people": "/people/",
    "person": "/people/lu-qingyu/",
    "topic": "/topics/kites/",
    "topic-of-topics": "/topics/",
    "topic-of-districts": "/district/",
    "policy": "/topics/rules-and-support/support-for-makers/",
    "standard": "/topics/rules-and-support/grading-bronzes/",
    "enterprise": "/topics/qiming-foundry/",
    "recruitment": "/district/west-street/workshops-to-let/",
}
ENDED = "/events/one-block-five-colours/"
CANCELLED = "/events/flying-day/"
MOVED = "/events/sand-casting/"
ONLY_CHINESE = "/news/choosing-bamboo/"


def district() -> dict[str, Any]:
    """Load it with two registered works; answers with them."""
    UserFactory(bureau=True, email=address("bureau"))
    works = [registered(), registered()]
    demonstration.load(SILENT)
    return {"works": works, "programmes": len(PROGRAMMES)}
