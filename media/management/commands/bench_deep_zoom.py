"""A 108-megapixel upload: time until it is visible, memory, and regions beside pyvips alone."""

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
from django.core.files.base import File
from django.core.management.base import BaseCommand, CommandError
from django.test import Client, override_settings

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

    def handle(self, *args: Any, regions: int, **options: Any) -> None:
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
        self._say("peak memory", _peak(), "MB")
        if make_pyramid(image_id=image.pk) != PyramidState.READY:
            raise CommandError("the pyramid failed")
        self._say("upload to deep zoom", time.perf_counter() - began, "s")
        self._say("peak memory", _peak(), "MB")
        self._regions(image, regions)
        self._say("peak memory", _peak(), "MB")

    def _regions(self, image: Image, count: int) -> None:
        """The same tiles by the whole service (HTTP answer, no cache) and by pyvips alone."""
        permissions.register_shown(lambda user, shown: shown.pk == image.pk)
        row = Pyramid.objects.get(image=image)
        local = files.local_path(row.path)
        client = Client(headers={"host": "127.0.0.1"})
        ours: list[float] = []
        alone: list[float] = []
        with override_settings(IIIF_TILE_CACHE_BYTES=0):
            for level, x, y in _tiles(count):
                step = TILE << level
                address = f"{x * step},{y * step},{step},{step}/{TILE},{TILE}/0/default.jpg"
                ours.append(_timed(lambda a=address: self._asked(client, image, a)))
                if local is not None:
                    alone.append(_timed(lambda t=(level, x, y): _plain(local, *t)))
        self._percentiles("a tile, no cache", ours)
        if alone:
            self._percentiles("pyvips alone", alone)
            ratio = statistics.median(ours) / statistics.median(alone)
            self._say("ratio of medians", ratio, "")
        cached = [_timed(lambda a=address: self._asked(client, image, a)) for _ in range(51)]
        self._percentiles("a tile from the cache", cached[1:])

    def _asked(self, client: Client, image: Image, path: str) -> None:
        answer = client.get(f"/iiif/3/{image.uuid}/{path}")
        if answer.status_code != 200:
            raise CommandError(f"{answer.status_code}: {answer.content[:200]!r}")

    def _percentiles(self, name: str, seconds: list[float]) -> None:
        cuts = statistics.quantiles(seconds, n=20)
        self.stdout.write(f"{name:24}{cuts[9] * 1000:9.1f} ms  p95 {cuts[18] * 1000:.1f} ms")

    def _say(self, name: str, figure: float, unit: str) -> None:
        self.stdout.write(f"{name:24}{figure:9.2f} {unit}")


def _tiles(count: int) -> list[tuple[int, int, int]]:
    """Whole tiles (level, column, row), spread over the levels as a visitor meets them."""
    chance = random.Random(11)  # noqa: S311 - a choice that repeats, nothing secret
    levels = len(scale_factors(WIDTH, HEIGHT)) - 2  # those with at least one whole tile
    found = []
    for n in range(count):
        level = n % levels
        columns, rows = (WIDTH >> level) // TILE, (HEIGHT >> level) // TILE
        found.append((level, chance.randrange(columns), chance.randrange(rows)))
    return found


def _plain(path: Path, level: int, x: int, y: int) -> None:
    page = pyvips.Image.tiffload(str(path), page=level)
    page.crop(x * TILE, y * TILE, TILE, TILE).jpegsave_buffer(Q=TILE_QUALITY, keep="none")


def _timed(act: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
