"""The worked examples of fees, taxes, deposits and bounds, computed by the engine.

What a case or its tables do not say stands in the rule book or in the published rule sets; no
number of a rule is written here. Amounts are read exactly, also with parts of a cent, and each
answer is rounded once.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from artmarket.core.examples import BadCase, need, register

from . import citations, money_rules
from .engine import claims, deposits, instalments, judicial, seller_fees, taxes
from .engine import tables as sets
from .engine.fees import Tier, half_up
from .enums import RuleKind
from .example_reading import read
from .rule_books import published_body

_CENTS: Final = 100
_FAMILIES: Final = (
    "judicial_commission", "default_commission_cap", "defaulting_buyer", "income_tax",
    "judicial_deposit", "judicial_floor", "floor_price", "deposit_ladder", "stamp_duty", "aml_cash",
    "sothebys_seller_2024", "instalment_split",
)  # fmt: skip
_LADDER: Final = "yujian-app"
_SELLER, _PREMIUM = "sothebys-2024", "sothebys-ny-2024"


def register_examples() -> None:
    """Claim every family of the fees; each is computed by the function of its name."""
    for family in _FAMILIES:
        register(family, globals()[family])


# ------------------------------------------------------------------ commissions


def judicial_commission(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The most that a buyer pays in a judicial sale."""
    found = _tiers(need(tables, need(given, "table"), dict))
    return {"commission": _money(judicial.commission(found, _exact(given, "price")))}


