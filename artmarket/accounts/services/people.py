"""A person changes his own particulars. The audit trail keeps which, never the telephone number."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.locks import lock_user
from artmarket.accounts.models import Party, User
from artmarket.core.errors import Invalid
from artmarket.core.events import record_event

PROFILE_FIELDS = ("display_name", "phone", "language")


@transaction.atomic(durable=True)
def update_profile(*, actor: User, display_name: str, phone: str, language: str) -> User:
    """Write the name shown, the telephone number and the language of mails.

    The party that holds his title goes by the same name. Raises `Invalid`. Writing what is
    written leaves no event.
    """
    person = lock_user(pk=actor.pk)
    wanted = {
        "display_name": " ".join(display_name.split()),
        "phone": phone.strip(),
        "language": language,
    }
    changed = [f for f in PROFILE_FIELDS if getattr(person, f) != wanted[f]]
    if not changed:
        return person
    if language not in dict(settings.LANGUAGES):
        raise Invalid(fields={"language": _("请从列表中选择。")})
    for field in changed:
        setattr(person, field, wanted[field])
    try:
        person.clean_fields(exclude=[f.name for f in User._meta.fields if f.name not in changed])
    except ValidationError as error:
        raise Invalid(fields={k: v[0] for k, v in error.message_dict.items()}) from error
    person.save(update_fields=changed)
    if "display_name" in changed:
        Party.objects.filter(user=person).update(name=person.display_name)
    record_event(actor=person, action="user.profile_changed", subject=person, fields=changed)
    return person
