"""Writing: through the services, whole or not at all, and never over another's change."""

import io

import pytest
from django.test import Client
from PIL import Image as PilImage

from artmarket.core.models import Event
from catalog.enums import WorkState
from catalog.models import Artist, Work
from media.enums import ImageState
from media.models import Image
from tests.api.conftest import caller_for, token_for
from tests.catalog import factories
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
WHOLE = {
    "title": "春山放鸢图", "title_en": "Kites over spring hills", "form": "flat", "subject": "山水",
    "date_text": "2019年", "medium_text": "设色纸本", "features": "左下角有一处约两厘米的水渍",
    "source_kind": "own_work", "types": ["300033618", "300265079"],
    "materials": ["300015012", "300014109"], "techniques": ["300310141"],
    "measures": [{"dimension": "height", "value": "100"}, {"dimension": "width", "value": "80"}],
    "inscriptions": [{"kind": "seal", "text": "三石", "ref": "seal-1"}], "maker": {"is_self": True},
}  # fmt: skip


@pytest.fixture
def artist():
    return UserFactory(artist=True)


@pytest.fixture
def caller(artist):
    return caller_for(artist, "artist")


def picture() -> io.BytesIO:
    file = io.BytesIO()
    PilImage.new("RGB", (400, 300), "navy").save(file, "JPEG")
    file.seek(0)
    file.name = "front.jpg"
    return file


def test_a_draft_is_made_with_everything_said_of_it(caller, artist):
    answer = caller.post("works", WHOLE)
    assert answer.status_code == 201
    made = answer.json()
    assert answer["Location"] == f"/api/v1/works/{made['id']}"
    assert made["state"] == "draft"
    assert made["date"]["edtf"] == "2019"
    assert made["types"] == WHOLE["types"]
    assert made["makers"][0]["name"] == artist.display_name
    assert {m["category"] for m in made["missing"]} == {"photographs"}
    assert Event.objects.get(action="work.drafted").actor == artist
    assert caller.get(f"works/{made['id']}")["ETag"] == answer["ETag"]


def test_a_change_writes_what_was_sent_and_leaves_the_rest(caller):
    made = caller.post("works", WHOLE)
    path = f"works/{made.json()['id']}"
    changed = caller("PATCH", path, {"subject": "花鸟", "materials": []}, If_Match=made["ETag"])
    assert changed.status_code == 200
    assert changed["ETag"] != made["ETag"]
    shown = caller.get(path).json()
    assert (shown["subject"], shown["materials"]) == ("花鸟", [])
    assert shown["techniques"] == WHOLE["techniques"]
    assert shown["dimensions"]["measures"][0]["value"] == "100"
    assert shown["makers"] == made.json()["makers"]


@pytest.mark.parametrize(("header", "status", "code"), [
    ({}, 428, "if_match_needed"), ({"If_Match": '"old"'}, 412, "stale"),
    ({"If_Match": "old"}, 400, "if_match_malformed"),
])  # fmt: skip
@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_nobody_writes_over_what_he_has_not_seen(caller, method, header, status, code):
    work = caller.post("works", WHOLE).json()["id"]
    answer = caller(
        method, f"works/{work}", {"title": "夏"} if method == "PATCH" else None, **header
    )
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert Work.objects.get().title == WHOLE["title"]


def test_of_two_who_read_the_same_state_the_second_is_told(caller):
    made = caller.post("works", WHOLE)
    path = f"works/{made.json()['id']}"
    assert caller("PATCH", path, {"title": "夏"}, If_Match=made["ETag"]).status_code == 200
    late = caller("PATCH", path, {"title": "秋"}, If_Match=made["ETag"])
    assert late.status_code == 412
    assert Work.objects.get().title == "夏"


