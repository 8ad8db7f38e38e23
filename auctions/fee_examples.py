"""The worked examples of buyer's premium and resale right, computed by `engine.fees`."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from artmarket.core.examples import BadCase, need, need_day, register

from . import money_rules
from .engine import fees
from .engine import tables as sets
from .engine.fees import PremiumTerms, ResaleRight, Tier, WrittenBid
from .example_reading import amount, read

_CENTS: Final = 100


def register_examples() -> None:
    """Claim every family of both files but `cited`, which they share with the bids."""
    for family, calculator in (
        ("tier_probe", premium),
        ("channel", premium),
        ("overhead", overhead),
        ("vat_on_top", vat_on_top),
        ("vat_inclusive", vat_inclusive),
        ("priority", priority),
        ("early_payment", early_payment),
        ("by_date", by_date),
        ("scale", royalty),
        ("member_threshold", royalty),
        ("converted", converted),
        ("exempt", exempt),
    ):
        register(family, calculator)


def premium(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The premium on a hammer price."""
    return {"premium": _money(fees.premium(_terms(tables, given), _amount(given, "hammer")))}


def overhead(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Premium and overhead, rounded apart."""
    hammer = _amount(given, "hammer")
    terms = PremiumTerms(_terms(tables, given).tiers, _rate(given, "overhead_pct"))
    due, beside = fees.premium(terms, hammer), fees.overhead(terms, hammer)
    return {
        "premium": _money(due),
        "overhead": _money(beside),
        "total": _money(hammer + due + beside),
    }


def vat_on_top(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """VAT on the rounded premium only."""
    hammer = _amount(given, "hammer")
    due = fees.premium(_terms(tables, given), hammer)
    vat = fees.vat_on(due, _rate(given, "vat_pct"))
    return {"premium": _money(due), "vat": _money(vat), "total": _money(hammer + due + vat)}


def vat_inclusive(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The VAT within a premium that holds it."""
    hammer = _amount(given, "hammer")
    exact = fees.marginal(_terms(tables, given).tiers, hammer)
    due = fees.half_up(exact)
    return {
        "premium_incl": _money(due),
        "vat_part": _money(fees.vat_within(exact, _rate(given, "vat_pct"))),
        "total": _money(hammer + due),
    }


def priority(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Which of two tables applies to the winner."""
    bids = [
        WrittenBid(_moment(need(bid, "at")), _amount(bid, "amount"))
        for bid in need(given, "written_bids", list)
    ]
    early = fees.has_priority(
        bids,
        low_estimate=_amount(given, "low_estimate"),
        sale_start=_moment(need(given, "sale_start")),
        notice=money_rules.priority_notice(),
    )
    name = need(given, "priority" if early else "standard")
    return {"table": name} | premium(tables, {**given, "table": name})


def early_payment(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The flat rate by the day of payment."""
    steps = [
        (None if last is None else date.fromisoformat(last), _fraction(rate))
        for last, rate in need(given, "steps", list)
    ]
    rate = fees.rate_by_payment(steps, need_day(given, "paid_on"))
    if rate is None:
        raise BadCase("no step holds for the day of payment")
    due = fees.half_up(fees.share(_amount(given, "hammer"), rate))
    return {"rate_pct": format(Decimal(rate.numerator) / rate.denominator, "f")} | {
        "premium": _money(due)
    }


def by_date(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The candidate with the latest first day that is not after the sale."""
    day = need(given, "sale_date")
    dated = []
    for name in need(given, "candidates", list):
        start = need(tables, name, dict).get("valid_from")
        if start is not None and start <= day:
            dated.append((start, name))
    if not dated:
        return {"table": None, "premium": None}
    name = max(dated, key=lambda pair: pair[0])[1]
    return {"table": name} | premium(tables, {**given, "table": name})


def royalty(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The artist's resale right on a price."""
    threshold = None if given.get("threshold") is None else _amount(given, "threshold")
    due = fees.royalty(_scheme(tables, given), _amount(given, "price"), threshold=threshold)
    return {"royalty": _money(due)}


def converted(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """A price in pounds under a scheme in euros."""
    rate = _fraction(need(given, "eur_per_gbp"))
    price = _amount(given, "price_gbp") * rate
    due = fees.royalty(_scheme(tables, given), price)
    return {"royalty_eur": _money(due), "royalty_gbp": _money(fees.half_up(due / rate))}


def exempt(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What is due, and why nothing is."""
    right, price = _scheme(tables, given), _amount(given, "price")
    death = given.get("artist_death_year")
    reason = fees.exemption(
        right,
        price,
        limits=money_rules.resale_limits(),
        bought_from_artist=need(given, "bought_from_artist", bool),
        years_held=_fraction(given.get("years_held") or "0"),
        death_year=None if death is None else need(given, "artist_death_year", int),
        sale_year=need(given, "sale_year", int),
    )
    due = 0 if reason else fees.royalty(right, price)
    return {"royalty": _money(due), "exempt": reason}


def _terms(tables: Mapping[str, Any], given: Mapping[str, Any]) -> PremiumTerms:
    return PremiumTerms(_tiers(need(tables, need(given, "table"), dict)))


def _scheme(tables: Mapping[str, Any], given: Mapping[str, Any]) -> ResaleRight:
    table = need(tables, need(given, "scheme"), dict)
    return ResaleRight(_tiers(table), _amount(table, "threshold"), _amount(table, "cap"))


def _tiers(table: Mapping[str, Any]) -> tuple[Tier, ...]:
    need(table, "tiers", list)
    return read(lambda: sets.tiers(table, _CENTS))


def _fraction(text: str) -> Fraction:
    return read(lambda: sets.fraction(text))


def _rate(given: Mapping[str, Any], key: str) -> Fraction:
    return _fraction(need(given, key))


def _amount(given: Mapping[str, Any], key: str) -> int:
    return amount(given, key, _CENTS)


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise BadCase(f"{text} is not a moment") from error


def _money(cents: int) -> str:
    return format(Decimal(cents) / _CENTS, ".2f")
