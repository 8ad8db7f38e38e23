"""The worked examples of pawn."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from artmarket import rulebook
from artmarket.core import calendars
from artmarket.core.calendar_examples import calendar_of
from artmarket.core.examples import BadCase, need, need_day, register
from auctions.engine.fees import share

from . import rule_values
from .engine import concentration, pawn
from .engine.rounding import down
from .example_values import CENTS, cents, claims_of, exact, money

_FAMILIES: Final = ("fee_cap", "term", "redeem", "renewal", "dead_pawn", "concentration")


def register_examples() -> None:
    """Claim these families."""
    for family in _FAMILIES:
        register(family, globals()[f"of_{family}"])


def of_fee_cap(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The most that may be charged for so many days, by the rates of the tables."""
    table = need(tables, "fee_caps", dict)
    days = need(given, "days", int)
    if days < 0:
        raise BadCase("days is below zero")
    rule = pawn.FeeRule(
        exact(need(table, "permille", dict), need(given, "collateral")),
        need(table, "min_days", int),
        need(table, "month_basis", int),
    )
    found = pawn.fee_cap(exact(given, "principal") * CENTS, days, rule)
    return {"charged_days": found.days, "fee_cap": money(found.most)}


def of_term(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Whether a pawn is not too long."""
    start, maturity = need_day(given, "start"), need_day(given, "maturity")
    latest = pawn.latest_maturity(start, rulebook.get(rule_values.PAWN_TERM, on=start))
    return {"latest_maturity": latest, "valid": start <= maturity <= latest}


def of_redeem(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Until when a pawn is redeemed, and how it stands."""
    maturity = need_day(given, "maturity")
    calendar = calendar_of(tables, {"calendar": given.get("calendar", "calendar")})

    def roll(day: date) -> date:
        return calendars.next_working(calendar, day)

    found = pawn.redemption(
        maturity,
        need_day(given, "on"),
        grace_days=rulebook.get(rule_values.PAWN_GRACE, on=maturity),
        roll=roll if need(given, "roll", bool) else None,
    )
    return {"redeem_until": found.until, "dead_from": found.dead_from, "state": found.standing}


def of_renewal(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Whether a pawn is renewed."""
    maturity = need_day(given, "maturity")
    found = pawn.renewal(
        maturity,
        on=need_day(given, "on"),
        new_maturity=need_day(given, "new_maturity"),
        charges_paid=need(given, "earlier_charges_paid", bool),
        grace_days=rulebook.get(rule_values.PAWN_GRACE, on=maturity),
        most_months=rulebook.get(rule_values.PAWN_RENEWAL, on=maturity),
    )
    return {
        "allowed": found.allowed,
        "new_start": found.start,
        "latest_new_maturity": found.latest_maturity,
    }


def of_dead_pawn(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What the price of a dead pawn pays."""
    rule = need(given, "rule")
    if rule not in ("2005", "2020"):
        raise BadCase("rule is neither 2005 nor 2020")
    try:
        found = pawn.dead_pawn(
            rule,
            price=cents(given, "price"),
            order=need(given, "order", list),
            claims=claims_of(given, "claims"),
            appraised=cents(given, "appraised"),
            own_account_below=rule_values.own_account_below(),
        )
    except ValueError as problem:
        raise BadCase(str(problem)) from problem
    return {
        "own_account": found.own_account,
        "paid": {name: money(amount) for name, amount in found.shared.paid.items()},
        "surplus_to_pledgor": money(found.shared.surplus),
        "deficiency": money(found.shared.deficiency),
    }


def of_concentration(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Whether a new pawn keeps to a limit of the pawnshop."""
    kind = need(given, "kind")
    if kind == "shareholder":
        most = cents(given, "contribution")
    else:
        try:
            percent = rule_values.pawn_limit(kind)
        except KeyError as problem:
            raise BadCase(f"there is no limit {kind}") from problem
        most = down(share(cents(given, "registered_capital"), percent))
    allowed = concentration.fits(cents(given, "outstanding"), cents(given, "new_loan"), most)
    return {"limit": money(most), "allowed": allowed}
