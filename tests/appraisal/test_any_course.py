"""Whatever is called in whatever order: nothing sealed is seen, no case leaves its course."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from appraisal.cases.reads import evidence_for, opinions_for, result_for, seats_for, who_must_act
from appraisal.engine import flow
from appraisal.models import AppraisalCase, CaseResult, CaseStep, Opinion, PanelSeat
from appraisal.services import cases, disputes, opinions, panels, results
from artmarket.core.errors import DomainError
from catalog.models import Encumbrance
from tests.appraisal import stages
from tests.appraisal.test_disputes import value

pytestmark = pytest.mark.django_db
PLACE = st.integers(0, 5)
TERMS = st.sampled_from(["autograph", "autograph", "forgery", ""])


class AnyCourse(RuleBasedStateMachine):
    """Random calls on one case by everybody who might try; refusals are answers, too."""

    experts: list
    desks: list

    @initialize(wants=st.booleans(), size=st.sampled_from([2, 3]), begins=st.sampled_from("yyyn"))
    def ask(self, wants, size, begins):
        self.case = stages.asked(wants_valuation=wants)
        if begins == "y":
            self.accept(0, size, size == 3)
            self.fill_and_begin()

    def call(self, service, **given):
        try:
            return service(**given)
        except DomainError:
            return None

    def seat(self, place):
        rows = list(PanelSeat.objects.filter(case=self.case).order_by("-pk")[:4])
        return rows[place % len(rows)] if rows else None

    @rule(desk=PLACE, size=st.integers(1, 3), contested=st.booleans())
    def accept(self, desk, size, contested):
        self.call(
            cases.accept_case, actor=self.desks[desk % 2], case_id=self.case.pk,
            terms=cases.Acceptance("painting", size, is_contested=contested),
        )  # fmt: skip

    @rule()
    def agree_and_pay(self):
        case = stages.fresh(self.case)
        self.call(
            cases.agree_contract, actor=case.client, case_id=case.pk, digest=case.contract_sha256
        )
        self.call(cases.record_fee, actor=self.desks[0], case_id=case.pk, reference="1")

    @rule(place=PLACE, chair=st.booleans())
    def name(self, place, chair):
        self.call(
            panels.name_expert, actor=self.desks[0], case_id=self.case.pk,
            appraiser_id=self.experts[place % len(self.experts)].pk, is_chair=chair,
        )  # fmt: skip

    @rule(place=PLACE, conflict=st.sampled_from([(), (), (), ("kin",)]))
    def declare(self, place, conflict):
        if seat := self.seat(place):
            self.call(panels.declare, actor=seat.expert.user, seat_id=seat.pk, conflicts=conflict)

    @rule()
    def fill_and_begin(self):
        """What a diligent registrar does, so that the later stages are reached often."""
        case = stages.fresh(self.case)
        self.agree_and_pay()
        for expert in self.experts:
            self.call(
                panels.name_expert, actor=self.desks[0], case_id=case.pk, appraiser_id=expert.pk
            )
        for seat in stages.seats_of(case):
            self.call(panels.declare, actor=seat.expert.user, seat_id=seat.pk, conflicts=[])
        seats = stages.seats_of(case)
        if seats and not any(seat.is_chair for seat in seats):
            self.call(
                panels.appoint_chair, actor=self.desks[0], case_id=case.pk, seat_id=seats[0].pk
            )
        self.call(cases.begin_examination, actor=self.desks[0], case_id=case.pk)
        if not case.evidence.exists():
            self.call(stages.add_picture, case=case, actor=self.desks[0])

    @rule(place=PLACE, term=TERMS)
    def give(self, place, term):
        if seat := self.seat(place):
            self.call(stages.give, case=stages.fresh(self.case), row=seat, term=term,
                      saw_object=False)  # fmt: skip

    @rule(terms=st.lists(TERMS, min_size=3, max_size=3), ends=st.sampled_from("yyn"))
    def everybody_gives(self, terms, ends):
        case = stages.fresh(self.case)
        for seat, term in zip(stages.seats_of(case), terms, strict=False):
            self.call(stages.give, case=case, row=seat, term=term, saw_object=False)
        if ends == "y":
            self.conclude()
            self.value_it()
            self.sign(0)

    @rule(place=PLACE)
    def end_seat(self, place):
        if seat := self.seat(place):
            self.call(panels.end_seat, actor=self.desks[0], seat_id=seat.pk, reason="病")

    @rule(place=PLACE)
    def void(self, place):
        rows = list(Opinion.objects.filter(seat__case=self.case).order_by("pk"))
        if rows and place == 0:
            self.call(
                opinions.void_opinion, actor=self.desks[0], opinion_id=rows[-1].pk,
                conflict="kin", reason="是兄弟",
            )  # fmt: skip

    @rule()
    def conclude(self):
        for seat in stages.seats_of(self.case):
            self.call(
                results.conclude, actor=seat.expert.user, case_id=self.case.pk,
                summary=stages.SUMMED,
            )  # fmt: skip

    @rule()
    def value_it(self):
        for seat in stages.seats_of(self.case)[:1]:
            self.call(value, case=self.case, expert=seat.expert.user)

    @rule(desk=PLACE)
    def sign(self, desk):
        for result in CaseResult.objects.filter(case=self.case):
            for user in (*(s.expert.user for s in stages.seats_of(self.case)),
                         self.desks[desk % 2]):  # fmt: skip
                self.call(results.sign_result, actor=user, result_id=result.pk)

    @rule()
    def dispute(self):
        case = stages.fresh(self.case)
        self.call(disputes.open_dispute, actor=case.client, case_id=case.pk, reason="有疑")

    @rule(outcome=st.sampled_from(["rejected", "new_panel", "new_panel"]))
    def decide(self, outcome):
        for dispute in self.case.disputes.filter(decided_at=None):
            for desk in self.desks:
                self.call(
                    disputes.decide_dispute, actor=desk, dispute_id=dispute.pk, outcome=outcome,
                    answer="已复核",
                )  # fmt: skip

    @rule(place=st.integers(0, 9))
    def end(self, place):
        case = stages.fresh(self.case)
        if place == 7:
            self.call(cases.withdraw_case, actor=case.client, case_id=case.pk, reason="不办")
        elif place == 8:
            self.call(cases.refuse_case, actor=self.desks[1], case_id=case.pk, reason="不办")
        else:
            self.call(cases.file_case, actor=self.desks[1], case_id=case.pk)

    @invariant()
    def nothing_sealed_is_seen(self):
        if not hasattr(self, "case"):
            return
        case = stages.fresh(self.case)
        seats = stages.seats_of(case)
        given = set(
            Opinion.objects.filter(seat__case=case, seat__round=case.round)
            .values_list("seat_id", flat=True)
        )  # fmt: skip
        is_whole = len(seats) >= 2 and all(seat.pk in given for seat in seats)
        if is_whole:
            return
        assert case.opinions_opened_at is None or not _examines(case)
        if not _examines(case):
            return
        for user in (*(e.user for e in self.experts), *self.desks, case.client):
            for opinion in opinions_for(user, case):
                assert opinion.seat.expert.user_id == user.pk
            for piece in evidence_for(user, case):
                assert piece.added_by_id in {user.pk, *(desk.pk for desk in self.desks)}
            assert result_for(user, case) is None
        for seat in seats:
            assert seats_for(seat.expert.user, case) == [seat]

    @invariant()
    def the_course_is_kept(self):
        if not hasattr(self, "case"):
            return
        case = stages.fresh(self.case)
        steps = list(CaseStep.objects.filter(case=case).values_list("before", "after"))
        assert steps[0] == ("", "request")
        for (_before, at), (before, after) in pairwise(steps):
            assert at == before
            assert flow.is_move(flow.Stage(before), flow.Stage(after))
        assert steps[-1][1] == case.stage
        rounds = list(CaseResult.objects.filter(case=case).values_list("round", flat=True))
        assert len(rounds) == len(set(rounds))
        assert all(round_ <= case.round for round_ in rounds)
        live = Encumbrance.objects.live().filter(work=case.work)
        if case.closed_at is not None:
            assert not live.exists()
            assert case.keep_until is not None
        assert who_must_act(case).role in flow.Role
        assert CaseResult.objects.filter(case=case, state="signed").count() <= 1

    @invariant()
    def a_verdict_has_the_numbers_it_says(self):
        if not hasattr(self, "case"):
            return
        for result in CaseResult.objects.filter(case=self.case):
            assert result.experts >= 2
            if result.outcome == "decided":
                assert result.agreeing * 2 > result.experts
            assert not result.supports_certificate  # nobody said that he saw the thing


def _examines(case: AppraisalCase) -> bool:
    return case.stage in ("acceptance", "examination")


def test_random_calls_never_break_a_case():
    AnyCourse.experts = [stages.appraiser() for _n in range(6)]
    AnyCourse.desks = [stages.registrar(), stages.registrar()]
    run_state_machine_as_test(
        AnyCourse,
        settings=settings(
            max_examples=15, stateful_step_count=30, deadline=None, print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    reached = set(CaseStep.objects.values_list("after", flat=True))
    assert {"acceptance", "examination"} <= reached
