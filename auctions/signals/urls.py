"""Addresses of the reviewer of signals."""

from django.urls import path

from . import views

app_name = "signals"
urlpatterns = [
    path("desk/signals/", views.signals, name="signals"),
    path("desk/signals/<int:pk>/", views.signal, name="signal"),
]
