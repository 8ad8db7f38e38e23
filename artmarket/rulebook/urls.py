"""Addresses of the rule book. Included inside the language patterns."""

from django.urls import path

from . import views

app_name = "rulebook"

urlpatterns = [
    path("rules/", views.index, name="index"),
    path("rules/topic/<str:key>/", views.topic, name="topic"),
    path("rules/<str:rule_id>/", views.rule, name="rule"),
]
