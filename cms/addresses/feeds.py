"""Addresses of feeds, cards, oEmbed and data; the language is the address's."""

from django.urls import URLPattern, path

from ..views import calendars, cards, news_feeds, oembed

urlpatterns: list[URLPattern] = [
    path("calendar/sessions/<uuid:uuid>.ics", calendars.session_ics, name="session_ics"),
    path("calendar/programmes/<uuid:uuid>.ics", calendars.programme_ics, name="programme_ics"),
    path("calendar/series/<int:pk>.ics", calendars.series_ics, name="series_ics"),
    path("calendar/all.ics", calendars.all_ics, name="all_ics"),
    path("calendar/own/<str:secret>.ics", calendars.own_ics, name="own_ics"),
    path("account/calendar/", calendars.calendar_address, name="calendar_address"),
    path("feeds/articles.rss", news_feeds.articles_rss, name="articles_rss"),
    path("feeds/articles.atom", news_feeds.articles_atom, name="articles_atom"),
    path("feeds/articles/<slug:kind>.rss", news_feeds.articles_rss, name="articles_rss"),
    path("feeds/articles/<slug:kind>.atom", news_feeds.articles_atom, name="articles_atom"),
    path("feeds/events.rss", news_feeds.events_rss, name="events_rss"),
    path("feeds/events.atom", news_feeds.events_atom, name="events_atom"),
    path("cards/<int:pk>/", cards.card, name="card"),
    path("cards/<int:pk>/<str:name>", cards.card_picture, name="card_picture"),
    path("oembed/", oembed.oembed, name="oembed"),
]
