"""What a panel has found: opinions are counted by a stated rule, and dissent is kept.

Verdicts are compared as (term of the attribution scale, maker): two experts who both say
"attributed to", but to different makers, do not agree. No majority is a legitimate end
(undetermined). Registry rules §5.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction


class Refusal(StrEnum):
    """Why an opinion is not received."""

    NOT_ON_PANEL = "not_on_panel"
    LATE = "late"
    ALREADY_GIVEN = "already_given"
    REVEALED = "revealed"
    NO_REASONS = "no_reasons"
    NO_EVIDENCE = "no_evidence"


class Outcome(StrEnum):
    """How a panel ended, or what it waits for."""

    OPEN = "open"
    INCOMPLETE = "incomplete"
    DECIDED = "decided"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class ResultRule:
    """A verdict stands with more than `share` of the opinions that count.

    `share` is from a half (simple majority) up; with `is_unanimous` all must agree. At least
    `least` opinions count; `most` bounds the panel that may be enlarged while no verdict stands.
    """

    share: Fraction = Fraction(1, 2)
    is_unanimous: bool = False
    least: int = 2
    most: int = 7

    def __post_init__(self) -> None:
        if not Fraction(1, 2) <= self.share < 1 or not 1 <= self.least <= self.most:
            raise ValueError("the share is from a half up, below one; least is not above most")


@dataclass(frozen=True, slots=True)
class Verdict:
    """A term of the attribution scale, and whom it names ("" where it names nobody)."""

    term: str
    maker: str = ""


@dataclass(frozen=True, slots=True)
class Opinion:
    """One submitted opinion. `verdict` None: the expert can't tell. `is_void`: a conflict was found
    later. `saw_object`: he examined the object itself, not photographs."""

    expert: str
    verdict: Verdict | None
    saw_object: bool = True
    is_void: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """The finding: `verdict` where one stands, the opinions for it and against it, by expert.

    `supports_certificate`: a verdict stands and everybody who carries it saw the object.
    """

    outcome: Outcome
    verdict: Verdict | None = None
    majority: tuple[str, ...] = ()
    dissent: tuple[str, ...] = ()
    void: tuple[str, ...] = ()
    supports_certificate: bool = False


def refusal_of(
    *,
    expert: str,
    panel: Sequence[str],
    given: Sequence[str],
    at: datetime,
    due: datetime,
    is_revealed: bool,
    reasons: str,
    evidence: int,
) -> Refusal | None:
    """Why an opinion can't be received at this moment; None: it can.

    `given` are the experts whose opinions are in, `evidence` the pieces named. The deadline itself
    is still in time.
    """
    if expert not in panel:
        return Refusal.NOT_ON_PANEL
    if expert in given:
        return Refusal.ALREADY_GIVEN
    if is_revealed:
        return Refusal.REVEALED
    if at > due:
        return Refusal.LATE
    if not reasons.strip():
        return Refusal.NO_REASONS
    return Refusal.NO_EVIDENCE if evidence < 1 else None


def is_revealed(panel: Sequence[str], opinions: Sequence[Opinion]) -> bool:
    """Whether the opinions may be seen: all are in. An empty panel reveals nothing."""
    return bool(panel) and set(panel) <= {opinion.expert for opinion in opinions}


def result_of(rule: ResultRule, panel: Sequence[str], opinions: Sequence[Opinion]) -> Result:
    """What the opinions come to: OPEN while one is missing, INCOMPLETE where too few count."""
    if not is_revealed(panel, opinions):
        return Result(Outcome.OPEN)
    void = tuple(sorted(o.expert for o in opinions if o.is_void))
    counting = [o for o in opinions if not o.is_void]
    if len(counting) < rule.least:
        return Result(Outcome.INCOMPLETE, void=void)
    votes = Counter(o.verdict for o in counting if o.verdict is not None)
    verdict, count = votes.most_common(1)[0] if votes else (None, 0)
    if verdict is None or not _stands(rule, count, len(counting)):
        return Result(Outcome.UNDETERMINED, dissent=_keys(counting), void=void)
    behind = [o for o in counting if o.verdict == verdict]
    return Result(
        Outcome.DECIDED,
        verdict,
        majority=_keys(behind),
        dissent=_keys([o for o in counting if o.verdict != verdict]),
        void=void,
        supports_certificate=all(o.saw_object for o in behind),
    )


def may_enlarge(rule: ResultRule, panel: Sequence[str], result: Result) -> bool:
    """Whether another expert may be named: no verdict stands, and the panel is not full."""
    waits = result.outcome in (Outcome.UNDETERMINED, Outcome.INCOMPLETE)
    return waits and len(panel) < rule.most


def _stands(rule: ResultRule, count: int, counting: int) -> bool:
    if rule.is_unanimous:
        return count == counting
    return Fraction(count, counting) > rule.share


def _keys(opinions: Sequence[Opinion]) -> tuple[str, ...]:
    return tuple(sorted(opinion.expert for opinion in opinions))
