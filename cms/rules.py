"""Found by django-rules at start; the predicates live in permissions.py."""

from . import permissions  # noqa: F401
