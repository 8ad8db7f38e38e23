"""Who may sit on a panel: number, qualification, licence, conflicts of interest. Registry rules §5.

Gives all faults at once, each with a code for the machine; the caller cites the rule it breaks.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Conflict(StrEnum):
    """What bars an expert from a case, by his own declaration or found later."""

    OWNER = "owner"
    BUYER = "buyer"
    LENDER = "lender"
    DEALER = "dealer"
    KIN = "kin"
    TEACHER_OR_PUPIL = "teacher_or_pupil"
    EARLIER_OPINION = "earlier_opinion"
    FEE_SHARE = "fee_share"


class PanelFault(StrEnum):
    """What is wrong with a panel, or with one of its experts."""

    TOO_FEW = "too_few"
    NOT_ODD = "not_odd"
    TWICE = "twice"
    NOT_QUALIFIED = "not_qualified"
    NOT_SENIOR = "not_senior"
    LICENCE = "licence"
    NOT_DECLARED = "not_declared"
    CONFLICT = "conflict"
    SAT_BEFORE = "sat_before"


@dataclass(frozen=True, slots=True)
class PanelRule:
    """How many experts: `least` of any, `least_relic` for a relic (all of them senior)."""

    least: int = 2
    least_relic: int = 5

    def __post_init__(self) -> None:
        if not 1 <= self.least <= self.least_relic:
            raise ValueError("a panel has at least one expert, and for a relic not fewer")


@dataclass(frozen=True, slots=True)
class Expert:
    """One expert as he stands on the day of his assignment.

    `categories` are the kinds of work he is qualified for, `periods` the (first, last) years, both
    included; no period means all. `licensed` is the span of days of his licence (last None: it runs
    on), None where he has none. `conflicts` is None until he has declared, else what he declared.
    """

    key: str
    categories: frozenset[str]
    periods: tuple[tuple[int, int], ...] = ()
    licensed: tuple[date, date | None] | None = None
    is_senior: bool = False
    conflicts: frozenset[Conflict] | None = None


@dataclass(frozen=True, slots=True)
class Matter:
    """What is judged; `years`: the (first, last) it may have been made in, None: not known."""

    category: str
    years: tuple[int, int] | None = None
    is_relic: bool = False
    is_contested: bool = False
    barred: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of the panel as a whole (`expert` empty) or of one expert; `detail` for conflicts."""

    code: PanelFault
    expert: str = ""
    detail: tuple[str, ...] = ()


def panel_faults(
    rule: PanelRule, matter: Matter, experts: Sequence[Expert], *, on: date
) -> list[Fault]:
    """Everything that keeps these experts from being the panel of this matter.

    `on` is the day of the assignment. Experts in `matter.barred` sat on the panel whose result is
    disputed. Contested matters have an odd panel.
    """
    faults = []
    least = rule.least_relic if matter.is_relic else rule.least
    if len(experts) < least:
        faults.append(Fault(PanelFault.TOO_FEW, detail=(str(least),)))
    if matter.is_contested and len(experts) % 2 == 0:
        faults.append(Fault(PanelFault.NOT_ODD))
    seats = Counter(expert.key for expert in experts)
    faults += [Fault(PanelFault.TWICE, key) for key, count in seats.items() if count > 1]
    for expert in experts:
        faults += expert_faults(matter, expert, on=on)
    return faults


def expert_faults(matter: Matter, expert: Expert, *, on: date) -> list[Fault]:
    """What keeps one expert off the panel of this matter on this day."""
    found: list[Fault] = []
    if not is_qualified(expert, matter):
        found.append(Fault(PanelFault.NOT_QUALIFIED, expert.key))
    if matter.is_relic and not expert.is_senior:
        found.append(Fault(PanelFault.NOT_SENIOR, expert.key))
    if not is_licensed(expert, on):
        found.append(Fault(PanelFault.LICENCE, expert.key))
    if expert.key in matter.barred:
        found.append(Fault(PanelFault.SAT_BEFORE, expert.key))
    if expert.conflicts is None:
        found.append(Fault(PanelFault.NOT_DECLARED, expert.key))
    elif expert.conflicts:
        found.append(Fault(PanelFault.CONFLICT, expert.key, _names(expert.conflicts)))
    return found


def is_qualified(expert: Expert, matter: Matter) -> bool:
    """For the kind of work, and for all of the years that it may have been made in."""
    if matter.category not in expert.categories:
        return False
    if not expert.periods:
        return True
    return matter.years is not None and _covered(matter.years, expert.periods)


def is_licensed(expert: Expert, on: date) -> bool:
    """Whether the licence runs on this day; its last day counts."""
    if expert.licensed is None:
        return False
    first, last = expert.licensed
    return first <= on and (last is None or on <= last)


def _covered(years: tuple[int, int], periods: Collection[tuple[int, int]]) -> bool:
    """Whether the periods together hold every year of the span."""
    wanted, last = years
    for first, end in sorted(periods):
        if first > wanted:
            break
        wanted = max(wanted, end + 1)
    return wanted > last


def _names(conflicts: Collection[Conflict]) -> tuple[str, ...]:
    return tuple(sorted(conflicts))
