"""Find or make the party that a registrar names as holder of title."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.enums import PartyKind
from artmarket.accounts.models import Organisation, Party, User
from artmarket.accounts.services.parties import party_of, party_of_organisation
from artmarket.core.errors import Invalid, NotAllowed


@transaction.atomic(durable=True)
def holder_from(*, actor: User, email: str = "", name: str = "") -> Party:
    """The party of the account with this address, of the organisation with this name, or a
    party off the platform by name.

    Raises `Invalid` when neither or an unknown address is given, `NotAllowed` for others than
    registrars.
    """
    if not actor.has_perm("catalog.record_title"):
        raise NotAllowed()
    if email.strip():
        account = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
        if account is None:
            raise Invalid(fields={"holder_email": _("没有这个账户。")})
        return party_of(account)
    if not name.strip():
        raise Invalid(fields={"holder_name": _("请填写新权利人的账户邮箱或名称。")})
    organisation = Organisation.objects.filter(name=name.strip(), is_active=True).first()
    if organisation:
        return party_of_organisation(organisation)
    known = Party.objects.filter(
        name=name.strip(), user__isnull=True, organisation__isnull=True
    ).first()
    return known or Party.objects.create(kind=PartyKind.PERSON, name=name.strip())
