"""Private documents: told by content, refused with words, kept for those who may read them."""

import hashlib
import time
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.core import signing
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError, NotAllowed, WrongState
from artmarket.core.models import Event
from media import files, links, permissions
from media.enums import DocumentState
from media.links import LinkExpired, LinkInvalid, open_link, signed_link
from media.models import Document
from media.services.documents import (
    DocumentInUse,
    discard_document,
    receive_document,
)
from media.services.pictures import receive_image
from media.services.sweeping import sweep

from . import papers, pictures
from .conftest import sent

pytestmark = pytest.mark.django_db
PURPOSE = "proof"


@pytest.fixture(autouse=True)
def _purpose(monkeypatch):
    monkeypatch.setattr(permissions, "_readers", {})
    monkeypatch.setattr(permissions, "_keepers", {})
    registrar = permissions.is_registrar
    permissions.register_purpose(PURPOSE, readers=lambda user, document: registrar(user))


def received(actor, content: bytes | None = None, name: str = "证件.pdf") -> Document:
    content = papers.a_pdf(pages=3) if content is None else content
    return receive_document(actor=actor, file=ContentFile(content), name=name, purpose=PURPOSE)


def refusal(actor, content: bytes, name: str = "证件.pdf") -> DomainError:
    with pytest.raises(DomainError) as caught:
        received(actor, content, name)
    assert str(caught.value) and str(caught.value.hint) and caught.value.rule
    assert not Document.objects.exists() and not Event.objects.exists()
    return caught.value


# ----------------------------------------------------------------- what is taken in


def test_a_received_document_is_private_and_whole(painter, stored):
    content = papers.a_pdf(pages=3)
    document = received(painter, content, "C:\\scan\\证件.pdf")
    assert document.state == DocumentState.KEPT and document.original_name == "证件.pdf"
    assert (document.mime, document.pages, document.size) == ("application/pdf", 3, len(content))
    assert document.sha256 == hashlib.sha256(content).hexdigest()
    assert stored(settings.PRIVATE_ROOT) == {document.path}
    assert stored(settings.MEDIA_ROOT) == set()
    event = Event.objects.about(document).get()
    assert (event.action, event.actor) == ("document.received", painter)
    assert "证件" not in str(event.data) + str(event.after)


@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "tif", "heic", "avif"])
def test_a_photograph_of_a_page_is_a_document_too(painter, ending):
    document = received(painter, pictures.a_file(ending), f"证件.{ending}")
    assert document.pages == 1 and document.mime.startswith("image/")


@pytest.mark.parametrize("options", [{}, papers.PACKED, {"linearize": True}])
def test_plain_pdfs_pass_however_they_are_written(painter, options):
    content = papers.a_pdf(papers.link_to_the_web, pages=2, **options)
    assert received(painter, content).pages == 2


# ------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    "make",
    [
        papers.opens_with_script,
        papers.page_with_script,
        papers.names_a_script,
        papers.launches,
        papers.sends_a_form,
        papers.link_to_a_script,
        papers.dynamic_form,
        papers.plays_a_film,
    ],
)
@pytest.mark.parametrize("options", [{}, papers.PACKED], ids=["plain", "packed"])
def test_what_a_reader_would_run_is_refused(painter, make, options):
    assert refusal(painter, papers.a_pdf(make, **options)).code == "active_document"


def test_names_written_with_escapes_are_read_as_readers_read_them(painter):
    content = papers.with_escaped_name()
    assert b"/JavaScript" not in content
    assert refusal(painter, content).code == "active_document"


@pytest.mark.parametrize("options", [{}, papers.PACKED], ids=["plain", "packed"])
def test_a_file_inside_is_refused(painter, options):
    assert refusal(painter, papers.a_pdf(papers.carries_a_file, **options)).code == "embedded_files"


@pytest.mark.parametrize("make", [papers.locked, papers.restricted])
def test_a_password_or_a_restriction_is_refused(painter, make):
    assert refusal(painter, make()).code == "encrypted_document"


def test_too_many_pages_are_refused_with_both_numbers(painter, settings):
    settings.RULE_OVERRIDES = {"media.document_max_pages": 4}
    assert received(painter, papers.a_pdf(pages=4)).pages == 4
    Document.objects.all().delete()
    with pytest.raises(DomainError, match="文件有5页，最多4页") as caught:
        received(painter, papers.a_pdf(pages=5))
    assert caught.value.rule == "media.document_max_pages"


def test_too_many_bytes_are_refused_before_anything_is_read(painter, settings, monkeypatch):
    settings.RULE_OVERRIDES = {"media.document_max_bytes": 65_536}
    monkeypatch.setattr("media.engine.pdf.subprocess.run", None)
    assert refusal(painter, papers.a_pdf() + bytes(70_000)).code == "too_many_bytes"


