"""The gates of a stored work: what closes them, who opens them, and for how long."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from artmarket.core.clock import db_today
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from catalog.models import Encumbrance, GateClearance, WorkPart, WorkPermit, WorkPhoto
from catalog.services import corrections, encumbrances, gates, title
from catalog.services.gates import GateClosed
from catalog.services.holders import holder_from
from media.models import Likeness
from media.services.likeness import judge_likeness
from tests.catalog.factories import draft, person, registered

pytestmark = pytest.mark.django_db


def take(work, kind):
    return encumbrances.take_encumbrance(actor=person("registrar"), work_id=work.pk, kind=kind)


def closed(work, act):
    return {r.gate: r.code for r in gates.gates_of(work, act) if r.closes}


def clear(work, actor, act="sell", gate="relic", reason="已审核", digest=None):
    if digest is None:
        digest = next(r.digest for r in gates.gates_of(work, act) if r.gate == gate)
    return gates.clear_gate(
        actor=actor, work_id=work.pk, act=act, gate=gate, digest=digest, reason=reason
    )


def alike(work, other, **more):
    pictures = sorted((w.photos.first().image for w in (work, other)), key=lambda i: i.pk)
    return Likeness.objects.create(
        first=pictures[0], second=pictures[1], distance=9, inliers=80, **more
    )


@pytest.mark.parametrize("act", ["certify", "sell", "list", "pledge", "lend", "export"])
def test_a_sound_work_may_be_everything(act):
    assert closed(registered(), act) == {}


def test_all_closed_gates_are_named_at_once_each_with_its_rule_words_and_what_to_do():
    work = registered(relic="")
    type(work).objects.filter(pk=work.pk).update(objectid_score=8, source_kind="unknown")
    with pytest.raises(GateClosed) as refusal:
        take(work, "pledge")
    told = refusal.value.data["gates"]
    assert [(g["gate"], g["code"], g["rule"]) for g in told] == [
        ("object_id", "incomplete", "catalog.objectid_threshold_pledge"),
        ("relic", "relic_status_unknown", "catalog.relic_status_unknown_blocks"),
        ("source", "source_unknown", "catalog.relic_source_kinds"),
    ]
    assert all(g["words"] and g["next"] and g["version"] == 1 for g in told)
    assert (refusal.value.code, refusal.value.status) == ("incomplete", 422)
    assert isinstance(refusal.value, Invalid) and "8/10" in str(refusal.value)
    assert not Encumbrance.objects.filter(work=work).exists()


@pytest.mark.parametrize("kind", ["custody", "dispute", "judicial", "preemption"])
def test_locks_that_are_no_act_pass_no_gates(kind):
    assert take(registered(relic=""), kind).kind == kind


def test_a_change_of_title_that_waits_closes_sale_pledge_and_loan():
    work, registrar = registered(), person("registrar")
    title.record_title_event(
        actor=registrar, work_id=work.pk, basis="purchase", documents="合同1",
        shares=[title.Share(holder_from(actor=registrar, name="新主人"))],
    )  # fmt: skip
    for kind in ("sale", "listing", "pledge", "loan_out"):
        with pytest.raises(GateClosed) as refusal:
            take(work, kind)
        assert refusal.value.code == "title_waiting"
    assert "title" not in closed(work, "certify")


def test_a_general_relic_is_sold_once_the_bureau_has_cleared_it_for_that():
    work, bureau = registered(relic="general"), person("bureau")
    assert closed(work, "sell") == {"relic": "relic_review"}
    with pytest.raises(NotAllowed):
        clear(work, person("registrar"))
    with pytest.raises(Invalid):
        clear(work, bureau, reason=" ")
    row = clear(work, bureau)
    assert (row.gate, row.act, row.rule, row.rule_version, row.by) == (
        "relic", "sell", "catalog.relic_status_rights", 1, bureau,
    )  # fmt: skip
    assert closed(work, "sell") == {} and closed(work, "list") == {"relic": "relic_review"}
    assert Event.objects.about(work).filter(action="gate.cleared").count() == 1
    with pytest.raises(WrongState):
        clear(work, bureau)
    assert take(work, "sale").kind == "sale"


def test_a_clearance_ends_when_the_facts_change_and_is_not_given_for_facts_not_seen():
    work, bureau = registered(relic="precious"), person("bureau")
    seen = next(r.digest for r in gates.gates_of(work, "pledge") if r.gate == "relic")
    clear(work, bureau, act="pledge", digest=seen)
    assert closed(work, "pledge") == {}
    work = corrections.decide_relic_status(
        actor=bureau, work_id=work.pk, status="precious", reason="复核"
    )
    assert closed(work, "pledge") == {"relic": "relic_review"}
    with pytest.raises(WrongState) as refusal:
        clear(work, bureau, act="pledge", digest=seen)
    assert (refusal.value.code, refusal.value.rule) == (
        "facts_changed", "catalog.gate_clearance_bound",
    )  # fmt: skip
    assert GateClearance.objects.filter(work=work).count() == 1


def test_a_block_is_not_cleared_and_nobody_clears_his_own_work():
    work = registered(relic="")
    with pytest.raises(WrongState):
        clear(work, person("bureau"))
    lister = person("artist", "bureau")
    own = registered(lister, relic="general")
    with pytest.raises(NotAllowed):
        clear(own, lister)


def test_clearances_are_kept_for_ever():
    row = clear(registered(relic="general"), person("bureau"))
    for change in (lambda: row.delete(), lambda: row.save()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_pictures_alike_wait_for_a_registrar_and_his_verdict_decides():
    work, other, registrar = registered(), registered(), person("registrar")
    pair = alike(work, other)
    assert closed(work, "list") == {"pictures": "pictures_alike"} == closed(other, "certify")
    with pytest.raises(WrongState):
        clear(work, registrar, act="list", gate="pictures")
    judge_likeness(actor=registrar, likeness_id=pair.pk, verdict="same_work")
    assert closed(work, "list") == {"pictures": "registered_twice"}
    clear(work, registrar, act="list", gate="pictures")
    assert closed(work, "list") == {}
    second = alike(work, registered())
    judge_likeness(actor=registrar, likeness_id=second.pk, verdict="copy")
    assert closed(work, "list") == {}


def test_two_pictures_of_one_work_close_nothing():
    work = registered()
    one, two = (p.image for p in WorkPhoto.objects.filter(work=work).order_by("image")[:2])
    Likeness.objects.create(first=one, second=two, distance=1, inliers=200)
    assert closed(work, "sell") == {}


def permit(work, actor, kind="species", days=10, **more):
    today = db_today()
    given = {
        "number": "林护许准〔2026〕1号", "authority": "国家林草局", "document": "档案柜三",
        "valid_from": today, "valid_until": today + timedelta(days=days),
    } | more  # fmt: skip
    return gates.record_permit(actor=actor, work_id=work.pk, kind=kind, **given)


def test_ivory_knobs_need_a_permit_that_is_in_force():
    work, registrar = registered(), person("registrar")
    WorkPart.objects.create(work=work, kind="mount", description="象牙轴头")
    assert closed(work, "sell") == {"species": "species_permit_missing"}
    with pytest.raises(GateClosed) as refusal:
        take(work, "listing")
    assert refusal.value.rule == "catalog.protected_species_permit"
    assert "象牙" in str(refusal.value)
    today = db_today()
    permit(work, registrar, number="旧", valid_from=today - timedelta(days=9),
           valid_until=today - timedelta(days=1))  # fmt: skip
    permit(work, registrar, number="未来", valid_from=today + timedelta(days=1))
    permit(work, registrar, kind="export")
    assert closed(work, "sell") == {"species": "species_permit_missing"}
    held = permit(work, registrar)
    assert closed(work, "sell") == {}
    gates.end_permit(actor=registrar, permit_id=held.pk, reason="已撤销")
    assert closed(work, "sell") == {"species": "species_permit_missing"}
    with pytest.raises(WrongState):
        gates.end_permit(actor=registrar, permit_id=held.pk, reason="已撤销")


def test_a_colour_called_ivory_is_no_ivory():
    work = registered()
    type(work).objects.filter(pk=work.pk).update(medium_text="象牙白釉")
    work.refresh_from_db()
    assert closed(work, "sell") == {}


def test_a_relic_leaves_the_country_only_with_a_permit():
    work = registered(relic="general")
    assert closed(work, "export") == {"relic": "export_permit_missing"}
    permit(work, person("registrar"), kind="export", valid_until=None)
    assert closed(work, "export") == {}
    assert closed(registered(relic="no_export"), "export") == {"relic": "relic_barred"}


def test_a_permit_says_everything_wrong_at_once_and_is_recorded_by_another_registrar():
    work, registrar = registered(), person("registrar")
    today = db_today()
    with pytest.raises(Invalid) as refusal:
        gates.record_permit(
            actor=registrar, work_id=work.pk, kind="magic", number=" ", authority="", document="",
            valid_from=today, valid_until=today - timedelta(days=1),
        )  # fmt: skip
    assert set(refusal.value.fields) == {
        "kind", "number", "authority", "document", "valid_until",
    }  # fmt: skip
    permit(work, registrar)
    with pytest.raises(Invalid):
        permit(work, registrar)
    with pytest.raises(NotAllowed):
        permit(work, work.created_by)
    assert WorkPermit.objects.count() == 1


def test_gaps_in_the_provenance_are_told_and_close_nothing():
    work = registered()
    type(work).objects.filter(pk=work.pk).update(
        source_kind="inherited", year_from=1930, year_to=1935, provenance_text="来源：张三旧藏。"
    )
    work.refresh_from_db()
    found = next(r for r in gates.gates_of(work, "sell") if r.gate == "provenance")
    assert (found.outcome, found.code, found.closes) == ("review", "provenance_gaps", False)
    assert "war_1937:no_dates" in found.facts
    assert closed(work, "sell") == {}


def test_a_window_that_ended_before_the_work_was_made_asks_nothing():
    work = registered()
    type(work).objects.filter(pk=work.pk).update(source_kind="inherited", provenance_text="")
    work.refresh_from_db()
    found = next(r for r in gates.gates_of(work, "sell") if r.gate == "provenance")
    assert (found.outcome, found.facts) == ("pass", ())


def test_the_red_list_is_a_hint_for_old_works_only():
    work = registered(relic="general")
    type(work).objects.filter(pk=work.pk).update(year_to=1900, medium_text="缂丝")
    work.refresh_from_db()
    found = next(r for r in gates.gates_of(work, "sell") if r.gate == "red_list")
    assert (found.outcome, found.facts, found.closes) == ("review", ("textiles",), False)
    type(work).objects.filter(pk=work.pk).update(year_to=2019)
    work.refresh_from_db()
    assert next(r for r in gates.gates_of(work, "sell") if r.gate == "red_list").facts == ()


def test_six_acts_are_judged_with_as_many_queries_as_one():
    work = registered(relic="general")
    alike(work, registered())

    def asked(question) -> int:
        fresh = type(work).objects.get(pk=work.pk)
        with CaptureQueriesContext(connection) as seen:
            question(fresh)
        return len(seen)

    one = asked(lambda w: gates.gates_of(w, "sell"))
    assert one == asked(gates.all_gates) == 15
    for _ in range(3):
        alike(work, draft())
    assert asked(gates.all_gates) == one


def test_refusals_are_of_the_domain():
    assert issubclass(GateClosed, DomainError) and GateClosed.status == 409
