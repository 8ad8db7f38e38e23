"""Shapes of the routes of content. Names stay; a further kind of page adds members to `facts`.

The description of the API knows shapes by their bare names, so these differ from all other apps'.
"""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.utils.translation import gettext_noop as N_
from pydantic import Field

from artmarket.core.rest.paging import LIMIT, After, Limit
from artmarket.core.rest.schemas import Input, Output

Language = Literal["zh-hans", "en"]
Kind = Annotated[str, Field(pattern=r"^[a-z]+$", max_length=40, examples=["eventpage"])]


class PagesQuery(Input):
    type: Kind | None = Field(None, description=N_("页面的种类，例如eventpage、articlepage"))
    language: Language | None = Field(None, description=N_("页面的语言；不写就是两种都要"))
    path: str | None = Field(
        None, max_length=500, description=N_("网站上的地址，例如/en/events/"), examples=["/"]
    )
    slug: str | None = Field(None, max_length=255, description=N_("地址的最后一段"))
    q: str = Field("", max_length=100, description=N_("在标题里找的字"))
    after: After | None = None
    limit: Limit = LIMIT


class PageRendition(Output):
    name: str
    url: str
    width: int
    height: int


class PagePicture(Output):
    id: int
    title: str
    alt: str
    credit: str
    licence: str
    renditions: list[PageRendition]


class PageBrief(Output):
    id: int
    type: str = Field(description=N_("页面的种类"))
    language: str
    title: str
    summary: str
    slug: str
    path: str = Field(description=N_("网站上的地址"))
    url: str
    published_at: datetime | None
    changed_at: datetime | None


class PagesPage(Output):
    items: list[PageBrief]
    next: str | None


class PageLink(Output):
    id: int
    language: str
    title: str
    url: str


class PageBlock(Output):
    id: str | None
    type: str
    value: Any = Field(description=N_("按块的种类：文字、HTML、对象或列表"))


class PagePlace(Output):
    id: int
    kind: str
    name: str
    address: str
    latitude: float | None
    longitude: float | None
    step_free: str
    access: str
    transit: str


class ProgrammeSession(Output):
    id: UUID
    starts_at: datetime
    ends_at: datetime
    state: str
    previous_start: datetime | None = Field(description=N_("改期以前的开始时间"))
    room: str
    note: str
    seats_left: int | None = Field(description=N_("剩余名额；不限的为null"))
    is_full: bool
    calendar: str


class ProgrammeTicket(Output):
    id: int
    name: str
    price: int = Field(description=N_("最小货币单位的整数"))
    currency: str
    min_age: int | None
    max_age: int | None


class ShownWork(Output):
    number: str
    title: str
    section: str
    caption: str
    url: str


class ProgrammeOut(Output):
    id: UUID
    kind: str
    status: str = Field(description=N_("现状：scheduled、moved、cancelled、full或ended"))
    booking: str
    place: PagePlace | None
    organiser: str
    is_for_children: bool
    is_online: bool
    has_sign_language: bool
    has_quiet_hours: bool
    min_age: int | None
    sessions: list[ProgrammeSession]
    tickets: list[ProgrammeTicket]
    works: list[ShownWork]
    calendar: str


class PageOut(PageBrief):
    picture: PagePicture | None
    parent: PageLink | None
    translations: list[PageLink]
    card: str | None = Field(description=N_("分享图"))
    facts: dict[str, Any] = Field(description=N_("这一种页面自己的字段"))
    body: list[PageBlock]
    programme: ProgrammeOut | None
