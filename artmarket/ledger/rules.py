"""Found by django-rules at start; the predicates live in permissions.py."""

from . import payment_permissions, permissions  # noqa: F401
