"""Countries and customs territories: named in the reader's language, China first, nothing made up."""

import pytest
from django.utils import translation

from artmarket.core.territories import is_territory, territories, territory_words


def test_china_stands_first_and_its_customs_territories_are_part_of_it():
    with translation.override("zh-hans"):
        assert territories()[:4] == (
            ("CN", "中国"), ("HK", "中国香港"), ("MO", "中国澳门"), ("TW", "中国台湾"),
        )  # fmt: skip
    with translation.override("en"):
        assert territories()[:2] == (("CN", "China"), ("HK", "Hong Kong, China"))
        assert territory_words("FR") == "France"


@pytest.mark.parametrize("code", ["EU", "UN", "ZZ", "XA", "001", "cn", "", "QO"])
def test_what_is_no_territory_is_none(code):
    assert not is_territory(code)
    assert territory_words(code) == code


def test_every_territory_stands_once_with_two_letters():
    codes = [code for code, _name in territories()]
    assert len(codes) == len(set(codes)) > 240
    assert all(len(code) == 2 and code.isupper() and is_territory(code) for code in codes)
