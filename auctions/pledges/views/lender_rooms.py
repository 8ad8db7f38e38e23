"""The rooms of a lender's people, for the list at the side of every page of theirs."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from ..enums import LenderClass
from ..models import Lender, Loan


def lender_rooms(
    request: HttpRequest, lender: Lender | None, *, loan: Loan | None = None,
    submitted: int | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """What `c-desk-nav` lists; `submitted`: how many applications wait; no lender (an operator
    reads): without what is a lender's own."""
    rooms: list[tuple[str, str]] = []
    if lender is not None:
        rooms = [
            (_("贷款与质物"), reverse("pledges:lending")),
            (_("收到的申请"), reverse("pledges:lending_applications")),
        ]
    if loan is not None:
        rooms.append((loan.number, reverse("pledges:lending_loan", args=[loan.pk])))
    if lender is not None:
        rooms += [
            (_("追加担保"), reverse("pledges:margin_calls")),
            (_("整类重估"), reverse("pledges:revaluations")),
            (_("到期提醒"), reverse("pledges:watch")),
        ]
    rooms.append((_("违约与处置"), reverse("pledges:disposals")))
    rooms += [
        (_("集中度"), reverse("pledges:concentration")),
        (_("压力测试"), reverse("pledges:stress")),
        (_("报告"), reverse("pledges:reports")),
    ]
    if lender is not None:
        of_lender = (
            (_("资金"), "lending_money"),
            (_("产品"), "lending_products"),
            (_("托管人"), "lending_custodians"),
        )
        rooms += [
            (label, reverse(f"pledges:{name}", args=[lender.pk])) for label, name in of_lender
        ]
        if lender.kind == LenderClass.PAWNSHOP:
            rooms.append((_("典当柜台"), reverse("pledges:pawn_desk")))
    desk, queue = reverse("pledges:lending"), reverse("pledges:lending_applications")
    return [
        {
            "label": label, "url": url,
            "current": request.path == url or (url != desk and request.path.startswith(url)),
            "count": submitted or None if url == queue else None, "now": True,
        }
        for label, url in rooms
    ]  # fmt: skip
