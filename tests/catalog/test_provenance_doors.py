"""A hidden owner and a hidden price leave the house by no door; the owner opens them one by one."""

import json

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.urls import reverse
from django.utils import translation

from artmarket.accounts.services.parties import party_of
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from catalog.engine.provenance import Event as Told
from catalog.engine.provenance import Party, Place, Price, read_paragraph, read_record
from catalog.engine.provenance.disclosure import Disclosure, kind_of_party, public_event
from catalog.exporting.fields import Audience, visible
from catalog.exporting.files import csv_pieces, found_works, jsonld_pieces, xlsx_file
from catalog.models import Work
from catalog.provenance import provenance_of
from catalog.representation import represent
from catalog.search import SearchQuery, matching_ids, reindex
from catalog.selectors import history_of, works_for_page
from catalog.services import provenance, title
from tests.catalog.factories import RecordFactory, draft, person, registered

pytestmark = pytest.mark.django_db

SECRETS = ("欧阳秘", "120万元", "1200000", "密州", "不可说", "司徒隐", "藏珍专场")
TEXT = (
    "来源：欧阳秘旧藏，密州；司徒隐1995年购自北厅拍卖行（拍品46号，成交价120万元）（不可说）；"
    "藏珍专场，北厅拍卖行，1998年；欧阳秘其余不详……；潍坊风筝博物馆，2001年5月。"
)
HIDDEN = frozenset({"private_owner", "price", "place", "remarks", "unread"})
RULES = Disclosure(
    frozenset({"maker", "museum", "institution", "auction_house"}), HIDDEN, frozenset({"陈阿四"})
)


def told(text: str = TEXT) -> Work:
    """A registered work with this provenance."""
    work = registered(person("artist", name="陈阿四"))
    provenance.set_provenance(
        actor=person("registrar", name="登记员"), work_id=work.pk, text=text,
        source="据欧阳秘的信", reason="据司徒隐的收据",
    )  # fmt: skip
    work.refresh_from_db()
    return work


def full(work: Work) -> Work:
    return works_for_page().prefetch_related("title_shares__party").get(pk=work.pk)


def everything_public(client, work: Work) -> dict[str, str]:
    """Every way out of the house, as somebody who is not signed in takes it."""
    anybody = AnonymousUser()
    pages = {
        "page": work.get_absolute_url(),
        "page in English": "/en" + work.get_absolute_url(),
        "text": reverse("catalog:provenance_text", args=[work.number]),
        "history": reverse("catalog:history", args=[work.number]),
        "linked art": reverse("catalog:work_jsonld", args=[work.number]),
        "browse": reverse("catalog:browse"),
        "csv": reverse("catalog:export_csv"),
        "jsonld": reverse("catalog:export_jsonld"),
        "api": f"/api/v1/works/{work.pk}",
        "api by number": f"/api/v1/numbers/{work.number}",
        "api list": "/api/v1/works",
        "api history": f"/api/v1/works/{work.pk}/events",
    }
    out = {}
    for name, address in pages.items():
        answer = client.get(address)
        assert answer.status_code == 200, name
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        out[name] = body.decode()
    found = list(found_works(SearchQuery(), anybody))
    assert found
    out["csv rows"] = b"".join(csv_pieces(found, anybody)).decode()
    out["jsonld rows"] = b"".join(jsonld_pieces(found, anybody)).decode()
    out["represented"] = json.dumps(represent(full(work), anybody), default=str, ensure_ascii=False)
    # A manifest is made of these columns.
    out["manifest"] = repr(visible(full(work), Audience.PUBLIC))
    out["changes"] = repr(history_of(work, anybody))
    return out


def test_no_door_lets_a_private_owner_a_price_or_a_place_out(client):
    work = told()
    for name, text in everything_public(client, work).items():
        for secret in SECRETS:
            assert secret not in text, f"{secret} by {name}"


def test_a_hidden_owner_is_found_by_no_search(client):
    work = told()
    reindex()
    assert list(matching_ids(SearchQuery.read(QueryDict("q=春山")))) == [work.pk]
    for secret in SECRETS:
        asked = SearchQuery.read(QueryDict(f"q={secret}"))
        assert list(matching_ids(asked)) == []
        page = client.get(reverse("catalog:suggest"), {"q": secret}).content.decode()
        assert work.title not in page


def test_the_public_still_reads_the_way_of_the_work(client):
    work = told()
    page = client.get(work.get_absolute_url()).content.decode()
    for words in ("私人收藏", "1995年", "潍坊风筝博物馆", "2001年5月", "北厅拍卖行", "拍品46号"):
        assert words in page
    assert "此处原文不公开" in page
    text = client.get(reverse("catalog:provenance_text", args=[work.number])).content.decode()
    assert text == work.provenance_public
    assert text.startswith("来源：私人收藏；私人收藏，购得，经手北厅拍卖行，1995年，拍品46号；")
    assert text.endswith("潍坊风筝博物馆，2001年5月。")
    english = client.get("/en" + work.get_absolute_url()).content.decode()
    assert "Private collection" in english
    assert "潍坊风筝博物馆" in represent(full(work), AnonymousUser())["provenance"]


