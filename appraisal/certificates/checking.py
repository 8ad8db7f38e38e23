"""Check a file that somebody brings, with this site's own keys and lists; keep nothing of it."""

from typing import Any, Final

from appraisal.engine.credentials import (
    Finding,
    Verdict,
    Verification,
    read_json,
    verify,
)
from appraisal.engine.credentials.errors import CredentialRefused
from appraisal.enums import CertificateState
from artmarket.core.clock import db_now
from artmarket.core.punctuation import labelled

from . import at_hand
from .embedded import certificate_inside, is_pdf
from .stated import stated
from .words import KINDS, VERDICTS, answer_row

STATES: Final[dict[str, Verdict]] = {
    CertificateState.SUSPENDED.value: Verdict.SUSPENDED,
    CertificateState.REVOKED.value: Verdict.REVOKED,
    CertificateState.SUPERSEDED.value: Verdict.SUPERSEDED,
}
MOST_BYTES: Final = 16 * 1024 * 1024
PILLS: Final = {Finding.PROVEN: "ok", Finding.REFUTED: "live", Finding.OPEN: "warn"}


def checked(content: bytes) -> dict[str, Any]:
    """What a page says of a file: a PDF with a certificate inside, or the certificate itself.

    Raises NoCertificateInside when it is a PDF without one.
    """
    text = certificate_inside(content) if is_pdf(content) else content
    try:
        document = read_json(text)
    except CredentialRefused:
        document = None
    number = at_hand.number_of(document)
    found = verify(
        text, at_hand.keys(), db_now(),
        status_lists=at_hand.lists_for(document), successors=at_hand.successors_of(number),
    )  # fmt: skip
    state = at_hand.state_of(number)
    return {
        **outcome(found, state=state),
        "stated": stated(document),
        "number": number if state else "",
    }


def outcome(found: Verification, *, state: str = "") -> dict[str, Any]:
    """A finding in words: the large answer, what is wrong, the ten answers, what is wrong first.

    `state` is what the register says of the certificate: a state that no list carries yet counts
    as if one did, and a replaced one, whose bit of revocation is set, is called replaced.
    """
    verdict = found.verdict
    if state in STATES and verdict is not Verdict.INVALID:
        verdict = STATES[state]
    kind, title, words = VERDICTS[verdict]
    refuted = [answer for answer in found.answers if answer.finding is Finding.REFUTED]
    rest = [answer for answer in found.answers if answer.finding is not Finding.REFUTED]
    rows = [{**answer_row(answer), "pill": PILLS[answer.finding]} for answer in [*refuted, *rest]]
    return {
        "verdict": verdict.value,
        "kind": kind,
        "title": str(title),
        "text": str(words),
        "paper": str(KINDS.get(found.kind, "")),
        "wrong": " ".join(_wrong(row) for row in rows if row["finding"] == Finding.REFUTED),
        "as_of": found.status_as_of,
        "signed_at": found.signed_at,
        "answers": rows,
    }


def _wrong(row: dict[str, str]) -> str:
    return labelled(row["title"], row["words"])
