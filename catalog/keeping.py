"""The catalogue's part of a person's data: works he listed, saved searches, what he owns."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from artmarket.accounts import personal_data
from artmarket.accounts.models import User
from artmarket.accounts.personal_data import Hold

from .enums import WorkState
from .models import ProvenanceText, SavedSearch, TitleShare, Work
from .services import log_facts
from .services.drafts import discard_draft
from .services.registration import take_back

RULE = "privacy.copy_and_erasure"


def announce() -> None:
    """Register the part; called once at start."""
    personal_data.register("works", _("作品与收藏"), copy=copy, holds=holds, forget=forget)


def copy(user: User) -> Iterable[dict[str, Any]]:
    """Works listed, shares of title held now or earlier, provenance written, and saved searches."""
    for work in Work.objects.filter(created_by=user).order_by("pk").iterator(chunk_size=500):
        yield {
            "work": work.pk,
            "number": work.number,
            "title": work.title,
            "state": work.state,
            "created_at": work.created_at,
        }
    shares = TitleShare.objects.filter(party__user=user).select_related("work", "to_event")
    for share in shares.order_by("pk"):
        yield {
            "title_of": share.work.number or share.work_id,
            "share": f"{share.numerator}/{share.denominator}",
            "ended": share.to_event_id is not None,
        }
    for secret in log_facts.secrets_of(user):
        yield {
            "public_log_ticket": secret.ticket,
            "member": secret.member,
            "work": secret.work.number,
            "value": secret.value,
            "salt": bytes(secret.salt).hex(),
        }
    for text in ProvenanceText.objects.filter(author=user).order_by("pk").iterator(chunk_size=500):
        yield {"provenance_of": text.work_id, "version": text.number, "written_at": text.at}
    for search in SavedSearch.objects.filter(user=user):
        yield {"saved_search": search.name, "query": search.query, "notify": search.notify}


def holds(user: User) -> Iterable[Hold]:
    """A registered work needs an owner who can be reached; its history stays with the work."""
    owned = TitleShare.objects.filter(
        party__user=user, to_event__isnull=True, work__is_destroyed=False
    ).count()
    if owned:
        yield Hold(
            _("你名下还有%(n)d件登记的作品，请先办理转让或由登记员另行登记。") % {"n": owned},
            RULE,
            blocks=True,
        )
    elif TitleShare.objects.filter(party__user=user).exists():
        yield Hold(_("登记作品的权属记录"), "retention.art_business_years", keeps_name=True)


def forget(user: User) -> None:
    """Delete saved searches and the log's salts, and discard what was never registered."""
    log_facts.forget(user)
    SavedSearch.objects.filter(user=user).delete()
    mine = Work.objects.filter(created_by=user)
    for pk in mine.filter(state=WorkState.SUBMITTED).values_list("pk", flat=True):
        take_back(actor=user, work_id=pk)
    for pk in mine.filter(state__in=(WorkState.DRAFT, WorkState.RETURNED)).values_list(
        "pk", flat=True
    ):
        discard_draft(actor=user, work_id=pk)