def test_owner_and_staff_read_all_of_it_byte_for_byte(client):
    work = told()
    for reader in (work.created_by, person("registrar"), person("operator")):
        client.force_login(reader)
        address = reverse("catalog:provenance_text", args=[work.number])
        assert client.get(address).content.decode() == TEXT
        page = client.get(work.get_absolute_url()).content.decode()
        assert "欧阳秘" in page and "120万元" in page
        assert represent(full(work), reader)["provenance"] == TEXT
        assert history_of(work, reader)[0].reason == "据司徒隐的收据"
    client.force_login(person("buyer"))
    assert "欧阳秘" not in client.get(work.get_absolute_url()).content.decode()


def test_who_passed_the_work_on_reads_no_more_of_it_and_the_new_owner_does(client):
    work = told()
    buyer = person()
    event = title.record_title_event(
        actor=person("registrar"), work_id=work.pk, basis="purchase",
        shares=[title.Share(party_of(buyer))], documents="合同1",
    )  # fmt: skip
    title.check_title_event(actor=person("registrar"), event_id=event.pk)
    work = Work.objects.get(pk=work.pk)
    assert provenance_of(work, buyer).is_full
    assert not provenance_of(work, work.created_by).is_full
    with pytest.raises(NotAllowed):
        show(work, 0)


def show(work, *positions, actor=None, number=1, reason="拍卖图录要用", has_consent=None):
    """The owner's choice, with the consent of those named where he opens anything."""
    return provenance.choose_shown(
        actor=actor or work.created_by, work_id=work.pk, shown=positions, number=number,
        reason=reason, has_consent=bool(positions) if has_consent is None else has_consent,
    )  # fmt: skip


def test_a_choice_needs_a_reason_and_opening_the_consent_of_those_named():
    work = told()
    for reason, has_consent, fields, rule in (
        ("", True, {"reason"}, "catalog.provenance_hidden"),
        ("长" * 301, True, {"reason"}, "catalog.provenance_hidden"),
        ("图录", False, {"consent"}, "privacy.consent_per_purpose"),
        (" ", False, {"reason", "consent"}, "privacy.consent_per_purpose"),
    ):
        with pytest.raises(Invalid) as refusal:
            show(work, 1, reason=reason, has_consent=has_consent)
        assert (refusal.value.fields.keys(), refusal.value.rule) == (fields, rule)
    assert not work.provenance_texts.get().periods.filter(is_shown=True).exists()
    assert show(work, 1) == [1]
    count = Event.objects.about(work).count()
    assert show(work, 1, reason="", has_consent=False) == [1], "nothing new, nothing asked"
    assert Event.objects.about(work).count() == count
    assert show(work, reason="本人反悔", has_consent=False) == []
    closed, opened = Event.objects.about(work).order_by("-pk")[:2]
    assert (opened.data["reason"], opened.data["with_consent"]) == ("拍卖图录要用", True)
    assert (closed.data["reason"], closed.data["with_consent"]) == ("本人反悔", False)
    assert (closed.before, closed.after) == ({"periods_shown": [1]}, {"periods_shown": []})
    assert [row.reason for row in history_of(work, work.created_by)[:2]] == [
        "本人反悔", "拍卖图录要用",
    ]  # fmt: skip
    assert not [row for row in history_of(work, None) if row.action == "work.provenance_shown"]


def test_a_period_that_the_owner_shows_is_public_and_the_others_are_not(client):
    work = told()
    assert show(work, 1) == [1]
    work.refresh_from_db()
    assert (
        "司徒隐1995年购自北厅拍卖行（拍品46号，成交价120万元）（不可说）；"
        in work.provenance_public
    )
    for text in everything_public(client, work).values():
        assert "欧阳秘" not in text and "密州" not in text
    page = client.get(work.get_absolute_url()).content.decode()
    assert "司徒隐" in page and "120万元" in page
    event = Event.objects.about(work).first()
    assert (event.action, event.after) == ("work.provenance_shown", {"periods_shown": [1]})
    assert show(work, reason="买家要求") == []
    assert "司徒隐" not in client.get(work.get_absolute_url()).content.decode()


def test_the_choice_is_the_owners_alone_and_of_the_text_that_he_saw():
    work = told()
    for other in (person("registrar"), person("operator"), person(), person("artist")):
        with pytest.raises(NotAllowed) as refusal:
            show(work, 0, actor=other)
        assert refusal.value.rule == "catalog.provenance_hidden"
    with pytest.raises(WrongState) as stale:
        show(work, 0, number=2)
    assert (stale.value.code, stale.value.rule) == ("stale", "catalog.provenance_hidden")
    assert not work.provenance_texts.get().periods.filter(is_shown=True).exists()


