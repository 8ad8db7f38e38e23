"""Which addresses a webhook may go to: never the platform's own network.

A name is resolved once, every address that it has is judged, and the connection goes to the judged
address itself, so that a name that changes its mind in between gains nothing.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlsplit

Reason = Literal["scheme", "form", "credentials", "port", "host", "private", "nowhere"]
_PORTS: Final = frozenset({80, 443, 8080, 8443})
MAX_URL: Final = 500


class BadTarget(ValueError):
    """An address that a webhook may not go to."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        """The Host header: the port only where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"https": 443, "http": 80}[self.scheme]
        return host if self.port == usual else f"{host}:{self.port}"


def read_target(url: str, *, is_open: bool) -> Target:
    """Take an address apart. `is_open` (never in production) lets http, any port and any host pass.

    Raises BadTarget with the reason.
    """
    if len(url) > MAX_URL or any(c.isspace() or not c.isprintable() for c in url):
        raise BadTarget("form")
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode() if parts.hostname else ""
    except (UnicodeError, ValueError) as error:
        raise BadTarget("form") from error
    if parts.scheme != "https" and not (is_open and parts.scheme == "http"):
        raise BadTarget("scheme")
    if not host or "\\" in url:
        raise BadTarget("form")
    if parts.username is not None or parts.password is not None:
        raise BadTarget("credentials")
    port = port or (443 if parts.scheme == "https" else 80)
    if not is_open:
        if port not in _PORTS:
            raise BadTarget("port")
        _check_host(host)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii():
        raise BadTarget("form")
    return Target(parts.scheme, host, port, path)


def choose_address(addresses: Iterable[str], *, is_open: bool) -> str:
    """The address to connect to. One private address among them refuses them all.

    Raises BadTarget ("private", or "nowhere" when the name has no address).
    """
    found = list(dict.fromkeys(addresses))
    if not found:
        raise BadTarget("nowhere")
    if not is_open and not all(is_public(a) for a in found):
        raise BadTarget("private")
    return found[0]


def is_public(address: str) -> bool:
    """Whether an IP address lies in the open internet (also inside its IPv6 wrappings)."""
    try:
        ip = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None:
            return is_public(str(inner))
        if ip in ipaddress.ip_network("64:ff9b::/96"):
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _check_host(host: str) -> None:
    """Refuse what is plainly no public name before anything is resolved."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        last = host.rstrip(".").rpartition(".")[2]
        # Dotless names, own networks, and numbers that libraries read as addresses (0x7f.1).
        if (
            "." not in host.rstrip(".")
            or last in {"local", "localhost", "internal", "lan", "home", "arpa", "test", "onion"}
            or last[:1].isdigit()
        ):
            raise BadTarget("host") from None
        return
    if not is_public(host):
        raise BadTarget("private")
