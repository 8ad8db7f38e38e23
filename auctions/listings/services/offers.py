"""Open an offer, change its price, close it: the owner's word, on the work's one lock.

The lock is taken and released in the same transaction, so that a pledged or disputed work, one
with an incomplete record or an undecided relic status can't be offered. No order, no payment.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts import gates
from artmarket.accounts.models import Party, User
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event, snapshot
from artmarket.core.money import MAX_MINOR, Money
from auctions.listings.enums import Condition
from auctions.listings.locks import lock_offer
from auctions.listings.models import Offer
from catalog.enums import EncumbranceKind
from catalog.locks import lock_work
from catalog.models import Work
from catalog.search import index_works
from catalog.services import encumbrances, title

SELLER_RULE = "identity.seller"
LICENCE_RULE = "licence.offers"
MAX_WORDS = 2000
MAX_REASON = 300
TERMS = (
    "price_minor", "currency", "includes_tax", "includes_packing", "includes_shipping",
    "condition", "condition_words",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Terms:
    """What the seller says: the price, what it includes, and the condition that binds him."""

    price: Money
    condition: str
    condition_words: str
    includes_tax: bool = False
    includes_packing: bool = False
    includes_shipping: bool = False


@transaction.atomic(durable=True)
def open_offer(*, actor: User, work_id: int, terms: Terms) -> Offer:
    """The sole owner offers a registered work.

    Raises `NotAllowed` (not his), `NotIdentified`, `NotLicensed`, `DomainError` co_owned,
    `Invalid` (price, condition, incomplete record), `WrongState`, `Encumbered`, `DomainError` for
    relics; nothing is written then.
    """
    work = lock_work(pk=work_id)
    if not actor.has_perm("listings.offer_work", work):
        raise NotAllowed(_("只有权利人可以标价出售。"))
    holders = title.current_shares(work)
    if len(holders) > 1:
        raise DomainError(
            _("这件作品有几位共有人，要全体同意才能出售，目前不能在这里标价。"), code="co_owned"
        )
    _check_seller(holders[0].party)
    _check_terms(terms)
    _close_orphan(actor, work)
    lock = encumbrances.take(
        actor=actor, work_id=work.pk, kind=EncumbranceKind.LISTING, reference=str(_("卖方标价"))
    )
    offer = Offer.objects.create(
        work=work, party=holders[0].party, seller=actor, encumbrance=lock,
        price_minor=terms.price.minor, currency=terms.price.currency,
        includes_tax=terms.includes_tax, includes_packing=terms.includes_packing,
        includes_shipping=terms.includes_shipping,
        condition=terms.condition, condition_words=terms.condition_words.strip(),
    )  # fmt: skip
    offer.refresh_from_db()
    record_event(
        actor=actor, action="offer.opened", subject=offer, after=snapshot(offer, TERMS),
        work=work.pk,
    )  # fmt: skip
    index_works([work.pk])
    return offer


@transaction.atomic(durable=True)
def change_price(*, actor: User, offer_id: int, price: Money) -> Offer:
    """The seller asks another price; the old one stays in the events. The same price is no change.

    Raises `NotAllowed`, `NotIdentified`, `NotLicensed`, `WrongState` (no longer live), `Invalid`.
    """
    offer = lock_offer(pk=offer_id)
    if not actor.has_perm("listings.change_offer", offer):
        raise NotAllowed()
    _require_live(offer)
    _check_seller(offer.party)
    _check_price(price)
    if offer.price == price:
        return offer
    before = snapshot(offer, ("price_minor", "currency"))
    offer.price_minor, offer.currency = price.minor, price.currency
    offer.save(update_fields=["price_minor", "currency"])
    record_event(
        actor=actor, action="offer.price_changed", subject=offer,
        before=before, after=snapshot(offer, ("price_minor", "currency")), work=offer.work_id,
    )  # fmt: skip
    index_works([offer.work_id])
    return offer


@transaction.atomic(durable=True)
def close_offer(*, actor: User, offer_id: int, reason: str) -> Offer:
    """The seller, or a registrar, takes the offer down and releases the lock.

    Raises `NotAllowed`, `WrongState` (already closed), `Invalid` (no reason).
    """
    offer = lock_offer(pk=offer_id)
    if not actor.has_perm("listings.close_offer", offer):
        raise NotAllowed()
    if offer.closed_at is not None:
        raise WrongState(_("这件作品的标价已经撤下。"))
    words = reason.strip()
    if not words or len(words) > MAX_REASON:
        raise Invalid(fields={"reason": _("请写明撤下的理由，不超过300字。")})
    _close(actor, offer, words)
    if offer.encumbrance.released_at is None:
        encumbrances.release(actor=actor, encumbrance_id=offer.encumbrance_id, reason=words)
    index_works([offer.work_id])
    return offer


def _check_seller(party: Party) -> None:
    """Who sells is identified, and an organisation of a kind that needs a licence has it today."""
    seller = party.organisation or party.user
    assert seller is not None  # noqa: S101 - only parties with an account pass offer_work
    if rulebook.get(SELLER_RULE):
        gates.require_identity(seller, rule=SELLER_RULE)
    if party.organisation:
        kind = rulebook.get(LICENCE_RULE).get(party.organisation.kind)
        if kind:
            gates.require_licence(party.organisation, kind, rule=LICENCE_RULE)


def _require_live(offer: Offer) -> None:
    if not offer.is_live:
        raise WrongState(_("这件作品的标价已经撤下。"))


def _close(actor: User, offer: Offer, reason: str) -> None:
    offer.closed_at, offer.closed_by, offer.close_reason = Now(), actor, reason
    offer.save(update_fields=["closed_at", "closed_by", "close_reason"])
    offer.refresh_from_db(fields=["closed_at"])
    record_event(
        actor=actor, action="offer.closed", subject=offer,
        before=snapshot(offer, ("price_minor", "currency")), work=offer.work_id, reason=reason,
    )  # fmt: skip


def _close_orphan(actor: User, work: Work) -> None:
    """An offer whose lock a registrar released is over; close it before the next one opens."""
    orphan = (
        Offer.objects.filter(
            work=work, closed_at__isnull=True, encumbrance__released_at__isnull=False
        )
        .select_related("encumbrance")
        .first()
    )
    if orphan is not None:
        _close(actor, orphan, orphan.encumbrance.release_reason or str(_("权利限制已解除")))


def _check_price(price: Money) -> None:
    if price.currency != "CNY" or not 0 < price.minor <= MAX_MINOR:
        raise Invalid(fields={"price": _("标价要大于零，以人民币计。")})


def _check_terms(terms: Terms) -> None:
    errors = {}
    try:
        _check_price(terms.price)
    except Invalid as error:
        errors.update(error.fields)
    if terms.condition not in Condition.values:
        errors["condition"] = _("请从列表中选择。")
    words = terms.condition_words.strip()
    if not words or len(words) > MAX_WORDS:
        errors["condition_words"] = _("请写明品相，不超过2000字；说完好就要对每处缺陷负责。")
    if errors:
        raise Invalid(fields=errors)
