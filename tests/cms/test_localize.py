"""Translating a page string by string: what is shared, what is translated, who publishes."""

import polib
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from cms.models import ArticlePage, EventPage

from .editing import article, edit_url, editor, messages_of, moderator, signed_in
from .factories import ProgrammeFactory, event_page

pytestmark = pytest.mark.django_db


def translated(page, user) -> Translation:
    """Press “Translate this page” for English."""
    english = Locale.objects.get(language_code="en")
    url = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
    answer = signed_in(user).post(url, {"locales": [english.pk]})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return Translation.objects.get(source__object_id=page.translation_key, target_locale=english)


def translate(translation: Translation, user, **words: str) -> None:
    """Type translations of fields in the translation editor."""
    client = signed_in(user)
    for segment in translation.source.stringsegment_set.select_related("context"):
        if segment.context.path in words:
            url = reverse(
                "wagtail_localize:edit_string_translation", args=[translation.pk, segment.pk]
            )
            answer = client.put(
                url, f"value={words[segment.context.path]}",
                content_type="application/x-www-form-urlencoded",
            )  # fmt: skip
            assert answer.status_code in (200, 201), answer.content


def english_of(page):
    return type(page).objects.get(translation_key=page.translation_key, locale__language_code="en")


def publish(translation: Translation, page, user, capture):
    with capture(execute=True):
        return signed_in(user).post(edit_url(page), {"action": "publish"})


def test_a_page_is_translated_and_published_by_another(django_capture_on_commit_callbacks, client):
    page = article(title="风筝节", live=True, slug="kites")
    translator, other = editor(), moderator()
    work = translated(page, translator)
    draft = english_of(page)
    assert not draft.live
    assert signed_in(translator).get(edit_url(draft)).status_code == 200
    translate(work, translator, title="Kite festival", summary="Spring kites.", slug="kite-days")
    publish(work, draft, other, django_capture_on_commit_callbacks)
    draft.refresh_from_db()
    assert (draft.live, draft.title, draft.summary) == (True, "Kite festival", "Spring kites.")
    assert draft.kind == page.kind and draft.day == page.day
    assert client.get(draft.get_url()).status_code == 200


def test_the_translator_does_not_publish(django_capture_on_commit_callbacks):
    page = article(title="风筝节", live=True)
    both = moderator()
    work = translated(page, both)
    draft = english_of(page)
    translate(work, both, title="Kite festival", summary="Spring kites.")
    answer = publish(work, draft, both, django_capture_on_commit_callbacks)
    draft.refresh_from_db()
    assert not draft.live
    assert "最后修改这一页的人不能自己批准或发布它" in messages_of(answer)
    assert StringTranslation.objects.filter(data="Kite festival").exists()


def test_dates_and_programmes_are_the_same_in_all_languages():
    programme = ProgrammeFactory()
    page = event_page(programme, craft="kite")
    work = translated(page, moderator())
    assert english_of(page).programme == programme
    other = ProgrammeFactory()
    page.programme = other
    page.save_revision().publish()
    source = TranslationSource.objects.get(object_id=page.translation_key)
    source.update_from_db()
    work.save_target(publish=False)
    draft = english_of(page).get_latest_revision_as_object()
    assert (draft.programme, draft.craft) == (other, "kite")
    shared = {f.field_name for f in EventPage.override_translatable_fields}
    assert shared == {"programme", "craft", "series"}
    assert {f.field_name for f in ArticlePage.override_translatable_fields} == {"kind", "day"}


def test_strings_go_out_and_come_back_as_a_po_file():
    page = article(title="风筝节", live=True, body=[("text", "<p>三十多道工序。</p>")])
    translator = editor()
    work = translated(page, translator)
    client = signed_in(translator)
    down = reverse("wagtail_localize:download_pofile", args=[work.pk])
    answer = client.get(down)
    assert answer.status_code == 200
    catalogue = polib.pofile(answer.content.decode())
    assert {"风筝节", "三十多道工序。"} <= {entry.msgid for entry in catalogue}
    for entry in catalogue:
        if entry.msgid == "风筝节":
            entry.msgstr = "Kite festival"
    up = reverse("wagtail_localize:upload_pofile", args=[work.pk])
    client.post(up, {"file": SimpleUploadedFile("en.po", str(catalogue).encode())})
    kept = StringTranslation.objects.get(data="Kite festival")
    assert kept.last_translated_by == translator


def test_the_translators_desk_is_part_of_the_admin(client):
    page = article(live=True)
    work = translated(page, editor())
    down = reverse("wagtail_localize:download_pofile", args=[work.pk])
    assert down.startswith("/cms/localize/")
    assert client.get(down).status_code == 302
    answer = signed_in(editor()).get(edit_url(english_of(page)))
    assert answer.status_code == 200
    assert "Content-Security-Policy" not in answer.headers
