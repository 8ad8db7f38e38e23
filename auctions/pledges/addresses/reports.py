"""Addresses: reports."""

from django.urls import URLPattern, path

from ..views import reports

urlpatterns: list[URLPattern] = [
    path("lending/concentration/", reports.concentration, name="concentration"),
    path("lending/stress/", reports.stress, name="stress"),
    path("lending/reports/", reports.reports, name="reports"),
    path("lending/reports/<slug:code>/", reports.report, name="report"),
    path("lending/reports/<slug:code>/file.<slug:format>", reports.report_file, name="report_file"),
]
