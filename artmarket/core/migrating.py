"""The whole of the migrations in less time, for a first start and for tests."""

import functools
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.apps import apps

# Young objects, and searches of the young and of the middle-aged, between two searches for garbage.
RARELY: Final = (200_000, 20, 100)


@contextmanager
def in_bulk() -> Iterator[None]:
    """For many migrations at once, which keep most of what they make and draw all models anew.

    Garbage is looked for rarely, and which models can be swapped is asked once: Django forgets it
    with each drawing of the models as they were, though the real ones do not change meanwhile.
    """
    before = gc.get_threshold()
    gc.set_threshold(*RARELY)
    registry: Any = apps
    registry.get_swappable_settings_name = functools.cache(apps.get_swappable_settings_name)
    try:
        yield
    finally:
        del registry.get_swappable_settings_name
        gc.set_threshold(*before)
