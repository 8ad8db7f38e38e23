"""The API's own routes: who the token speaks for, the public feed of events, webhooks."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as N_
from ninja import Query, Router
from ninja.responses import Status

from artmarket.core.rest.paging import Id, link_next, page_of
from artmarket.core.rest.scopes import Needs, Scope

from . import happenings, selectors, shapes
from .enums import DeliveryState
from .models import Delivery, Endpoint
from .services import endpoints

router = Router(tags=["events"])
caller = Router(tags=["token"])
webhooks = Router(tags=["webhooks"])
managing = Needs(Scope.WEBHOOKS)


@caller.get("/me", response=shapes.CallerOut, auth=Needs(Scope.READ), summary=N_("这个令牌代表谁"))
def read_caller(request: HttpRequest) -> dict[str, Any]:
    token, person = request.token, request.user  # type: ignore[attr-defined]
    group = token.organisation
    return {
        "person": {"id": person.pk, "name": person.display_name},
        "organisation": {"id": group.pk, "name": group.name, "slug": group.slug} if group else None,
        "role": token.role,
        "scopes": token.scopes,
        "name": token.name,
        "expires_at": token.expires_at,
    }


@router.get("/events", response=shapes.EventsPage, summary=N_("登记册的公开事件，最新在前"))
def list_events(
    request: HttpRequest, response: HttpResponse, asked: Query[shapes.EventsQuery]
) -> dict[str, Any]:
    items, after = happenings.public_page(
        after=asked.after, limit=asked.limit, actions=asked.action
    )
    following = {"after": str(after)} if after is not None else None
    return {"items": items, "next": link_next(request, response, following)}


@webhooks.get(
    "/webhooks", response=shapes.WebhooksOut, auth=managing, summary=N_("你的事件推送地址")
)
def list_webhooks(request: HttpRequest) -> dict[str, Any]:
    return {"items": [_shown(e) for e in selectors.endpoints_of_token(request.token)]}  # type: ignore[attr-defined]


@webhooks.post(
    "/webhooks",
    response={201: shapes.WebhookWithSecret},
    auth=managing,
    summary=N_("新增推送地址；密钥只显示一次"),
)
def make_webhook(request: HttpRequest, response: HttpResponse, given: shapes.WebhookIn) -> Status:
    token: Any = request.token  # type: ignore[attr-defined]
    endpoint, secret = endpoints.make_endpoint(
        actor=token.owner,
        given=endpoints.EndpointInput(
            url=given.url, kinds=given.kinds, role=token.role,
            organisation_id=token.organisation_id,
        ),
    )  # fmt: skip
    response["Location"] = f"{request.path}/{endpoint.pk}"
    return Status(201, _shown(endpoint) | {"secret": secret})


@webhooks.get(
    "/webhooks/{webhook_id}", response=shapes.WebhookOut, auth=managing, summary=N_("一个推送地址")
)
def read_webhook(request: HttpRequest, webhook_id: Id) -> dict[str, Any]:
    return _shown(_mine(request, webhook_id))


@webhooks.put(
    "/webhooks/{webhook_id}",
    response=shapes.WebhookOut,
    auth=managing,
    summary=N_("改推送地址或事件种类"),
)
def change_webhook(request: HttpRequest, webhook_id: Id, given: shapes.WebhookIn) -> dict[str, Any]:
    endpoint = _mine(request, webhook_id)
    changed = endpoints.change_endpoint(
        actor=_owner(request), endpoint_id=endpoint.pk, url=given.url, kinds=given.kinds
    )
    return _shown(changed)


@webhooks.delete(
    "/webhooks/{webhook_id}", response={204: None}, auth=managing, summary=N_("移除推送地址")
)
def remove_webhook(request: HttpRequest, webhook_id: Id) -> Status:
    endpoint = _mine(request, webhook_id)
    endpoints.remove_endpoint(actor=_owner(request), endpoint_id=endpoint.pk)
    return Status(204, None)


@webhooks.post(
    "/webhooks/{webhook_id}/switch",
    response=shapes.WebhookOut,
    auth=managing,
    summary=N_("启用或停用推送"),
)
def switch_webhook(request: HttpRequest, webhook_id: Id, given: shapes.SwitchIn) -> dict[str, Any]:
    endpoint = _mine(request, webhook_id)
    return _shown(
        endpoints.switch_endpoint(actor=_owner(request), endpoint_id=endpoint.pk, is_on=given.is_on)
    )


@webhooks.post(
    "/webhooks/{webhook_id}/secret",
    response=shapes.WebhookWithSecret,
    auth=managing,
    summary=N_("换签名密钥；新密钥只显示一次"),
)
def rotate_webhook(request: HttpRequest, webhook_id: Id) -> dict[str, Any]:
    endpoint = _mine(request, webhook_id)
    changed, secret = endpoints.rotate_secret(actor=_owner(request), endpoint_id=endpoint.pk)
    return _shown(changed) | {"secret": secret}


@webhooks.post(
    "/webhooks/{webhook_id}/test",
    response={202: shapes.DeliveryOut},
    auth=managing,
    summary=N_("推送一条测试消息"),
)
def test_webhook(request: HttpRequest, webhook_id: Id) -> Status:
    endpoint = _mine(request, webhook_id)
    return Status(
        202, _log_line(endpoints.send_test(actor=_owner(request), endpoint_id=endpoint.pk))
    )


@webhooks.get(
    "/webhooks/{webhook_id}/deliveries",
    response=shapes.DeliveriesPage,
    auth=managing,
    summary=N_("推送记录，最新在前"),
)
def list_deliveries(
    request: HttpRequest, response: HttpResponse, webhook_id: Id, asked: Query[shapes.PageQuery]
) -> dict[str, Any]:
    rows = Delivery.objects.filter(endpoint=_mine(request, webhook_id))
    return page_of(
        request, response, rows, after=asked.after, limit=asked.limit,
        show=lambda found: [_log_line(d) for d in found],
    )  # fmt: skip


@webhooks.post(
    "/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver",
    response={202: shapes.DeliveryOut},
    auth=managing,
    summary=N_("再推送一次"),
)
def redeliver(request: HttpRequest, webhook_id: Id, delivery_id: Id) -> Status:
    endpoint = _mine(request, webhook_id)
    if not endpoint.deliveries.filter(pk=delivery_id).exists():
        raise Http404
    return Status(
        202, _log_line(endpoints.redeliver(actor=_owner(request), delivery_id=delivery_id))
    )


def _owner(request: HttpRequest) -> Any:
    return request.token.owner  # type: ignore[attr-defined]


def _mine(request: HttpRequest, webhook_id: int) -> Endpoint:
    """An endpoint of the token's own capacity; every other does not exist for it."""
    found = selectors.endpoints_of_token(request.token).filter(pk=webhook_id).first()  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    return found


def _shown(endpoint: Endpoint) -> dict[str, Any]:
    names = ("url", "kinds", "is_on", "off_reason", "failing_since", "made_at")
    return {"id": endpoint.pk} | {name: getattr(endpoint, name) for name in names}


def _log_line(delivery: Delivery) -> dict[str, Any]:
    names = ("message_id", "kind", "state", "attempts", "status", "failure", "made_at", "done_at")
    waits = delivery.state == DeliveryState.PENDING
    return {"id": delivery.pk, "next_at": delivery.next_at if waits else None} | {
        name: getattr(delivery, name) for name in names
    }
