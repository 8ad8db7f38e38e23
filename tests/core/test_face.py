"""Values as the heads of pages and <time> want them."""

from datetime import UTC, date, datetime

import pytest

from artmarket.core.templatetags.face import absolute, machine_time

MOMENT = datetime(2026, 3, 1, 16, 30, 5, 507123, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (MOMENT, "2026-03-02T00:30:05+08:00"),
        (datetime(2026, 3, 1, 9, 0), "2026-03-01T09:00:00"),
        (date(2026, 3, 1), "2026-03-01"),
        (None, ""),
    ],
)
def test_a_moment_is_written_to_the_second_in_the_districts_zone(value, written):
    assert machine_time(value) == written


@pytest.mark.parametrize(
    ("address", "whole"),
    [
        ("/media/pictures/a.jpg", "https://art.example/media/pictures/a.jpg"),
        ("https://cdn.example/a.jpg", "https://cdn.example/a.jpg"),
        ("", ""),
    ],
)
def test_an_address_for_readers_elsewhere_is_whole(settings, address, whole):
    settings.SITE_URL = "https://art.example"
    assert absolute(address) == whole
