"""A 108-megapixel upload: time until it is visible, memory, and regions beside pyvips alone.

Tiles are asked of the WSGI application itself, as its server does, from the request to the last
byte; the database checks its connection as in operation. The baseline is the same tile by pyvips
alone, in turns with ours; who comes first changes each time. Processor time counts all threads and
what follows the last byte (the tile is kept); other work on the machine changes it less.
"""

import io
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyvips
from django.conf import settings
from django.core.files.base import File
from django.core.management.base import BaseCommand, CommandError
from django.core.wsgi import get_wsgi_application
from django.db.models import Q

from artmarket.accounts.enums import Role
from artmarket.accounts.models import RoleGrant, User
from media import files, permissions
from media.engine.iiif import TILE, scale_factors
from media.engine.pyramid import TILE_QUALITY
from media.enums import ImageState, PyramidState
from media.models import Image, Pyramid
from media.services.pictures import make_derivatives, receive_image
from media.services.pyramids import make_pyramid

WIDTH, HEIGHT = 12_000, 9_000
# In a process of its own, so that its memory is not counted.
PAINT = f"""
import sys, pyvips
small = pyvips.Image.gaussnoise({WIDTH // 4}, {HEIGHT // 4}, mean=128, sigma=60, seed=7)
soft = small.gaussblur(1.2)
grain = pyvips.Image.gaussnoise({WIDTH}, {HEIGHT}, mean=0, sigma=9, seed=8)
grey = (soft.resize(4, kernel="linear") + grain).cast("uchar")
colours = grey.bandjoin([grey.invert(), grey.linear(0.5, 60).cast("uchar")])
colours.copy(interpretation="srgb").jpegsave(sys.argv[1], Q=85)
"""


class Command(BaseCommand):
    help = "Measure deep zoom; use an empty database (make bench makes one)."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--regions", type=int, default=300)
        parser.add_argument("--rounds", type=int, default=3)

    def handle(self, *args: Any, regions: int, rounds: int, **options: Any) -> None:
        if Image.objects.exists():
            raise CommandError("this measures in an empty database only")
        painter = User.objects.create_user("zoom@bench.example", None, display_name="bench")
        RoleGrant.objects.create(user=painter, role=Role.ARTIST)
        with TemporaryDirectory() as folder:
            path = Path(folder) / "108.jpg"
            subprocess.run([sys.executable, "-c", PAINT, str(path)], check=True)  # noqa: S603
            self._say("108 MP JPEG", path.stat().st_size / 1e6, "MB")
            self._say("memory before", _peak(), "MB")
            began = time.perf_counter()
            with path.open("rb") as file:
                image = receive_image(actor=painter, file=File(file), name="108.jpg")
        self._say("upload of 108 MP", time.perf_counter() - began, "s")
        if make_derivatives(image_id=image.pk) != ImageState.READY:
            raise CommandError("the public pictures failed")
        self._say("upload to visible", time.perf_counter() - began, "s")
        self._say("peak until visible", _peak(), "MB")
        if make_pyramid(image_id=image.pk) != PyramidState.READY:
            raise CommandError("the pyramid failed")
        self._say("upload to deep zoom", time.perf_counter() - began, "s")
        self._say("peak until zoomable", _peak(), "MB")
        for number in range(rounds):
            self.stdout.write(f"round {number + 1} of {rounds}")
            self._regions(image, regions)
        self._say("peak with the tiles", _peak(), "MB")

    def _regions(self, image: Image, count: int) -> None:
        """The same tiles by the whole service, with an empty cache, and by pyvips alone."""
        permissions.register_shown(_is_shown, to_all=_all_pictures)
        local = files.local_path(Pyramid.objects.get(image=image).path)
        if local is None:
            raise CommandError("the pyramids must lie on this machine")
        ask = _asking(image)
        tiles = _tiles(count)
        ask(tiles[0])  # what a process does once
        ours: list[float] = []
        alone: list[float] = []
        cached: list[float] = []
        worked: dict[str, float] = {"ours": 0, "alone": 0}

        def time_ours(tile: Tile) -> None:
            began = time.process_time()
            ours.append(ask(tile))
            worked["ours"] += time.process_time() - began

        def time_alone(tile: Tile) -> None:
            began = time.process_time()
            alone.append(_plain(local, tile))
            worked["alone"] += time.process_time() - began

        for number, tile in enumerate(tiles):
            _empty(Path(settings.IIIF_CACHE_DIR))
            turns = [time_ours, time_alone]
            for act in turns if number % 2 else reversed(turns):
                act(tile)
            cached.append(ask(tile))
        self._percentiles("a tile, nothing cached", ours)
        self._percentiles("the same, pyvips alone", alone)
        ratio = statistics.median(ours) / statistics.median(alone)
        self._say("ratio of medians", ratio, "")
        self._say("ratio of processor time", worked["ours"] / worked["alone"], "")
        self._percentiles("a tile from the cache", cached)

    def _percentiles(self, name: str, seconds: list[float]) -> None:
        cuts = statistics.quantiles(seconds, n=20)
        self.stdout.write(f"{name:24}{cuts[9] * 1000:9.1f} ms  p95 {cuts[18] * 1000:.1f} ms")

    def _say(self, name: str, figure: float, unit: str) -> None:
        self.stdout.write(f"{name:24}{figure:9.2f} {unit}")


