"""Addresses of registering, waiting, tickets and the door."""

from django.urls import URLPattern, path

from ..views import booking, booking_desk, door

_DESK = "desk/bureau/programmes/<int:pk>"
urlpatterns: list[URLPattern] = [
    path("events/<uuid:uuid>/book/", booking.book, name="book"),
    path("account/bookings/", booking.own_bookings, name="own_bookings"),
    path("account/bookings/<uuid:uuid>/", booking.booking, name="booking"),
    path(
        "account/bookings/<uuid:uuid>/tickets/<int:number>.svg",
        booking.ticket_svg,
        name="ticket_svg",
    ),
    path(
        "account/bookings/<uuid:uuid>/tickets/<int:number>.png",
        booking.ticket_png,
        name="ticket_png",
    ),
    path(f"{_DESK}/bookings/", booking_desk.programme_bookings, name="programme_bookings"),
    path(f"{_DESK}/bookings.csv", booking_desk.bookings_file, {"kind": "csv"}, name="bookings_csv"),
    path(
        f"{_DESK}/bookings.xlsx",
        booking_desk.bookings_file,
        {"kind": "xlsx"},
        name="bookings_xlsx",
    ),
    path("desk/bureau/door/", door.doors, name="doors"),
    path("desk/bureau/door/<int:pk>/", door.door, name="door"),
    path("desk/bureau/door/<int:pk>/list/", door.door_list, name="door_list"),
    path("desk/bureau/door/<int:pk>/list.csv", door.door_csv, name="door_csv"),
    path("desk/bureau/door/<int:pk>/merge/", door.merge, name="door_merge"),
    path("ticket/<str:code>/", door.ticket_link, name="ticket_link"),
]