POLYGLOTS = {
    "a script before": (b"/*\n" + papers.a_pdf() + b"\n*/alert(1)", "document_refused"),
    "a script behind": (papers.a_pdf() + b"\n*/alert(1)", "hidden_content"),
    "an archive behind": (papers.a_pdf() + pictures.a_zip(), "hidden_content"),
    "a page in its head": (papers.a_pdf(papers.page_in_its_head), "hidden_content"),
    "a picture before": (pictures.a_file("jpg") + papers.a_pdf(), "hidden_content"),
    "cut off": (papers.a_pdf(pages=9)[:-40], "truncated"),
    "a broken table": (papers.a_pdf().replace(b"startxref\n", b"startxref\n9"), "damaged"),
    "no pages": (b"%PDF-1.7\nnothing\n%%EOF\n", "damaged"),
    "a web page": (b"<!doctype html><p>kite", "document_refused"),
    "an archive": (pictures.a_zip(), "document_refused"),
    "a drawing with script": (b"<svg><script>1</script></svg>", "document_refused"),
    "nothing": (b"", "document_refused"),
}


@pytest.mark.parametrize("what", POLYGLOTS)
def test_a_second_face_is_refused(painter, stored, what):
    content, code = POLYGLOTS[what]
    name = "证件.jpg" if what == "a picture before" else "证件.pdf"
    assert refusal(painter, content, name).code == code
    assert stored(settings.PRIVATE_ROOT) == set()


@pytest.mark.parametrize("name", ["证件.jpg", "证件", "证件.pdf.exe"])
def test_the_ending_must_say_what_it_is(painter, name):
    assert refusal(painter, papers.a_pdf(), name).code == "name_mismatch"


def test_a_pdf_that_swells_kills_its_own_process_only(painter):
    swelling = papers.swelling()
    assert len(swelling) < 3_000_000
    begin = time.monotonic()
    assert refusal(painter, swelling).code == "damaged"
    assert time.monotonic() - begin < 25
    assert received(painter).state == DocumentState.KEPT


def test_a_reader_that_never_ends_is_stopped(painter, monkeypatch, tmp_path):
    endless = tmp_path / "endless.py"
    endless.write_text("while True: pass")
    monkeypatch.setattr("media.engine.pdf.pdf_reading.__file__", str(endless))
    monkeypatch.setattr("media.engine.pdf.SECONDS", 0.5)
    assert refusal(painter, papers.a_pdf()).code == "damaged"


def test_an_unannounced_purpose_is_a_mistake_of_the_program(painter):
    with pytest.raises(ValueError, match="gossip"):
        receive_document(actor=painter, file=ContentFile(b""), name="x.pdf", purpose="gossip")


def test_nobody_sends_documents_without_an_account(painter):
    painter.is_active = False
    with pytest.raises(NotAllowed):
        received(painter)


def test_a_failing_storage_leaves_neither_row_nor_file(painter, monkeypatch, stored):
    def full(path, name):
        raise OSError("no space left")

    monkeypatch.setattr(files, "store_original", full)
    with pytest.raises(OSError, match="no space"):
        received(painter)
    assert not Document.objects.exists() and stored(settings.PRIVATE_ROOT) == set()


# ---------------------------------------------------------------------- discarding


@pytest.mark.django_db(transaction=True)
def test_a_discarded_document_takes_its_file_along(painter, stranger, stored):
    document = received(painter)
    with pytest.raises(NotAllowed):
        discard_document(actor=stranger, document_id=document.pk)
    discard_document(actor=painter, document_id=document.pk)
    assert stored(settings.PRIVATE_ROOT) == set()
    event = Event.objects.get(action="document.discarded")
    assert event.before["sha256"] == document.sha256
    with pytest.raises(WrongState):
        discard_document(actor=painter, document_id=document.pk)


def test_a_document_that_a_row_protects_stays(painter, monkeypatch):
    from django.db.models import ProtectedError

    document = received(painter)

    def protected(self, *args, **kwargs):
        raise ProtectedError("in use", {self})

    monkeypatch.setattr(Document, "delete", protected)
    with pytest.raises(DocumentInUse):
        discard_document(actor=painter, document_id=document.pk)
    assert Document.objects.count() == 1
    assert not Event.objects.filter(action="document.discarded").exists()


