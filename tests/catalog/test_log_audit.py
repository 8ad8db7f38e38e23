"""Tampering with the stored log: each kind is found, and the report and the command name it."""

import json
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command

from catalog.engine.log import Checkpoint, CompactRange, leaf_hash, signed_checkpoint
from catalog.models import LogAudit, LogCheckpoint, LogCosignature, LogEntry, LogTile
from catalog.services import public_log
from catalog.services.log_witnesses import receive_cosignature
from tests.catalog.test_log_witnesses import BUREAU, forged, last_note, signed_by
from tests.catalog.test_public_log import logged, queued, unguarded

pytestmark = pytest.mark.django_db


def audited(capsys, *arguments: str) -> tuple[int, list[str], dict]:
    """Exit code, the lines for people, and the JSON of a second run."""
    code = 0
    capsys.readouterr()
    try:
        call_command("audit_log", *arguments)
    except CommandError as error:
        code = error.returncode
    lines = capsys.readouterr().out.splitlines()
    try:
        call_command("audit_log", "--json", *arguments)
    except CommandError as error:
        assert error.returncode == code
    return code, lines, json.loads(capsys.readouterr().out)


def swap() -> None:
    one, two = (LogEntry.objects.get(position=n) for n in (7, 200))
    with unguarded("catalog_logentry"):
        LogEntry.objects.filter(position=7).update(text=two.text)
        LogEntry.objects.filter(position=200).update(text=one.text)


def rotate() -> None:
    """Three entries moved one place on."""
    texts = [LogEntry.objects.get(position=n).text for n in (10, 11, 12)]
    with unguarded("catalog_logentry"):
        for n, text in zip((10, 11, 12), (texts[2], *texts[:2]), strict=True):
            LogEntry.objects.filter(position=n).update(text=text)


def change_one_byte() -> None:
    text = LogEntry.objects.get(position=77).text
    with unguarded("catalog_logentry"):
        LogEntry.objects.filter(position=77).update(text=text.replace("W77", "W78"))


def remove() -> None:
    with unguarded("catalog_logentry"):
        LogEntry.objects.filter(position=250).delete()


def remove_and_close_up() -> None:
    with unguarded("catalog_logentry"):
        LogEntry.objects.filter(position=290).delete()
        for row in list(LogEntry.objects.filter(position__gt=290).order_by("position")):
            LogEntry.objects.filter(position=row.position).update(position=row.position - 1)


def change_a_tile() -> None:
    tile = LogTile.objects.get(level=0, index=1)
    raw = bytearray(tile.hashes)
    raw[3 * 32] ^= 1
    LogTile.objects.filter(pk=tile.pk).update(hashes=bytes(raw))


def cut_a_tile() -> None:
    tile = LogTile.objects.get(level=0, index=1)
    LogTile.objects.filter(pk=tile.pk).update(hashes=bytes(tile.hashes)[: 43 * 32])


TAMPERED: dict[Callable[[], None], tuple[dict, str]] = {
    change_one_byte: (
        {"fault": "EntryFault", "index": 77, "kind": "changed", "is_signed": True, "other": None},
        "第77条被改成了别的内容；有签名的检查点为证。",
    ),
    swap: (
        {"fault": "EntryFault", "index": 7, "kind": "swapped", "is_signed": True, "other": 200},
        "第7条和第200条换了位置；有签名的检查点为证。",
    ),
    rotate: (
        {"fault": "EntryFault", "index": 10, "kind": "reordered", "is_signed": True, "other": None},
        "从第10条起次序被打乱；有签名的检查点为证。",
    ),
    remove: (
        {"fault": "EntryFault", "index": 250, "kind": "removed", "is_signed": True, "other": None},
        "第250条不见了；有签名的检查点为证。",
    ),
    remove_and_close_up: (
        {"fault": "EntryFault", "index": 290, "kind": "removed", "is_signed": True, "other": None},
        "第290条不见了；有签名的检查点为证。",
    ),
    change_a_tile: (
        {"fault": "HashFault", "level": 0, "index": 259, "is_missing": False},
        "分片0/1里第3个摘要被改了。",
    ),
    cut_a_tile: (
        {"fault": "HashFault", "level": 0, "index": 299, "is_missing": True},
        "分片0/1里缺第43个摘要。",
    ),
}


@pytest.mark.parametrize("tamper", TAMPERED, ids=lambda tamper: tamper.__name__)
def test_what_was_tampered_with_is_named_and_nothing_more_is_signed(client, capsys, tamper):
    logged(300)
    tamper()
    fault, words = TAMPERED[tamper]
    code, lines, told = audited(capsys)
    assert code == 1
    assert lines[0] == words
    assert told["faults"][0] == fault | {"words": words}
    assert (told["is_sound"], LogAudit.objects.count()) == (False, 2)
    assert words in client.get("/log/").content.decode()
    assert client.get("/api/v1/log").json()["audit"]["faults"][0] == words
    queued(1)
    with pytest.raises(public_log.LogBroken, match="found a fault"):
        public_log.integrate()
    assert LogCheckpoint.objects.count() == 1


