"""Addresses of planning what happens."""

from django.urls import URLPattern, path, re_path

from ..views import planning, planning_dates, planning_seats

urlpatterns: list[URLPattern] = [
    path("desk/bureau/programmes/", planning.listing, name="programmes"),
    path("desk/bureau/programmes/new/", planning.new, name="new_programme"),
    path("desk/bureau/programmes/<int:pk>/", planning.programme, name="programme"),
    path("desk/bureau/programmes/<int:pk>/edit/", planning.edit, name="edit_programme"),
    path("desk/bureau/programmes/<int:pk>/do/", planning.act, name="programme_act"),
    path("desk/bureau/programmes/<int:pk>/cancel/", planning.cancel, name="cancel_programme"),
    path("desk/bureau/programmes/<int:pk>/rule/", planning_dates.rule, name="programme_rule"),
    path("desk/bureau/programmes/<int:pk>/dates/new/", planning_dates.add, name="add_session"),
    path("desk/bureau/dates/<int:pk>/", planning_dates.session, name="session"),
    re_path(
        r"^desk/bureau/dates/(?P<pk>[0-9]+)/(?P<what>move|cancel|room|restore)/$",
        planning_dates.change,
        name="change_session",
    ),
    path(
        "desk/bureau/programmes/<int:pk>/seats/",
        planning_seats.programme_seats,
        name="programme_seats",
    ),
    path("desk/bureau/programmes/<int:pk>/seats/new/", planning_seats.quota, name="new_quota"),
    path(
        "desk/bureau/programmes/<int:pk>/seats/<int:quota>/",
        planning_seats.quota,
        name="quota",
    ),
    path("desk/bureau/programmes/<int:pk>/works/", planning_seats.works, name="programme_works"),
    re_path(
        r"^desk/bureau/works-shown/(?P<pk>[0-9]+)/(?P<what>label|lend|take-down)/$",
        planning_seats.exhibited,
        name="exhibited_work",
    ),
    path("desk/bureau/calendar/", planning.calendar, name="bureau_calendar"),
]
