"""Time a 12-megapixel upload until its public pictures are made, beside pyvips alone."""

import resource
import statistics
import time
from io import BytesIO
from tempfile import TemporaryDirectory
from typing import Any

import pyvips
from django.core.files.base import ContentFile
from django.core.management.base import BaseCommand, CommandError
from PIL import Image as PillowImage

from artmarket.accounts.enums import Role
from artmarket.accounts.models import RoleGrant, User
from media.engine.render import AVIF_EFFORT
from media.models import Derivative, Image
from media.services.pictures import make_derivatives, receive_image

SIZE = (4000, 3000)


def photograph() -> bytes:
    """A picture with as much detail as a camera's: blurred noise, 12 megapixels, JPEG."""
    noise = pyvips.Image.gaussnoise(*SIZE, mean=128, sigma=60).gaussblur(1.5).cast("uchar")
    picture = noise.bandjoin([noise.rot180(), noise.fliphor()]).copy(interpretation="srgb")
    buffer = BytesIO(picture.jpegsave_buffer(Q=90))
    with PillowImage.open(buffer) as checked:
        checked.load()
    return buffer.getvalue()


class Command(BaseCommand):
    help = "Measure upload and public pictures; use an empty database (make bench makes one)."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--rounds", type=int, default=5)

    def handle(self, *args: Any, rounds: int, **options: Any) -> None:
        if Image.objects.exists():
            raise CommandError("this measures in an empty database only")
        painter = User.objects.create_user("bench@bench.example", None, display_name="bench")
        RoleGrant.objects.create(user=painter, role=Role.ARTIST)
        data = photograph()
        uploads, drawings, plain = [], [], []
        for number in range(rounds):
            start = time.perf_counter()
            image = receive_image(actor=painter, file=ContentFile(data), name=f"{number}.jpg")
            uploads.append(time.perf_counter() - start)
            start = time.perf_counter()
            make_derivatives(image_id=image.pk)
            drawings.append(time.perf_counter() - start)
            plain.append(self._plain(data, image))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        drawn, alone = statistics.median(drawings), statistics.median(plain)
        self.stdout.write(f"{'upload of 12 MP':24}{statistics.median(uploads) * 1000:9.0f} ms")
        self.stdout.write(f"{'public pictures':24}{drawn * 1000:9.0f} ms")
        self.stdout.write(f"{'the same, pyvips alone':24}{alone * 1000:9.0f} ms")
        self.stdout.write(f"{'ratio':24}{drawn / alone:9.2f}")
        self.stdout.write(f"{'peak memory':24}{peak:9.0f} MB")

    @staticmethod
    def _plain(data: bytes, image: Image) -> float:
        """The same sizes and formats by pyvips, without checks, rows or storage: seconds."""
        wanted = list(Derivative.objects.filter(image=image).values_list("mime", "width", "height"))
        with TemporaryDirectory() as folder:
            start = time.perf_counter()
            for number, (mime, width, height) in enumerate(wanted):
                small = pyvips.Image.thumbnail_buffer(data, max(width, height))
                if mime == "image/avif":
                    small.heifsave(f"{folder}/{number}.avif", compression="av1", effort=AVIF_EFFORT)
                else:
                    small.jpegsave(f"{folder}/{number}.jpg")
            return time.perf_counter() - start