Tile = tuple[int, int, int]  # level, column, row


def _is_shown(user: Any, image: Image) -> bool:
    return True


def _all_pictures() -> Q:
    return Q(state=ImageState.READY)


def _tiles(count: int) -> list[Tile]:
    """Whole tiles, spread over the levels as a visitor meets them."""
    chance = random.Random(11)  # noqa: S311 - a choice that repeats, nothing secret
    levels = len(scale_factors(WIDTH, HEIGHT)) - 2  # those with at least one whole tile
    found = []
    for n in range(count):
        level = n % levels
        columns, rows = (WIDTH >> level) // TILE, (HEIGHT >> level) // TILE
        found.append((level, chance.randrange(columns), chance.randrange(rows)))
    return found


def _empty(folder: Path) -> None:
    """Forget every kept tile."""
    for path in folder.rglob("*"):
        if path.is_file():
            path.unlink()


def _asking(image: Image) -> Callable[[Tile], float]:
    """A function that fetches a tile from the WSGI application: seconds until its last byte."""
    application = get_wsgi_application()

    def ask(tile: Tile) -> float:
        level, x, y = tile
        step = TILE << level
        part = f"{x * step},{y * step},{step},{step}/{TILE},{TILE}/0/default.jpg"
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": f"/iiif/3/{image.uuid}/{part}",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "127.0.0.1",
            "HTTP_ACCEPT": "image/*",
            "HTTP_ACCEPT_LANGUAGE": "zh-CN,zh;q=0.9",
            "HTTP_USER_AGENT": "Mozilla/5.0",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
            "wsgi.url_scheme": "http",
        }
        statuses: list[str] = []

        def started(status: str, headers: list[tuple[str, str]], failure: Any = None) -> Any:
            statuses.append(status)

        began = time.perf_counter()
        answer = application(environ, started)
        content = b"".join(answer)
        seconds = time.perf_counter() - began
        answer.close()
        if statuses != ["200 OK"]:
            raise CommandError(f"{statuses}: {content[:200]!r}")
        return seconds

    return ask


def _plain(path: Path, tile: Tile) -> float:
    """Seconds for the same tile without the platform."""
    level, x, y = tile
    began = time.perf_counter()
    page = pyvips.Image.tiffload(str(path), page=level)
    page.crop(x * TILE, y * TILE, TILE, TILE).jpegsave_buffer(Q=TILE_QUALITY, keep="none")
    return time.perf_counter() - began


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
