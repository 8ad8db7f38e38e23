"""Tell people of what runs out: once for each work, kind, last day and threshold.

The lender hears of all of it, the borrower of what he must bring (policy, appraisals), the
custodian of counts. Whoever repeats it tells nobody twice.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from django.db import transaction

from artmarket.core.clock import db_today
from auctions.models import NoticeKind
from auctions.notices.making import News, write
from auctions.notices.people import people_of, people_of_house

from ..enums import Side
from ..margin_enums import Watched
from ..models import Lender
from ..selectors.margin_watch import Due, due_of, in_pledge, kept_at, thresholds
from .ground import party_of_lender

CHUNK: Final = 200
_BORROWER_BRINGS: Final[tuple[Watched, ...]] = (Watched.INSURANCE, Watched.APPRAISAL)


def tell_watch() -> int:
    """Tell what came near its end since the last time, lender by lender; how many notices."""
    today, told = db_today(), 0
    for pk in Lender.objects.live().order_by("pk").values_list("pk", flat=True):
        after = 0
        while True:
            last, made = _tell(lender_id=pk, after=after, on=today)
            told += made
            if last is None:
                break
            after = last
    return told


@transaction.atomic(durable=True)
def _tell(*, lender_id: int, after: int, on: date) -> tuple[int | None, int]:
    """Some works of a lender; the last one (None: no more), and how many notices."""
    lender = Lender.objects.select_related("organisation").get(pk=lender_id)
    items = list(in_pledge(lender).filter(pk__gt=after)[:CHUNK])
    if not items:
        return None, 0
    steps = thresholds(on=on)
    near = [
        (due, reached(due, steps))
        for due in due_of(items, lender, on=on)
        if due.days_left is None or due.days_left <= steps[-1]
    ]
    people = _Readers(lender)
    made = write(news for due, step in near for news in _news(due, step, people))
    return items[-1].pk, made


def reached(due: Due, steps: tuple[int, ...]) -> int:
    """The threshold that was passed last."""
    if due.days_left is None:
        return 0
    left = due.days_left
    return next(step for step in steps if left <= step)


class _Readers:
    """Who reads what the parties of one lender's loans are told; each looked up once."""

    def __init__(self, lender: Lender) -> None:
        self.lender = sorted(people_of(party_of_lender(lender)))
        self._known: dict[tuple[str, int], list[int]] = {}

    def borrower(self, due: Due) -> list[int]:
        party = due.item.loan.borrower
        return self._once(("party", party.pk), lambda: people_of(party))

    def custodian(self, due: Due) -> list[int]:
        kept = kept_at(due.item)
        if kept is None:
            return []
        house = kept.custodian.organisation
        return self._once(("house", house.pk), lambda: people_of_house(house))

    def _once(self, key: tuple[str, int], find: Callable[[], set[int]]) -> list[int]:
        if key not in self._known:
            self._known[key] = sorted(find())
        return self._known[key]


def _news(due: Due, step: int, people: _Readers) -> Iterator[News]:
    """The notices of one row at one threshold, each person once."""
    told: set[int] = set()
    sides = [(str(Side.LENDER), people.lender)]
    if due.kind in _BORROWER_BRINGS:
        sides.append((str(Side.BORROWER), people.borrower(due)))
    if due.kind == Watched.COUNT:
        sides.append(("custodian", people.custodian(due)))
    day = due.due_on.isoformat() if due.due_on else ""
    for side, users in sides:
        facts = {
            "news": "watch", "kind": str(due.kind), "to": side, "loan": due.item.loan.number,
            "title": due.item.work.display_title[:80], "due": day,
        }  # fmt: skip
        for user_id in users:
            if user_id not in told:
                told.add(user_id)
                key = f"watch:{due.kind}:{due.item.pk}:{day or '-'}:{step}"
                yield News(user_id, NoticeKind.LOAN, key, facts=facts)
