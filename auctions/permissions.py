"""Who holds sales, consigns works and bids; used by services, views, API and admin."""

import rules

from artmarket.accounts.permissions import (
    holds,
    is_active,
    is_organisation_admin,
    parties_of,
)
from catalog.permissions import holds_title, is_registrar

from .enums import OPEN_CONSIGNMENTS
from .models import Consignment
from .selectors import signals
from .services import realisations


@rules.predicate
def administers_house(user, subject) -> bool:
    """An administrator of the house of a sale, lot or consignment."""
    sale = getattr(subject, "sale", subject)
    return bool(sale and user) and is_organisation_admin(user, sale.house)


@rules.predicate
def consigns(user, consignment) -> bool:
    """Whoever acts for the party whose work it is."""
    return bool(consignment and user and user.pk) and (
        parties_of(user).filter(pk=consignment.party_id).exists()
    )


@rules.predicate
def holds_paddle(user, paddle) -> bool:
    return bool(paddle and user and user.pk and paddle.user_id == user.pk)


@rules.predicate
def house_has_work(user, work) -> bool:
    """The work is with a house that this person administers, under an open consignment."""
    if not (work and user and user.pk):
        return False
    open_ones = Consignment.objects.filter(work=work, state__in=OPEN_CONSIGNMENTS)
    return any(is_organisation_admin(user, row.house) for row in open_ones.select_related("house"))


@rules.predicate
def is_named_principal(user, power) -> bool:
    """Whom a power of attorney names by his address; the agent never."""
    if not (power and user and user.pk) or power.agent_id == user.pk:
        return False
    return user.email.lower() == power.principal_email or power.confirmed_by_id == user.pk


@rules.predicate
def may_read_score(user, score) -> bool:
    return bool(score and signals.visible_to(user).filter(pk=score.pk).exists())


@rules.predicate
def may_decide_score(user, score) -> bool:
    return bool(score and signals.decidable_by(user).filter(pk=score.pk).exists())


@rules.predicate
def bids_as_party(user, paddle) -> bool:
    """Whoever acts for the party that bids: the deposit is its own, and goes back to it."""
    return bool(paddle and user and user.pk) and (
        parties_of(user).filter(pk=paddle.party_id).exists()
    )


@rules.predicate
def pays(user, invoice) -> bool:
    """Whoever bid, and whoever acts for the party that buys."""
    if not (invoice and user and user.pk):
        return False
    return (
        invoice.paddle.user_id == user.pk or parties_of(user).filter(pk=invoice.buyer_id).exists()
    )


@rules.predicate
def buys(user, settlement) -> bool:
    return bool(settlement) and pays(user, settlement.invoice)


@rules.predicate
def sells(user, lot) -> bool:
    """Whoever acts for the consignor of a lot."""
    return bool(lot and user and user.pk) and (
        parties_of(user).filter(pk=lot.consignor_id).exists()
    )


@rules.predicate
def owes(user, recourse) -> bool:
    """Whoever acts for the party that has to give money back."""
    return bool(recourse and user and user.pk) and (
        parties_of(user).filter(pk=recourse.party_id).exists()
    )


@rules.predicate
def is_by_power(_user, consignment) -> bool:
    """A creditor sells by his power over the work: the owner neither agrees to it nor ends it."""
    return bool(consignment) and realisations.is_by_power(consignment.pk)


is_operator = holds("operator")

rules.add_perm("auctions.hold_sale", is_active & is_organisation_admin)
rules.add_perm("auctions.manage_sale", is_active & administers_house)
rules.add_perm("auctions.consign_work", is_active & holds_title)
rules.add_perm("auctions.answer_consignment", is_active & administers_house)
rules.add_perm("auctions.agree_consignment", is_active & consigns & ~is_by_power)
rules.add_perm("auctions.decide_paddle", is_active & (administers_house | is_operator))
rules.add_perm("auctions.handle_deposit", is_active & (administers_house | is_operator))
rules.add_perm("auctions.enter_relation", is_active & (administers_house | is_operator))
rules.add_perm("auctions.verify_power", is_active & (administers_house | is_operator))
rules.add_perm("auctions.confirm_power", is_active & is_named_principal)
rules.add_perm("auctions.pay_deposit", is_active & bids_as_party)
rules.add_perm("auctions.use_paddle", is_active & holds_paddle)
rules.add_perm("auctions.see_reserve", is_active & (administers_house | is_operator))
rules.add_perm("auctions.void_bid", is_active & is_operator)
rules.add_perm("auctions.withdraw_lot", is_active & (administers_house | is_operator))
rules.add_perm("auctions.settle_lot", is_active & (administers_house | is_operator))
rules.add_perm("auctions.pay_invoice", is_active & pays)
rules.add_perm("auctions.read_invoice", is_active & (pays | administers_house | is_operator))
rules.add_perm("auctions.read_statement", is_active & (consigns | administers_house | is_operator))
rules.add_perm("auctions.receive_lot", is_active & buys)
rules.add_perm("auctions.answer_claim", is_active & (administers_house | sells))
rules.add_perm("auctions.decide_claim", is_active & is_operator)
rules.add_perm("auctions.pay_recourse", is_active & owes)
rules.add_perm("auctions.settle_resale_right", is_active & is_operator)
rules.add_perm("auctions.sell_after", is_active & administers_house)
rules.add_perm("auctions.cancel_sale", is_active & (administers_house | is_operator))
rules.add_perm("auctions.see_signal", is_active & may_read_score)
rules.add_perm("auctions.review_signal", is_active & may_decide_score)
rules.add_perm("auctions.export_sale_record", is_active & (administers_house | is_operator))
# A lot takes the work's lock for the house that has it under contract.
rules.set_perm("catalog.encumber_sale", is_active & (house_has_work | is_registrar))
