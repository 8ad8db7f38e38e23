"""Words that let a work fall to the lender are found however they are written."""

from hypothesis import given
from hypothesis import strategies as st

from auctions.pledges.clauses import forfeiting

PHRASES = ("归贷款人所有", "becomes the property of the lender")


def test_spaces_line_breaks_and_case_hide_nothing():
    assert forfeiting("到期\n归 贷款人\u3000所有", PHRASES) == ("归贷款人所有",)
    assert forfeiting("it BECOMES the  property\nof the Lender", PHRASES) == (PHRASES[1],)


def test_a_lawful_clause_is_left_alone():
    assert forfeiting("到期不还，依次折价、拍卖，多退少补。", PHRASES) == ()


@given(st.text(), st.text(), st.sampled_from(PHRASES), st.sampled_from(["", " ", "\n", "\t"]))
def test_a_phrase_is_found_in_any_surroundings(before, after, phrase, gap):
    assert phrase in forfeiting(before + gap.join(phrase) + after, PHRASES)