def test_a_choice_stays_with_its_words_when_others_change():
    work = told()
    show(work, 1)
    provenance.set_provenance(
        actor=person("registrar"), work_id=work.pk, reason="补一段",
        text=TEXT.replace("来源：", "来源：作者自藏；"),
    )  # fmt: skip
    rows = work.provenance_texts.first().periods.filter(is_shown=True)
    assert [(row.position, row.party_words) for row in rows] == [(2, "司徒隐")]


def test_what_a_museum_published_stays_as_it_published_it(client):
    record = RecordFactory(provenance_text="Jane Doe, Boise, ID, 1950 (lot 25, for £1,200).")
    page = client.get(record.get_absolute_url()).content.decode()
    assert "Jane Doe" in page and "£1200" in page
    address = reverse("catalog:record_provenance_text", args=[record.pk])
    assert client.get(address).content.decode() == record.provenance_text


def test_the_text_of_a_work_that_one_may_not_see_does_not_exist(client):
    work = told()
    Work.objects.filter(pk=work.pk).update(is_public=False)
    address = reverse("catalog:provenance_text", args=[work.number])
    assert client.get(address).status_code == 404
    client.force_login(work.created_by)
    assert client.get(address).status_code == 200
    assert client.get(reverse("catalog:provenance_text", args=["ZZZZZZZZ"])).status_code == 404


def test_a_work_with_provenance_costs_one_query_more(client, django_assert_num_queries):
    work = told()
    client.get(work.get_absolute_url())
    with django_assert_num_queries(20):
        client.get(work.get_absolute_url())


def test_exports_ask_no_question_more_for_provenance(django_assert_num_queries):
    told()
    anybody = AnonymousUser()
    works = list(found_works(SearchQuery(), anybody))
    with django_assert_num_queries(0):
        assert xlsx_file(works, anybody).read(2) == b"PK"


# ------------------------------------------------------------------ whose name is public


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("潍坊风筝博物馆", "museum"),
        ("Carnegie Museum of Art", "museum"),
        ("National Gallery, London", "museum"),
        ("山东大学", "institution"),
        ("University of Boise", "institution"),
        ("北厅拍卖行", "auction_house"),
        ("Sotheby's", "auction_house"),
        ("Doe Auctions", "auction_house"),
        ("作者", "maker"),
        ("陈阿四", "maker"),
        ("张三", "private"),
        ("张三家属", "private"),
        ("蓝门画廊", "private"),
        ("竹石斋", "private"),
        ("某大学教授", "private"),
        ("张三美术馆旧藏", "private"),
        ("Mrs. Museum Smith", "private"),
        ("Estate of John Doe, Museum Director", "private"),
        ("Library of John Doe", "private"),
        ("John Christie", "private"),
        ("Mr. and Mrs. University", "private"),
        ("私人收藏", "private"),
        ("", "private"),
    ],
)
def test_a_name_is_public_only_when_it_certainly_is_one_of_these(name, kind):
    assert kind_of_party(Party(name), RULES.makers) == kind


def test_kin_of_somebody_is_private_whoever_it_is():
    (first, second) = read_paragraph("Carnegie Museum; Carnegie Museum's son, John Museum.").events
    assert public_event(first, RULES).party == Party("Carnegie Museum")
    assert public_event(second, RULES).party == Party("")


def test_of_a_hidden_event_only_what_is_public_is_left():
    event = Told(
        method="sale",
        party=Party("张三", certain=False, place=Place("密州")),
        seller_agent=Party("北厅拍卖行", place=Place("北京")),
        previous=Party("李四"),
        where=Place("济南"),
        price=Price("CNY", "1"),
        lot="第12号",
        remark="李四的表兄",
        note="1",
        cites=("a",),
    )
    assert public_event(event, RULES) == Told(
        method="sale",
        party=Party("", certain=False),
        seller_agent=Party("北厅拍卖行"),
        previous=Party(""),
        lot="第12号",
    )
    assert public_event(Told(party=Party("张三"), lot="张三十二"), RULES).lot is None
    assert public_event(Told(unparsed="张三"), RULES).unparsed == ""


def test_where_the_rules_hide_nothing_nothing_is_hidden():
    open_rules = Disclosure(frozenset(), frozenset())
    for text in (TEXT, "来源：张三，约1950年。"):
        for event in read_record(text).events:
            assert public_event(event, open_rules) == event


def test_a_work_whose_text_was_never_stored_is_masked_as_well(client):
    work = draft(person("artist", name="陈阿四"))
    Work.objects.filter(pk=work.pk).update(provenance_text=TEXT)
    work.refresh_from_db()
    with translation.override("zh-hans"):
        found = provenance_of(work, person(), private=False, with_public=True)
    assert not any(secret in repr(found.periods) + found.public for secret in SECRETS)
    assert found.text == ""
