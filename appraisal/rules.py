"""Found by django-rules at start: registers the predicates."""

from . import permissions  # noqa: F401
