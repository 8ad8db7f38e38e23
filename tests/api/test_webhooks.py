"""Webhooks: signed, guarded, at least once, in order, only what their owner may know."""

import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from artmarket import rulebook
from artmarket.accounts.models import RoleGrant
from artmarket.api import sending
from artmarket.api.engine import signing
from artmarket.api.models import Cursor, Delivery, Endpoint
from artmarket.api.services import deliveries, endpoints, keeping
from artmarket.api.services.endpoints import EndpointInput
from artmarket.api.tasks import tell_owner
from artmarket.core import tail
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from catalog.services import corrections, drafts, registration
from tests.api.conftest import caller_for
from tests.catalog import factories
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

# ------------------------------------------------------------------ a real receiver


class Receiver(ThreadingHTTPServer):
    """Keeps what it gets and answers what it is told."""

    def __init__(self):
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
                status = receiver.answers.pop(0) if receiver.answers else 204
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", f"http://127.0.0.1:{receiver.server_port}/else")
                self.end_headers()

            def log_message(self, *_arguments):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/hook"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def messages(self) -> list[dict]:
        return [json.loads(body) for _headers, body in self.got]


@pytest.fixture
def receiver(settings):
    settings.WEBHOOKS_ANYWHERE = True
    server = Receiver()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def _settled(monkeypatch):
    """Other processes of the suite write on the same server; tests/concurrency tries the real one."""
    monkeypatch.setattr(tail, "_is_settled", lambda _place: True)


def listening(receiver, person=None, role="", **more) -> Endpoint:
    endpoint, _secret = endpoints.make_endpoint(
        actor=person or UserFactory(),
        given=EndpointInput(**({"url": receiver.url, "role": role} | more)),
    )
    deliveries.fan_out()
    return endpoint


def test_an_event_arrives_signed_with_what_the_public_may_know(receiver):
    endpoint = listening(receiver)
    work = factories.registered()
    deliveries.run()
    kinds = [m["type"] for m in receiver.messages()]
    assert kinds == ["work.registered", "work.relic_decided"]
    headers, body = receiver.got[0]
    assert signing.verify(
        endpoint.secret, headers, body, now=int(timezone.now().timestamp()), tolerance=60
    )
    assert headers["content-type"] == "application/json"
    told = json.loads(body)["data"]
    assert told["work"]["id"] == work.pk
    assert told["action"] == "work.registered"
    delivery = Delivery.objects.order_by("pk").first()
    assert (delivery.state, delivery.status, delivery.attempts) == ("delivered", 204, 1)
    assert headers["webhook-id"] == delivery.message_id


def test_the_lister_hears_of_his_own_drafts_and_a_stranger_does_not(receiver):
    artist = UserFactory(artist=True)
    mine, theirs = listening(receiver, artist, "artist"), listening(receiver)
    work = factories.submitted(artist)
    registration.return_work(
        actor=factories.person("registrar"), work_id=work.pk, remarks=[("", "写全")]
    )
    deliveries.run()
    assert {d.endpoint for d in Delivery.objects.all()} == {mine}
    assert "work.returned" in [m["type"] for m in receiver.messages()]
    assert theirs.deliveries.count() == 0


def test_private_fields_reach_only_who_may_see_them(receiver):
    work = factories.registered()
    public, own = listening(receiver), listening(receiver, work.created_by, "artist")
    corrections.correct_work(
        actor=factories.person("registrar"), work_id=work.pk, reason="invoice of Mr Hush",
        description=factories.Description(texts={"provenance_text": "bought from Mr Hush"}),
    )  # fmt: skip
    deliveries.run()
    told = {d.endpoint_id: d.body for d in Delivery.objects.all()}
    assert "Hush" in told[own.pk]
    assert "Hush" not in told[public.pk]
    assert "work.corrected" in told[public.pk]


