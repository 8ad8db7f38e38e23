"""The public log as anybody reads it: tiles, bundles, checkpoint, proofs, and the same as files."""

import subprocess
import sys
from base64 import b64decode
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from artmarket.core.testing import PROJECT_DIR
from catalog.engine.log import (
    KeyType,
    SigningKey,
    bundles_between,
    hashes_from_tiles,
    leaf_hash,
    open_checkpoint,
    read_bundle,
    tiles_of,
    tree_root,
    verify_consistency,
    verify_inclusion,
    verify_offline,
)
from catalog.models import LogCheckpoint, LogEntry, LogTile
from catalog.services import public_log
from tests.catalog.test_public_log import logged, queued

pytestmark = pytest.mark.django_db


def test_a_stranger_rebuilds_the_whole_log_from_its_files(client):
    logged(300)
    note = client.get("/log/checkpoint").content
    head = open_checkpoint(note, public_log.policy())
    assert head.size == 300
    read = hashes_from_tiles(300, lambda tile: client.get(f"/log/{tile.path}").content)
    assert tree_root(300, read) == head.root
    entries = []
    for bundle in bundles_between(0, 300):
        entries += read_bundle(client.get(f"/log/{bundle.path}").content, bundle.width)
    assert [leaf_hash(entry) for entry in entries] == [read(0, n) for n in range(300)]
    assert [e.decode() for e in entries] == [
        row.text for row in LogEntry.objects.order_by("position")
    ]


@pytest.mark.parametrize(
    ("path", "kind", "caching"),
    [
        ("checkpoint", "text/plain; charset=utf-8", "public, max-age=10"),
        ("tile/0/000", "application/octet-stream", "public, max-age=31536000, immutable"),
        ("tile/0/001.p/44", "application/octet-stream", "public, max-age=3600"),
        ("tile/1/000.p/1", "application/octet-stream", "public, max-age=3600"),
        ("tile/entries/000", "application/octet-stream", "public, max-age=31536000, immutable"),
        ("tile/entries/001.p/44", "application/octet-stream", "public, max-age=3600"),
        ("proof/299.tlog-proof", "text/plain; charset=utf-8", "public, max-age=10"),
    ],
)
def test_each_file_says_what_it_is_how_long_it_keeps_and_any_site_may_read_it(
    client, path, kind, caching
):
    logged(300)
    answer = client.get(f"/log/{path}")
    assert (answer.status_code, answer["Content-Type"]) == (200, kind)
    assert answer["Cache-Control"] == caching
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert not answer.has_header("Vary")
    assert not answer.cookies
    again = client.get(f"/log/{path}", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"] == caching
    head = client.head(f"/log/{path}")
    assert (head.status_code, head["ETag"]) == (200, answer["ETag"])
    assert client.post(f"/log/{path}").status_code == 405
    assert client.options(f"/log/{path}")["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


def test_an_earlier_width_of_a_tile_is_served_for_who_holds_an_earlier_checkpoint(client):
    logged(5)
    before = client.get("/log/tile/0/000.p/5").content
    logged(3)
    assert client.get("/log/tile/0/000.p/8").content[: 5 * 32] == before
    assert client.get("/log/tile/0/000.p/5").content == before


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/000", "tile/0/000.p/6", "tile/0/001.p/1", "tile/1/000.p/1", "tile/64/000",
        "tile/0/0", "tile/0/000.p/256", "tile/0/000.p/0", "tile/0/x000/000", "tile/entries/000.p/6",
        "tile/8/000.p/1", "tile/entries/x999/x999/x999/x999/x999/x999/999", "tile/nothing",
        "tile/0/" + "x999/" * 40 + "999", "proof/5.tlog-proof",
        "proof/99999999999999999999999.tlog-proof", "proof/9999999999999999999.tlog-proof",
    ],
)  # fmt: skip
def test_what_is_beyond_the_signed_tree_or_no_path_is_not_found_and_kept_by_no_cache(client, path):
    logged(5)
    answer = client.get(f"/log/{path}")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Cache-Control"] == "no-store"
    assert answer.json()["code"] == "not_in_the_log"


