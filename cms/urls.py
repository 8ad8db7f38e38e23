"""Addresses of the district beside its pages, which Wagtail serves."""

from .addresses import booking, bureau, feeds, planning

app_name = "cms"
urlpatterns = [
    *planning.urlpatterns,
    *booking.urlpatterns,
    *feeds.urlpatterns,
    *bureau.urlpatterns,
]