def test_only_the_kinds_that_were_asked_for(receiver):
    listening(receiver, kinds=["work.registered"])
    factories.registered()
    deliveries.run()
    assert [m["type"] for m in receiver.messages()] == ["work.registered"]


def test_what_happened_before_is_nobody_s_news_and_nothing_is_told_twice(receiver):
    factories.registered()
    listening(receiver)
    deliveries.run()
    assert receiver.got == []
    factories.registered()
    deliveries.run()
    n = len(receiver.got)
    assert n == 2
    deliveries.run()
    Cursor.objects.update(done=0, upto=0)  # as if the place were lost
    deliveries.run()
    assert len(receiver.got) == n


def test_a_failure_holds_back_what_comes_after_and_is_tried_again_in_order(receiver):
    listening(receiver)
    factories.registered()
    receiver.answers = [500]
    deliveries.run()
    assert len(receiver.got) == 1
    first = Delivery.objects.order_by("pk").first()
    waits = rulebook.get("api.webhook_retry_seconds")
    assert (first.state, first.attempts, first.failure) == ("pending", 1, "status 500")
    assert timedelta(0) < first.next_at - timezone.now() <= timedelta(seconds=waits[0])
    Delivery.objects.filter(pk=first.pk).update(next_at=timezone.now())
    deliveries.run()
    assert [m["type"] for m in receiver.messages()] == [
        "work.registered", "work.registered", "work.relic_decided",
    ]  # fmt: skip
    ids = [headers["webhook-id"] for headers, _body in receiver.got]
    assert ids[0] == ids[1] != ids[2]


def test_after_the_last_attempt_a_delivery_has_failed_and_the_next_one_goes(receiver):
    listening(receiver)
    factories.registered()
    attempts = len(rulebook.get("api.webhook_retry_seconds")) + 1
    receiver.answers = [503] * attempts
    for _ in range(attempts):
        Delivery.objects.update(next_at=timezone.now())
        deliveries.run()
    first, second = Delivery.objects.order_by("pk")
    assert (first.state, first.attempts) == ("failed", attempts)
    assert second.state == "delivered"


def test_a_redirect_is_a_failure_and_is_not_followed(receiver):
    listening(receiver, kinds=["work.registered"])
    factories.registered()
    receiver.answers = [302]
    deliveries.run()
    assert len(receiver.got) == 1
    assert Delivery.objects.get().failure == "status 302"


def test_an_endpoint_that_fails_for_days_is_switched_off_and_its_owner_told(receiver, mailoutbox):
    owner = UserFactory(language="en")
    endpoint = listening(receiver, owner)
    factories.registered()
    days = rulebook.get("api.webhook_off_after_days")
    Endpoint.objects.update(failing_since=timezone.now() - timedelta(days=days, seconds=1))
    receiver.answers = [500]
    deliveries.run()
    endpoint.refresh_from_db()
    assert (endpoint.is_on, endpoint.off_reason) == (False, "dead")
    assert set(Delivery.objects.values_list("state", flat=True)) == {"failed"}
    assert Event.objects.get(action="webhook.switched").actor is None
    assert tell_owner.call(endpoint_id=endpoint.pk) == "sent"
    assert mail.outbox[-1].to == [owner.email]
    assert receiver.url in mail.outbox[-1].body
    assert "Switched off" in mail.outbox[-1].body
    factories.registered()
    deliveries.run()
    assert len(receiver.got) == 1


def test_gone_means_gone(receiver):
    endpoint = listening(receiver)
    factories.registered()
    receiver.answers = [410]
    deliveries.run()
    endpoint.refresh_from_db()
    assert endpoint.off_reason == "dead"


def test_a_success_clears_the_failing_mark(receiver):
    listening(receiver, kinds=["work.registered"])
    Endpoint.objects.update(failing_since=timezone.now() - timedelta(days=1))
    factories.registered()
    deliveries.run()
    assert Endpoint.objects.get().failing_since is None


