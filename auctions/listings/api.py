"""Routes of the offers: what their owners would sell, at which price. Sellers stay unnamed."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop as N_
from ninja import Query, Router
from pydantic import Field

from artmarket.core.rest.paging import LIMIT, Id, Limit, own_url, page_of
from artmarket.core.rest.schemas import Input, Output
from catalog.engine.numbers import format_number
from catalog.enums import PUBLIC_STATES

from .models import Offer

router = Router(tags=["offers"])


class OffersQuery(Input):
    work: Id | None = Field(None, description=N_("作品的id"))
    after: Id | None = Field(None, description=N_("上一页的next里的游标"))
    limit: Limit = LIMIT


class OfferedWork(Output):
    id: int
    number: str
    title: str
    title_en: str
    url: str


class PriceOut(Output):
    minor: int = Field(description=N_("最小货币单位的整数：分"), examples=[480000])
    currency: str = Field(examples=["CNY"])
    words: str


class OfferOut(Output):
    id: int
    work: OfferedWork
    price: PriceOut
    includes_tax: bool
    includes_packing: bool
    includes_shipping: bool
    condition: str
    condition_words: str
    opened_at: datetime


class OffersPage(Output):
    items: list[OfferOut]
    next: str | None


@router.get("/offers", response=OffersPage, summary=N_("正在标价出售的作品"))
def list_offers(
    request: HttpRequest, response: HttpResponse, asked: Query[OffersQuery]
) -> dict[str, Any]:
    rows = public_offers()
    if asked.work:
        rows = rows.filter(work=asked.work)
    return page_of(
        request, response, rows, after=asked.after, limit=asked.limit,
        show=lambda found: [represent(o) for o in found],
    )  # fmt: skip


@router.get("/offers/{offer_id}", response=OfferOut, summary=N_("一件标价"))
def read_offer(request: HttpRequest, offer_id: Id) -> dict[str, Any]:
    return represent(get_object_or_404(public_offers(), pk=offer_id))


def public_offers() -> QuerySet[Offer]:
    """Live offers of works that everybody sees."""
    return (
        Offer.objects.live()
        .filter(work__is_public=True, work__state__in=PUBLIC_STATES)
        .select_related("work", "encumbrance")
    )


def represent(offer: Offer) -> dict[str, Any]:
    """An offer as the work's page shows it."""
    work = offer.work
    return {
        "id": offer.pk,
        "work": {
            "id": work.pk,
            "number": format_number(work.number or ""),
            "title": work.title,
            "title_en": work.title_en,
            "url": own_url(work.get_absolute_url()),
        },
        "price": {
            "minor": offer.price.minor,
            "currency": offer.price.currency,
            "words": offer.price.words(),
        },
        "includes_tax": offer.includes_tax,
        "includes_packing": offer.includes_packing,
        "includes_shipping": offer.includes_shipping,
        "condition": offer.condition,
        "condition_words": offer.condition_words,
        "opened_at": offer.opened_at,
    }
