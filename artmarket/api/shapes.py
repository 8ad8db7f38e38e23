"""Shapes of the API's own routes: the caller, webhooks, the public feed, and problems."""

from datetime import datetime
from typing import Annotated, Any

from django.utils.translation import gettext_noop as N_
from pydantic import Field

from artmarket.core.rest.paging import LIMIT, Id, Limit
from artmarket.core.rest.schemas import Input, Output
from catalog.api_schemas import ChangeOut

from .engine.addresses import MAX_URL

Kind = Annotated[str, Field(pattern=r"^[a-z_]+\.[a-z_]+$", examples=["work.registered"])]


class Person(Output):
    id: int
    name: str


class Group(Output):
    id: int
    name: str
    slug: str


class CallerOut(Output):
    """Whom the token speaks for, and what it may do now."""

    person: Person
    organisation: Group | None
    role: str
    scopes: list[str]
    name: str
    expires_at: datetime


class EventsQuery(Input):
    action: list[Kind] = Field([], max_length=20, description=N_("只要这些种类"))
    after: Id | None = Field(None, description=N_("上一页的next里的游标"))
    limit: Limit = LIMIT


class NamedWork(Output):
    id: int
    number: str | None
    title: str
    title_en: str
    url: str


class EventOut(ChangeOut):
    work: NamedWork


class EventsPage(Output):
    items: list[EventOut]
    next: str | None


class WebhookIn(Input):
    url: str = Field(
        min_length=8,
        max_length=MAX_URL,
        description=N_("以https://开头的地址"),
        examples=["https://example.com/hooks/artmarket"],
    )
    kinds: list[Kind] = Field([], max_length=60, description=N_("只要这些种类的事件；空表示全部"))


class WebhookOut(Output):
    id: int
    url: str
    kinds: list[str]
    is_on: bool
    off_reason: str
    failing_since: datetime | None
    made_at: datetime


class WebhookWithSecret(WebhookOut):
    secret: str = Field(description=N_("签名密钥，只显示这一次"))


class WebhooksOut(Output):
    items: list[WebhookOut]


class SwitchIn(Input):
    is_on: bool


class PageQuery(Input):
    after: Id | None = Field(None, description=N_("上一页的next里的游标"))
    limit: Limit = LIMIT


class DeliveryOut(Output):
    id: int
    message_id: str
    kind: str
    state: str
    attempts: int
    status: int | None
    failure: str
    made_at: datetime
    next_at: datetime | None
    done_at: datetime | None


class DeliveriesPage(Output):
    items: list[DeliveryOut]
    next: str | None


class FaultOut(Output):
    field: str = Field(description=N_("正文里是JSON指针，参数是名字"))
    code: str
    message: str


class RuleOut(Output):
    id: str
    title: str = ""
    place: str = ""
    url: str = ""


class Problem(Output):
    """Problem details (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str = Field(description=N_("给程序用的代号"))
    detail: str = Field("", description=N_("接下来可以怎么做"))
    rule: RuleOut | None = Field(None, description=N_("依据的规则"))
    errors: list[FaultOut] = Field([], description=N_("输入的全部错误"))
    data: dict[str, Any] = Field({})
