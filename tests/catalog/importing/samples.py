"""One row of each museum's form, and generated files; all of our own making."""

import gzip
import json
from pathlib import Path
from typing import Any

CMOA: dict[str, Any] = {
    "id": "cmoa:things/test-1", "accession_number": "T.1", "title": "Kite seller by a river",
    "creation_date": "c. 1860", "creation_date_earliest": "1855-01-01",
    "creation_date_latest": "1865-01-01", "medium": "oil on canvas", "credit_line": "Test gift",
    "classification": "paintings", "item_width": 10.5, "item_height": 13.0, "item_depth": 0.0,
    "item_diameter": 0.0, "web_url": "http://museum.example/1",
    "provenance_text": "The artist; by descent to his daughter, 1880.\nNOTES: none",
    "creator": [
        {
            "artist_id": "cmoa:parties/test-a", "full_name": "Ada Kitewright",
            "cited_name": "Kitewright, Ada", "role": None, "nationality": "British",
            "birth_date": "1820-01-01", "death_date": "1890-01-01",
        },
        {
            "artist_id": "cmoa:parties/test-b", "full_name": "Bo Riverman",
            "cited_name": "Riverman, Bo", "role": "after", "nationality": None,
            "birth_date": None, "death_date": None,
        },
    ],
}  # fmt: skip
NPG: dict[str, Any] = {
    "ObjectID": "900001", "ObjectNumber": "T.2", "Classification": "Drawing",
    "Medium": "Charcoal on paper", "Dated": "1929", "DateBegin": "1929", "DateEnd": "1929",
    "Dimensions": 'Image: 60.1 x 48.2cm (23 11/16 x 19")', "CreditLine": "Test fund",
    "Edition": "NULL", "Exhibitions": "NULL",
}  # fmt: skip
TATE: dict[str, Any] = {
    "acno": "T0003", "id": 900003, "title": "Study of a kite", "all_artists": "after Cy Skyman",
    "contributors": [
        {"id": 77, "fc": "Cy Skyman", "mda": "Skyman, Cy", "role": "after", "birthYear": 1833,
         "date": "1833–1898"}
    ],
    "dateText": "c.1877", "dateRange": {"startYear": 1877, "endYear": 1877, "text": "c.1877"},
    "medium": "Graphite on paper", "dimensions": "support: 261 x 225 mm", "width": "261",
    "height": "225", "depth": "", "units": "mm", "creditLine": "Test bequest",
    "inscription": "date inscribed", "classification": "on paper, unique",
    "subjects": {"id": 1, "name": "subject", "children": [
        {"id": 2, "name": "objects", "children": [{"id": 3, "name": "kite"}]},
        {"id": 4, "name": "people", "children": [{"id": 5, "name": "child"}]},
    ]},
    "url": "http://tate.example/3",
}  # fmt: skip
WALTERS: dict[str, Any] = {
    "id": "900004", "number": "T.4", "credit": "Test commission",
    "provenance": "A collector, Baltimore, 1894, by inheritance; museum, 1931, by bequest.",
    "inscription": "[Signature] Lower right: A Kite; [Number] Lower left: 27",
    "dated": "1858-1860", "begin": "1858", "end": "1860",
    "aat": [["AAT Materials", "paper (fiber product)", "300014109"], ["AAT Color", "grey", "300130811"], ["AAT Object Name", "drawings", "300033973"]],
}  # fmt: skip
BY_PROFILE = {"cmoa": CMOA, "npg": NPG, "tate": TATE, "walters": WALTERS}


def write_lines(path: Path, rows: list[Any], *, packed: bool = True) -> Path:
    """A file of JSON lines; strings are written as they stand."""
    text = "\n".join(r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in rows)
    data = (text + "\n").encode()
    path.write_bytes(gzip.compress(data) if packed else data)
    return path


def many_rows(n: int) -> list[dict[str, Any]]:
    """Generated rows in the form of the first museum, with a few makers between them."""
    makers = CMOA["creator"]
    return [
        CMOA
        | {
            "id": f"cmoa:things/gen-{i}",
            "title": f"Kite number {i}",
            "creation_date": str(1700 + i % 300),
            "item_height": 1.0 + i % 90,
            "creator": [
                makers[0]
                | {"artist_id": f"cmoa:parties/gen-{i % 37}", "full_name": f"Maker {i % 37}"}
            ],
        }
        for i in range(n)
    ]
