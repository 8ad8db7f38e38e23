"""Addresses of the inbox, of following, and of a sale's calendar file."""

from django.urls import path

from . import views

app_name = "notices"
urlpatterns = [
    path("account/inbox/", views.inbox, name="inbox"),
    path("account/inbox/read/", views.read, name="read"),
    path("account/inbox/mail/", views.choices, name="choices"),
    path("auctions/<int:pk>/watch/", views.watch_sale, name="watch_sale"),
    path("auctions/lots/<int:pk>/watch/", views.watch_lot, name="watch_lot"),
    path("artists/<int:pk>/watch/", views.watch_artist, name="watch_artist"),
    path("auctions/<int:pk>/calendar.ics", views.calendar, name="calendar"),
]
