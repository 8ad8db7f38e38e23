"""Webhook endpoints: make, change, switch, rotate the secret, remove; send again, send a test.

The secret is shown when it is made and when it is rotated. Nothing here goes out to the network.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts.locks import lock_user
from artmarket.accounts.models import Organisation, User
from artmarket.accounts.permissions import is_organisation_admin
from artmarket.api import happenings
from artmarket.api.engine import signing
from artmarket.api.engine.addresses import BadTarget, read_target
from artmarket.api.enums import DeliveryState, OffReason
from artmarket.api.locks import lock_endpoint
from artmarket.api.models import Delivery, Endpoint
from artmarket.api.tasks import tell_owner
from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event

AT_ONCE_RULE = "api.webhooks_at_once"
OVERLAP_RULE = "api.webhook_overlap_hours"
TEST_KIND = "webhook.test"
WHY_NOT = {
    "scheme": _("地址要以https://开头。"),
    "form": _("地址写法不对。"),
    "credentials": _("地址里不能带用户名和密码。"),
    "port": _("端口只能是443、8443、80或8080。"),
    "host": _("要用公网上的域名。"),
    "private": _("不能指向内部网络。"),
    "nowhere": _("这个域名没有地址。"),
}


@dataclass(frozen=True, slots=True)
class EndpointInput:
    """Where events go and which; no kinds means all. Role and organisation as of a token."""

    url: str
    kinds: Collection[str] = ()
    role: str = ""
    organisation_id: int | None = None


@transaction.atomic(durable=True)
def make_endpoint(*, actor: User, given: EndpointInput) -> tuple[Endpoint, str]:
    """Add an endpoint; returns it and its secret. Raises `NotAllowed`, `Invalid`, `DomainError`."""
    person = lock_user(pk=actor.pk)
    if not person.has_perm("api.make_token"):
        raise NotAllowed()
    errors = _faults(given.url, given.kinds)
    if given.role and given.role not in person.roles:
        errors["role"] = _("你没有这个角色。")
    if given.organisation_id is not None:
        organisation = Organisation.objects.filter(pk=given.organisation_id).first()
        if not is_organisation_admin(person, organisation):
            errors["organisation"] = _("只有单位的管理员能为单位设推送。")
    if errors:
        raise Invalid(fields=errors)
    limit = rulebook.get(AT_ONCE_RULE)
    if Endpoint.objects.filter(owner=person, removed_at__isnull=True).count() >= limit:
        raise DomainError(
            _("最多%(limit)d个推送地址。") % {"limit": limit},
            code="too_many_endpoints",
            rule=AT_ONCE_RULE,
        )
    secret = signing.make_secret()
    endpoint = Endpoint.objects.create(
        owner=person, role=given.role, organisation_id=given.organisation_id,
        url=given.url, kinds=sorted(set(given.kinds)), secret=secret,
    )  # fmt: skip
    endpoint.refresh_from_db()
    record_event(
        actor=actor, action="webhook.made", subject=endpoint,
        after={
            "url": endpoint.url, "kinds": endpoint.kinds, "role": endpoint.role,
            "organisation": endpoint.organisation_id,
        },
    )  # fmt: skip
    return endpoint, secret


@transaction.atomic(durable=True)
def change_endpoint(*, actor: User, endpoint_id: int, url: str, kinds: Collection[str]) -> Endpoint:
    """Another address or other kinds. Writing what is written leaves no event."""
    endpoint = _managed(actor, endpoint_id)
    if errors := _faults(url, kinds):
        raise Invalid(fields=errors)
    before = {"url": endpoint.url, "kinds": endpoint.kinds}
    after = {"url": url, "kinds": sorted(set(kinds))}
    if before == after:
        return endpoint
    endpoint.url, endpoint.kinds = url, sorted(set(kinds))
    endpoint.save(update_fields=["url", "kinds"])
    record_event(
        actor=actor, action="webhook.changed", subject=endpoint, before=before, after=after
    )
    return endpoint


@transaction.atomic(durable=True)
def switch_endpoint(*, actor: User, endpoint_id: int, is_on: bool) -> Endpoint:
    """Stop sending, or begin again with what happens from now on. Twice is as good as once."""
    endpoint = _managed(actor, endpoint_id)
    if endpoint.is_on == is_on:
        return endpoint
    if is_on:
        endpoint.off_at, endpoint.off_reason, endpoint.failing_since = None, "", None
    else:
        endpoint.off_at, endpoint.off_reason = db_now(), OffReason.OWNER
        _give_up(endpoint)
    endpoint.save(update_fields=["off_at", "off_reason", "failing_since"])
    record_event(
        actor=actor, action="webhook.switched", subject=endpoint,
        before={"is_on": not is_on}, after={"is_on": is_on},
    )  # fmt: skip
    return endpoint


@transaction.atomic(durable=True)
def rotate_secret(*, actor: User, endpoint_id: int) -> tuple[Endpoint, str]:
    """A new secret; the old one signs beside it for the hours of the rule book."""
    endpoint = _managed(actor, endpoint_id)
    endpoint.old_secret = endpoint.secret
    endpoint.old_secret_until = db_now() + timedelta(hours=rulebook.get(OVERLAP_RULE))
    endpoint.secret = signing.make_secret()
    endpoint.save(update_fields=["secret", "old_secret", "old_secret_until"])
    record_event(actor=actor, action="webhook.secret_rotated", subject=endpoint)
    return endpoint, endpoint.secret


@transaction.atomic(durable=True)
def remove_endpoint(*, actor: User, endpoint_id: int) -> None:
    """Take the endpoint away; its row and log stay until the log's time is over."""
    endpoint = _managed(actor, endpoint_id)
    endpoint.removed_at = Now()
    endpoint.save(update_fields=["removed_at"])
    _give_up(endpoint)
    record_event(
        actor=actor, action="webhook.removed", subject=endpoint, before={"url": endpoint.url}
    )


