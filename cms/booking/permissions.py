"""Who sees a booking, who handles bookings, who works at the door."""

import rules

from artmarket.accounts.models import User
from artmarket.accounts.permissions import holds, is_active, is_member

from ..models import Booking, Programme


@rules.predicate
def is_visitor(user: User, booking: Booking | None) -> bool:
    """Whose booking it is."""
    return booking is not None and booking.user_id == user.pk


@rules.predicate
def is_of_organiser(user: User, programme: Programme | None) -> bool:
    """A member in force of the organisation that holds the programme."""
    return programme is not None and is_member(user, programme.organiser)


is_bureau = holds("bureau", "operator")

rules.add_perm("cms.own_booking", is_active & is_visitor)
rules.add_perm("cms.handle_bookings", is_bureau)
rules.add_perm("cms.work_at_door", is_bureau | (is_active & is_of_organiser))


def has_bookings(user: User) -> bool:
    """Whether this person registered for anything; one query."""
    return Booking.objects.filter(user=user).exists()
