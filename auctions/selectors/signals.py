"""Which scores of shill bidding somebody may read or decide on, and the bids that they rest on.

An operator without a tie to the bidder, the consignor or the house decides. An administrator of the
house may read the scores of its own sales, but none that concerns him, the house as consignor, or
somebody who shares anything with the house's people.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from artmarket.accounts.enums import Role
from artmarket.accounts.models import Membership, User
from artmarket.accounts.permissions import parties_of

from ..models import Bid, ShillScore, SignalReview


def visible_to(user: User) -> QuerySet[ShillScore]:
    """The scores that this person may read; see the module."""
    return shown(ShillScore.objects.filter(pk__in=_readable(user).values("pk")))


def decidable_by(user: User) -> QuerySet[ShillScore]:
    """The scores on which this person may record an outcome: an operator's, but none of his own."""
    is_operator = user.has_role(Role.OPERATOR)
    rows = ShillScore.objects.all() if is_operator else ShillScore.objects.none()
    return rows.exclude(pk__in=_concerning(user).values("pk"))


def _readable(user: User) -> QuerySet[ShillScore]:
    administered = Membership.objects.administering().filter(user=user)
    of_house = ShillScore.objects.filter(
        paddle__sale__house__in=administered.values("organisation"), names_house=False
    )
    as_house = of_house.exclude(pk__in=_concerning(user, of_house=False).values("pk"))
    return ShillScore.objects.filter(
        Q(pk__in=as_house.values("pk")) | Q(pk__in=decidable_by(user).values("pk"))
    )


def _concerning(user: User, *, of_house: bool = True) -> QuerySet[ShillScore]:
    """Scores in which this person bids, consigns, or belongs to who does (or to the house)."""
    held = Membership.objects.filter(user=user, ended_at__isnull=True).values("organisation")
    parties = parties_of(user).values("pk")
    about = (
        Q(paddle__user=user)
        | Q(paddle__party__in=parties)
        | Q(paddle__party__organisation__in=held)
        | Q(seller__in=parties)
        | Q(seller__organisation__in=held)
    )
    if of_house:
        about |= Q(paddle__sale__house__in=held)
    return ShillScore.objects.filter(about)


def shown(rows: QuerySet[ShillScore]) -> QuerySet[ShillScore]:
    """With the last outcome and what the pages name."""
    last = SignalReview.objects.filter(score=OuterRef("pk")).order_by("-pk")
    return rows.select_related("paddle__sale__house", "seller").annotate(
        outcome=Subquery(last.values("outcome")[:1]),
        is_reviewed=Exists(last),
    )


def bids_of(score: ShillScore) -> QuerySet[Bid]:
    """The bids on the lots of this consignor in this sale, his and the others', in their order."""
    rows = Bid.objects.counting().filter(
        lot__sale=score.paddle.sale_id, lot__consignor=score.seller_id
    )
    own = Bid.objects.counting().filter(paddle=score.paddle_id).values("lot")
    return (
        rows.filter(lot__in=own).select_related("lot", "paddle").order_by("lot__number", "number")
    )
