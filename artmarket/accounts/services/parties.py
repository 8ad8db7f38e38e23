"""Parties: whoever can hold title, with or without an account.

Parties of accounts and organisations are made at first use; parties outside the platform are
written by registrars. A party is never deleted: title events point to it.
"""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.enums import PartyKind
from artmarket.accounts.models import Organisation, Party, User
from artmarket.core.errors import Invalid, NotAllowed
from artmarket.core.events import record_event


def party_of(user: User) -> Party:
    """The person as a holder of title; made at first use."""
    party, _created = Party.objects.get_or_create(
        user=user, defaults={"kind": PartyKind.PERSON, "name": user.display_name}
    )
    return party


def party_of_organisation(organisation: Organisation) -> Party:
    """The organisation as a holder of title; made at first use, named in public."""
    party, _created = Party.objects.get_or_create(
        organisation=organisation,
        defaults={"kind": PartyKind.ORGANISATION, "name": organisation.name, "is_public": True},
    )
    return party


@transaction.atomic(durable=True)
def create_party(*, actor: User, kind: str, name: str, is_public: bool = False) -> Party:
    """A registrar writes down an owner who has no account.

    Arguments: `kind` of `PartyKind`, `name` at most 160 characters, `is_public` whether the public
    may read the name. Raises `NotAllowed`, `Invalid`. Two parties may have the same name: two
    people can, and only the registrar knows.
    """
    if not actor.has_perm("accounts.create_party"):
        raise NotAllowed()
    name = " ".join(name.split())
    if kind not in PartyKind.values:
        raise Invalid(fields={"kind": _("请从列表中选择。")})
    if not 0 < len(name) <= (Party._meta.get_field("name").max_length or 0):
        raise Invalid(fields={"name": _("名称要有1到160个字。")})
    party = Party.objects.create(kind=kind, name=name, is_public=is_public)
    record_event(actor=actor, action="party.created", subject=party, after={"kind": kind})
    return party
