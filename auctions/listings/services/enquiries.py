"""Buyers ask, sellers answer; each message is mailed to the other side by a task.

Nobody sees the other's address. The task is enqueued in the transaction of its message, so that
no message is lost, and marks the message, so that none is mailed twice.
"""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts.locks import lock_user
from artmarket.accounts.models import User
from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event
from auctions.listings.locks import lock_offer
from auctions.listings.models import Enquiry, EnquiryMessage, Offer
from auctions.listings.tasks import mail_message

MAX_TEXT = 2000
PER_DAY_RULE = "listing.enquiries_per_day"
UNANSWERED_RULE = "listing.enquiry_unanswered_messages"


@transaction.atomic(durable=True)
def ask_seller(*, actor: User, offer_id: int, text: str) -> EnquiryMessage:
    """A signed-in person asks about an offer; a second question joins the same talk.

    Raises `NotAllowed` (the seller himself, or a work he may not see), `WrongState` (no longer
    offered), `Invalid` (no words, too many), `DomainError` too_many_enquiries (429).
    """
    person = lock_user(pk=actor.pk)
    offer = lock_offer(pk=offer_id)
    may = person.has_perm("listings.ask") and person.has_perm("catalog.view_work", offer.work)
    if not may:
        raise NotAllowed()
    if person.has_perm("listings.change_offer", offer):
        raise NotAllowed(_("这是你自己标价的作品。"), code="own_offer")
    _require_live(offer)
    words = _checked(text)
    enquiry = Enquiry.objects.filter(offer=offer, buyer=person).first()
    if enquiry is None:
        _check_rate(person)
        enquiry = Enquiry.objects.create(offer=offer, buyer=person)
        record_event(actor=person, action="enquiry.opened", subject=offer, enquiry=enquiry.pk)
    return _write(person, enquiry, words)


@transaction.atomic(durable=True)
def write_message(*, actor: User, enquiry_id: int, text: str) -> EnquiryMessage:
    """The seller answers, or the buyer asks on. Raises as `ask_seller` does."""
    enquiry = Enquiry.objects.filter(pk=enquiry_id).first()
    if enquiry is None:
        raise WrongState()
    offer = lock_offer(pk=enquiry.offer_id)
    enquiry.offer = offer
    if not actor.has_perm("listings.read_enquiry", enquiry):
        raise NotAllowed()
    _require_live(offer)
    return _write(actor, enquiry, _checked(text))


def _require_live(offer: Offer) -> None:
    if not offer.is_live:
        raise WrongState(_("这件作品已不再出售，不能再询价。"))


def _checked(text: str) -> str:
    words = text.strip()
    if not words or len(words) > MAX_TEXT:
        raise Invalid(fields={"text": _("请写下要问的话，不超过2000字。")})
    return words


def _check_rate(buyer: User) -> None:
    limit = rulebook.get(PER_DAY_RULE)
    since = db_now() - timedelta(days=1)
    if Enquiry.objects.filter(buyer=buyer, opened_at__gt=since).count() >= limit:
        raise DomainError(
            _("一天最多询问%(limit)d件作品，请明天再问。") % {"limit": limit},
            code="too_many_enquiries",
            status=429,
            rule=PER_DAY_RULE,
        )


def _write(actor: User, enquiry: Enquiry, words: str) -> EnquiryMessage:
    """Add the message; the same words sent again (a double click) stay one message."""
    limit = rulebook.get(UNANSWERED_RULE)
    latest = list(enquiry.messages.order_by("-id")[:limit])
    if latest and latest[0].by_id == actor.pk and latest[0].text == words:
        return latest[0]
    if len(latest) == limit and all(m.by_id == actor.pk for m in latest):
        raise DomainError(
            _("已经连发%(limit)d条，请等对方答复。") % {"limit": limit},
            code="too_many_messages",
            status=429,
            rule=UNANSWERED_RULE,
        )
    message = EnquiryMessage.objects.create(enquiry=enquiry, by=actor, text=words)
    mail_message.enqueue(message_id=message.pk)
    return message
