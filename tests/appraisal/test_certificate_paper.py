"""The paper of a certificate: what it says in both languages, the files inside, drawn once."""

import hashlib
import io
import json
import shutil
import subprocess

import pikepdf
import PIL.Image
import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import translation

from appraisal.certificates import pdf as certificate_pdf
from appraisal.certificates import shown
from appraisal.certificates.embedded import (
    MOST_BYTES,
    SeveralCertificatesInside,
    UnreadablePaper,
    certificate_inside,
)
from appraisal.certificates.package import log_proof_of
from appraisal.certificates.pdf import JSON_NAME, PROOF_NAME, certificate_file
from appraisal.certificates.shown import certificates, page_address, printed
from appraisal.models import Opinion
from appraisal.services import certificate_states, issuing
from artmarket.core.testing import PROJECT_DIR
from catalog.services import public_log
from media import files
from media.models import Derivative
from tests.auctions.papers import words_of
from tests.catalog.factories import person, registered

from .certified import by_living_author, confirmed, signed_result, with_file, with_key

pytestmark = pytest.mark.django_db
SCRIPT = PROJECT_DIR / "appraisal" / "static" / "appraisal" / "js" / "embedded.js"
READ = """
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { certificatesInside } from "./embedded.mjs";
const found = [];
for (let n = 0; n < %d; n += 1) {
  const paper = new Uint8Array(readFileSync(new URL(`${n}.pdf`, import.meta.url)));
  const inside = await certificatesInside(paper);
  found.push(inside.map((one) => createHash("sha256").update(one).digest("hex")));
}
console.log(JSON.stringify(found));
"""


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def lock(work=None):
    with_key()
    return issuing.issue_lock(actor=person("registrar"), work_id=(work or registered()).pk)


def drawn(certificate, language="zh-hans") -> bytes:
    with translation.override(language):
        return certificate_file(printed(certificates().get(pk=certificate.pk)))


def words(certificate, language="zh-hans") -> str:
    return words_of(drawn(certificate, language)).replace("\n", "")


def attached(content: bytes) -> dict[str, bytes]:
    with pikepdf.open(io.BytesIO(content)) as file:
        return {name: spec.get_file().read_bytes() for name, spec in file.attachments.items()}


def test_a_lock_prints_large_that_it_does_not_prove_the_author():
    certificate = lock()
    said = words(certificate)
    for expected in (
        "实物锁定证书", certificate.number, "不证明作者", "春山放鸢图", "100 × 80厘米", "没有查验的",
        certificate.digest, "平台签发", "怎样核对", "第1页，共",
    ):  # fmt: skip
        assert expected in said, expected
    assert certificate.work.created_by.display_name not in said


def test_english_readers_get_english():
    said = words(lock(), "en")
    for expected in ("Identity lock", "does not prove who made it", "100 × 80 cm", "How to check"):
        assert expected in said, expected
    for chinese in ("怎样核对", "没有查验的", "平台签发"):
        assert chinese not in said, chinese


def test_an_opinion_prints_its_dissent_its_conclusion_and_the_limits_of_the_experts():
    with_key()
    work = registered()
    result = signed_result(work, naming="山水轴", date_text="清晚期")
    Opinion.objects.create(
        seat=result.case.seats.first(), confidence="high", reasons="笔墨相合", limits="没有取样"
    )
    said = words(issuing.issue_opinion(actor=person("registrar"), result_id=result.pk))
    for expected in ("专家3人，同意2人，异议1人", "支持所题", "山水轴", "清晚期", "没有取样"):
        assert expected in said, expected
    assert "不证明作者" not in said


def test_an_author_s_certificate_prints_who_confirmed():
    with_key()
    work, author = by_living_author()
    row = confirmed(work, author)
    said = words(issuing.issue_author(actor=person("registrar"), work_id=work.pk))
    for expected in ("作者保真证书", row.artist.name, "到场确认", "登记员见证"):
        assert expected in said, expected


def test_the_signed_file_lies_in_the_paper_and_the_proof_once_it_is_logged():
    certificate = lock()
    assert attached(drawn(certificate)) == {JSON_NAME: certificate.document.encode()}
    public_log.integrate()
    inside = attached(drawn(certificate))
    assert inside == {
        JSON_NAME: certificate.document.encode(),
        PROOF_NAME: log_proof_of(certificate).encode(),
    }
    assert certificate_inside(drawn(certificate)) == certificate.document.encode()


def saved_anew(content: bytes) -> list[bytes]:
    """The same paper as three other programs may write it."""
    made = []
    for how in (
        {"object_stream_mode": pikepdf.ObjectStreamMode.generate},
        {"linearize": True},
        {"compress_streams": False, "stream_decode_level": pikepdf.StreamDecodeLevel.all},
    ):
        again = io.BytesIO()
        with pikepdf.open(io.BytesIO(content)) as file:
            file.save(again, **how)
        made.append(again.getvalue())
    return made


def endless() -> bytes:
    """A small paper whose attached file unpacks to three times the limit."""
    out = io.BytesIO()
    with pikepdf.new() as file:
        file.Root.Held = file.make_stream(
            b"{" + b" " * (3 * MOST_BYTES), Type=pikepdf.Name.EmbeddedFile
        )
        file.save(out)
    return out.getvalue()


def test_another_program_may_save_the_paper_anew():
    certificate = lock()
    for content in saved_anew(drawn(certificate)):
        assert certificate_inside(content) == certificate.document.encode()


