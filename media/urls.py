"""Addresses of pictures; without a language, because a file has none."""

from django.conf import settings
from django.urls import path

from . import iiif, views

app_name = "media"
urlpatterns = [
    path("pictures/upload/", views.upload, name="upload"),
    path("pictures/<uuid:uuid>/state/", views.state, name="state"),
    path("pictures/<uuid:uuid>/original/", views.original, name="original"),
    path("documents/<uuid:uuid>/", views.document, name="document"),
    # The image service; its own paths are read by the engine, which knows what is wrong with them.
    path("iiif/3/<uuid:uuid>", iiif.base, name="iiif"),
    path("iiif/3/<uuid:uuid>/", iiif.base, name="iiif_slash"),
    path("iiif/3/<uuid:uuid>/info.json", iiif.information, name="iiif_information"),
    path("iiif/3/<uuid:uuid>/<path:path>", iiif.picture, name="iiif_picture"),
    path("iiif/3/<path:path>", iiif.nothing, name="iiif_nothing"),
]
if settings.MEDIA_URL.startswith("/"):
    # Another host (S3, CDN) serves its own files; see docs/media.md.
    urlpatterns.append(
        path(f"{settings.MEDIA_URL.lstrip('/')}<path:name>", views.public, name="public")
    )
