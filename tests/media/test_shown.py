"""How large a picture stands on a page, said before it is fetched."""

import pytest

from media.selectors import NOTHING, Sources


@pytest.mark.parametrize(
    ("pixels", "shown"),
    [
        ((496, 800), (298, 480)),  # a hanging scroll
        ((800, 620), (619, 480)),
        ((800, 300), (800, 300)),  # a handscroll is low enough
        ((1, 2000), (1, 480)),
    ],
)
def test_a_picture_is_at_most_so_high_and_keeps_its_shape(pixels, shown):
    width, height = pixels
    low = Sources("ready", src="/a.jpg", width=width, height=height, srcset="/a.jpg 1w")
    assert (low.at_most_high(480).width, low.at_most_high(480).height) == shown
    assert low.at_most_high(480).srcset == low.srcset


def test_no_picture_stays_none():
    assert NOTHING.at_most_high(480) is NOTHING