def test_a_change_between_the_check_and_the_lock_is_noticed_too(caller, monkeypatch):
    from catalog.services import drafts

    made = caller.post("works", WHOLE)
    write = drafts.update_draft

    def after_another(**given):
        Work.objects.update(version=99)
        return write(**given)

    monkeypatch.setattr(drafts, "update_draft", after_another)
    answer = caller("PATCH", f"works/{made.json()['id']}", {"title": "夏"}, If_Match=made["ETag"])
    assert (answer.status_code, answer.json()["code"]) == (412, "stale")
    assert Work.objects.get().title == WHOLE["title"]


def test_a_draft_is_put_away(caller):
    made = caller.post("works", {"title": "春"})
    path = f"works/{made.json()['id']}"
    assert caller("DELETE", path, If_Match=made["ETag"]).status_code == 204
    assert Work.objects.get().state == WorkState.DISCARDED


def test_another_s_work_is_not_his_to_write(caller):
    draft, done = factories.draft(), factories.registered()
    token = token_for(draft.created_by, "artist")
    tag = caller_for(draft.created_by, "artist").get(f"works/{draft.pk}")["ETag"]
    assert token
    for path, status in ((f"works/{draft.pk}", 404), (f"works/{done.pk}", 403)):
        seen = tag if status == 404 else caller.get(path)["ETag"]
        answer = caller("PATCH", path, {"title": "夏"}, If_Match=seen)
        assert answer.status_code == status
        assert caller.post(f"{path}/submit").status_code == status
    assert not Work.objects.filter(title="夏").exists()


def test_the_faults_of_description_and_maker_come_together(caller):
    body = {
        "title": "春", "types": ["300999999"], "maker": {"name": "石涛", "term": "nobody"},
        "inscriptions": [{"kind": "seal", "ref": "a"}, {"kind": "seal", "ref": "a"}],
    }  # fmt: skip
    answer = caller.post("works", body)
    assert answer.status_code == 422
    assert {e["field"] for e in answer.json()["errors"]} == {"type", "maker_term", "inscriptions"}
    assert not Work.objects.exists()
    assert not Artist.objects.exists()


# ------------------------------------------------------------------ pictures


def upload(token: str, work: int, **more):
    data = {"file": picture(), "view": "overall", "has_scale": "true"} | more
    return Client().post(
        f"/api/v1/works/{work}/pictures", data, headers={"Authorization": f"Bearer {token}"}
    )


def test_a_picture_is_uploaded_described_and_taken_off(caller, artist):
    work = caller.post("works", WHOLE).json()["id"]
    answer = upload(token_for(artist, "artist"), work)
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert (made["view"], made["has_scale"], made["state"]) == ("overall", True, "waiting")
    path = f"works/{work}/pictures/{made['id']}"
    assert answer["Location"] == f"/api/v1/{path}"
    change = {"view": "seal", "has_scale": False, "shows": "seal-1", "alt": "印"}
    assert caller("PATCH", path, change).json()["shows"] == "seal-1"
    assert caller("PATCH", path, change | {"shows": "no-such"}).status_code == 422
    assert caller("DELETE", path).status_code == 204
    assert caller("DELETE", path).status_code == 404


@pytest.mark.parametrize(("file", "status"), [
    (lambda: io.BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), 415),
    (lambda: io.BytesIO(b""), None),
])  # fmt: skip
def test_a_file_that_is_no_picture_is_refused_and_nothing_is_kept(caller, artist, file, status):
    work = caller.post("works", WHOLE).json()["id"]
    sent = file()
    sent.name = "a.jpg"
    answer = upload(token_for(artist, "artist"), work, file=sent)
    assert 400 <= answer.status_code < 500
    assert answer["Content-Type"] == "application/problem+json"
    assert status is None or answer.status_code in {status, 400, 422}
    assert not Image.objects.exists()


def test_a_picture_does_not_reach_another_s_work(artist):
    other = factories.draft()
    answer = upload(token_for(artist, "artist"), other.pk)
    assert answer.status_code == 404
    assert not Image.objects.filter(uploaded_by=artist).exists()