def test_when_the_role_is_gone_the_endpoint_is_too(receiver):
    artist = UserFactory(artist=True)
    endpoint = listening(receiver, artist, "artist")
    drafts.create_draft(actor=artist, description=factories.Description(texts={"title": "春"}))
    deliveries.fan_out()
    assert Delivery.objects.count() == 1
    RoleGrant.objects.filter(user=artist).update(revoked_at=timezone.now())
    deliveries.run()
    endpoint.refresh_from_db()
    assert endpoint.off_reason == "capacity"
    assert receiver.got == []


def test_both_secrets_sign_for_a_while_after_a_change(receiver):
    owner = UserFactory()
    endpoint = listening(receiver, owner, kinds=["work.registered"])
    old = endpoint.secret
    _endpoint, new = endpoints.rotate_secret(actor=owner, endpoint_id=endpoint.pk)
    factories.registered()
    deliveries.run()
    now = int(timezone.now().timestamp())
    headers, body = receiver.got[0]
    assert all(signing.verify(s, headers, body, now=now, tolerance=60) for s in (old, new))
    Endpoint.objects.update(old_secret_until=timezone.now() - timedelta(seconds=1))
    factories.registered()
    deliveries.run()
    headers, body = receiver.got[1]
    assert signing.verify(new, headers, body, now=now, tolerance=60)
    assert not signing.verify(old, headers, body, now=now, tolerance=60)


def test_no_secret_lies_in_the_database_in_clear(receiver, django_assert_num_queries):
    from django.db import connection

    endpoint = listening(receiver)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM api_endpoint")
        assert cursor.fetchone()[0] != endpoint.secret
    for event in Event.objects.filter(action__startswith="webhook."):
        assert endpoint.secret not in str([event.before, event.after, event.data])


def test_the_call_goes_out_with_no_transaction_open(receiver, monkeypatch):
    from django.db import connection

    depths = []
    post = sending.post
    outer = len(connection.savepoint_ids)

    def watched(letter):
        depths.append(len(connection.savepoint_ids) - outer)
        return post(letter.url, letter.headers, letter.body)

    class Direct:
        def __init__(self, *_arguments):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *_arguments):
            return None

        map = staticmethod(map)

    monkeypatch.setattr(deliveries, "ThreadPoolExecutor", Direct)
    monkeypatch.setattr(deliveries, "_send", watched)
    listening(receiver)
    factories.registered()
    deliveries.run()
    assert depths == [0, 0]


def test_a_process_that_dies_while_sending_leaves_it_to_the_next(receiver):
    listening(receiver, kinds=["work.registered"])
    factories.registered()
    deliveries.fan_out()
    (letter,) = deliveries.claim(5)  # and nothing more comes of it
    assert deliveries.claim(5) == []
    Delivery.objects.update(next_at=timezone.now())
    deliveries.run()
    assert [h["webhook-id"] for h, _b in receiver.got] == [letter.headers["webhook-id"]]
    assert Delivery.objects.get().attempts == 2


# ------------------------------------------------------------------ looking after them


@pytest.mark.parametrize("given", [
    {"url": "http://example.com/"}, {"url": "https://10.0.0.1/"}, {"kinds": ["nothing.known"]},
    {"role": "registrar"}, {"organisation_id": 0},
])  # fmt: skip
def test_an_endpoint_that_makes_no_sense_is_refused(given):
    with pytest.raises(Invalid):
        endpoints.make_endpoint(
            actor=UserFactory(), given=EndpointInput(**({"url": "https://example.com/"} | given))
        )
    assert not Endpoint.objects.exists()


def test_an_organisation_s_endpoint_is_its_administrators_business(receiver):
    gallery = OrganisationFactory()
    admin, other = (MembershipFactory(organisation=gallery, admin=True).user for _ in range(2))
    endpoint = listening(receiver, admin, organisation_id=gallery.pk)
    with pytest.raises(NotAllowed):
        endpoints.switch_endpoint(actor=UserFactory(), endpoint_id=endpoint.pk, is_on=False)
    assert not endpoints.switch_endpoint(actor=other, endpoint_id=endpoint.pk, is_on=False).is_on


