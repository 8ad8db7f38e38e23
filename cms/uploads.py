"""Pictures and documents that editors bring: judged by content, not by name.

The judging is media's (a picture that lies about its kind, hidden pages, scripts in a PDF); the
caps are the rule book's. Rules: cms-events.md §6; content.pictures_max_bytes, media.document_*.
"""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from artmarket import rulebook
from artmarket.core.errors import DomainError
from media import files
from media.engine import Kind, Limits, inspect_picture
from media.engine.documents import inspect_document
from media.limits import document_limits, limits_for

KINDS = frozenset({Kind.JPEG, Kind.PNG, Kind.WEBP})
"""What a page shows; the renditions are other files."""


def picture_limits() -> Limits:
    """The caps of a picture of a page."""
    usual = limits_for(AnonymousUser())
    return Limits(
        max_pixels=usual.max_pixels,
        max_bytes=int(rulebook.get("content.pictures_max_bytes")),
        max_frames=usual.max_frames,
        min_edge=1,
        kinds=KINDS,
    )


class PictureForm(BaseImageForm):
    """A picture needs words for those who do not see it, and a licence."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("description", "licence"):
            if name in self.fields:
                self.fields[name].required = True

    def clean_file(self) -> Any:
        """The upload, when it is the picture that it says it is."""
        upload = self.cleaned_data.get("file")
        if upload and "file" in self.changed_data:
            limits = picture_limits()
            try:
                with files.spooled(upload, max_bytes=limits.max_bytes) as path:
                    inspect_picture(path, name=upload.name, limits=limits)
            except DomainError as error:
                raise _refused(error) from error
            upload.seek(0)
        return upload


class DocumentForm(BaseDocumentForm):
    """A document is a PDF or a picture of a page, without anything that runs."""

    def clean_file(self) -> Any:
        """The upload, when it is the document that it says it is."""
        upload = self.cleaned_data.get("file")
        if upload and "file" in self.changed_data:
            limits = document_limits()
            try:
                with files.spooled(upload, max_bytes=limits.max_bytes) as path:
                    inspect_document(path, name=upload.name, limits=limits)
            except DomainError as error:
                raise _refused(error) from error
            upload.seek(0)
        return upload


def _refused(error: DomainError) -> ValidationError:
    return ValidationError([str(words) for words in (error.message, error.hint) if words])