# ------------------------------------------------------------------ from submission to a number


def test_from_a_draft_to_a_number_with_two_programs(caller, artist):
    work = factories.draft(artist).pk
    registrar = UserFactory(registrar=True)
    desk = caller_for(registrar, "registrar")
    assert caller.post(f"works/{work}/submit").json()["state"] == "submitted"
    assert [w["id"] for w in desk.get("reviews").json()["items"]] == [work]
    back = desk.post(f"works/{work}/return", {"remarks": [{"category": "title", "text": "写全"}]})
    assert back.json()["state"] == "returned"
    caller.post(f"works/{work}/submit")
    caller.post(f"works/{work}/take-back")
    caller.post(f"works/{work}/submit")
    done = desk.post(f"works/{work}/register")
    assert done.status_code == 200
    assert done.json()["number"]
    assert caller.get(f"numbers/{done.json()['number']}").json()["state"] == "registered"
    again = desk.post(f"works/{work}/register")
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")


def test_what_is_missing_for_a_submission_is_said_with_the_rule(caller):
    work = caller.post("works", {"title": "春"}).json()["id"]
    problem = caller.post(f"works/{work}/submit").json()
    assert problem["rule"]["id"] == "catalog.objectid_threshold_register"
    assert {e["field"] for e in problem["errors"]} == {"pictures", "source_kind", "completeness"}


def test_nobody_registers_his_own_work_by_program_either():
    both = UserFactory(artist=True, registrar=True)
    work = factories.submitted(both)
    answer = caller_for(both, "registrar").post(f"works/{work.pk}/register")
    assert (answer.status_code, answer.json()["code"]) == (403, "four_eyes")


def test_only_registrars_review(caller):
    work = factories.submitted()
    assert caller.get("reviews").status_code == 403
    for path in ("register", "return"):
        body = {"remarks": [{"text": "x"}]} if path == "return" else None
        assert caller.post(f"works/{work.pk}/{path}", body).status_code == 403
    work.refresh_from_db()
    assert work.state == WorkState.SUBMITTED


# ------------------------------------------------------------------ many at once


def test_each_row_is_stored_whole_or_refused_with_all_its_faults(caller):
    rows = [
        WHOLE,
        {"title": "", "form": "round", "types": ["300999999"], "maker": {"name": "某", "term": "x"},
         "measures": [{"dimension": "height", "value": "x"}]},
        {"title": "夏", "measures": [{"dimension": "height", "value": "-3"}]},
        {"title": "秋", "colour": "red"},
        {"title": "冬"},
    ]  # fmt: skip
    answer = caller.post("bulk/works", {"works": rows})
    assert answer.status_code == 200
    told = answer.json()
    assert (told["created"], told["refused"]) == (2, 3)
    assert [row["row"] for row in told["rows"]] == [0, 1, 2, 3, 4]
    assert [bool(row["id"]) for row in told["rows"]] == [True, False, False, False, True]
    faults = [{e["field"] for e in row["errors"]} for row in told["rows"]]
    assert faults == [
        set(), {"/title", "/form", "type", "maker_term", "height"}, {"height"}, {"/colour"}, set(),
    ]  # fmt: skip
    assert set(Work.objects.values_list("title", flat=True)) == {WHOLE["title"], "冬"}
    assert Event.objects.filter(action="work.drafted").count() == 2


def test_a_bulk_upload_is_for_listers():
    answer = caller_for(UserFactory(buyer=True), "buyer").post("bulk/works", {"works": [WHOLE]})
    assert answer.status_code == 403
    assert not Work.objects.exists()


def test_pictures_must_be_ready_before_a_submission(caller, artist):
    work = factories.draft(artist)
    Image.objects.filter(work_photo__work=work).update(state=ImageState.WAITING)
    problem = caller.post(f"works/{work.pk}/submit").json()
    assert [e["field"] for e in problem["errors"]] == ["pictures"]