def test_the_browser_reads_the_same_file_out_of_the_same_papers(tmp_path):
    certificate = lock()
    content = drawn(certificate)
    blank = io.BytesIO()
    pikepdf.new().save(blank)
    other = json.dumps({"id": "another"}).encode()
    papers = [content, *saved_anew(content), endless(), blank.getvalue(), b"%PDF-1.7", b""]
    papers += [with_file(content, other), with_file(content, certificate.document.encode())]
    for n, paper in enumerate(papers):
        (tmp_path / f"{n}.pdf").write_bytes(paper)
    shutil.copy(SCRIPT, tmp_path / "embedded.mjs")
    (tmp_path / "run.mjs").write_text(READ % len(papers))
    run = subprocess.run(
        ["node", str(tmp_path / "run.mjs")], capture_output=True, text=True, timeout=60, check=True
    )
    digest = hashlib.sha256(certificate.document.encode()).hexdigest()
    cut = hashlib.sha256(b"{" + b" " * MOST_BYTES).hexdigest()
    two = sorted([digest, hashlib.sha256(other).hexdigest()])
    *single, both, twice = json.loads(run.stdout)
    assert single == [[digest]] * 4 + [[cut], [], [], []]
    assert (sorted(both), twice) == (two, [digest])


def test_a_paper_with_two_certificates_inside_is_refused_and_the_same_one_twice_is_not():
    certificate = lock()
    content, own = drawn(certificate), certificate.document.encode()
    assert certificate_inside(with_file(content, own)) == own
    assert certificate_inside(with_file(content, b"no certificate")) == own
    with pytest.raises(SeveralCertificatesInside):
        certificate_inside(with_file(content, lock().document.encode()))


def test_a_paper_that_unpacks_without_end_is_cut_off():
    assert len(endless()) < 100_000
    assert len(certificate_inside(endless())) == MOST_BYTES + 1
    with pytest.raises(UnreadablePaper):
        certificate_inside(b"%PDF-1.7")


def test_the_code_holds_the_address_and_a_short_digest_and_nothing_else(settings):
    certificate = lock()
    address = page_address(certificate)
    assert address == (
        f"{settings.SITE_URL}/verify/{certificate.number}/?d={certificate.digest[:16]}"
    )
    with translation.override("en"):
        assert page_address(certificate) == address


def test_each_picture_is_printed_once_it_is_drawn():
    work = registered()
    certificate = lock(work)

    def pictures() -> int:
        with pikepdf.open(io.BytesIO(drawn(certificate))) as file:
            return sum(len(page.get_images()) for page in file.pages)

    assert pictures() == 1  # the square code
    image = work.photos.first().image
    content = io.BytesIO()
    PIL.Image.new("RGB", (900, 600), (90, 90, 60)).save(content, "JPEG")
    path = files.public().save(f"pictures/{image.uuid}.jpg", ContentFile(content.getvalue()))
    Derivative.objects.create(
        image=image, kind="jpeg-900", path=path, mime="image/jpeg", width=900, height=600,
        size=len(content.getvalue()), sha256="0" * 64,
    )  # fmt: skip
    assert pictures() == 2


def test_a_picture_whose_file_is_lost_is_left_out():
    work = registered()
    certificate = lock(work)
    Derivative.objects.create(
        image=work.photos.first().image, kind="jpeg-900", path="pictures/lost.jpg",
        mime="image/jpeg", width=900, height=600, size=1, sha256="0" * 64,
    )  # fmt: skip
    assert "实物锁定证书" in words(certificate)


def test_it_is_drawn_once_and_again_when_it_is_logged(monkeypatch):
    certificate, count = lock(), []
    draw = certificate_pdf.drawn
    monkeypatch.setattr(certificate_pdf, "drawn", lambda said: count.append(1) or draw(said))
    first = drawn(certificate)
    assert (drawn(certificate), len(count)) == (first, 1)
    public_log.integrate()
    assert drawn(certificate) != first
    # A later root proves the same entry: the kept paper stays.
    lock()
    public_log.integrate()
    drawn(certificate)
    assert len(count) == 2


def test_the_same_words_are_the_same_bytes():
    said = shown.printed(certificates().get(pk=lock().pk))
    assert certificate_pdf.drawn(said) == certificate_pdf.drawn(said)


def test_the_address_answers_everybody_and_knows_its_tag(client):
    certificate = lock()
    address = reverse("appraisal:certificate_pdf", args=[certificate.number])
    assert address == f"/certificates/{certificate.number}.pdf"
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert certificate_inside(answer.content) == certificate.document.encode()
    assert client.get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert not answer.cookies


def test_a_revoked_one_is_still_to_be_had_as_it_was_signed(client):
    certificate = lock()
    certificate_states.revoke(actor=person("registrar"), certificate_id=certificate.pk, reason="错")
    answer = client.get(f"/certificates/{certificate.number}.pdf")
    assert certificate_inside(answer.content) == certificate.document.encode()


def test_the_id_of_a_certificate_leads_to_its_page(client):
    certificate = lock()
    address = certificate.content["id"].removeprefix("http://127.0.0.1:8000")
    answer = client.get(address, headers={"accept": "text/html"})
    assert (answer.status_code, answer["Location"]) == (303, f"/verify/{certificate.number}/")
    code = client.get(f"/verify/{certificate.number}/qr.svg")
    assert (code.status_code, code["Content-Type"]) == (200, "image/svg+xml")
