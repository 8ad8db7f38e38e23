"""Witnesses: they sign what has only grown, refuse the rest by name, and are shown to everybody."""

import stat
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from catalog.engine.log import (
    Checkpoint,
    CompactRange,
    KeyType,
    Policy,
    SigningKey,
    errors,
    leaf_hash,
    open_checkpoint,
    signed_checkpoint,
    signed_note,
    verify_offline,
)
from catalog.engine.log.note import Note, read_note, signature_of, write_note
from catalog.log_checks import check_log_keys
from catalog.models import LogCheckpoint, LogCosignature, LogEntry
from catalog.services import public_log
from catalog.services.log_policy import log_keys, origin
from catalog.services.log_witnesses import (
    CosignatureRefused,
    cosign,
    read_secret,
    receive_cosignature,
    write_secret,
)
from tests.catalog.test_public_log import logged, unguarded

pytestmark = pytest.mark.django_db

BUREAU = SigningKey("culture.example/witness", KeyType.WITNESS, bytes(range(32)))
OTHER = SigningKey("museum.example/witness", KeyType.WITNESS, bytes(range(1, 33)))
AT = 1_790_000_000  # 2026-09


@pytest.fixture(autouse=True)
def _listed(settings):
    settings.PUBLIC_LOG_WITNESSES = [BUREAU.verifier.text]


@pytest.fixture
def key_file(tmp_path) -> Path:
    path = tmp_path / "witness.key"
    path.write_text(write_secret(BUREAU), "utf-8")
    return path


def strict() -> Policy:
    """Of who trusts the log only with its witness."""
    return Policy(origin(), log_keys(), (BUREAU.verifier,), needed=1)


def signed_by(note: str, key: SigningKey, at: int = AT) -> str:
    parts = read_note(note)
    return write_note(Note(parts.text, (*parts.signatures, signature_of(parts.text, key, at))))


def last_note() -> str:
    return LogCheckpoint.objects.order_by("-size")[0].note


class Shown:
    """A log that shows a witness what we give it, and takes his signature."""

    def __init__(self, note: str, tiles=None) -> None:
        self.note, self.tiles, self.taken = note, tiles or {}, []

    def checkpoint(self) -> str:
        return self.note

    def tile(self, tile) -> bytes:
        return self.tiles[tile.path]

    def submit(self, note: str) -> None:
        self.taken.append(note)


def test_the_command_makes_a_key_that_only_its_owner_reads_and_never_writes_over_one(
    tmp_path, capsys
):
    path = tmp_path / "new.key"
    call_command("cosign_log", "--key", str(path), "--new", "culture.example/witness")
    public = capsys.readouterr().out.strip()
    key = read_secret(path.read_text("utf-8"))
    assert key.verifier.text == public
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(CommandError) as refused:
        call_command("cosign_log", "--key", str(path), "--new", "x")
    assert refused.value.returncode == 2
    assert read_secret(path.read_text("utf-8")) == key


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.removeprefix("PRIVATE+"),
        lambda text: text.replace("culture", "museum"),
        lambda text: text[:-8],
        lambda text: "PRIVATE+KEY+nothing",
    ],
)
def test_a_key_file_that_is_not_one_is_refused(change):
    assert read_secret(write_secret(BUREAU)) == BUREAU
    with pytest.raises(errors.MalformedKey):
        read_secret(change(write_secret(BUREAU)))


def test_a_witness_signs_the_first_tree_and_what_grew_out_of_it(client, key_file, capsys):
    logged(5)
    assert "Not" not in client.get("/log/checkpoint").content.decode()
    call_command("cosign_log", "--key", str(key_file))
    assert capsys.readouterr().out.strip() == "culture.example/witness已签到第5条。"
    assert open_checkpoint(client.get("/log/checkpoint").content, strict()).size == 5
    logged(300)
    with pytest.raises(errors.NotEnoughWitnesses):
        open_checkpoint(client.get("/log/checkpoint").content, strict())
    call_command("cosign_log", "--key", str(key_file))
    assert open_checkpoint(client.get("/log/checkpoint").content, strict()).size == 305
    assert list(LogCosignature.objects.values_list("size", flat=True)) == [5, 305]
    kept = (key_file.parent / "witness.key.last").read_text("utf-8")
    assert open_checkpoint(kept, strict()).size == 305
    html = client.get("/log/").content.decode()
    assert "culture.example/witness" in html
    assert client.get("/api/v1/log").json()["witnesses"][0]["size"] == 305


