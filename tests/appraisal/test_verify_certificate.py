"""Tampering, each case named by the engine, the independent program and the command alike."""

import io
import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import pikepdf
import pytest
from django.core.management import CommandError, call_command

from appraisal.certificates.pdf import drawn
from appraisal.certificates.shown import printed
from appraisal.certificates.words import VERDICTS
from appraisal.engine.credentials import did_document, public_key_from, sign
from appraisal.engine.credentials.trusted import TrustedKey, read_keys
from appraisal.models import SealedKey
from appraisal.services import issuing
from appraisal.services.signing_keys import controller_of, trusted_keys
from artmarket.core.clock import db_now
from catalog.services import public_log
from tests.appraisal.certified import checked, lists_for, with_file, with_key
from tests.catalog.factories import person, registered

pytestmark = pytest.mark.django_db
CHECKER = Path(__file__).parents[2] / "docs" / "check_certificate.py"
PICTURE = b"the photograph that was taken in at registration"
OTHER_SEED = bytes(range(32))


@pytest.fixture
def row(settings):
    settings.SITE_URL = "https://art.example"
    with_key()
    work = registered()
    image = work.photos.first().image
    image.sha256 = sha256(PICTURE).hexdigest()
    image.save()
    return issuing.issue_lock(actor=person("registrar"), work_id=work.pk)


@pytest.fixture
def folder(row, tmp_path):
    write(tmp_path, row)
    return tmp_path


def write(folder: Path, row, document: str = "") -> None:
    """The files of a stranger: certificate, keys, lists."""
    did = controller_of()
    (folder / "certificate.json").write_text(document or row.document)
    (folder / "did.json").write_text(
        json.dumps(did_document(did, trusted_keys(controller=did)), ensure_ascii=False)
    )
    for place, text in enumerate(lists_for(row)):
        (folder / f"status-{place}.json").write_text(text)


def command(folder: Path, *more: str, name: str = "certificate.json") -> SimpleNamespace:
    """What the command says with nothing but the files."""
    lists = [str(path) for path in sorted(folder.glob("status-*.json"))]
    return said(str(folder / name), "--keys", str(folder / "did.json"), "--status", *lists, *more)


def said(*arguments: str) -> SimpleNamespace:
    out, err = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command("verify_certificate", *arguments, stdout=out, stderr=err)
    except SystemExit as end:
        code = int(end.code or 0)
    return SimpleNamespace(code=code, out=out.getvalue(), err=err.getvalue())