def test_an_empty_log_has_no_checkpoint_and_a_page(client):
    assert client.get("/log/checkpoint").status_code == 404
    assert "还没有检查点" in client.get("/log/").content.decode()


def test_a_log_that_does_not_open_is_halted_and_not_an_error_of_the_server(client, settings):
    logged(2)
    settings.PUBLIC_LOG_KEY = "another key"
    for path in ("/log/checkpoint", "/api/v1/log"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (503, "log_halted")
    assert client.get("/log/proof/1.tlog-proof").status_code == 200, "signed under the old key"
    assert "还没有检查点" in client.get("/log/").content.decode()
    settings.PUBLIC_LOG_KEY = ""
    assert client.get("/log/checkpoint").status_code == 503
    assert client.get("/log/").status_code == 200


def test_a_file_costs_two_queries(client, django_assert_num_queries):
    logged(300)
    for path in ("checkpoint", "tile/0/000", "tile/entries/001.p/44"):
        with django_assert_num_queries(2):
            client.get(f"/log/{path}")


def test_a_proof_file_convinces_who_is_offline(client):
    queued(*range(300))
    public_log.integrate()
    for position in (0, 255, 256, 299):
        text = client.get(f"/log/proof/{position}.tlog-proof").content
        entry = LogEntry.objects.get(position=position).text.encode()
        assert verify_offline(text, entry, public_log.policy()).size == 300


def checked_by_the_script(folder: Path, proof: str, entry: bytes, key: str):
    (folder / "proof").write_text(proof, "utf-8", newline="")
    (folder / "entry").write_bytes(entry)
    script = [sys.executable, str(PROJECT_DIR / "docs" / "check_log.py")]
    return subprocess.run(
        [*script, str(folder / "proof"), str(folder / "entry"), key],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_script_of_the_documents_agrees_and_tells_every_lie(client, tmp_path):
    queued(*range(7))
    public_log.integrate()
    key = public_log.signing_key().verifier.text
    entries = [row.text.encode() for row in LogEntry.objects.order_by("position")]
    proofs = [client.get(f"/log/proof/{n}.tlog-proof").content.decode() for n in range(7)]
    for position in range(7):
        told = checked_by_the_script(tmp_path, proofs[position], entries[position], key)
        assert told.returncode == 0, told.stderr
        assert told.stdout.startswith(f"proven: entry {position} is in 127.0.0.1:8000/log, size 7,")
    other = SigningKey(public_log.origin(), KeyType.LOG, bytes(32)).verifier.text
    for proof, entry, trusted in (
        (proofs[3], entries[4], key),
        (proofs[3], entries[3] + b" ", key),
        (proofs[3].replace("index 3", "index 2"), entries[3], key),
        (proofs[3].replace("\n7\n", "\n8\n"), entries[3], key),
        (proofs[3], entries[3], other),
        (proofs[3], entries[3], key.replace("+A", "+B", 1)),
    ):
        assert checked_by_the_script(tmp_path, proof, entry, trusted).returncode == 1


# ------------------------------------------------------------------ the same as files


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*") if path.is_file()
    }  # fmt: skip


def test_the_exported_files_are_those_that_are_served_byte_for_byte(client, tmp_path, capsys):
    logged(300)
    call_command("export_log", str(tmp_path))
    found = files(tmp_path)
    expected = {tile.path for tile in (*tiles_of(300), *bundles_between(0, 300))}
    assert found.keys() == expected | {"checkpoint"}
    for path, content in found.items():
        assert client.get(f"/log/{path}").content == content, path
    logged(300)
    call_command("export_log", str(tmp_path))
    assert capsys.readouterr().out.splitlines()[-1] == "600条，新写5个文件。"
    grown = files(tmp_path)
    assert {p: grown[p] for p in found if p != "checkpoint"} == {
        p: c for p, c in found.items() if p != "checkpoint"
    }
    for path, content in grown.items():
        assert client.get(f"/log/{path}").content == content, path


def test_an_export_of_a_tampered_tile_leaves_the_old_checkpoint(tmp_path):
    logged(5)
    call_command("export_log", str(tmp_path))
    before = (tmp_path / "checkpoint").read_bytes()
    logged(5)
    tile = LogTile.objects.get()
    LogTile.objects.update(hashes=bytes(32) + bytes(tile.hashes)[32:])
    with pytest.raises(CommandError, match="树根"):
        call_command("export_log", str(tmp_path))
    assert (tmp_path / "checkpoint").read_bytes() == before


# ------------------------------------------------------------------ over the API


def hashes(texts: list[str]) -> list[bytes]:
    return [b64decode(text) for text in texts]


def test_the_api_tells_the_head_with_keys_and_audit(client):
    logged(7)
    public_log.audit_log()
    told = client.get("/api/v1/log").json()
    head = open_checkpoint(told["checkpoint"], public_log.policy())
    assert (told["origin"], told["size"]) == (head.origin, 7)
    assert b64decode(told["root"]) == head.root
    assert told["keys"] == [public_log.signing_key().verifier.text]
    assert told["audit"] == told["audit"] | {"is_sound": True, "size": 7, "faults": []}


def test_the_api_finds_entries_by_position_and_by_ticket_waiting_ones_too(client):
    rows = queued(1, 2, 3)
    waiting = client.get(f"/api/v1/log/tickets/{rows[1].pk}").json()
    assert (waiting["position"], waiting["text"]) == (None, rows[1].text)
    public_log.integrate()
    by_ticket = client.get(f"/api/v1/log/tickets/{rows[1].pk}").json()
    assert by_ticket == client.get("/api/v1/log/entries/1").json()
    assert b64decode(by_ticket["leaf_hash"]) == leaf_hash(by_ticket["text"].encode())
    assert by_ticket["proof"] == "http://127.0.0.1:8000/log/proof/1.tlog-proof"
    for path in ("entries/3", f"tickets/{rows[-1].pk + 1}"):
        assert client.get(f"/api/v1/log/{path}").json()["code"] == "not_in_the_log"
    page = client.get("/api/v1/log/entries?limit=2").json()
    assert [item["position"] for item in page["items"]] == [2, 1]
    rest = client.get("/api/v1/log/entries?limit=2&after=1").json()
    assert ([item["position"] for item in rest["items"]], rest["next"]) == ([0], None)


def test_the_api_proves_inclusion_and_growth(client):
    logged(5)
    old = open_checkpoint(LogCheckpoint.objects.get().note, public_log.policy())
    logged(300)
    told = client.get("/api/v1/log/entries/4/inclusion").json()
    head = open_checkpoint(told["checkpoint"], public_log.policy())
    entry = LogEntry.objects.get(position=4).text.encode()
    verify_inclusion(4, 305, head.root, leaf_hash(entry), hashes(told["hashes"]))
    told = client.get("/api/v1/log/entries/4/inclusion?size=5").json()
    verify_inclusion(4, 5, old.root, leaf_hash(entry), hashes(told["hashes"]))
    grown = client.get("/api/v1/log/consistency?old=5&new=305").json()
    assert (grown["old"], grown["new"]) == (5, 305)
    verify_consistency(5, 305, old.root, head.root, hashes(grown["hashes"]))


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("entries/5/inclusion", "大小为5的日志里没有第5条"),
        ("entries/0/inclusion?size=4", "没有签过大小为4的检查点，最后一份是5"),
        ("consistency?old=0&new=5", "要从1到5之间由小到大取两个大小，不能是0和5"),
        ("consistency?old=5&new=3", "不能是5和3"),
        ("consistency?old=1&new=6", "不能是1和6"),
    ],
)
def test_sizes_and_positions_out_of_range_are_refused_in_words(client, path, words):
    logged(5)
    answer = client.get(f"/api/v1/log/{path}")
    assert answer.status_code == 422
    told = answer.json()
    assert told["code"] == "out_of_range"
    assert words in answer.content.decode()


def test_the_page_shows_how_the_log_stands_in_few_queries(client, django_assert_max_num_queries):
    logged(300)
    public_log.audit_log()
    with django_assert_max_num_queries(8):
        html = client.get("/log/").content.decode()
    assert "从头重算了300条" in html
    assert "没有发现改动" in html
    assert html.count("tlog-proof") == 10
    assert len(html.encode()) < 60_000
    assert client.get("/en/log/").status_code == 200
