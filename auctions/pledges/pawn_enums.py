"""States and kinds of pawn (典当), with the table of moves."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PawnState(models.TextChoices):
    """A pawn from its first ticket until the thing is back or disposed of."""

    DRAWN = "drawn", _("当票待签")
    AGREED = "agreed", _("当物待交付")
    HELD = "held", _("当物在库，待放款")
    ACTIVE = "active", _("在当")
    DEAD = "dead", _("绝当")
    RETURNING = "returning", _("当物待取回")
    CLOSED = "closed", _("已结束")
    DISPOSED = "disposed", _("已处置")
    CANCELLED = "cancelled", _("已取消")


PAWN_MOVES: Final[dict[str, frozenset[str]]] = {
    PawnState.DRAWN: frozenset({PawnState.AGREED, PawnState.CANCELLED}),
    PawnState.AGREED: frozenset({PawnState.HELD, PawnState.CANCELLED}),
    PawnState.HELD: frozenset({PawnState.ACTIVE, PawnState.RETURNING}),
    PawnState.ACTIVE: frozenset({PawnState.DEAD, PawnState.RETURNING}),
    # Money that came in time and was learnt of late still renews or redeems.
    PawnState.DEAD: frozenset({PawnState.ACTIVE, PawnState.RETURNING, PawnState.DISPOSED}),
    PawnState.RETURNING: frozenset({PawnState.CLOSED}),
    PawnState.CLOSED: frozenset(),
    PawnState.DISPOSED: frozenset(),
    PawnState.CANCELLED: frozenset(),
}
# Those whose thing is with the pawnshop under its lock.
WITH_THING: Final = (PawnState.HELD, PawnState.ACTIVE, PawnState.DEAD, PawnState.RETURNING)
LIVE_PAWNS: Final = (PawnState.DRAWN, PawnState.AGREED, *WITH_THING)
# Those that count for the limits of the pawnshop, also before the money is out.
COUNTED: Final = (
    PawnState.DRAWN, PawnState.AGREED, PawnState.HELD, PawnState.ACTIVE, PawnState.DEAD,
)  # fmt: skip


class TicketState(models.TextChoices):
    DRAWN = "drawn", _("待签")
    SIGNED = "signed", _("已签，待生效")
    LIVE = "live", _("有效")
    RENEWED = "renewed", _("已续当，由新票替代")
    REDEEMED = "redeemed", _("已赎当")
    DEAD = "dead", _("已绝当")
    CANCELLED = "cancelled", pgettext_lazy("pawn ticket", "已作废")


ENDED_TICKETS: Final = (TicketState.RENEWED, TicketState.REDEEMED, TicketState.CANCELLED)
WAITING_TICKETS: Final = (TicketState.DRAWN, TicketState.SIGNED)


class PawnSide(models.TextChoices):
    PAWNER = "pawner", _("当户")
    PAWNSHOP = "pawnshop", _("典当行")


class StepKind(models.TextChoices):
    IN = "in", _("入库")
    OUT = "out", _("出库")


class OrderKind(models.TextChoices):
    REDEEM = "redeem", _("赎当")
    RENEW = "renew", _("续当")
    CLAIM = "claim", _("清偿不足部分")


class OrderState(models.TextChoices):
    OPEN = "open", _("待付款")
    DONE = "done", _("已办理")
    RETURNED = "returned", _("未能办理，款项退回")


class DisposalWay(models.TextChoices):
    AGREED = "agreed", _("协议折价")
    SALE = "sale", _("变卖")


class DisposalState(models.TextChoices):
    PROPOSED = "proposed", _("待同意或复核")
    DONE = "done", pgettext_lazy("pawn disposal", "已完成")
    REFUSED = "refused", pgettext_lazy("pawn disposal", "未获同意")


class RequestState(models.TextChoices):
    OPEN = "open", _("待典当行答复")
    DRAWN = "drawn", _("已开当票")
    DECLINED = "declined", pgettext_lazy("pawn request", "已谢绝")
    WITHDRAWN = "withdrawn", pgettext_lazy("pawn request", "已撤回")
