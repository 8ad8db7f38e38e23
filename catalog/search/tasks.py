"""Jobs of the search; each may run twice."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import ngettext
from django_tasks import task

from catalog.models import SavedSearch


@task()
def mail_saved_search(saved_id: int, count: int) -> str:
    """Tell the owner of a saved search that works were registered; none if it is gone or quiet."""
    saved = SavedSearch.objects.select_related("user").filter(pk=saved_id, notify=True).first()
    if saved is None or not saved.user.is_active:
        return "nobody to tell"
    with translation.override(saved.user.language):
        site = settings.SITE_URL.rstrip("/")
        context = {
            "saved": saved,
            "count": count,
            "url": f"{site}{reverse('catalog:browse')}?{saved.query}",
            "manage_url": site + reverse("catalog:saved_searches"),
            "site_name": settings.SITE_NAME,
        }
        subject = ngettext(
            "“%(name)s”有%(count)s件新作品", "“%(name)s”有%(count)s件新作品", count
        ) % {"name": saved.name, "count": count}
        body = render_to_string("catalog/saved_search_mail.txt", context)
        send_mail(subject, body, None, [saved.user.email])
    return "sent"
