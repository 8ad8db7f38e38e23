"""The person whom a program speaks for, cut down to what its token or webhook was made for.

Asked anew at every use: a role taken back, a membership ended, an account stopped is felt at once.
"""

from artmarket.accounts.models import Organisation, User
from artmarket.accounts.permissions import is_organisation_admin
from artmarket.accounts.selectors import administered

from .models import Capacity


def acting(capacity: Capacity) -> User | None:
    """The person with at most the one role and for the one organisation; None when that is over.

    The returned object is a narrowed copy for permissions and as an actor; never save it.
    """
    person = User.objects.filter(pk=capacity.owner_id, is_active=True).first()
    if person is None:
        return None
    if capacity.role and capacity.role not in person.roles:
        return None
    if capacity.organisation_id is not None:
        organisation = Organisation.objects.filter(pk=capacity.organisation_id).first()
        if not is_organisation_admin(person, organisation):
            return None
    return narrowed(person, role=capacity.role, organisation_id=capacity.organisation_id)


def narrowed(person: User, *, role: str, organisation_id: int | None) -> User:
    """This object of the person without other roles, organisations and administrator's rights."""
    person.__dict__["roles"] = frozenset({role} if role else ())
    person.is_superuser = person.is_staff = False
    person.acts_for = organisation_id or User.HIMSELF
    return person


def organisations_of(person: User) -> list[Organisation]:
    """The organisations for which he may make tokens and webhooks."""
    return list(administered(person).values())
