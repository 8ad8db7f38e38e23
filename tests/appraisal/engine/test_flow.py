"""The course of a case: ten stages in their order, two ways out, and a dispute that starts anew."""

from itertools import pairwise

from appraisal.engine.flow import ACTORS, ENDS, Role, Stage, is_move, moves


def reachable(start: Stage) -> set[Stage]:
    seen, waiting = {start}, [start]
    while waiting:
        for stage in moves(waiting.pop()) - seen:
            seen.add(stage)
            waiting.append(stage)
    return seen


def test_the_course_of_the_standard_is_one_way_through():
    course = [s for s in Stage if s not in (Stage.REFUSED, Stage.WITHDRAWN)]
    assert [s.value for s in course] == [
        "request", "acceptance", "examination", "naming", "dating", "grading", "valuation",
        "result", "dispute", "filed",
    ]  # fmt: skip
    assert all(is_move(a, b) for a, b in pairwise(course))


def test_no_stage_is_jumped_but_the_value_nobody_asked_for():
    order = [s for s in Stage if s not in (Stage.REFUSED, Stage.WITHDRAWN)]
    jumps = {
        (a, b)
        for n, a in enumerate(order)
        for b in order[n + 2 :]
        if is_move(a, b)
    }  # fmt: skip
    assert jumps == {(Stage.GRADING, Stage.RESULT), (Stage.RESULT, Stage.FILED)}


def test_every_open_stage_can_be_refused_or_withdrawn_and_no_end_is_left():
    for stage in Stage:
        breaks = {Stage.REFUSED, Stage.WITHDRAWN} & moves(stage)
        assert breaks == (set() if stage in ENDS else {Stage.REFUSED, Stage.WITHDRAWN})
        assert bool(moves(stage)) is (stage not in ENDS)


def test_a_dispute_goes_back_to_an_examination_and_nothing_else_goes_back():
    order = list(Stage)
    back = {(a, b) for a in Stage for b in moves(a) if order.index(b) < order.index(a)}
    assert back == {(Stage.DISPUTE, Stage.EXAMINATION)}


def test_every_stage_is_reached_and_leads_to_every_end():
    assert reachable(Stage.REQUEST) == set(Stage)
    for stage in set(Stage) - ENDS:
        assert reachable(stage) >= ENDS


def test_somebody_must_act_until_the_end():
    assert {stage for stage in Stage if ACTORS[stage] == Role.NOBODY} == ENDS
