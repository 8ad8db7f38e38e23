"""The district in real browsers, on the demonstration platform of the whole suite.

The stage puts people on it and lets an hour pass; everything else happens in browsers.
"""

from collections.abc import Callable, Iterator

import pytest

from tests.browser.conftest import Platform
from tests.browser.money.conftest import who
from tests.browser.staging import asking

__all__ = ["stage", "who"]


@pytest.fixture(scope="package")
def stage(platform: Platform) -> Iterator[Callable[..., dict]]:
    """Put people on the platform: stage(do="begin"); one process of its own does it."""
    with asking(platform, "tests.browser.district_stage") as ask:
        yield ask
