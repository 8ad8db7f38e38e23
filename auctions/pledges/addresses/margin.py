"""Addresses: margin calls, revaluations, the watch list."""

from django.urls import URLPattern, path

from ..views import margin as views

urlpatterns: list[URLPattern] = [
    path("lending/margin/", views.calls, name="margin_calls"),
    path("lending/margin/<int:pk>/", views.call, name="margin_call"),
    path("lending/margin/<int:pk>/notify/", views.notify, name="margin_notify"),
    path("lending/margin/<int:pk>/waive/", views.waive, name="margin_waive"),
    path("lending/margin/<int:pk>/sign/", views.sign, name="margin_sign"),
    path("lending/revaluations/", views.revaluations, name="revaluations"),
    path("lending/revaluations/<int:pk>/", views.revaluation, name="revaluation"),
    path("lending/watch/", views.watch, name="watch"),
    path("loans/<slug:number>/margin/", views.loan_margin, name="loan_margin"),
]
