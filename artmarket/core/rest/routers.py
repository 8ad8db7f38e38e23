"""Routers of apps that stand beside the API's assembly, which therefore cannot import them.

An app of the top floor calls `register` in `AppConfig.ready`; `artmarket.api.site` adds what is
here after the routers of the floors below.
"""

from ninja import Router

_routers: list[Router] = []


def register(router: Router) -> None:
    """Announce a router. Registering it twice changes nothing."""
    if router not in _routers:
        _routers.append(router)


def registered() -> tuple[Router, ...]:
    """The announced routers, in the order of the apps."""
    return tuple(_routers)