def test_an_untouched_log_exits_zero_and_one_without_a_key_with_two(capsys, settings):
    logged(300)
    assert audited(capsys) == (
        0, ["300条，没有发现改动。"], {"size": 300, "is_sound": True, "faults": []}
    )  # fmt: skip
    settings.PUBLIC_LOG_OLD_KEYS = ["not a key"]
    with pytest.raises(CommandError) as refused:
        call_command("audit_log")
    assert refused.value.returncode == 2
    settings.PUBLIC_LOG_OLD_KEYS, settings.PUBLIC_LOG_KEY = [], ""
    for arguments in ([], ["--checkpoint", "/nowhere/at/all"]):
        with pytest.raises(CommandError) as refused:
            call_command("audit_log", *arguments)
        assert refused.value.returncode == 2
    assert LogAudit.objects.count() == 2, "what could not be looked at is no audit"


# ------------------------------------------------------------------ with the key of the log in hand


def rewrite(texts: list[str], sizes: list[int]) -> None:
    """As somebody who has the database and the key: another history, whole and signed."""
    leaves = [leaf_hash(text.encode()) for text in texts]
    with unguarded("catalog_logentry"):
        LogEntry.objects.filter(position__gte=len(texts)).delete()
        for position, text in enumerate(texts):
            LogEntry.objects.filter(position=position).update(text=text, leaf_hash=leaves[position])
    LogTile.objects.all().delete()
    public_log._keep(CompactRange().appended(leaves))
    with unguarded("catalog_logcheckpoint"):
        LogCheckpoint.objects.all().delete()
        for size in sizes:
            root = CompactRange().appended(leaves[:size]).range.root
            stated = Checkpoint(public_log.origin(), size, root)
            note = signed_checkpoint(stated, public_log.signing_key())
            LogCheckpoint.objects.create(size=size, note=note)


def rewritten(change: Callable[[list[str]], list[str]]) -> list[str]:
    return change(list(LogEntry.objects.order_by("position").values_list("text", flat=True)))


def test_a_log_rewritten_whole_looks_sound_from_inside_and_a_kept_checkpoint_convicts_it(
    capsys, tmp_path
):
    logged(5)
    logged(5)
    kept = tmp_path / "checkpoint"
    kept.write_text(last_note(), "utf-8")
    rewrite(rewritten(lambda texts: [*texts[:7], '{"t":"forged"}', *texts[8:]]), [5, 10])
    assert audited(capsys)[0] == 0
    code, lines, told = audited(capsys, "--checkpoint", str(kept))
    assert code == 1
    assert lines == ["分叉：大小为10的检查点不是这本日志长出来的，第5条以后分成两种历史。"]
    assert told["faults"][0]["kind"] == "fork"


def test_a_log_cut_back_to_an_older_state_is_convicted_by_a_kept_checkpoint(capsys, tmp_path):
    logged(5)
    logged(5)
    kept = tmp_path / "checkpoint"
    kept.write_text(last_note(), "utf-8")
    rewrite(rewritten(lambda texts: texts[:5]), [5])
    assert audited(capsys)[0] == 0
    code, lines, _told = audited(capsys, "--checkpoint", str(kept))
    assert code == 1
    assert lines == [
        "第5条不见了；有签名的检查点为证。", "已经签到10条，现在没有这么多。",
    ]  # fmt: skip


def test_a_rewritten_checkpoint_no_longer_fits_what_the_witness_signed(capsys, settings):
    settings.PUBLIC_LOG_WITNESSES = [BUREAU.verifier.text]
    logged(10)
    receive_cosignature(note=signed_by(last_note(), BUREAU))
    assert audited(capsys)[0] == 0
    rewrite(rewritten(lambda texts: ['{"t":"forged"}', *texts[1:]]), [10])
    code, lines, _told = audited(capsys)
    assert code == 1
    assert lines == ["见证人culture.example/witness签过的大小为10的检查点，与现在存的不是同一份。"]


def test_a_false_cosignature_in_the_database_is_not_served(client, settings):
    settings.PUBLIC_LOG_WITNESSES = [BUREAU.verifier.text]
    logged(10)
    receive_cosignature(note=signed_by(last_note(), BUREAU))
    other = signed_by(forged(10), BUREAU).splitlines(keepends=True)[-1]
    with unguarded("catalog_logcosignature"):
        LogCosignature.objects.update(line=other)
    answer = client.get("/log/checkpoint")
    assert answer.status_code == 200
    assert "culture.example" not in answer.content.decode()
    assert not public_log.audit_log().is_sound


def test_a_checkpoint_that_was_changed_is_named(capsys):
    logged(5)
    logged(5)
    with unguarded("catalog_logcheckpoint"):
        row = LogCheckpoint.objects.get(size=5)
        LogCheckpoint.objects.filter(size=5).update(note=row.note.replace("\n5\n", "\n4\n"))
    code, lines, _told = audited(capsys)
    assert code == 1
    assert lines[0].startswith("大小为5的检查点打不开：")