def test_a_proof_is_made_against_the_last_cosigned_tree_that_has_the_entry(key_file):
    logged(5)
    call_command("cosign_log", "--key", str(key_file))
    logged(5)
    entries = [e.text.encode() for e in LogEntry.objects.order_by("position")]
    old = verify_offline(public_log.proof_at(position=4), entries[4], strict())
    assert (old.size, [w.name for w in old.witnesses]) == (5, ["culture.example/witness"])
    assert (
        verify_offline(public_log.proof_at(position=5), entries[5], public_log.policy()).size == 10
    )
    with pytest.raises(errors.NotEnoughWitnesses):
        verify_offline(public_log.proof_at(position=5), entries[5], strict())


def test_a_cosignature_comes_over_http_without_an_account_and_twice_is_once(client):
    logged(5)
    note = signed_by(last_note(), BUREAU)
    for _turn in range(2):
        answer = client.post("/log/cosignature", note.encode(), content_type="text/plain")
        assert (answer.status_code, answer.content) == (204, b"")
    assert LogCosignature.objects.count() == 1
    later = signed_by(last_note(), BUREAU, AT + 60)
    client.post("/log/cosignature", later.encode(), content_type="text/plain")
    opened = open_checkpoint(client.get("/log/checkpoint").content, strict())
    assert [w.at for w in opened.witnesses] == [AT + 60], "the last one is served"
    assert client.get("/log/cosignature").status_code == 405


def forged(size: int, *, entry: bytes = b"forged") -> str:
    """Another history of this size, signed with the log's own key."""
    root = CompactRange().appended([leaf_hash(entry)] * size).range.root
    return signed_checkpoint(Checkpoint(origin(), size, root), public_log.signing_key())


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (lambda: last_note(), "no_listed_witness"),
        (lambda: signed_by(last_note(), OTHER), "no_listed_witness"),
        (lambda: signed_by(last_note(), BUREAU, 9_000_000_000), "signed_in_future"),
        (lambda: signed_by(forged(5), BUREAU), "not_ours"),
        (lambda: signed_by(forged(7), BUREAU), "not_ours"),
        (lambda: signed_note(read_note(last_note()).text, BUREAU, AT), "no_trusted_signature"),
        (
            lambda: last_note() + signed_by(forged(5), BUREAU).splitlines(True)[-1],
            "wrong_signature",
        ),
        (lambda: signed_by(last_note(), BUREAU).replace("\n5\n", "\n6\n"), "wrong_signature"),
        (lambda: "nothing", "malformed_note"),
    ],
)
def test_what_is_no_cosignature_of_a_listed_witness_is_refused_with_the_reason(
    client, made, reason
):
    logged(5)
    answer = client.post("/log/cosignature", made().encode(), content_type="text/plain")
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    told = answer.json()
    assert told["code"] == "cosignature_refused"
    assert told["reason"] == reason
    assert not LogCosignature.objects.exists()


def test_bytes_that_are_no_text_are_refused(client):
    logged(1)
    answer = client.post("/log/cosignature", b"\xff\xfe", content_type="text/plain")
    assert (answer.status_code, answer.json()["reason"]) == (422, "malformed_note")


def test_a_witness_taken_off_the_list_signs_no_more_and_his_old_lines_prove_nothing(settings):
    logged(5)
    receive_cosignature(note=signed_by(last_note(), BUREAU))
    settings.PUBLIC_LOG_WITNESSES = [OTHER.verifier.text]
    with pytest.raises(CosignatureRefused):
        receive_cosignature(note=signed_by(last_note(), BUREAU, AT + 1))
    assert public_log.audit_log().is_sound


