"""Addresses of the custodian's desk."""

from django.urls import URLPattern, path

from ..views import custody

urlpatterns: list[URLPattern] = [
    path("desk/custody/", custody.desk, name="custody_desk"),
    path("desk/custody/arrivals/<int:pk>/", custody.arrival, name="custody_arrival"),
    path("desk/custody/<int:pk>/", custody.holding, name="holding"),
    path("desk/custody/<int:pk>/<slug:name>/", custody.act, name="custody_act"),
]
