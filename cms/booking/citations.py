"""The rules that registering cites; their values stand in the rule book."""

from typing import Final

WAITING_OFFER: Final = "events.waiting_offer_hours"
WAITING_SIZE: Final = "events.waiting_size"
PEOPLE: Final = "events.people_per_booking"
BOOKINGS: Final = "events.bookings_per_person"
CUT_OFF: Final = "events.booking_cut_off_minutes"
PAYMENT: Final = "events.payment_hours"
CHECK_IN: Final = "events.check_in_opens_minutes"
REMINDER: Final = "events.reminder_hours"
RETENTION: Final = "events.retention_months"
REFUND: Final = "events.full_refund"
ERASURE: Final = "privacy.copy_and_erasure"
