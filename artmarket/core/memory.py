"""How often a process looks for garbage.

What a process that serves has loaded stays, and is not searched: it is some hundred thousand
objects; looking through all of them stops every request for a fifth of a second, and they never
become garbage.
"""

import gc
from typing import Final

from django.urls import get_resolver

# A request makes some thousand objects; nearly all of them go when it ends, without a search.
YOUNG: Final = 20_000


def settle() -> None:
    """Load what is loaded with the first request, and keep the garbage collector from it."""
    assert get_resolver().url_patterns  # noqa: S101 - loads the views
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
