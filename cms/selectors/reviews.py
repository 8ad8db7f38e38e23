"""Pages that somebody should look at again: their day of review has come."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F, Value
from django.urls import reverse
from wagtail.models import get_page_models

from artmarket.core.errors import Text

from ..models import BasePage


@dataclass(frozen=True, slots=True)
class Due:
    """A page to be looked at again."""

    page_id: int
    title: str
    kind: Text
    language: str
    review_on: date

    @property
    def url(self) -> str:
        """The editor of the page."""
        return reverse("wagtailadmin_pages:edit", args=[self.page_id])


def due_for_review(on: date, *, most: int = 500) -> list[Due]:
    """Public pages whose day of review is not after `on`, the oldest first. One query."""
    models = [model for model in get_page_models() if issubclass(model, BasePage)]
    parts = [
        model.objects.live()
        .filter(review_on__lte=on, alias_of__isnull=True)
        .order_by()
        .annotate(nth=Value(nth), language=F("locale__language_code"))
        .values_list("page_ptr_id", "draft_title", "nth", "language", "review_on")
        for nth, model in enumerate(models)
    ]
    first, *others = parts
    rows = first.union(*others, all=True).order_by("review_on", "page_ptr_id")[:most]
    return [
        Due(pk, title, models[nth]._meta.verbose_name, language, review_on)
        for pk, title, nth, language, review_on in rows
    ]
