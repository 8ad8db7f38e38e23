"""What strangers fetch: keys, lists, certificates, proofs, packages; what they find with them."""

import io
import json
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appraisal.certificates.facts import digest_of_document, issued_fact
from appraisal.certificates.package import package_files
from appraisal.engine.credentials import read_keys
from appraisal.models import SealedKey, StatusList
from appraisal.services import issuing
from appraisal.services.signing_keys import create_key, successor
from catalog.engine.log import verify_offline, write_entry
from catalog.models import Work
from catalog.services import public_log
from tests.appraisal.certified import with_key
from tests.catalog.factories import person, registered

pytestmark = pytest.mark.django_db
CHECKER = Path(__file__).parents[2] / "docs" / "check_certificate.py"


@pytest.fixture
def row(settings):
    settings.SITE_URL = "https://art.example"
    with_key()
    return issuing.issue_lock(actor=person("registrar"), work_id=registered().pk)


def fetched(client, path: str) -> bytes:
    answer = client.get(path)
    assert answer.status_code == 200, path
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Vary" not in answer.headers or "Cookie" not in answer.headers["Vary"]
    assert not answer.cookies
    return answer.content


def verdict(client, row, folder: Path, *more: str) -> tuple[int, str]:
    """What the independent program finds with nothing but what was fetched."""
    files = {
        "certificate.json": fetched(client, f"/certificates/{row.number}.json"),
        "did.json": fetched(client, "/.well-known/did.json"),
    }
    document = json.loads(files["certificate.json"])
    for place, entry in enumerate(document["credentialStatus"]):
        path = entry["statusListCredential"].removeprefix("https://art.example")
        files[f"status-{place}.json"] = fetched(client, path)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return run_checker(folder, "certificate.json", *more)