def test_a_delivery_is_sent_again_under_its_id_and_only_when_it_does_not_wait(receiver):
    owner = UserFactory()
    listening(receiver, owner, kinds=["work.registered"])
    factories.registered()
    deliveries.run()
    delivery = Delivery.objects.get()
    endpoints.redeliver(actor=owner, delivery_id=delivery.pk)
    with pytest.raises(WrongState):
        endpoints.redeliver(actor=owner, delivery_id=delivery.pk)
    deliveries.run()
    assert [h["webhook-id"] for h, _b in receiver.got] == [delivery.message_id] * 2


def test_the_log_is_swept_after_its_days(receiver):
    listening(receiver)
    factories.registered()
    deliveries.run()
    days = rulebook.get("api.webhook_log_days")
    Delivery.objects.update(made_at=timezone.now() - timedelta(days=days, seconds=1))
    keeping.sweep()
    assert not Delivery.objects.exists()


def test_everything_by_program(receiver):
    caller = caller_for(UserFactory(artist=True), "artist")
    made = caller.post("webhooks", {"url": receiver.url, "kinds": ["work.registered"]})
    assert made.status_code == 201
    secret, path = made.json()["secret"], f"webhooks/{made.json()['id']}"
    assert "secret" not in caller.get(path).json()
    assert caller.post(f"{path}/test").status_code == 202
    deliveries.run()
    headers, body = receiver.got[0]
    now = int(timezone.now().timestamp())
    assert signing.verify(secret, headers, body, now=now, tolerance=60)
    (line,) = caller.get(f"{path}/deliveries").json()["items"]
    assert (line["kind"], line["state"], line["status"]) == ("webhook.test", "delivered", 204)
    again = caller.post(f"{path}/deliveries/{line['id']}/redeliver")
    assert again.status_code == 202
    assert caller.post(f"{path}/secret").json()["secret"] != secret
    assert caller.post(f"{path}/switch", {"is_on": False}).json()["is_on"] is False
    assert caller.post(f"{path}/test").json()["code"] == "endpoint_off"
    changed = caller("PUT", path, {"url": f"{receiver.url}/2"})
    assert changed.json()["kinds"] == []
    assert caller("DELETE", path).status_code == 204
    assert caller.get("webhooks").json() == {"items": []}
    stranger = caller_for(UserFactory(artist=True), "artist")
    assert stranger.get(path).status_code == 404


def test_everything_by_hand(receiver):
    owner = UserFactory(artist=True)
    client = Client()
    client.force_login(owner)
    form = {"url": receiver.url, "kinds": ["work.registered"], "role": "artist", "organisation": ""}
    page = client.post(reverse("api:webhooks"), form)
    assert page.status_code == 201
    assert page.context["secret"] in page.content.decode()
    endpoint = Endpoint.objects.get()
    one = reverse("api:webhook", args=[endpoint.pk])
    assert page.context["secret"] not in client.get(one).content.decode()
    assert client.post(one, {"do": "test"}).status_code == 302
    deliveries.run()
    delivery = Delivery.objects.get()
    assert delivery.message_id in client.get(one).content.decode()
    again = client.post(reverse("api:redeliver", args=[endpoint.pk, delivery.pk]))
    assert again.status_code == 302
    assert client.post(one, {"do": "rotate"}).context["secret"].startswith("whsec_")
    for what in ("off", "on", "remove"):
        assert client.post(one, {"do": what}).status_code == 302
    assert client.get(one).status_code == 404
    stranger = Client()
    stranger.force_login(UserFactory())
    assert stranger.get(one).status_code == 404
    wrong = client.post(reverse("api:webhooks"), form | {"url": "nonsense"})
    assert wrong.status_code == 422
