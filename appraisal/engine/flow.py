"""The course of an authentication case: its stages, the moves between them, and who acts next.

The stages are those of DB61/T 1384-2020: 委托, 受理, 鉴定, 定名, 年代, 评级, 估值, 结果认定,
争议处置, 归档. A case is refused or withdrawn from every open stage and ends as one or the other,
or filed. A dispute sends it back to a new panel. Registry rules §5.
"""

from enum import StrEnum
from typing import Final


class Stage(StrEnum):
    """Where a case stands; the value names what is being done."""

    REQUEST = "request"  # 委托
    ACCEPTANCE = "acceptance"  # 受理
    EXAMINATION = "examination"  # 鉴定
    NAMING = "naming"  # 定名
    DATING = "dating"  # 年代
    GRADING = "grading"  # 评级
    VALUATION = "valuation"  # 估值
    RESULT = "result"  # 结果认定
    DISPUTE = "dispute"  # 争议处置
    FILED = "filed"  # 归档
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Role(StrEnum):
    """Who can act on a case."""

    CLIENT = "client"  # 委托人
    REGISTRAR = "registrar"  # 受理人
    PANEL = "panel"  # 专家组
    CHAIR = "chair"  # 组长
    NOBODY = "nobody"


ENDS: Final = frozenset({Stage.FILED, Stage.REFUSED, Stage.WITHDRAWN})
_BREAKS: Final = frozenset({Stage.REFUSED, Stage.WITHDRAWN})
_COURSE: Final[dict[Stage, frozenset[Stage]]] = {
    Stage.REQUEST: frozenset({Stage.ACCEPTANCE}),
    Stage.ACCEPTANCE: frozenset({Stage.EXAMINATION}),
    Stage.EXAMINATION: frozenset({Stage.NAMING}),
    Stage.NAMING: frozenset({Stage.DATING}),
    Stage.DATING: frozenset({Stage.GRADING}),
    # A client who asked for no value gets none.
    Stage.GRADING: frozenset({Stage.VALUATION, Stage.RESULT}),
    Stage.VALUATION: frozenset({Stage.RESULT}),
    Stage.RESULT: frozenset({Stage.DISPUTE, Stage.FILED}),
    Stage.DISPUTE: frozenset({Stage.EXAMINATION, Stage.FILED}),
}
ACTORS: Final[dict[Stage, Role]] = {
    Stage.REQUEST: Role.REGISTRAR,
    Stage.ACCEPTANCE: Role.CLIENT,
    Stage.EXAMINATION: Role.PANEL,
    Stage.NAMING: Role.CHAIR,
    Stage.DATING: Role.CHAIR,
    Stage.GRADING: Role.CHAIR,
    Stage.VALUATION: Role.PANEL,
    Stage.RESULT: Role.CHAIR,
    Stage.DISPUTE: Role.REGISTRAR,
} | dict.fromkeys(ENDS, Role.NOBODY)
"""Who must act for a case to leave its stage."""


def moves(stage: Stage) -> frozenset[Stage]:
    """The stages a case may go to from here; none from an end."""
    return frozenset() if stage in ENDS else _COURSE[stage] | _BREAKS


def is_move(before: Stage, after: Stage) -> bool:
    """Whether a case may go from one stage to the other."""
    return after in moves(before)
