"""The contract on paper says what was signed, and every step of realisation."""

import io

import pikepdf
import pytest
from django.utils import translation

from auctions.pledges import papers
from auctions.pledges.services.contracts import digest_of
from tests.pledges import stages

pytestmark = pytest.mark.django_db


def test_the_paper_holds_every_term_step_and_signature():
    made = stages.signed(clauses="作品不得送境外展出。")
    paper = papers.gathered(made.loan)
    assert paper.digest == made.loan.digest == digest_of(made.loan.contract)
    assert paper.steps == ("协议折价", "本平台拍卖", "法院拍卖、变卖")
    assert "作品不归贷款人所有" in "".join(paper.terms)
    assert paper.clauses == "作品不得送境外展出。"
    assert [row[1] for row in paper.signatures] == [
        made.owner.display_name, made.boss.display_name,
    ]  # fmt: skip
    assert len(paper.plan) == 12 and len(paper.works) == 1
    assert all(place for _title, place in paper.laws)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_paper_is_a_file_in_the_readers_language(language):
    made = stages.drawn_up()
    with translation.override(language):
        content = papers.contract_file(made.loan)
    with pikepdf.open(io.BytesIO(content)) as file:
        assert len(file.pages) >= 2
        assert str(file.Root.Lang) == ("en" if language == "en" else "zh-CN")


def test_a_changed_contract_is_found():
    made = stages.signed()
    made.loan.contract["principal"] += 1
    assert digest_of(made.loan.contract) != made.loan.digest