def program(folder: Path) -> dict:
    lists = [path.name for path in sorted(folder.glob("status-*.json"))]
    done = subprocess.run(
        [sys.executable, str(CHECKER), "certificate.json", "--keys", "did.json", "--json",
         "--status", *lists],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return json.loads(done.stdout) | {"code": done.returncode}


def all_three_say(folder: Path, row, verdict: str, question: str, code: str) -> None:
    """Engine, program and command come to one verdict for one reason."""
    text = (folder / "certificate.json").read_text()
    engine = checked(SimpleNamespace(document=text, place=row.place))
    told = json.loads(command(folder, "--json").out)
    theirs = program(folder)
    assert [engine.verdict.value, told["verdict"], theirs["verdict"]] == [verdict] * 3
    assert engine.answer(question).code == code
    assert told["answers"][question][1] == code
    assert theirs["answers"][question][1] == code
    words = command(folder)
    assert str(VERDICTS[engine.verdict][1]) in words.out.splitlines()[0]
    assert words.code == theirs["code"] == {"valid": 0, "unknown": 2}.get(verdict, 1)


def test_a_sound_one_is_valid_for_all_three(folder, row):
    all_three_say(folder, row, "valid", "proof", "signature_sound")


def test_a_swapped_picture_in_the_document(folder, row):
    document = row.content
    document["credentialSubject"]["images"][0]["sha256"] = "0" * 64
    write(folder, row, json.dumps(document))
    all_three_say(folder, row, "invalid", "proof", "signature_wrong")


def test_one_byte_changed(folder, row):
    write(folder, row, row.document.replace("春山放鸢图", "春山放鳶图"))
    all_three_say(folder, row, "invalid", "proof", "signature_wrong")


def test_a_price_written_in(folder, row):
    write(folder, row, row.document.replace('"images"', '"price":"80000","images"'))
    all_three_say(folder, row, "invalid", "kind", "member_unknown")


def test_a_certificate_of_another_issuer_in_our_name(folder, row):
    forged = signed_by_another(row, f"{controller_of()}#key-9")
    write(folder, row, json.dumps(forged))
    all_three_say(folder, row, "invalid", "issuer", "key_not_trusted")


def test_another_key_under_the_name_of_ours(folder, row):
    write(folder, row, json.dumps(signed_by_another(row, row.method)))
    all_three_say(folder, row, "invalid", "proof", "signature_wrong")


def test_a_trusted_key_of_somebody_else(folder, row):
    other = "did:web:other.example"
    write(folder, row, json.dumps(signed_by_another(row, f"{other}#key-1")))
    key = TrustedKey(f"{other}#key-1", other, public_key_from(OTHER_SEED))
    own = json.loads((folder / "did.json").read_text())
    both = {"keys": [*own["verificationMethod"], *did_document(other, [key])["verificationMethod"]]}
    (folder / "did.json").write_text(json.dumps(both))
    assert len(read_keys(both)) == 2
    told, theirs = json.loads(command(folder, "--json").out), program(folder)
    assert [told["verdict"], theirs["verdict"]] == ["invalid"] * 2
    assert told["answers"]["issuer"][1] == theirs["answers"]["issuer"][1] == "key_of_another"


def signed_by_another(row, method: str) -> dict:
    bare = {name: part for name, part in row.content.items() if name != "proof"}
    return sign(bare, seed=OTHER_SEED, method=method, created=db_now())


def test_the_status_goes_back_and_forth_for_all_three(folder, row):
    registrar = person("registrar")
    issuing.suspend(actor=registrar, certificate_id=row.pk, reason="有异议")
    write(folder, row)
    all_three_say(folder, row, "suspended", "suspension", "suspended")
    issuing.lift(actor=registrar, certificate_id=row.pk, reason="不成立")
    write(folder, row)
    all_three_say(folder, row, "valid", "suspension", "not_suspended")
    issuing.revoke(actor=registrar, certificate_id=row.pk, reason="误发")
    write(folder, row)
    all_three_say(folder, row, "revoked", "revocation", "revoked")
    assert "状态截至：" in command(folder).out


def test_an_old_list_put_back_shows_its_age(folder, row):
    issuing.revoke(actor=person("registrar"), certificate_id=row.pk, reason="误发")
    stale = command(folder)
    assert stale.code == 0
    assert "（0小时前）" in stale.out
    late = command(folder, "--at", "2099-01-01T00:00:00Z")
    assert late.code == 2
    assert str(VERDICTS["unknown"][1]) in late.out


def test_a_list_with_a_changed_bit_is_refused(folder, row):
    document = json.loads((folder / "status-0.json").read_text())
    issuing.revoke(actor=person("registrar"), certificate_id=row.pk, reason="误发")
    revoked = json.loads(lists_for(row)[0])
    revoked["credentialSubject"]["encodedList"] = document["credentialSubject"]["encodedList"]
    write(folder, row)
    (folder / "status-0.json").write_text(json.dumps(revoked))
    told = json.loads(command(folder, "--json").out)
    assert (told["verdict"], told["answers"]["revocation"][1]) == ("unknown", "list_refused")
    assert program(folder)["verdict"] == "unknown"


# ------------------------------------------------------------------ pictures, log, paper


def test_a_picture_is_that_of_the_registration_or_not(folder):
    (folder / "same.jpg").write_bytes(PICTURE)
    (folder / "other.jpg").write_bytes(PICTURE + b".")
    same = command(folder, "--picture", str(folder / "same.jpg"))
    assert same.code == 0
    assert "[+] same.jpg：就是登记时的那张。" in same.out
    other = command(folder, "--picture", str(folder / "other.jpg"))
    assert other.code == 1
    assert "[-] other.jpg：不是登记时的那张：摘要不符。" in other.out


def test_the_proof_of_the_log_is_checked_and_one_of_another_named(folder, row):
    second = issuing.issue_lock(actor=person("registrar"), work_id=registered().pk)
    public_log.integrate()
    key = public_log.signing_key().verifier.text
    for certificate in (row, second):
        proof = public_log.proof_of(ticket=certificate.log_ticket)
        (folder / f"{certificate.pk}.tlog-proof").write_text(proof)
    fits = command(folder, "--proof", str(folder / f"{row.pk}.tlog-proof"), "--log-key", key)
    assert fits.code == 0
    assert "[+] 公开日志：公开日志里有它。" in fits.out
    wrong = command(folder, "--proof", str(folder / f"{second.pk}.tlog-proof"), "--log-key", key)
    assert wrong.code == 1
    assert "日志的证明与这份证书不符" in wrong.out
    assert command(folder).code == 0


def test_at_the_registry_nothing_but_the_file_is_needed(folder, row):
    public_log.integrate()
    found = said(str(folder / "certificate.json"))
    assert found.code == 0
    assert "[+] 公开日志：公开日志里有它。" in found.out
    issuing.revoke(actor=person("registrar"), certificate_id=row.pk, reason="误发")
    assert said(str(folder / "certificate.json")).code == 1


def test_the_paper_with_the_file_inside_is_checked_like_the_file(folder, row):
    (folder / "certificate.pdf").write_bytes(drawn(printed(row)))
    found = command(folder, name="certificate.pdf")
    assert found.code == 0
    assert found.out.startswith("核对的是这份PDF里附的证书文件。\n结果：")
    assert "PDF" not in command(folder).out
    assert json.loads(command(folder, "--json", name="certificate.pdf").out)["from_pdf"] is True
    assert json.loads(command(folder, "--json").out)["from_pdf"] is False


def test_a_paper_with_none_or_two_inside_is_refused_in_plain_words(folder, row):
    blank = io.BytesIO()
    pikepdf.new().save(blank)
    second = issuing.issue_lock(actor=person("registrar"), work_id=registered().pk)
    two = with_file(drawn(printed(row)), second.document.encode())
    for content, words in (
        (b"%PDF-1.7\nnothing", "读不出"),
        (blank.getvalue(), "没有附证书文件"),
        (two, "不止一份证书文件"),
    ):
        (folder / "paper.pdf").write_bytes(content)
        refused = command(folder, name="paper.pdf")
        assert (refused.code, refused.out) == (2, "")
        assert words in refused.err


def test_files_that_cannot_be_read_leave_it_undecided(folder):
    (folder / "did.json").write_text("{")
    assert command(folder).code == 2
    missing = said(str(folder / "nothing.json"))
    assert missing.code == 2
    assert "读不到文件" in missing.err
    (folder / "hostile.json").write_text('{"a": 1, "a": 2}')
    assert said(str(folder / "hostile.json")).code == 1


# ------------------------------------------------------------------ keys at the command line


def test_keys_are_listed_made_followed_and_revoked_at_the_command_line(db, settings):
    settings.SITE_URL = "https://art.example"
    out = io.StringIO()
    call_command("signing_keys", "create", stdout=out)
    method = SealedKey.objects.get().method
    call_command("signing_keys", "succeed", "--method", method, stdout=out)
    call_command("signing_keys", "revoke", "--method", method, "--reason", "泄露", stdout=out)
    out = io.StringIO()
    call_command("signing_keys", stdout=out)
    lines = out.getvalue().splitlines()
    assert len(lines) == 3
    assert ", revoked " in lines[0]
    with pytest.raises(CommandError):
        call_command("signing_keys", "create")
    with pytest.raises(CommandError):
        call_command("signing_keys", "end", "--method", "did:web:nobody#key-1")
