"""Tell a visitor what became of a booking: the row in the inbox is the outbox of its mail.

Written in the transaction of the change, once for a booking and a key, whoever repeats it; the mail
goes out after the commit, in the language that the person reads. Nothing of what the visitor typed
is kept in a notice.
"""

from datetime import datetime
from typing import Any

from auctions.models import NoticeKind
from auctions.notices.making import News, write

from ..enums import BookingNews
from ..models import Booking


def prefix(booking: Booking) -> str:
    """What the keys of the notices of a booking begin with."""
    return f"booking:{booking.pk}:"


def tell(booking: Booking, news: BookingNews, *, key: str = "", **facts: Any) -> None:
    """One notice about a booking with its session and programme at hand.

    `key` names the event where the same news can come again; moments of `facts` are kept as text.
    """
    session, programme = booking.session, booking.programme
    kept = {
        "news": str(news),
        "booking": str(booking.uuid),
        "title": programme.title,
        "title_en": programme.title_en,
        "starts_at": session.starts_at,
        "places": booking.places,
        **facts,
    }
    plain = {k: v.isoformat() if isinstance(v, datetime) else v for k, v in kept.items()}
    write([News(booking.user_id, NoticeKind.EVENT, f"{prefix(booking)}{key or news}", facts=plain)])
