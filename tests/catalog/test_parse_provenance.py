"""The command that reads provenance from standard input."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command


@pytest.fixture
def parse(monkeypatch, capsys):
    def go(data: bytes | str, *options: str) -> tuple[str, str]:
        raw = data if isinstance(data, bytes) else data.encode("utf-8")
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8"))
        call_command("parse_provenance", *options)
        captured = capsys.readouterr()
        return captured.out, captured.err

    return go


def test_each_line_is_one_paragraph_of_json(parse) -> None:
    out, err = parse("John Doe, 1990; gift to Museum.\n\n张三旧藏；李四。\r\n", "--json")
    rows: list[dict[str, Any]] = [json.loads(line) for line in out.splitlines()]
    assert [(row["line"], row["read"]) for row in rows] == [(1, True), (3, True)]
    assert rows[0]["events"][1] == {
        "certain": True,
        "method": "gift",
        "party": {"name": "Museum", "certain": True},
        "direct": False,
    }
    assert "".join(passage["slice"] for passage in rows[1]["passages"]) == "张三旧藏；李四。"
    assert err == "2 paragraphs: 2 read in full, 0 in part\n"


def test_what_is_not_read_is_shown_with_place_and_reason(parse) -> None:
    text = "John Doe; he swapped it 1!!; Jane Doe."
    rows = [json.loads(line) for line in parse(text, "--json")[0].splitlines()]
    assert rows[0]["read"] is False
    assert rows[0]["events"][1] == {"unparsed": "he swapped it 1!!", "direct": True}
    failed = [passage for passage in rows[0]["passages"] if "failed_at" in passage]
    assert [text[passage["failed_at"] :][:4] for passage in failed] == ["!!; "]
    out, err = parse(text)
    assert "? he swapped it 1!!" in out
    assert err == "1 paragraphs: 0 read in full, 1 in part\n"


def test_a_document_keeps_its_notes(parse) -> None:
    text = "John Doe [1].\n\nNotes:\n\n[1]. Told by the family.\n"
    row = json.loads(parse(text, "--json", "--document")[0])
    assert row["notes"] == [{"key": "1", "text": "Told by the family."}]
    assert "".join(passage["slice"] for passage in row["passages"]) == text


def test_nothing_in_nothing_out(parse) -> None:
    assert parse("") == ("", "0 paragraphs: 0 read in full, 0 in part\n")


def test_input_of_another_encoding_is_refused_in_one_sentence(parse) -> None:
    with pytest.raises(CommandError, match=r"not UTF-8 \(byte 3\)") as refusal:
        parse(b"abc\xff")
    assert refusal.value.returncode == 2
