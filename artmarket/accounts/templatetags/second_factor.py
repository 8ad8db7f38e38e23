"""Whether a page says that a demonstration account needs no second factor."""

from django import template

from artmarket.accounts import second_factor
from artmarket.accounts.models import User

register = template.Library()


@register.filter
def is_exempt_staff(user: User) -> bool:
    """A demonstration account with a role for which a real account would need a second factor."""
    roles = second_factor.required_roles()
    return second_factor.is_exempt(user) and not user.granted_roles.isdisjoint(roles)
