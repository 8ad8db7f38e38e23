"""Mail of the API; each may run twice."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task

from .models import Endpoint


@task()
def tell_owner(endpoint_id: int) -> str:
    """Tell the owner of an endpoint that it was switched off, and how to go on."""
    endpoint = Endpoint.objects.select_related("owner").filter(pk=endpoint_id).first()
    if endpoint is None or endpoint.is_on or not endpoint.owner.is_active:
        return "nobody to tell"
    owner = endpoint.owner
    with translation.override(owner.language):
        path = reverse("api:webhook", args=[endpoint.pk])
        context = {
            "url": endpoint.url,
            "reason": endpoint.get_off_reason_display(),
            "page": settings.SITE_URL.rstrip("/") + path,
            "site_name": settings.SITE_NAME,
        }
        text = render_to_string("api/off_mail.txt", context)
        send_mail(_("事件推送已停用"), text, None, [owner.email])
    return "sent"
