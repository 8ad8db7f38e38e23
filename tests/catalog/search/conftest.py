"""The catalogue's own facets only: what apps of higher floors register is theirs to test."""

import pytest

from catalog.search import facets


@pytest.fixture(autouse=True)
def _own_facets(monkeypatch):
    own = {name: f for name, f in facets._facets.items() if name in OWN}
    monkeypatch.setattr(facets, "_facets", own)
    monkeypatch.setattr(facets, "_price_sources", [])


OWN = ("type", "material", "period", "artist", "source")
