"""Whether a rule lets a bidder in without a person deciding. Auction rules §8."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ApprovalRule:
    """By hand; or automatic, with at most so many defaults and a bid limit of at most so many
    times the deposit (`limit_fold`)."""

    is_automatic: bool = False
    limit_fold: int | None = None
    most_strikes: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of a registration; amounts in the smallest unit, `limit` the one wished for."""

    is_identified: bool
    held: int
    due: int
    strikes: int
    limit: int | None


@dataclass(frozen=True, slots=True)
class Admission:
    """Let in, with this limit (None: without)."""

    limit: int | None


def admission(rule: ApprovalRule, candidate: Candidate) -> Admission | None:
    """How the rule lets him in; None: a person decides."""
    if not rule.is_automatic or not candidate.is_identified:
        return None
    if candidate.held < candidate.due or candidate.strikes > rule.most_strikes:
        return None
    if rule.limit_fold is None:
        return Admission(candidate.limit)
    most = rule.limit_fold * candidate.held
    limit = most if candidate.limit is None else candidate.limit
    return Admission(limit) if 0 < limit <= most else None
