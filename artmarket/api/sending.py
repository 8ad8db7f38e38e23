"""One POST to an address of somebody else: judged, pinned, bounded, not followed anywhere.

The name is resolved once and the connection goes to that very address; TLS is checked against the
name. Redirects are failures. Reads nothing but the status; never touches the database.
"""

import http.client
import socket
import ssl
import threading
from dataclasses import dataclass
from typing import Final

from django.conf import settings

from .engine.addresses import BadTarget, Target, choose_address, read_target

CONNECT_SECONDS: Final = 5
WHOLE_SECONDS: Final = 15
AGENT: Final = "artmarket-webhooks/1"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended: the receiver's status, or why there is none."""

    status: int | None = None
    failure: str = ""

    @property
    def is_delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def post(url: str, headers: dict[str, str], body: bytes) -> Outcome:
    """Send a body. Raises nothing: whatever goes wrong is the outcome."""
    is_open = settings.WEBHOOKS_ANYWHERE
    try:
        target = read_target(url, is_open=is_open)
        address = choose_address(resolve(target), is_open=is_open)
        return _exchange(target, address, headers, body)
    except BadTarget as error:
        return Outcome(failure=f"refused: {error.reason}")
    except TimeoutError:
        return Outcome(failure="timeout")
    except ssl.SSLError as error:
        return Outcome(failure=f"tls: {error.reason or 'failed'}")
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Outcome(failure=f"{type(error).__name__}")


def resolve(target: Target) -> list[str]:
    """All addresses of a name. Raises BadTarget when it has none."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise BadTarget("nowhere") from error
    return [str(entry[4][0]) for entry in found]


class _Pinned(http.client.HTTPConnection):
    """A connection to one address under another's name."""

    def __init__(self, target: Target, address: str) -> None:
        super().__init__(target.host, target.port, timeout=CONNECT_SECONDS)
        self.target, self.address = target, address

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.target.port), CONNECT_SECONDS)
        if self.target.scheme == "https":
            context = ssl.create_default_context(cafile=settings.WEBHOOKS_CA_FILE or None)
            self.sock = context.wrap_socket(plain, server_hostname=self.target.host)
        else:
            self.sock = plain


def _exchange(target: Target, address: str, headers: dict[str, str], body: bytes) -> Outcome:
    connection = _Pinned(target, address)
    late = threading.Event()
    # A receiver that sends a byte now and then never times out by itself.
    watch = threading.Timer(WHOLE_SECONDS, _cut, [connection, late])
    watch.daemon = True
    watch.start()
    try:
        connection.putrequest("POST", target.path, skip_host=True, skip_accept_encoding=True)
        sent = {
            "Host": target.host_header,
            "User-Agent": AGENT,
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            "Connection": "close",
        }
        for name, value in {**sent, **headers}.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        status = connection.getresponse().status
    except Exception:
        if late.is_set():
            raise TimeoutError from None
        raise
    finally:
        watch.cancel()
        connection.close()
    return Outcome(status, "" if 200 <= status < 300 else f"status {status}")


def _cut(connection: http.client.HTTPConnection, late: threading.Event) -> None:
    late.set()
    sock = connection.sock
    if sock is not None:
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            connection.close()