def run_checker(folder: Path, name: str, *more: str) -> tuple[int, str]:
    lists = sorted(path.name for path in folder.glob("status-*.json"))
    command = [sys.executable, str(CHECKER), name, "--keys", "did.json", "--json", *more]
    done = subprocess.run(
        [*command, "--status", *lists], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.returncode, json.loads(done.stdout)["verdict"]


def test_a_stranger_follows_every_step_of_a_certificate(client, row, tmp_path):
    registrar = person("registrar")
    assert verdict(client, row, tmp_path) == (0, "valid")
    issuing.suspend(actor=registrar, certificate_id=row.pk, reason="有异议")
    assert verdict(client, row, tmp_path) == (1, "suspended")
    issuing.lift(actor=registrar, certificate_id=row.pk, reason="不成立")
    assert verdict(client, row, tmp_path) == (0, "valid")
    issuing.revoke(actor=registrar, certificate_id=row.pk, reason="误发")
    assert verdict(client, row, tmp_path) == (1, "revoked")


def test_the_served_bytes_are_those_of_the_digest(client, row):
    content = fetched(client, f"/certificates/{row.number}.json")
    assert sha256(content).hexdigest() == row.digest == digest_of_document(json.loads(content))
    loose = f"/certificates/{row.number.lower().replace('-', '')}.json"
    assert fetched(client, loose) == content


def test_the_id_leads_programs_to_the_file_and_readers_to_the_page(client, row):
    path = row.content["id"].removeprefix("https://art.example")
    program = client.get(path)
    assert (program.status_code, program["Location"]) == (303, f"{path}.json")
    reader = client.get(path, headers={"Accept": "text/html,*/*"})
    assert reader["Location"] == f"/verify/{row.number}/"
    assert client.get("/certificates/ZS-7K3M-92QF").status_code == 404


def test_answers_have_tags_and_may_be_kept_for_a_while(client, row):
    for path in (f"/certificates/{row.number}.json", "/status/1.json", "/.well-known/did.json"):
        answer = client.get(path)
        assert answer.headers["Cache-Control"] == "public, max-age=300"
        again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["Access-Control-Allow-Origin"] == "*"
    before = client.get("/status/1.json").headers["ETag"]
    issuing.revoke(actor=person("registrar"), certificate_id=row.pk, reason="误发")
    assert client.get("/status/1.json").headers["ETag"] != before
    assert client.post("/status/1.json").status_code == 405


def test_a_list_speaks_of_its_own_age(client, row):
    document = json.loads(fetched(client, "/status/1.json"))
    assert document["id"] == "https://art.example/status/1.json"
    assert document["credentialSubject"]["ttl"] == 3_600_000
    assert document["validFrom"] < document["validUntil"]
    assert client.get("/status/3.json").status_code == 404


def test_keys_are_published_before_their_first_day_and_signers_have_their_own(client, row):
    old = read_keys(json.loads(fetched(client, "/.well-known/did.json")))
    new = successor(actor=None, key_id=SealedKey.objects.get().pk)
    keys = read_keys(json.loads(fetched(client, "/.well-known/did.json")))
    assert [key.method for key in keys] == [old[0].method, new.method]
    expert = person("appraiser")
    assert client.get(f"/signers/{expert.pk}/did.json").status_code == 404
    create_key(actor=None, user=expert)
    document = json.loads(fetched(client, f"/signers/{expert.pk}/did.json"))
    assert document["id"] == f"did:web:art.example:signers:{expert.pk}"
    assert "name" not in json.dumps(document)


def test_without_a_key_the_platform_publishes_none(client, db):
    assert read_keys(json.loads(fetched(client, "/.well-known/did.json"))) == ()


def test_the_context_that_certificates_name_is_there(client, row):
    path = row.content["@context"][1].removeprefix("https://art.example")
    document = json.loads(fetched(client, path))
    assert "certificateKind" in document["@context"]


def test_the_proof_comes_when_the_log_has_it_and_fits_the_certificate(client, row):
    path = f"/certificates/{row.number}.tlog-proof"
    answer = client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_logged_yet")
    assert answer.json()["title"]
    public_log.integrate()
    proof = fetched(client, path)
    entry = write_entry(issued_fact(json.loads(row.document)))
    assert verify_offline(proof, entry, public_log.policy()).size >= 1


def test_the_package_checks_itself_without_the_network(client, row, tmp_path):
    public_log.integrate()
    path = f"/certificates/{row.number}.zip"
    content = fetched(client, path)
    assert fetched(client, path) == content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = sorted(name.partition("/")[2] for name in archive.namelist())
        archive.extractall(tmp_path)
    assert names == [
        "README.txt", "certificate-en.pdf", "certificate-zh.pdf", "certificate.json", "certificate.tlog-proof", "did.json", "log-entry.json",
        "object-id.json", "status-revocation.json", "status-suspension.json",
    ]  # fmt: skip
    folder = tmp_path / row.number
    assert run_checker(folder, "certificate.json") == (0, "valid")
    record = (folder / "object-id.json").read_bytes()
    assert sha256(record).hexdigest() == row.content["credentialSubject"]["objectId"]["sha256"]
    proof, entry = (folder / "certificate.tlog-proof").read_bytes(), folder / "log-entry.json"
    assert verify_offline(proof, entry.read_bytes(), public_log.policy()).size >= 1


def test_others_add_files_to_the_package_and_the_successor_lies_in_it(client, row):
    new = issuing.supersede(actor=person("registrar"), certificate_id=row.pk, reason="补拍")
    package_files.append(lambda certificate: {"certificate.pdf": b"%PDF-"})
    try:
        content = fetched(client, f"/certificates/{row.number}.zip")
    finally:
        package_files.pop()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.read(f"{row.number}/certificate.pdf") == b"%PDF-"
        assert archive.read(f"{row.number}/successor.json").decode() == new.document


def test_a_work_that_is_not_public_shows_its_certificate_to_its_own_people_only(client, row):
    Work.objects.filter(pk=row.work_id).update(is_public=False)
    for ending in ("json", "zip"):
        path = f"/certificates/{row.number}.{ending}"
        client.logout()
        assert client.get(path).status_code == 404
        client.force_login(row.work.created_by)
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "private, no-store"
    client.logout()
    assert fetched(client, "/status/1.json")
    api = client.get(f"/api/v1/issued-certificates/{row.number}")
    assert api.status_code == 404


@pytest.mark.parametrize("number", ["ZS-7K3M-92QF", "nothing", "..", "ZS-%00"])
def test_an_unknown_number_is_said_to_be_unknown(client, db, number):
    for ending in ("json", "zip", "tlog-proof"):
        assert client.get(f"/certificates/{number}.{ending}").status_code == 404


def test_an_unsigned_list_is_not_served(client, row):
    StatusList.objects.filter(number=1).update(document="")
    assert client.get("/status/1.json").status_code == 404


# ------------------------------------------------------------------ API


def test_the_api_lists_the_certificates_of_a_work(client, row):
    old_route = client.get("/api/v1/certificates").json()
    assert old_route["items"] == []
    found = client.get(f"/api/v1/issued-certificates?work={row.work_id}").json()["items"]
    assert [item["number"] for item in found] == [row.number]
    assert found[0]["document_url"] == f"https://art.example/certificates/{row.number}.json"
    assert [change["step"] for change in found[0]["changes"]] == ["issued"]
    assert "issued_by" not in json.dumps(found)
    for asked in ("kind=author", "state=revoked", "work=999999"):
        assert client.get(f"/api/v1/issued-certificates?{asked}").json()["items"] == []
    assert client.get("/api/v1/issued-certificates?kind=gold").status_code in (400, 422)


def test_the_api_verifies_by_number_with_the_age_of_the_status(client, row):
    path = f"/api/v1/issued-certificates/{row.number}/verification"
    found = client.get(path).json()
    assert (found["verdict"], found["state"]) == ("valid", "valid")
    assert found["status_as_of"]
    assert {a["question"]: a["code"] for a in found["answers"]}["log"] == "log_proof_absent"
    public_log.integrate()
    issuing.suspend(actor=person("registrar"), certificate_id=row.pk, reason="有异议")
    found = client.get(path).json()
    assert (found["verdict"], found["state"]) == ("suspended", "suspended")
    assert {a["question"]: a["code"] for a in found["answers"]}["log"] == "logged"
    new = issuing.supersede(actor=person("registrar"), certificate_id=row.pk, reason="补拍")
    found = client.get(path).json()
    assert (found["state"], found["replaced_by"]) == ("superseded", new.number)
    assert client.get("/api/v1/issued-certificates/ZS-7K3M-92QF/verification").status_code == 404


def test_a_longer_list_costs_no_more_questions(client, row):
    client.get("/api/v1/issued-certificates")
    with CaptureQueriesContext(connection) as few:
        client.get("/api/v1/issued-certificates")
    for _ in range(2):
        issuing.issue_lock(actor=person("registrar"), work_id=registered().pk)
    issuing.supersede(actor=person("registrar"), certificate_id=row.pk, reason="补拍")
    with CaptureQueriesContext(connection) as many:
        assert len(client.get("/api/v1/issued-certificates").json()["items"]) == 4
    assert len(many) == len(few) <= 5
