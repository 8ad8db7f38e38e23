"""Judging and drawing pictures: pure functions on one file, without Django's models or storage.

`inspect_picture` says what a file is or refuses it; `render` draws the public pictures. Neither
trusts a name, a header or a length. Rule: registry rules §12 (uploads), OWASP file upload.
"""

from .facts import Kind, Limits, PictureFacts
from .inspect import inspect_picture
from .refusals import PictureRefused

__all__ = ["Kind", "Limits", "PictureFacts", "PictureRefused", "inspect_picture"]
