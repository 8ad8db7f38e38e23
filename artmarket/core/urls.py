"""Addresses of the frame. Included inside the language patterns."""

from django.urls import path

from . import views

app_name = "core"

urlpatterns = [
    path("preferences/", views.set_preferences, name="preferences"),
    path("components/", views.components, name="components"),
]
