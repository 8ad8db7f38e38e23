"""A bureau that edits: people of each group, pages with drafts, and the admin's own forms."""

from typing import Any

from django.test import Client
from django.urls import reverse
from wagtail.models import Locale
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from artmarket.accounts.services.roles import sync_cms_group
from cms.groups import share_out
from cms.models import ArticleIndexPage, ArticlePage, HomePage
from cms.setup import set_up_site
from tests.factories import UserFactory

SUMMARY = "一句话说明。"


def editor(**given: Any):
    """Somebody who writes."""
    return _member(bureau=True, **given)


def approver(**given: Any):
    """Somebody who approves."""
    return _member(approver=True, **given)


def publisher(**given: Any):
    """Somebody who publishes."""
    return _member(publisher=True, **given)


def moderator(**given: Any):
    """An operator: may do each step."""
    return _member(operator=True, **given)


def _member(**roles: Any):
    set_up_site()
    user = UserFactory(**roles)
    sync_cms_group(user)
    return user


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def news_index() -> ArticleIndexPage:
    """The list of articles, open to the editors."""
    set_up_site()
    locale = Locale.objects.get(language_code="zh-hans")
    found = ArticleIndexPage.objects.filter(locale=locale).first()
    if found is None:
        found = ArticleIndexPage(title="新闻与公告", slug="news", locale=locale, summary="新闻")
        HomePage.objects.get(locale=locale).add_child(instance=found)
        share_out()
    return found


def article(by: Any = None, *, live: bool = False, **given: Any) -> ArticlePage:
    """An article with one draft by somebody; `live` publishes it as the platform does."""
    index = news_index()
    count = ArticlePage.objects.count()
    values = {"title": f"文章{count}", "slug": f"article-{count}", "summary": SUMMARY} | given
    page = ArticlePage(day="2026-12-01", locale=index.locale, live=False, owner=by, **values)
    index.add_child(instance=page)
    revision = page.save_revision(user=by)
    if live:
        revision.publish()
    page.refresh_from_db()
    return page


def form_of(page: ArticlePage, **changes: Any) -> dict[str, Any]:
    """What the editor's form sends for an article."""
    newest = page.get_latest_revision_as_object()
    values = {
        "title": newest.title,
        "slug": newest.slug,
        "summary": newest.summary,
        "picture": newest.picture_id or "",
        "kind": newest.kind,
        "day": str(newest.day),
        "author": newest.author,
        "supersedes": "",
        "seo_title": "",
        "search_description": "",
        "review_on": "",
        "go_live_at": "",
        "expire_at": "",
        "body": streamfield([]),
        "comments": inline_formset([]),
    } | changes
    return dict(nested_form_data(values))


def save(client: Client, page: ArticlePage, **changes: Any) -> Any:
    """Press a button of the editor: `press` names it ("" saves the draft)."""
    press = changes.pop("press", "")
    extra = changes.pop("extra", {})
    data = form_of(page, **changes) | extra
    if press:
        data[press] = "1"
    answer = client.post(edit_url(page), data)
    page.refresh_from_db()
    return answer


def edit_url(page: Any) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def submitted(page: ArticlePage, by: Any) -> ArticlePage:
    """Sent to approval by the button of the editor."""
    answer = save(signed_in(by), page, press="action-submit")
    assert answer.status_code == 302, answer.content.decode()[:2000]
    page.refresh_from_db()
    return page


def act(user: Any, page: Any, action: str, comment: str = "") -> Any:
    """Approve or reject by the box of the list."""
    page.refresh_from_db()
    state = page.current_workflow_task_state
    url = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, action, state.pk])
    return signed_in(user).post(url, {"comment": comment})


def messages_of(answer: Any, client: Client | None = None) -> str:
    """Words of the messages that wait for the next page."""
    from django.contrib.messages import get_messages

    return " ".join(str(m) for m in get_messages(answer.wsgi_request))


__all__ = [
    "act", "approver", "article", "edit_url", "editor", "form_of", "messages_of", "moderator",
    "news_index", "publisher", "rich_text", "save", "signed_in", "streamfield", "submitted",
]  # fmt: skip
