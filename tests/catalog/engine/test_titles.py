"""A title that only says that there is none is no title."""

import pytest

from catalog.engine.titles import says_untitled


@pytest.mark.parametrize(
    "title",
    ["", " ", "无题", "《无题》", "無題", "Untitled", "[untitled]", "[No title].", "Sans titre"],
)
def test_it_says_that_there_is_none(title):
    assert says_untitled(title)


@pytest.mark.parametrize("title", ["无题之一", "Untitled (Kite)", "Untitled I", "题", "?"])
def test_it_is_a_name(title):
    assert not says_untitled(title)