@pytest.mark.django_db(transaction=True)
def test_what_a_crash_left_of_documents_is_cleared(painter, stored):
    kept, half = received(painter), received(painter)
    Document.objects.filter(pk=half.pk).update(state=DocumentState.RECEIVING, sha256="")
    files.private().save("documents/ab/lost.pdf", ContentFile(b"lost"))
    young = sweep(now=db_now() + timedelta(minutes=5))
    assert (young.cleared, young.documents_deleted) == (0, 0)
    old = sweep(now=db_now() + timedelta(hours=2))
    assert (old.cleared, old.documents_deleted) == (1, 1)
    assert stored(settings.PRIVATE_ROOT) == {kept.path}


# --------------------------------------------------------------------------- links


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def key_of(address: str) -> str:
    return parse_qs(urlsplit(address).query)["key"][0]


def test_a_link_opens_the_document_as_an_attachment_and_is_recorded(painter, registrar, files_in):
    content = papers.a_pdf(pages=3)
    document = received(painter, content)
    for person in (painter, registrar):
        answer = client_of(person).get(signed_link(document, actor=person))
        assert sent(answer) == content
        if files_in == "folders":
            assert answer["Content-Disposition"].startswith("attachment; ")
            assert answer["Content-Type"] == "application/pdf"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"].startswith("private, no-store")
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    opened = Event.objects.filter(action="document.opened").order_by("pk")
    assert [e.actor for e in opened] == [painter, registrar]


def test_a_link_is_for_one_person(painter, registrar, stranger):
    document = received(painter)
    address = signed_link(document, actor=painter)
    for person in (registrar, stranger):
        assert client_of(person).get(address).status_code == 403
    anonymous = Client().get(address)
    assert anonymous.status_code == 302 and "login" in anonymous["Location"]
    assert not Event.objects.filter(action="document.opened").exists()


def test_a_link_is_for_one_document(painter):
    one, other = received(painter), received(painter)
    key = key_of(signed_link(one, actor=painter))
    answer = client_of(painter).get(reverse("media:document", args=[other.uuid]), {"key": key})
    assert answer.status_code == 403


def test_a_link_ends_after_its_seconds_and_never_later_than_the_rule(painter, monkeypatch):
    document = received(painter)
    start = db_now()
    for seconds, last in ((30, 29), (None, 599), (10**6, 599)):
        monkeypatch.setattr(links, "db_now", lambda: start)
        key = key_of(signed_link(document, actor=painter, seconds=seconds))
        monkeypatch.setattr(links, "db_now", lambda n=last: start + timedelta(seconds=n - 1))
        assert open_link(actor=painter, uuid=document.uuid, key=key) == document
        monkeypatch.setattr(links, "db_now", lambda n=last: start + timedelta(seconds=n + 1))
        with pytest.raises(LinkExpired) as caught:
            open_link(actor=painter, uuid=document.uuid, key=key)
        assert caught.value.status == 410 and caught.value.rule == "media.link_seconds"


@pytest.mark.parametrize(
    "key",
    [
        "",
        "x",
        signing.dumps({"k": "document"}, salt=links.SALT),
        signing.dumps([1], salt=links.SALT),
    ],
    ids=["nothing", "no key", "half a claim", "no claim"],
)
def test_a_forged_link_opens_nothing(painter, key):
    document = received(painter)
    with pytest.raises(LinkInvalid):
        open_link(actor=painter, uuid=document.uuid, key=key)


def test_a_key_of_another_use_opens_nothing(painter):
    document = received(painter)
    claim = signing.loads(key_of(signed_link(document, actor=painter)), salt=links.SALT)
    other = signing.dumps(claim, salt="something.else")
    with pytest.raises(LinkInvalid):
        open_link(actor=painter, uuid=document.uuid, key=other)


def test_a_link_is_no_permission(painter, registrar, stranger):
    document = received(painter)
    with pytest.raises(NotAllowed):
        signed_link(document, actor=stranger)
    address = signed_link(document, actor=registrar)
    registrar.role_grants.all().delete()
    assert client_of(registrar).get(address).status_code == 403
    assert not Event.objects.filter(action="document.opened").exists()


def test_an_address_without_a_key_and_a_gone_document_open_nothing(painter):
    document = received(painter)
    address = signed_link(document, actor=painter)
    assert client_of(painter).get(urlsplit(address).path).status_code == 403
    document.delete()
    assert client_of(painter).get(address).status_code == 403


def test_originals_of_pictures_have_links_too(painter, stranger):
    image = receive_image(actor=painter, file=ContentFile(pictures.a_file()), name="x.jpg")
    answer = client_of(painter).get(signed_link(image, actor=painter))
    assert sent(answer) == pictures.a_file()
    assert Event.objects.about(image).filter(action="image.original_opened").count() == 1
    with pytest.raises(NotAllowed):
        signed_link(image, actor=stranger)