def test_cosignatures_cannot_be_changed_or_deleted():
    logged(2)
    receive_cosignature(note=signed_by(last_note(), BUREAU))
    for change in (
        lambda: LogCosignature.objects.update(line="x"),
        lambda: LogCosignature.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


# ------------------------------------------------------------------ what a witness refuses


def refusal_of(key_file: Path) -> CommandError:
    with pytest.raises(CommandError) as refused:
        call_command("cosign_log", "--key", str(key_file))
    assert refused.value.returncode == 1
    return refused.value


def test_an_old_checkpoint_shown_again_is_named_and_not_signed(key_file):
    logged(5)
    logged(5)
    call_command("cosign_log", "--key", str(key_file))
    with unguarded("catalog_logcheckpoint"):
        LogCheckpoint.objects.filter(size=10).delete()
    refused = str(refusal_of(key_file))
    assert refused.startswith("older_checkpoint: 旧检查点又被拿出来")
    assert "10" in refused
    assert LogCosignature.objects.filter(size=5).count() == 0


@pytest.mark.parametrize("size", [10, 12])
def test_a_forked_log_is_named_and_not_signed(key_file, size):
    logged(10)
    call_command("cosign_log", "--key", str(key_file))
    before = (key_file.parent / "witness.key.last").read_text("utf-8")
    leaves = [leaf_hash(b"forged %d" % n) for n in range(size)]
    growth = CompactRange().appended(leaves)
    stated = Checkpoint(origin(), size, growth.range.root)
    shown = Shown(
        signed_checkpoint(stated, public_log.signing_key()),
        {f"tile/0/000.p/{size}": b"".join(leaves)},
    )
    with pytest.raises(errors.Fork):
        cosign(
            shown, BUREAU, Policy(origin(), log_keys()),
            kept=key_file.parent / "witness.key.last", at=AT,
        )  # fmt: skip
    assert shown.taken == []
    assert (key_file.parent / "witness.key.last").read_text("utf-8") == before


def test_the_command_names_a_fork_in_the_database(key_file):
    logged(5)
    call_command("cosign_log", "--key", str(key_file))
    with unguarded("catalog_logcheckpoint"):
        LogCheckpoint.objects.filter(size=5).update(note=forged(5))
    assert str(refusal_of(key_file)).startswith("fork: 分叉")


def test_a_log_of_another_name_or_key_is_refused(key_file, settings):
    logged(5)
    call_command("cosign_log", "--key", str(key_file))
    note = last_note()
    settings.PUBLIC_LOG_ORIGIN = "elsewhere.example/log"
    kept = key_file.parent / "witness.key.last"
    with pytest.raises(errors.WrongOrigin):
        cosign(Shown(note), BUREAU, Policy(origin(), log_keys()), kept=kept, at=AT)


def test_what_was_signed_is_kept_before_the_signature_is_given_away(key_file):
    logged(5)
    kept = key_file.parent / "witness.key.last"

    class Failing(Shown):
        def submit(self, note: str) -> None:
            assert kept.read_text("utf-8") == note
            raise OSError("the line went dead")

    with pytest.raises(OSError, match="dead"):
        cosign(Failing(last_note()), BUREAU, Policy(origin(), log_keys()), kept=kept, at=AT)
    assert kept.exists()


def test_a_witness_elsewhere_reads_and_signs_over_http(live_server, key_file, settings, capsys):
    logged(300)
    arguments = ["--key", str(key_file), "--log", f"{live_server.url}/log"]
    with pytest.raises(CommandError) as refused:
        call_command("cosign_log", *arguments)
    assert refused.value.returncode == 2
    arguments += ["--log-key", public_log.signing_key().verifier.text]
    call_command("cosign_log", *arguments)
    logged(5)
    call_command("cosign_log", *arguments)
    assert capsys.readouterr().out.splitlines()[-1] == "culture.example/witness已签到第305条。"
    assert list(LogCosignature.objects.order_by("size").values_list("size", flat=True)) == [
        300,
        305,
    ]
    with pytest.raises(CommandError) as refused:
        call_command(
            "cosign_log", "--key", str(key_file), "--log", "file:///etc", "--log-key", arguments[-1]
        )
    assert refused.value.returncode == 2


# ------------------------------------------------------------------ a new key of the log


def test_after_a_change_of_key_old_checkpoints_open_and_the_log_goes_on(settings, key_file):
    logged(5)
    call_command("cosign_log", "--key", str(key_file))
    earlier = public_log.signing_key().verifier
    settings.PUBLIC_LOG_KEY = "a new key of the log"
    with pytest.raises(public_log.LogBroken, match="does not open"):
        logged(5)
    settings.PUBLIC_LOG_OLD_KEYS = [earlier.text]
    assert public_log.integrate() == 5
    assert public_log.audit_log().is_sound
    only_new = Policy(origin(), (public_log.signing_key().verifier,))
    assert open_checkpoint(last_note(), only_new).size == 10
    with pytest.raises(errors.NoTrustedSignature):
        open_checkpoint(LogCheckpoint.objects.get(size=5).note, only_new)
    call_command("cosign_log", "--key", str(key_file))
    assert LogCosignature.objects.filter(size=10).exists()


def test_keys_in_the_settings_that_are_none_stop_the_start(settings):
    assert check_log_keys(None) == []
    own = public_log.signing_key().verifier
    settings.PUBLIC_LOG_OLD_KEYS = ["nothing"]
    settings.PUBLIC_LOG_WITNESSES = [BUREAU.verifier.text, "x+y+z"]
    assert [problem.msg.partition(":")[0] for problem in check_log_keys(None)] == [
        "PUBLIC_LOG_OLD_KEYS", "PUBLIC_LOG_WITNESSES",
    ]  # fmt: skip
    settings.PUBLIC_LOG_OLD_KEYS = []
    for witnesses in ([BUREAU.verifier.text] * 2, [own.text]):
        settings.PUBLIC_LOG_WITNESSES = witnesses
        assert [problem.id for problem in check_log_keys(None)] == ["catalog.E002"]
    settings.PUBLIC_LOG_KEY, settings.PUBLIC_LOG_WITNESSES = "", []
    assert check_log_keys(None) == []