def default_commission_cap(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The cap of each side where nothing was agreed; an agreement has none."""
    if need(given, "agreed", bool):
        return {"cap_each_side": None, "allowed": True}
    percent = money_rules.percent_of(citations.COMMISSION_CAP)
    cap = seller_fees.cap_each_side(_exact(given, "price"), percent)
    return {"cap_each_side": _money(cap), "allowed": _exact(given, "commission") <= cap}


def sothebys_seller_2024(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What a seller paid, and what of the buyer's premium he got back."""
    terms = read(lambda: sets.seller(_published(RuleKind.SELLER, _SELLER), _CENTS))
    premium = read(lambda: sets.premium(_published(RuleKind.PREMIUM, _PREMIUM), _CENTS))
    hammer = _exact(given, "hammer")
    high = None if given.get("high_estimate") is None else _exact(given, "high_estimate")
    return {
        "seller_fee": _money(seller_fees.commission(terms, hammer)),
        "success_fee": _money(seller_fees.success_fee(terms, hammer, high)),
        "premium_rebate": _money(seller_fees.premium_rebate(terms, premium, hammer)),
    }


def defaulting_buyer(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What a buyer owes who did not pay, before and after his deposit."""
    first = _exact(given, "first_price")
    deposit = Fraction(0) if given.get("deposit") is None else _exact(given, "deposit")
    resold = None if given.get("resale_price") is None else _exact(given, "resale_price")
    owed = claims.claim(
        hammer=half_up(first),
        buyer_commission=_flat(first, _rate(given, "buyer_pct")),
        seller_commission=_flat(first, _rate(given, "seller_pct")),
        resold_at=None if resold is None else half_up(resold),
    )
    return {
        "commissions": _money(owed.commissions),
        "shortfall": None if owed.shortfall is None else _money(owed.shortfall),
        "owes": _money(owed.total),
        "owes_after_deposit": _money(owed.after(half_up(deposit))),
    }


# ------------------------------------------------------------------ bounds


def judicial_deposit(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Whether a deposit lies within the bounds of a judicial sale."""
    bounds = judicial.deposit_bounds(
        _exact(given, "start_price"),
        least=money_rules.percent_of(citations.JUDICIAL_DEPOSIT, "least"),
        most=money_rules.percent_of(citations.JUDICIAL_DEPOSIT, "most"),
    )
    return {
        "min": _money(bounds.least),
        "max": _money(bounds.most),
        "ok": bounds.hold(_exact(given, "deposit")),
    }


def judicial_floor(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The least starting price of the first round, or of the second."""
    rounds = {1: ("first", "appraisal"), 2: ("again", "first_start")}
    number = need(given, "round", int)
    if number not in rounds:
        raise BadCase("a judicial sale has two rounds")
    key, base = rounds[number]
    percent = money_rules.percent_of(citations.JUDICIAL_START, key)
    least = judicial.least_start(_exact(given, base), percent)
    return {"min_start": _money(least), "ok": _exact(given, "start_price") >= least}


def floor_price(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Whether a new floor price of state property needs consent."""
    percent = money_rules.percent_of(citations.CONSENT_BELOW)
    limit = judicial.consent_limit(_exact(given, "appraisal"), percent)
    return {"limit": _money(limit), "consent_needed": _exact(given, "new_floor") < limit}


def deposit_ladder(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The deposit after defaults and completed deals."""
    rule = read(lambda: sets.deposit(_published(RuleKind.DEPOSIT, _LADDER), _CENTS))
    deeds = need(given, "events", list)
    if any(deed not in ("default", "completed") for deed in deeds):
        raise BadCase("an event is neither default nor completed")
    return {"deposit": _plain(deposits.after_deeds(rule, deeds))}


def instalment_split(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """A price in two parts, and whether that is allowed."""
    percent = _rate(given, "first_pct")
    found = instalments.split(_exact(given, "price"), percent)
    return {
        "first": _money(found.first),
        "rest": _money(found.rest),
        "allowed": instalments.is_allowed(
            money_rules.instalment_limits(),
            first_percent=percent,
            months=need(given, "rest_months", int),
        ),
    }


# ------------------------------------------------------------------ taxes


def income_tax(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The income tax of a seller by his case."""
    case = need(given, "mode")
    if case not in taxes.INCOME_CASES:
        raise BadCase(f"mode is none of {', '.join(taxes.INCOME_CASES)}")
    named = ("cost", "expenses")
    beside = {name: _exact(given, name) for name in named if given.get(name) is not None}
    tax = taxes.income_tax(money_rules.income_rates(), case, sale=_exact(given, "sale"), **beside)
    return {"tax": _money(tax)}


def stamp_duty(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The stamp duty on a contract, by the rates of the tables."""
    table = need(tables, str(given.get("table") or "stamp_duty"), dict)
    rates = need(table, "rates_pct", dict)
    return {
        "duty": _money(taxes.duty(_exact(given, "amount"), _rate(rates, need(given, "contract"))))
    }


def aml_cash(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Whether the cash of a day is looked into."""
    amounts = [_exact({"cash": one}, "cash") for one in need(given, "cash_today", list)]
    day = taxes.cash_of_day(amounts, money_rules.cash_limit())
    return {"day_total": _money(day.total), "due_diligence": day.needs_diligence}


# ------------------------------------------------------------------ reading and writing


def _flat(price: Fraction, percent: Fraction) -> int:
    return seller_fees.commission(seller_fees.flat(percent), price)


def _published(kind: RuleKind, name: str) -> dict[str, Any]:
    body = published_body(kind, name)
    if body is None:
        raise BadCase(f"there is no published set {name}")
    return body


def _tiers(table: Mapping[str, Any]) -> tuple[Tier, ...]:
    need(table, "tiers", list)
    return read(lambda: sets.tiers(table, _CENTS))


def _exact(given: Mapping[str, Any], key: str) -> Fraction:
    """An amount in cents, exact."""
    text = need(given, key, (str, int, Decimal))
    return read(lambda: sets.fraction(text)) * _CENTS


def _rate(given: Mapping[str, Any], key: str) -> Fraction:
    text = need(given, key, (str, int, Decimal))
    return read(lambda: sets.fraction(text))


def _money(cents: int) -> str:
    return format(Decimal(cents) / _CENTS, ".2f")


def _plain(cents: int) -> str:
    """Without trailing zeros."""
    text = _money(cents)
    return text.rstrip("0").rstrip(".")
