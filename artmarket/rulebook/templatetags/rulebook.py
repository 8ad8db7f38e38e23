"""Let a template cite a rule by its id. Shows rules, never decides by them."""

from django import template
from django.urls import NoReverseMatch

from artmarket.rulebook import Citation, RuleNotInForce, UnknownRule, cite

register = template.Library()


@register.simple_tag
def cited(rule_id: str | None) -> Citation | None:
    """The citation of a rule, or None when there is nothing to cite: a refusal page must show."""
    if not rule_id:
        return None
    try:
        return cite(rule_id)
    except (UnknownRule, RuleNotInForce, NoReverseMatch):
        return None
