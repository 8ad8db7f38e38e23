"""Found by django-rules at start; the predicates live in permissions.py."""

from . import permissions  # noqa: F401
from .payments import permissions as payment_permissions  # noqa: F401
