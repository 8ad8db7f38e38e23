"""What keeps a page from being published, found by `findings`, and asked by every publication."""

from io import BytesIO

import pytest
from django.core.files.images import ImageFile
from django.utils.translation import override
from PIL import Image

from cms.checks import banned_claims_in, findings
from cms.models import ArticlePage, Picture
from cms.publishing import NotReady

from .editing import article, editor, moderator, save, signed_in, streamfield

pytestmark = pytest.mark.django_db


def picture(**given) -> Picture:
    file = BytesIO()
    Image.new("RGB", (8, 8), "red").save(file, "PNG")
    values = {"title": "风筝", "description": "一只红风筝", "licence": "本馆拍摄"} | given
    return Picture.objects.create(file=ImageFile(file, name="kite.png"), **values)


def page_with(*blocks, **given) -> ArticlePage:
    values = {"title": "风筝展", "summary": "春天的展览。", "day": "2026-12-01"} | given
    return ArticlePage(body=list(blocks), **values)


def codes(page) -> list[str]:
    return [each.code for each in findings(page)]


def test_a_whole_page_has_none():
    page = page_with(
        ("heading", "扎骨"),
        ("text", "<p>三十多道工序。</p>"),
        ("picture", {"picture": picture(), "alt": "", "caption": ""}),
    )
    assert codes(page) == []


def test_an_empty_summary():
    assert codes(page_with(summary="  ")) == ["summary"]


def test_a_picture_without_alternative_text():
    bare = picture(description="")
    assert codes(page_with(picture=bare)) == ["alt"]
    in_stream = ("picture", {"picture": bare, "alt": "", "caption": ""})
    (found,) = findings(page_with(in_stream))
    assert (found.code, str(found.field)) == ("alt", "正文")
    said_here = ("picture", {"picture": bare, "alt": "一只风筝", "caption": ""})
    assert codes(page_with(said_here)) == []


def test_pictures_of_a_gallery_are_looked_at_one_by_one():
    bare = picture(description="")
    rows = [
        {"picture": bare, "alt": "有", "caption": ""},
        {"picture": bare, "alt": "", "caption": ""},
        {"picture": bare, "alt": " ", "caption": ""},
    ]
    assert codes(page_with(("gallery", {"title": "图集", "pictures": rows}))) == ["alt", "alt"]


@pytest.mark.parametrize(
    "text",
    ["保证真品", "收藏可保值", "必将升 值", "新出土的铜镜", "保\u200b值", "出\n土"],
)
def test_banned_claims_however_they_are_written(text):
    assert len(banned_claims_in(text)) == 1
    assert codes(page_with(("text", f"<p>{text}</p>"))) == ["claims"]


@pytest.mark.parametrize("text", ["真诚的作品", "保管和价值", "出口与土地", "上升"])
def test_words_that_only_look_like_claims(text):
    assert banned_claims_in(text) == []


def test_claims_are_found_across_tags_and_in_every_field():
    assert codes(page_with(("text", "<p>真<b>品</b></p>"))) == ["claims"]
    assert codes(page_with(title="真品展")) == ["claims"]
    assert codes(page_with(summary="可以保值")) == ["claims"]
    assert codes(page_with(search_description="升值")) == ["claims"]
    rows = [{"label": "材质", "value": "出土青铜"}]
    assert codes(page_with(("facts", {"title": "要点", "facts": rows}))) == ["claims"]


def test_a_bare_address_is_no_link():
    assert codes(page_with(("text", "<p>见https://example.org/a</p>"))) == ["links"]
    linked = '<p><a href="https://example.org/a">展览说明</a></p>'
    assert codes(page_with(("text", linked))) == []
    shown = '<p><a href="https://example.org/a">www.example.org</a></p>'
    assert codes(page_with(("text", shown))) == ["links"]
    call = {"text": "", "label": "报名", "page": None, "link": "https://example.org/"}
    assert codes(page_with(("call", call))) == []


def test_a_figure_and_a_chart_name_their_source():
    figure = {"value": "30", "label": "工序", "source": " ", "day": "2026-01-01"}
    assert "sources" in codes(page_with(("figure", figure)))
    rows = [{"label": "甲", "value": "1"}, {"label": "乙", "value": "2"}]
    chart = {"title": "结论", "unit": "件", "rows": rows, "source": ""}
    assert "sources" in codes(page_with(("chart", chart)))
    assert codes(page_with(("figure", figure | {"source": "区统计局"}))) == []


def test_what_is_half_filled_in_may_be_saved_and_not_published():
    writer = editor()
    page = article(writer)
    half = streamfield([("quotation", {"text": "风筝认风", "who": "", "source": ""})])
    answer = save(signed_in(writer), page, body=half)
    assert answer.status_code == 302
    kept = page.get_latest_revision_as_object()
    assert kept.body[0].value["text"] == "风筝认风"
    assert codes(kept) == ["complete"]
    with pytest.raises(NotReady):
        kept.get_latest_revision().publish(user=moderator())


def test_the_platform_publishes_what_it_wrote_itself():
    page = article(summary="", live=True)
    assert page.live


def test_findings_are_said_in_the_readers_language():
    with override("en"):
        (found,) = findings(page_with(summary=""))
        assert ": " in str(found.words) or "：" not in str(found.words)


def test_a_refusal_names_each_finding_and_the_rule():
    refusal = NotReady(findings(page_with(summary="", title="真品展")))
    assert refusal.rule == "content.checked"
    assert refusal.data["codes"] == ["summary", "claims"]
    assert "真品" in refusal.list_of_words
