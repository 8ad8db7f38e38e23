"""Sales with deposits and rules of approval, powers of attorney: for tests, through the services."""

from datetime import timedelta
from itertools import count

from artmarket.core.clock import today
from auctions.models import Deposit, Power, RuleSet
from auctions.services import paddles, powers
from auctions.services.deposits import confirm_deposit
from auctions.services.paddles import Wishes
from auctions.services.powers import PowerTerms
from tests.accounts.identities import identified, photo
from tests.auctions.aftermath import closed
from tests.factories import UserFactory

_numbers = count(1)


def rule(kind: str, **body) -> str:
    """A rule set with this body; its name, for the terms of a sale."""
    name = f"test-{next(_numbers)}"
    RuleSet.objects.create(
        kind=kind, name=name, house="测试", source="test", sureness="C", body=body
    )
    return name


def fixed(amount: int = 1000, **more) -> str:
    """A deposit of so many yuan."""
    return rule("deposit", basis="fixed", amount=str(amount), **more)


def somebody(**more):
    """An identified person."""
    user = UserFactory(buyer=True, **more)
    identified(user, by=user)
    return user


def register(sale, user=None, *, party_id=None, **wishes):
    """A registration with the sale's own conditions."""
    return paddles.register_paddle(
        actor=user or somebody(), sale_id=sale.pk, conditions_id=sale.conditions_id,
        party_id=party_id, wishes=Wishes(**wishes),
    )  # fmt: skip


def deposit_of(paddle, kind="entry") -> Deposit:
    return Deposit.objects.get(paddle=paddle, kind=kind)


def pay(sale, paddle, amount: int | None = None, *, reference: str = "", kind="entry") -> Deposit:
    """The house confirms so many yuan (all that is missing)."""
    deposit = deposit_of(paddle, kind)
    return confirm_deposit(
        actor=sale.house.boss, deposit_id=deposit.pk, currency=sale.currency,
        amount_minor=deposit.missing_minor if amount is None else amount * 100,
        reference=reference or f"R{next(_numbers)}",
    )  # fmt: skip


def over(sale) -> None:
    """All lots under the hammer, the sale over; its house keeps its `boss`."""
    boss = sale.house.boss
    closed(sale)
    sale.house.boss = boss


def power_terms(principal, **changes) -> PowerTerms:
    """Up to 5,000 yuan for a month from today."""
    values = {
        "kind": "person", "name": principal.display_name, "email": principal.email,
        "amount_minor": 5000_00, "first_day": today(), "last_day": today() + timedelta(days=30),
    }  # fmt: skip
    return PowerTerms(**(values | changes))


def handed_in(sale, agent, principal, **changes) -> Power:
    """A paper that waits for the principal."""
    return powers.hand_in_power(
        actor=agent, sale_id=sale.pk, terms=power_terms(principal, **changes),
        file=photo("power.jpg"), name="power.jpg",
    )  # fmt: skip


def empowered(sale, **changes):
    """An agent's approved paddle for a principal, with the power behind it."""
    agent, principal = somebody(), somebody()
    power = handed_in(sale, agent, principal, **changes)
    power = powers.confirm_power(actor=principal, power_id=power.pk)
    paddle = register(sale, agent, party_id=power.principal_id)
    return paddles.decide_paddle(
        actor=sale.house.boss, paddle_id=paddle.pk, state="approved"
    ), power
