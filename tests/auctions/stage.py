"""Puts sales on the stage of a running platform, for the browser: `python -m tests.auctions.stage`.

Reads a line of JSON from its input, writes one to its output; the database is that of the
environment. `{"do": "begin", "minutes": 5, …}` makes a sale with bidders who can sign
in (password of `tests.factories`), `{"do": "hours", "sale": 1, "minutes": 2}` moves its end,
`{"do": "score"}` makes a sale that is over and scores its bidders.
"""

import itertools
import json
import os
import sys
import time

import django


def begin(
    minutes: float, reserve: int | None = None, bidders: int = 2, newcomers: int = 0, **changes
) -> dict:
    """A sale whose bidding has begun, with approved bidders who can sign in.

    Newcomers are identified and not registered; the house's administrator is `boss`.
    """
    from tests.accounts.identities import identified
    from tests.auctions.factories import begun, bidder
    from tests.factories import UserFactory

    sale = begun(minutes_left=minutes, reserve=reserve, **changes)
    people = []
    for _n in range(bidders):
        paddle = bidder(sale)
        people.append({"email": paddle.user.email, "paddle": paddle.number})
    others = UserFactory.create_batch(newcomers, buyer=True)
    for user in others:
        identified(user, by=user)
    return {
        "sale": sale.pk, "bidders": people, "title": sale.title, "boss": sale.house.boss.email,
        "newcomers": [user.email for user in others],
        "lots": [[lot.pk, lot.work.number] for lot in sale.lots.order_by("number")],
    }  # fmt: skip


def hours(sale: int, minutes: float) -> dict:
    """Put the end of all lots so many minutes ahead."""
    from auctions.models import Sale
    from tests.auctions.factories import put_hours

    put_hours(Sale.objects.get(pk=sale), minutes)
    return {}


def aftermath() -> dict:
    """A lot in default with a second chance open, and an unsold one with an offer."""
    from auctions.services.after_sale import make_offer
    from auctions.services.second_chance import offer_second_chance
    from tests.auctions.aftermath import defaulted, unsold
    from tests.auctions.settling import delivered

    gone, left = defaulted(), unsold()
    offer_second_chance(actor=gone.boss, lot_id=gone.lot.pk, paddle_id=gone.people[1].pk)
    make_offer(
        actor=left.other.user, lot_id=left.lot.pk, paddle_id=left.other.pk, amount=4900_00,
        currency="CNY",
    )  # fmt: skip
    return {
        "defaulted_lot": gone.lot.pk, "unsold_lot": left.lot.pk, "order": delivered().row.pk,
    }  # fmt: skip


def score() -> dict:
    """A lot that is over, with two bidders who share a network, and the score of the first."""
    from allauth.usersessions.models import UserSession

    from auctions.models import ShillScore
    from auctions.services.closing import close_lot
    from auctions.signals.scoring import score_lot
    from tests.auctions.factories import begun, bid, bidder, put_hours

    sale = begun()
    lot, first, second = sale.lots.get(), bidder(sale), bidder(sale)
    for paddle, amount in ((first, 1000), (first, 2000), (second, 9000)):
        bid(lot, paddle, amount)
    for paddle in (first, second):
        UserSession.objects.create(
            user=paddle.user, ip="203.0.113.7", user_agent="", session_key=f"staged{paddle.pk}"
        )
    put_hours(sale, -1)
    close_lot(lot_id=lot.pk)
    score_lot(lot_id=lot.pk)
    return {"score": ShillScore.objects.get(paddle=first).pk}


def _begin_counting_anew() -> None:
    """Names of this process must not meet those of an earlier one in the same database."""
    from tests import factories as people
    from tests.auctions import factories as sales
    from tests.catalog import factories as works

    base = time.time_ns() // 1000
    people.UserFactory.reset_sequence(base)
    people.OrganisationFactory.reset_sequence(base)
    sales._keys = works._serial = itertools.count(base)


def main() -> None:
    """Do what the input asks."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "artmarket.settings.local")
    django.setup()
    _begin_counting_anew()
    asked = json.loads(sys.stdin.readline())
    answer = {"begin": begin, "hours": hours, "aftermath": aftermath, "score": score}[
        asked.pop("do")
    ](**asked)
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
