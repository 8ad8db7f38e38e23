"""Check a certificate, a JSON file or a PDF with it inside, and say in words what is proven.

With --keys nothing is asked of the database and nothing of the network; without, the registry's own
keys, lists and proofs are used. Exit code 0 valid, 1 not, 2 undecided or unreadable.
"""

import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from appraisal.certificates import at_hand
from appraisal.certificates.embedded import NoCertificateInside, certificate_inside, is_pdf
from appraisal.certificates.facts import issued_fact
from appraisal.certificates.package import log_proof_of
from appraisal.certificates.stated import stated
from appraisal.certificates.words import FINDINGS, VERDICTS, answer_row, paper_problem
from appraisal.engine.credentials import (
    CredentialRefused,
    Finding,
    TrustedKey,
    Verdict,
    Verification,
    read_json,
    read_keys,
    verify,
)
from appraisal.engine.credentials.moments import read_moment
from appraisal.models import Certificate
from artmarket.core.clock import db_now
from catalog.engine.log import LogError, Policy, read_key, verify_offline, write_entry
from catalog.services import public_log

MARKS: Final = {Finding.PROVEN: "[+]", Finding.REFUTED: "[-]", Finding.OPEN: "[?]"}
EXIT: Final = {Verdict.VALID: 0, Verdict.UNKNOWN: 2}
MOST_BYTES: Final = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Means:
    """With what is checked, for which moment."""

    keys: tuple[TrustedKey, ...]
    lists: list[str]
    successors: list[str]
    at: datetime


@dataclass(frozen=True, slots=True)
class Logged:
    """What a proof of the public log came to: when the log held it, or why it does not fit."""

    at: datetime | None = None
    size: int = 0
    wrong: str = ""


class Unusable(ValueError):
    """A file that cannot be read; nothing can be said of the certificate."""


class Command(BaseCommand):
    help = "Check a certificate offline: JSON, or a PDF with the certificate inside."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--keys", type=Path, help="did.json; without it, the registry's keys")
        parser.add_argument("--status", type=Path, nargs="+", default=[], help="status lists")
        parser.add_argument("--successor", type=Path, nargs="+", default=[])
        parser.add_argument("--proof", type=Path, help="certificate.tlog-proof")
        parser.add_argument("--log-key", default="", help="name+ID+base64 of the log's key")
        parser.add_argument("--picture", type=Path, nargs="+", default=[], help="original pictures")
        parser.add_argument("--at", default="", help="a moment, 2026-01-01T00:00:00Z")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            content = _content(options["file"])
            text = _certificate(content)
            document = _document(text)
            means = _means(document, options)
            logged = _logged(document, options, means.at)
            pictures = _pictures(document, options["picture"])
        except Unusable as error:
            self.stderr.write(str(error))
            sys.exit(2)
        found = verify(
            text, means.keys, means.at,
            status_lists=means.lists, successors=means.successors, logged_at=logged.at,
        )  # fmt: skip
        if options["json"]:
            told = _as_json(found, logged, pictures) | {"from_pdf": is_pdf(content)}
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            if is_pdf(content):
                self.stdout.write(_("核对的是这份PDF里附的证书文件。"))
            self.stdout.write("\n".join(_report(found, document, logged, pictures, means.at)))
        is_contradicted = bool(logged.wrong) or not all(pictures.values())
        code = 1 if is_contradicted else EXIT.get(found.verdict, 1)
        if code:
            sys.exit(code)


# ------------------------------------------------------------------ what is read


def _certificate(content: bytes) -> bytes:
    """The certificate: the file itself, or the only one inside a PDF."""
    if not is_pdf(content):
        return content
    try:
        return certificate_inside(content)
    except NoCertificateInside as error:
        raise Unusable(paper_problem(error)) from error


def _document(text: bytes) -> Any:
    """The value of a certificate; None where it has none, which the check then names."""
    try:
        return read_json(text)
    except CredentialRefused:
        return None


def _means(document: Any, options: dict[str, Any]) -> Means:
    lists = [_text(path) for path in options["status"]]
    successors = [_text(path) for path in options["successor"]]
    if options["keys"]:
        try:
            keys = read_keys(read_json(_content(options["keys"])))
        except CredentialRefused as error:
            raise Unusable(_("密钥文件读不出：%(why)s") % {"why": error}) from error
        return Means(keys, lists, successors, _moment(options["at"]) or datetime.now(UTC))
    number = at_hand.number_of(document)
    return Means(
        at_hand.keys(),
        lists or at_hand.lists_for(document),
        successors or at_hand.successors_of(number),
        _moment(options["at"]) or db_now(),
    )


