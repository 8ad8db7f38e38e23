"""Where webhooks may go, and how a receiver tells them from forgeries."""

import pytest

from artmarket.api import sending
from artmarket.api.engine import signing
from artmarket.api.engine.addresses import BadTarget, choose_address, is_public, read_target


def test_the_signature_is_that_of_the_specification_s_example():
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    made = signing.signature(
        secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    )
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_receiver_tells_genuine_from_forged_late_and_foreign():
    secret, other = signing.make_secret(), signing.make_secret()
    headers = signing.headers([secret], "msg_1", 1000, b"{}")
    good = {"now": 1010, "tolerance": 300}
    assert signing.verify(secret, headers, b"{}", **good)
    assert not signing.verify(secret, headers, b"{ }", **good)
    assert not signing.verify(other, headers, b"{}", **good)
    assert not signing.verify(secret, headers | {"webhook-id": "msg_2"}, b"{}", **good)
    assert not signing.verify(secret, headers, b"{}", now=2000, tolerance=300)
    both = signing.headers([other, secret], "msg_1", 1000, b"{}")
    assert signing.verify(secret, both, b"{}", **good)
    assert signing.verify(other, both, b"{}", **good)


# ------------------------------------------------------------------ where they may go


@pytest.mark.parametrize(("url", "reason"), [
    ("http://example.com/", "scheme"), ("ftp://example.com/", "scheme"), ("//example.com", "scheme"),
    ("https://user:pw@example.com/", "credentials"), ("https://example.com:22/", "port"),
    ("https://example.com:99999/", "form"), ("https:///x", "form"), ("https://exa mple.com/", "form"),
    ("https://example.com/\r\nHost: x", "form"), ("https://example.com\\@127.0.0.1/", "form"),
    ("https://localhost/", "host"), ("https://db/", "host"), ("https://db.internal/", "host"),
    ("https://127.1/", "host"), ("https://0x7f.1/", "host"), ("https://2130706433/", "host"),
    ("https://127.0.0.1/", "private"), ("https://10.1.2.3/", "private"),
    ("https://169.254.169.254/latest/meta-data", "private"), ("https://[::1]/", "private"),
    ("https://[fd00::1]/", "private"), ("https://[::ffff:10.0.0.1]/", "private"),
    ("https://[64:ff9b::a00:1]/", "private"), ("https://100.64.0.1/", "private"),
    ("https://0.0.0.0/", "private"), ("https://224.0.0.1/", "private"),
])  # fmt: skip
def test_an_address_into_our_own_network_is_refused(url, reason):
    with pytest.raises(BadTarget) as refused:
        read_target(url, is_open=False)
    assert refused.value.reason == reason


@pytest.mark.parametrize("url", [
    "https://example.com/hooks?x=1", "https://例子.中国/", "https://example.com:8443", "https://1.1.1.1/",
])  # fmt: skip
def test_public_addresses_pass(url):
    assert read_target(url, is_open=False).scheme == "https"


def test_one_private_address_among_many_refuses_the_name():
    assert choose_address(["1.1.1.1", "8.8.8.8"], is_open=False) == "1.1.1.1"
    for bad in (["1.1.1.1", "10.0.0.1"], ["::ffff:127.0.0.1"], []):
        with pytest.raises(BadTarget):
            choose_address(bad, is_open=False)
    assert not is_public("not an address")


def test_a_name_that_points_inside_is_never_connected_to(monkeypatch):
    def connect(*_arguments):
        raise AssertionError("connected")

    monkeypatch.setattr(sending.socket, "create_connection", connect)
    monkeypatch.setattr(sending, "resolve", lambda _target: ["10.0.0.5"])
    assert sending.post("https://example.com/", {}, b"") == sending.Outcome(
        failure="refused: private"
    )


def test_the_connection_goes_to_the_judged_address_and_nowhere_else(monkeypatch):
    asked, connected = [], []

    def resolve(target):
        asked.append(target.host)
        return ["93.184.216.34"]

    def connect(address, _timeout):
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(sending, "resolve", resolve)
    monkeypatch.setattr(sending.socket, "create_connection", connect)
    outcome = sending.post("https://example.com/", {}, b"")
    assert (asked, connected) == (["example.com"], [("93.184.216.34", 443)])
    assert outcome.failure == "ConnectionRefusedError"
