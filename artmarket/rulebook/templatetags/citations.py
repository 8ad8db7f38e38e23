"""Citing a rule on a page:  {% load citations %}{% cite_rule "media.max_pixels" as cited %}"""

from django import template
from django.urls import NoReverseMatch

from artmarket import rulebook

register = template.Library()


@register.simple_tag
def cite_rule(rule_id: str | None) -> rulebook.Citation | None:
    """The citation; None for no rule, an unknown one or one not in force: a refusal must show."""
    if not rule_id:
        return None
    try:
        return rulebook.cite(rule_id)
    except (rulebook.UnknownRule, rulebook.RuleNotInForce, NoReverseMatch):
        return None
