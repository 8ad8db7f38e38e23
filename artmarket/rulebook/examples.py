"""The worked examples of listings and notices whose limits stand in the rule book."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from artmarket import rulebook
from artmarket.core import calendars
from artmarket.core.calendar_examples import calendar_of
from artmarket.core.examples import BadCase, need, need_day, register
from artmarket.rulebook.notices import least_notice


def register_examples() -> None:
    """Claim the families that need a limit of the law."""
    register("same_item_gap", same_item_gap)
    register("extension", extension)
    register("auction_notice", auction_notice)
    register("notice_days", notice_days)


def same_item_gap(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Whether the same item may change hands again."""
    traded = need_day(given, "traded")
    gap = calendars.same_item_gap(
        calendar_of(tables, given),
        traded=traded,
        next_trade=need_day(given, "next_trade"),
        trading_days=rulebook.get("listing.same_item_trading_days", on=traded),
    )
    return {"earliest": gap.earliest, "allowed": gap.allowed}


def extension(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The ends of a notice and of its announced extensions."""
    published = need_day(given, "published")
    ends = calendars.extension(
        calendar_of(tables, given),
        published=published,
        working_days=need(given, "days", int),
        announced=need(given, "announced", bool),
        each=need(given, "each", int),
        times=need(given, "times", int),
        least=rulebook.get("listing.extension_working_days", on=published),
    )
    return {"extended": len(ends) > 1, "ends": ends}


def auction_notice(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Whether a sale was announced and its lots shown long enough."""
    published = need_day(given, "published")
    notice = calendars.auction_notice(
        published=published,
        sale=need_day(given, "sale"),
        display_days=need(given, "display_days", int),
        least_notice=rulebook.get("listing.auction_notice_days", on=published),
        least_display=rulebook.get("listing.auction_display_days", on=published),
    )
    return {"earliest_sale": notice.earliest_sale, "ok": notice.ok}


def notice_days(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The least notice of a state asset, or that the house decides."""
    try:
        floor = Decimal(need(given, "floor"))
    except InvalidOperation as error:
        raise BadCase("floor is not an amount") from error
    try:
        days = least_notice(need(given, "kind"), floor)
    except LookupError as error:
        raise BadCase(str(error)) from error
    return {"min_working_days": days, "house_rule": days is None}
