"""What the ten main pages ask of the database, pinned: a query more is a decision."""

import pytest
from django.contrib.contenttypes.models import ContentType
from wagtail.models import Site

from tests.cms.district_stage import PAGES, district

pytestmark = pytest.mark.django_db
COUNTS = {
    "home": 32,
    "district": 29,
    "event": 38,
    "exhibition": 38,
    "event-index": 23,
    "article-index": 15,
    "article": 15,
    "topic": 28,
    "place": 24,
    "person": 14,
}


def test_the_main_pages_ask_no_more_than_they_did(client, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    district()
    found = {}
    for name in COUNTS:
        client.get(PAGES[name])  # addresses of the site and kinds of content are kept in memory
        with CaptureQueriesContext(connection) as asked:
            assert client.get(PAGES[name]).status_code == 200
        found[name] = len(asked)
    assert Site.objects.exists() and ContentType.objects.exists()
    assert found == COUNTS
