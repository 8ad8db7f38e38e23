"""Every test begins in Chinese: a request for an English page leaves its language behind."""

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _chinese():
    with translation.override("zh-hans"):
        yield
