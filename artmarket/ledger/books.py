"""Find an account of the books, or open it."""

from babel.numbers import list_currencies
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import Party
from artmarket.core.errors import Invalid

from .enums import OF_A_PARTY, OF_NOBODY, WITHOUT_FLOOR, Purpose
from .models import Account

FLOOR = 0


def account(
    *, purpose: Purpose, currency: str, party: Party | None = None, gateway: str = ""
) -> Account:
    """The account of this purpose, opened when it is asked for the first time. Takes no lock.

    Its floor is zero, but for those of `enums.WITHOUT_FLOOR`. Raises `Invalid` (no such
    currency), `ValueError` where the purpose and the party or gateway do not go together.
    """
    purpose = Purpose(purpose)
    if currency not in list_currencies():
        raise Invalid(_("没有代码为%(code)s的币种。") % {"code": currency}, code="bad_currency")
    if (purpose in OF_A_PARTY and party is None) or (purpose in OF_NOBODY and party is not None):
        raise ValueError(f"{purpose} and its party do not go together")
    if (purpose == Purpose.CLEARING and not gateway) or (gateway and party is not None):
        raise ValueError(f"{purpose} and its gateway do not go together")
    floor = None if purpose in WITHOUT_FLOOR else FLOOR
    found, _is_new = Account.objects.get_or_create(
        party=party, purpose=purpose, currency=currency, gateway=gateway,
        defaults={"floor_minor": floor},
    )  # fmt: skip
    return found
