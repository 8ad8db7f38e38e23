"""The streams as a bare ASGI application: GET /live/lots/<key>/ and /live/sales/<key>/.

Only what everybody may know goes over them, so there is no session and no framework. A watcher is
one task and a short queue; two threads read snapshots, one reads the tail. A watcher who cannot be
reached is dropped, and `Last-Event-ID` brings him back without a gap.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Final

from django.conf import settings
from django.db import close_old_connections
from django.utils import translation
from django.utils.translation import gettext as _

from artmarket.core.money import Money

from .. import wording
from ..enums import LotState
from ..selectors.live import LIVE, LotFacts, facts_of_lot, facts_of_sale
from .hub import Hub, Topic, Watcher
from .reader import Reader, clock_offset, steady
from .urls import PREFIX, topic_at

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

BEAT_SECONDS: Final = 15
MOST_WATCHERS: Final = 20_000
HEADERS: Final = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
)


class Streams:
    """The streams of one process; the hub and its reader begin with the first watcher."""

    def __init__(self) -> None:
        self.offset = 0.0
        self.hub: Hub | None = None
        self.reader: Reader | None = None
        self.pool = ThreadPoolExecutor(2, thread_name_prefix="live-snapshot")
        self.beating: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        topic = topic_at(scope["path"])
        if topic is None:
            return await _refuse(send, 404)
        if scope["method"] != "GET":
            return await _refuse(send, 405, (b"allow", b"GET"))
        hub = self._open()
        if hub.watchers >= MOST_WATCHERS:
            return await _refuse(send, 503, (b"retry-after", b"5"))
        task, waiting = asyncio.current_task(), asyncio.Event()
        assert task is not None  # noqa: S101 - a coroutine runs in a task
        watcher = hub.join(topic, wake=waiting.set, drop=task.cancel)
        gone = asyncio.create_task(_until_gone(receive, hub, watcher))
        try:
            if await self._learn(hub, topic):
                first = hub.begin(watcher, _header(scope, b"last-event-id"))
                await _relay(send, watcher, waiting, first)
            else:
                await _refuse(send, 404)
        except asyncio.CancelledError:
            # Dropped, gone, or the server stops: nothing else runs in this task, and the browser
            # comes back by itself.
            task.uncancel()
            with suppress(TimeoutError):
                await asyncio.wait_for(send({"type": "http.response.body", "body": b""}), 1)
        finally:
            hub.leave(watcher)
            gone.cancel()
        return None

    def close(self) -> None:
        """Send everybody away and stop the threads."""
        if self.hub:
            self.hub.end()
        if self.reader:
            self.reader.stop()
        if self.beating:
            self.beating.cancel()
        self.hub = self.reader = self.beating = None

    # ------------------------------------------------------------- inside

    def _open(self) -> Hub:
        if self.hub is not None:
            return self.hub
        loop = asyncio.get_running_loop()
        hub = Hub(boot=secrets.token_hex(4), now=lambda: steady() + self.offset, words=words)

        def pass_on(facts: list[LotFacts], offset: float) -> None:
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(self._tell, hub, facts, offset)

        def watched() -> tuple[frozenset[int], frozenset[int]]:
            return hub.watched("lot"), hub.watched("sale")

        self.hub, self.reader = hub, Reader(watched=watched, tell=pass_on)
        self.reader.start()
        self.beating = asyncio.create_task(_beat(hub))
        return hub

    def _tell(self, hub: Hub, facts: list[LotFacts], offset: float) -> None:
        self.offset = offset
        hub.tell(facts)

    async def _learn(self, hub: Hub, topic: Topic) -> bool:
        """Whether the topic is public; asks the database unless others watch it already."""
        if hub.knows(topic):
            return True
        loop = asyncio.get_running_loop()
        facts, offset = await loop.run_in_executor(self.pool, _read, topic)
        if facts is None:
            return False
        self.offset = offset
        hub.learn(topic, facts)
        return True


def mounted(django: Application) -> Application:
    """An application that answers the streams itself and leaves everything else to Django."""
    streams = Streams()

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(streams, receive, send)
        elif scope["type"] == "http" and scope["path"].startswith(PREFIX):
            await streams(scope, receive, send)
        else:
            await django(scope, receive, send)

    return application


def words(fact: LotFacts) -> dict[str, Any]:
    """The standing of a lot in words, by language. `state` is a list while the hammer has not
    fallen: before the opening, during, after the end."""
    told = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            told[code] = _words(fact)
    return told


def _words(fact: LotFacts) -> dict[str, Any]:
    reserve = ""
    if fact.state == LIVE and fact.bids:
        reserve = _("已达保留价") if fact.reserve_met else _("未达保留价")
    return {
        "price": "" if fact.price is None else str(Money(fact.price, fact.currency)),
        "ask": "" if fact.ask is None else str(Money(fact.ask, fact.currency)),
        "reserve": reserve,
        "ends": _("%(end)s结束") % {"end": wording.moment(fact.ends_at)} if fact.ends_at else "",
        "state": [_("已公告"), _("竞价中"), _("已截止，等待落槌")]
        if fact.state == LIVE
        else [str(LotState(fact.state).label)],
    }


def _read(topic: Topic) -> tuple[list[LotFacts] | None, float]:
    """A snapshot, by one of the two threads with a connection."""
    close_old_connections()
    facts = facts_of_lot(topic[1]) if topic[0] == "lot" else facts_of_sale(topic[1])
    return facts, clock_offset()


async def _relay(send: Send, watcher: Watcher, waiting: asyncio.Event, first: bytes) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": first, "more_body": True})
    while not watcher.is_dropped:
        await waiting.wait()
        waiting.clear()
        if piece := watcher.take():
            await send({"type": "http.response.body", "body": piece, "more_body": True})


async def _until_gone(receive: Receive, hub: Hub, watcher: Watcher) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    if not watcher.is_dropped:
        watcher.is_dropped = True
        hub.leave(watcher)
        watcher.drop()


async def _beat(hub: Hub) -> None:
    while True:
        await asyncio.sleep(BEAT_SECONDS)
        hub.beat()


async def _live(streams: Streams, receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.shutdown":
            streams.close()
            return await send({"type": "lifespan.shutdown.complete"})
        await send({"type": "lifespan.startup.complete"})


async def _refuse(send: Send, status: int, *headers: tuple[bytes, bytes]) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(b"content-length", b"0"), (b"cache-control", b"no-store"), *headers],
        }
    )
    await send({"type": "http.response.body", "body": b""})


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")
