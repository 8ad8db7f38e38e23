"""Citing a rule on a page:  {% load citations %}{% cite_rule "media.max_pixels" as cited %}"""

from django import template

from artmarket import rulebook

register = template.Library()


@register.simple_tag
def cite_rule(rule_id: str) -> rulebook.Citation | None:
    """The citation, or None for an unknown rule or one not in force: a page never breaks."""
    try:
        return rulebook.cite(rule_id)
    except (rulebook.UnknownRule, rulebook.RuleNotInForce):
        return None
