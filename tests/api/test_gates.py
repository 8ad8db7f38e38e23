"""The gates through the API: the owner reads his, registrars read what matched."""

from datetime import date

import pytest

from catalog.models import StolenHit
from catalog.services import matching, stolen
from catalog.services.stolen import EntryInput
from tests.api.conftest import Caller, caller_for
from tests.catalog.factories import draft, person, registered

pytestmark = pytest.mark.django_db


@pytest.fixture
def matched():
    registrar = person("registrar")
    chosen = stolen.create_list(
        actor=registrar, name="police", title="协查通报", kind="police", source="市公安局",
        dated=date(2026, 1, 5), licence="公函",
    )  # fmt: skip
    work = registered(relic="")
    stolen.write_entries(
        actor=registrar, list_id=chosen.pk, entries=[EntryInput(number="P-7", title="春山放鸢图")]
    )
    matching.match_due()
    return work


def test_the_owner_reads_every_gate_with_its_rule_and_never_what_matched(matched):
    answer = caller_for(matched.created_by, "artist").get(f"works/{matched.pk}/gates")
    assert answer.status_code == 200
    acts = {row["act"]: row for row in answer.json()["acts"]}
    assert list(acts) == ["certify", "sell", "list", "pledge", "lend", "export"]
    assert (acts["certify"]["outcome"], acts["sell"]["outcome"]) == ("review", "block")
    said = {g["gate"]: g for g in acts["sell"]["gates"]}
    assert (said["relic"]["code"], said["relic"]["rule"], said["relic"]["version"]) == (
        "relic_status_unknown", "catalog.relic_status_unknown_blocks", 1,
    )  # fmt: skip
    assert (said["stolen"]["code"], said["stolen"]["outcome"]) == ("under_review", "review")
    told = answer.content.decode()
    assert not any(secret in told for secret in ("P-7", "stolen_match", "协查通报", "处相符"))


def test_strangers_and_programs_without_a_token_read_nothing(matched):
    assert Caller().get(f"works/{matched.pk}/gates").status_code == 401
    assert (
        caller_for(person("artist"), "artist").get(f"works/{matched.pk}/gates").status_code == 404
    )
    own = draft()
    assert caller_for(own.created_by, "artist").get(f"works/{own.pk}/gates").status_code == 200


def test_registrars_read_and_judge_what_matched_and_nobody_else(matched):
    for who in (matched.created_by, person("operator"), person("bureau")):
        assert caller_for(who).get("stolen-hits").status_code == 403
    caller = caller_for(person("registrar"), "registrar")
    (hit,) = caller.get("stolen-hits").json()["items"]
    assert (hit["work"], hit["entry"], hit["list"], hit["title_percent"], hit["state"]) == (
        matched.pk, "P-7", "police", 100, "open",
    )  # fmt: skip
    assert caller.get("stolen-hits?state=same").json()["items"] == []
    assert (
        caller.post(f"stolen-hits/{hit['id']}", {"state": "open", "reason": "x"}).status_code == 422
    )
    assert (
        caller.post(f"stolen-hits/{hit['id']}", {"state": "other", "reason": ""}).status_code == 422
    )
    judged = caller.post(f"stolen-hits/{hit['id']}", {"state": "other", "reason": "尺寸不同"})
    assert (judged.status_code, judged.json()["state"]) == (200, "other")
    assert StolenHit.objects.get().reason == "尺寸不同"