def _moment(text: str) -> datetime | None:
    try:
        return read_moment(text) if text else None
    except CredentialRefused as error:
        raise Unusable(_("时刻要写成2026-01-01T00:00:00Z的样子。")) from error


def _logged(document: Any, options: dict[str, Any], at: datetime) -> Logged:
    """What the proof says, given or the registry's own; nothing where there is none."""
    proof = _text(options["proof"]) if options["proof"] else ""
    if not proof and not options["keys"]:
        number = at_hand.number_of(document)
        row = Certificate.objects.filter(number=number).first() if number else None
        proof = log_proof_of(row) if row else ""
    if not proof:
        return Logged()
    try:
        policy = _policy(options)
    except (public_log.LogBroken, LogError) as error:
        raise Unusable(_("没有日志的公钥，请用--log-key写明：%(why)s") % {"why": error}) from error
    try:
        entry = write_entry(issued_fact(document))
        checkpoint = verify_offline(proof, entry, policy)
    except (LogError, KeyError, TypeError, ValueError) as error:
        return Logged(wrong=str(error))
    seen = [datetime.fromtimestamp(w.at, UTC) for w in checkpoint.witnesses]
    return Logged(at=min([at, *seen]), size=checkpoint.size)


def _policy(options: dict[str, Any]) -> Policy:
    """Whose log counts: the key that is given, else the registry's own."""
    if not options["log_key"]:
        return public_log.policy()
    key = read_key(options["log_key"])
    return Policy(key.name, (key,))


def _pictures(document: Any, paths: list[Path]) -> dict[str, bool]:
    """For each picture whether the certificate names its SHA-256."""
    images = _images(document)
    return {path.name: sha256(_content(path)).hexdigest() in images for path in paths}


def _images(document: Any) -> set[str]:
    """The digests of the pictures that a document names."""
    subject = document.get("credentialSubject") if isinstance(document, dict) else None
    images = subject.get("images") if isinstance(subject, dict) else None
    found = images if isinstance(images, list) else []
    return {str(image.get("sha256")) for image in found if isinstance(image, dict)}


def _text(path: Path) -> str:
    return _content(path).decode("utf-8", errors="replace")


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise Unusable(_("读不到文件：%(why)s") % {"why": error}) from error


# ------------------------------------------------------------------ what is said


def _report(
    found: Verification, document: Any, logged: Logged, pictures: dict[str, bool], at: datetime
) -> list[str]:
    _kind, title, words = VERDICTS[found.verdict]
    lines = [_("结果：%(title)s。%(words)s") % {"title": title, "words": words}, ""]
    if found.kind:
        lines += [f"{_plain(label)}：{_plain(value)}" for label, value in stated(document)]
        lines.append("")
    for answer in found.answers:
        row = answer_row(answer)
        lines.append(f"{MARKS[answer.finding]} {row['title']}：{row['words']}")
    if logged.size:
        lines.append(_("    日志有%(size)d条，证明与证书相符。") % {"size": logged.size})
    if logged.wrong:
        lines.append(f"{MARKS[Finding.REFUTED]} " + _("日志的证明与这份证书不符。"))
        lines.append(f"    {_plain(logged.wrong)}")
    for name, is_named in pictures.items():
        mark = MARKS[Finding.PROVEN if is_named else Finding.REFUTED]
        said = _("就是登记时的那张。") if is_named else _("不是登记时的那张：摘要不符。")
        lines.append(f"{mark} {_plain(name)}：{said}")
    lines += ["", *_times(found, at), ""]
    lines.append("   ".join(f"{MARKS[finding]} {FINDINGS[finding]}" for finding in Finding))
    lines.append(_("证书不说明谁是物主、价格多少。请把实物和登记的照片对照。"))
    return lines


def _times(found: Verification, at: datetime) -> list[str]:
    lines = []
    if found.signed_at:
        lines.append(_("所写的签署时间：%(at)s") % {"at": _utc(found.signed_at)})
    age = found.status_age(at)
    if found.status_as_of and age is not None:
        hours = max(0, int(age.total_seconds() // 3600))
        lines.append(
            _("状态截至：%(at)s（%(hours)d小时前）")
            % {"at": _utc(found.status_as_of), "hours": hours}
        )
    return lines


def _as_json(found: Verification, logged: Logged, pictures: dict[str, bool]) -> dict[str, Any]:
    return {
        "verdict": found.verdict.value,
        "answers": {a.question.value: [a.finding.value, a.code] for a in found.answers},
        "log": {"size": logged.size, "wrong": logged.wrong},
        "pictures": pictures,
        "status_as_of": _utc(found.status_as_of) if found.status_as_of else None,
    }


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _plain(text: object) -> str:
    """Without characters that could move the cursor or hide words."""
    return "".join(c if c.isprintable() else "\ufffd" for c in str(text)[:300])
