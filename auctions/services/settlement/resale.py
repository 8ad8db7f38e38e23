"""A resale right (追续权费): whose it is, and that it is paid on to him.

The register names a living artist who has an account with us; heirs and collecting societies are
named by an operator, and until then the money waits in suspense. It never becomes the platform's.
Auction rules §5, §12.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts.models import Organisation, Party, User
from artmarket.accounts.permissions import parties_of
from artmarket.accounts.services.parties import party_of, party_of_organisation
from artmarket.core.clock import SHANGHAI, db_now
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event
from artmarket.ledger.enums import Purpose
from artmarket.ledger.locks import lock_accounts
from artmarket.ledger.models import Account, Payout
from artmarket.ledger.services.outgoing import ask_payout, in_transit
from artmarket.ledger.services.payout_ways import ways_for
from artmarket.ledger.services.posting import Leg, post
from catalog import selectors as catalogue
from catalog.enums import Living

from ... import citations
from ...models import Lot, ResaleRight, Settlement
from ...settlement_enums import OPEN_CLAIMS, SHARED_OUT, ResaleState
from .ground import lock_settlement, nobodys, payable, words_of

_AUTOGRAPH = "autograph"


def holder_in_register(lot: Lot) -> Party | None:
    """The artist's own party: one maker, certain, not dead, with an account that was verified."""
    makers = catalogue.makers(lot.work)
    if len(makers) != 1 or makers[0].term != _AUTOGRAPH:
        return None
    artist = makers[0].artist
    is_alive = artist.living != Living.NO and not artist.death_edtf
    if artist.account is None or artist.account_verified_at is None or not is_alive:
        return None
    return party_of(artist.account)


def begin_right(row: Settlement, lot: Lot, amount: int, *, at: datetime) -> ResaleRight | None:
    """List what a release brings for the artist, in its transaction; None where that is nothing."""
    if not amount:
        return None
    days: int = rulebook.get(citations.RESALE_RIGHT_DAYS)
    holder = holder_in_register(lot)
    right = ResaleRight.objects.create(
        settlement=row, currency=row.currency, amount_minor=amount, since=at,
        due_on=(at + timedelta(days=days)).astimezone(SHANGHAI).date(), holder=holder,
        state=ResaleState.NAMED if holder else ResaleState.WAITING,
        basis=gettext("登记册上经过核实的作者账户") if holder else "",
        named_at=at if holder else None,
    )  # fmt: skip
    record_event(
        actor=None, action=f"resale_right.{right.state}", subject=right,
        after={"state": right.state, "holder": right.holder_id}, amount=amount,
        currency=row.currency, settlement=row.pk,
    )  # fmt: skip
    return right


def account_of(row: Settlement, right: ResaleRight | None) -> Account:
    """Where the money of a right stands: its holder's payable, or suspense."""
    if right is not None and right.holder is not None:
        return payable(row, right.holder)
    return nobodys(row, Purpose.SUSPENSE)


def pay_on(right: ResaleRight, *, actor: User | None, account: Account, gateway: str) -> Payout:
    """Ask for the payout to the holder, once, in the caller's transaction."""
    assert right.holder is not None  # noqa: S101 - a constraint of named rights
    return ask_payout(
        actor=actor, party=right.holder, currency=right.currency,
        amount_minor=right.amount_minor, from_account=account, gateway=gateway,
        key=f"resale:{right.pk}", subject=right,
    )  # fmt: skip


@transaction.atomic(durable=True)
def name_holder(*, actor: User, right_id: int, party_id: int, basis: str) -> ResaleRight:
    """An operator says whose a waiting right is; it is owed to him and paid out at once.

    The same holder again gives the right that stands. Raises `NotAllowed` (no operator, or one who
    acts for the holder), `WrongState` (named otherwise, undone, a claim is open), `Invalid`.
    """
    if not actor.has_perm("auctions.settle_resale_right"):
        raise NotAllowed()
    known = ResaleRight.objects.filter(pk=right_id).values_list("settlement").first()
    if known is None:
        raise WrongState()
    row, _lot = lock_settlement(known[0])
    right = ResaleRight.objects.get(pk=right_id)
    if right.state == ResaleState.NAMED and right.holder_id == party_id:
        return right
    _require_waiting(row, right)
    holder = Party.objects.filter(pk=party_id).first()
    if holder is None:
        raise Invalid(fields={"holder": _("没有这个账户或机构。")})
    if parties_of(actor).filter(pk=holder.pk).exists():
        raise NotAllowed(_("不能把追续权费认定给自己。"), rule=citations.RESALE_RIGHT_DAYS)
    words = words_of(basis, "basis")
    right.state, right.holder, right.basis = ResaleState.NAMED, holder, words
    right.named_by, right.named_at = actor, db_now()
    right.save(update_fields=["state", "holder", "basis", "named_by", "named_at"])
    record_event(
        actor=actor, action="resale_right.named", subject=right,
        before={"state": ResaleState.WAITING},
        after={"state": right.state, "holder": holder.pk}, reason=words, settlement=row.pk,
        amount=right.amount_minor, currency=right.currency,
    )  # fmt: skip
    _move(row, right, holder, actor)
    return right


def _require_waiting(row: Settlement, right: ResaleRight) -> None:
    rule = citations.RESALE_RIGHT_DAYS
    if right.state != ResaleState.WAITING:
        raise WrongState(_("这笔追续权费已经认定或者收回。"), rule=rule)
    if row.state not in SHARED_OUT or row.claims.filter(state__in=OPEN_CLAIMS).exists():
        raise WrongState(_("这件成交还有异议没有结束，先不付。"), rule=rule)


def _move(row: Settlement, right: ResaleRight, holder: Party, actor: User) -> None:
    """Out of suspense, to the holder, and on its way to him."""
    suspense, owed = nobodys(row, Purpose.SUSPENSE), payable(row, holder)
    gateway = ways_for([(holder, right.amount_minor)], row.currency)[0]
    lock_accounts(pks={suspense.pk, owed.pk, in_transit(gateway, row.currency).pk})
    post(
        actor=actor, key=f"settlement:{row.pk}:resale", kind="resale.named",
        legs=[
            Leg(debit=suspense, credit=owed, amount_minor=right.amount_minor, memo="artist")
        ],
        subject=row, memo=row.invoice.number,
    )  # fmt: skip
    pay_on(right, actor=actor, account=owed, gateway=gateway)


def holder_from(*, actor: User, email: str = "", name: str = "") -> Party:
    """The party of the account with this address, or of the organisation with this name.

    Raises `NotAllowed`, `Invalid` (neither, unknown).
    """
    if not actor.has_perm("auctions.settle_resale_right"):
        raise NotAllowed()
    if email.strip():
        user = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
        if user is None:
            raise Invalid(fields={"holder_email": _("没有这个账户。")})
        return party_of(user)
    house = Organisation.objects.filter(name=name.strip(), is_active=True).first()
    if not name.strip() or house is None:
        raise Invalid(fields={"holder_name": _("请填写权利人的账户邮箱，或者机构的全称。")})
    return party_of_organisation(house)
