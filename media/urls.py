"""Addresses of pictures; without a language, because a file has none."""

from django.conf import settings
from django.urls import path

from . import views

app_name = "media"
urlpatterns = [
    path("pictures/upload/", views.upload, name="upload"),
    path("pictures/<uuid:uuid>/state/", views.state, name="state"),
    path("pictures/<uuid:uuid>/original/", views.original, name="original"),
    path("documents/<uuid:uuid>/", views.document, name="document"),
]
if settings.MEDIA_URL.startswith("/"):
    # Another host (S3, CDN) serves its own files; see docs/media.md.
    urlpatterns.append(
        path(f"{settings.MEDIA_URL.lstrip('/')}<path:name>", views.public, name="public")
    )