@transaction.atomic(durable=True)
def send_test(*, actor: User, endpoint_id: int) -> Delivery:
    """Queue a message that tells of nothing, to try the receiver."""
    endpoint = _managed(actor, endpoint_id)
    _require_on(endpoint)
    delivery = Delivery.objects.create(endpoint=endpoint, uid=uuid4(), kind=TEST_KIND)
    delivery.refresh_from_db()
    return delivery


@transaction.atomic(durable=True)
def redeliver(*, actor: User, delivery_id: int) -> Delivery:
    """Send a delivery again, under its id. Raises `NotAllowed`, `WrongState` (off, or waiting)."""
    endpoint_id = (
        Delivery.objects.filter(pk=delivery_id).values_list("endpoint_id", flat=True).first()
    )
    if endpoint_id is None:
        raise WrongState()
    _require_on(_managed(actor, endpoint_id))
    delivery = Delivery.objects.get(pk=delivery_id)
    if delivery.state == DeliveryState.PENDING:
        raise WrongState(_("这一条正在等待推送。"))
    delivery.state, delivery.attempts, delivery.next_at = DeliveryState.PENDING, 0, db_now()
    delivery.done_at = None
    delivery.save(update_fields=["state", "attempts", "next_at", "done_at"])
    return delivery


@transaction.atomic(durable=True)
def switch_off(*, endpoint_id: int, reason: OffReason) -> bool:
    """The platform stops sending to an endpoint and tells its owner. False when off already."""
    try:
        endpoint = lock_endpoint(pk=endpoint_id)
    except WrongState:
        return False
    if endpoint.off_at is not None:
        return False
    endpoint.off_at, endpoint.off_reason = db_now(), reason
    endpoint.save(update_fields=["off_at", "off_reason"])
    _give_up(endpoint)
    record_event(
        actor=None, action="webhook.switched", subject=endpoint,
        before={"is_on": True}, after={"is_on": False}, reason=str(reason),
    )  # fmt: skip
    tell_owner.enqueue(endpoint_id=endpoint.pk)
    return True


def _give_up(endpoint: Endpoint) -> None:
    """What still waits is not sent; it can be sent again from the log."""
    waiting = endpoint.deliveries.filter(state=DeliveryState.PENDING)
    waiting.update(state=DeliveryState.FAILED, failure="endpoint_off", done_at=Now())


def _managed(actor: User, endpoint_id: int) -> Endpoint:
    endpoint = lock_endpoint(pk=endpoint_id)
    if not actor.has_perm("api.manage", endpoint):
        raise NotAllowed()
    return endpoint


def _require_on(endpoint: Endpoint) -> None:
    if not endpoint.is_on:
        raise WrongState(_("这个推送地址已停用，先启用再发。"), code="endpoint_off")


def _faults(url: str, kinds: Collection[str]) -> dict:
    errors = {}
    try:
        read_target(url, is_open=settings.WEBHOOKS_ANYWHERE)
    except BadTarget as error:
        errors["url"] = WHY_NOT[error.reason]
    if not set(kinds) <= set(happenings.kinds()):
        errors["kinds"] = _("请从列表中选择事件种类。")
    return errors
