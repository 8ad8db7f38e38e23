"""Jobs of the listings; each may run twice."""

from django.conf import settings
from django.core.mail import send_mail
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task

from auctions.listings.models import EnquiryMessage
from auctions.listings.selectors import reader_of


@task()
def mail_message(message_id: int) -> str:
    """Tell the other side of a talk that somebody wrote; not twice, and not to a closed account."""
    message = (
        EnquiryMessage.objects.select_related(
            "enquiry__offer__seller", "enquiry__offer__work", "enquiry__buyer"
        )
        .filter(pk=message_id, mailed_at__isnull=True)
        .first()
    )
    if message is None:
        return "already told"
    enquiry = message.enquiry
    asks = message.by_id == enquiry.buyer_id
    reader = reader_of(enquiry.offer) if asks else enquiry.buyer
    if reader is None or not reader.is_active:
        return "nobody to tell"
    with translation.override(reader.language):
        title = enquiry.offer.work.display_title
        context = {
            "asks": asks,
            "title": title,
            "text": message.text,
            "url": settings.SITE_URL.rstrip("/") + reverse("listings:thread", args=[enquiry.pk]),
            "site_name": settings.SITE_NAME,
        }
        subject = (_("有人询问《%(title)s》") if asks else _("卖方答复：《%(title)s》")) % {
            "title": " ".join(title.split())[:80]
        }
        send_mail(
            subject, render_to_string("listings/message_mail.txt", context), None, [reader.email]
        )
    EnquiryMessage.objects.filter(pk=message.pk).update(mailed_at=Now())
    return "sent"
