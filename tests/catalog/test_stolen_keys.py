"""Words of two records that mean the same thing are found, others are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.material_words import found_in, split_words
from catalog.stolen_keys import (
    maker_keys,
    number_key,
    numbers_in,
    title_key,
    title_likeness,
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("No. ZB-2019/0042", ("ZB20190042",)),
        ("ＺＢ－２０１９／００４２", ("ZB20190042",)),
        ("zb 20190042", ("20190042",)),
        ("一九八五年，1985，1/10，三石", ()),
        ("背面标签：故00154321号", ("00154321",)),
        ("A12", ()),
    ],
)
def test_numbers_are_found_whatever_their_writing_and_years_are_none(text, found):
    assert numbers_in(text, shortest=4) == found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("郑板桥", "Zheng Banqiao"), ("鄭板橋", "郑板桥"), ("Banqiao Zheng", "郑板桥"),
        ("ZHENG  BAN-QIAO", "郑板桥"), ("Albrecht Dürer", "Durer, Albrecht"),
    ],
)  # fmt: skip
def test_a_maker_is_the_same_in_every_writing(one, other):
    assert set(maker_keys([one])) & set(maker_keys([other]))


def test_other_makers_and_initials_share_nothing():
    assert not set(maker_keys(["齐白石"])) & set(maker_keys(["张大千", "Qi", "某"]))


@pytest.mark.parametrize(
    ("one", "other", "least"),
    [
        ("竹石圖", "竹石图", 100), ("《竹石图》", "竹石图", 100), ("Zhu shi tu", "竹石图", 100),
        ("竹石图轴", "竹石图", 70), ("Kites over spring hills", "Kites over the spring hills", 80),
    ],
)  # fmt: skip
def test_titles_are_alike_in_every_writing(one, other, least):
    assert title_likeness([one], [other]) >= least


def test_other_titles_are_not_alike():
    assert title_likeness(["春山放鸢图"], ["秋江独钓图"]) < 70
    assert title_likeness([], ["竹石图"]) == title_likeness([""], [""]) == 0


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_is_symmetric_and_between_nothing_and_all(one, other):
    found = title_likeness([one], [other])
    assert 0 <= found <= 100 and found == title_likeness([other], [one])


@given(st.text(max_size=200))
def test_keys_of_any_text_fit_their_column_and_are_keys_of_themselves(text):
    for key in numbers_in(text, shortest=3):
        assert len(key) <= 80 and number_key(key) == key
    assert len(title_key(text)) <= 160
    assert all(3 <= len(key) <= 80 for key in maker_keys([text]))


WORDS = {"ivory": ["象牙", "ivory"], "coral": ["红珊瑚", "red coral"]}
NOT_MEANT = ["象牙白", "仿象牙", "ivory black"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("绢本设色，象牙轴头", ("ivory",)), ("Mount with IVORY knobs", ("ivory",)),
        ("象牙白釉", ()), ("仿象牙", ()), ("ivory black on paper", ()), ("savory", ()),
        ("ivory black, ivory knobs", ("ivory",)), ("象牙白釉，嵌紅珊瑚", ("coral",)), ("", ()),
    ],
)  # fmt: skip
def test_materials_are_told_by_words_but_not_by_colours(text, found):
    assert found_in([text], WORDS, not_meant=NOT_MEANT) == found


def test_labels_are_lists_of_words():
    assert split_words("象牙、牙雕") == ("象牙", "牙雕")
    assert split_words("ivory, elephant tusk") == ("ivory", "elephant tusk")
