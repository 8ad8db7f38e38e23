"""Figures of loans on pages:  {% load lending_figures %}{{ version.annual_pct|pct }}"""

from decimal import Decimal

from django import template

from artmarket.core.money import Money

register = template.Library()


@register.filter
def pct(figure: Decimal | None) -> str:
    """A rate or share in percent, without the zeros at its end; "" for none."""
    return "" if figure is None else f"{Decimal(figure).normalize():f}%"


@register.filter
def minor(amount: int | None, currency: str = "CNY") -> str:
    """An amount of the smallest unit in words; "" for none."""
    return "" if amount is None else str(Money(amount, currency))
