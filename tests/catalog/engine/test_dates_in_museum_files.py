"""How much of real museum wording about dates is read."""

import gzip
import json
from collections.abc import Iterator

import pytest

from artmarket.core.testing import require_shared
from catalog.engine.dates import is_undated, read_date


def dated_texts(name: str, column: str) -> Iterator[str]:
    path = require_shared(f"data/museum/{name}_objects.jsonl.gz")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            text = json.loads(line).get(column)
            if isinstance(text, str) and not is_undated(text):
                yield text


@pytest.mark.parametrize(
    ("name", "column", "share"),
    [("npg", "Dated", 0.985), ("cmoa", "creation_date", 0.985), ("tate", "dateText", 0.995)],
)
def test_nearly_every_dated_record_is_read(name: str, column: str, share: float) -> None:
    counts: dict[str, int] = {}
    for text in dated_texts(name, column):
        counts[text] = counts.get(text, 0) + 1
    read = sum(count for text, count in counts.items() if read_date(text) is not None)
    assert read / sum(counts.values()) >= share
