"""The public validator of the IIIF Image API against a running server: level 2, one test waived."""

import re
import subprocess

import pytest
from django.core.files.base import ContentFile
from django.db.models import Q

from media import permissions
from media.enums import PyramidState
from media.models import Image
from media.services.pictures import make_derivatives, receive_image
from media.services.pyramids import make_pyramid
from tests.judges import judges

TEST_IMAGE = "67352ccc-d1b0-11e1-89ae-279075081939"
# It wants an error for `!2000,3000`, where the specification (4.2) says: as large as possible, but
# never larger than the region. Our own test of the rule is in test_iiif_requests.
WAIVED = {"size_noup"}
LEVEL_2 = 33
PAINT = """
import sys
from iiif_validator.validator import ValidationInfo
from PIL import Image
picture = Image.new("RGB", (1000, 1000))
for x, column in enumerate(ValidationInfo().colorInfo):
    for y, colour in enumerate(column):
        picture.paste(colour, (x * 100, y * 100, x * 100 + 100, y * 100 + 100))
picture.save(sys.stdout.buffer, "PNG")
"""


@pytest.fixture
def server(live_server, painter, monkeypatch) -> str:
    """A server with the validator's own picture of a hundred squares, shown to everybody."""
    squares = subprocess.run(
        [judges() / "python", "-c", PAINT], check=True, capture_output=True
    ).stdout
    squares = squares[squares.index(b"\x89PNG") :]  # the validator prints while it is imported
    image = receive_image(actor=painter, file=ContentFile(squares), name="squares.png")
    make_derivatives(image_id=image.pk, effort=0)
    assert make_pyramid(image_id=image.pk) == PyramidState.READY
    Image.objects.filter(pk=image.pk).update(uuid=TEST_IMAGE)
    monkeypatch.setattr(permissions, "_showers", [lambda user, image: True])
    monkeypatch.setattr(permissions, "_open_conditions", [lambda: Q(uuid=TEST_IMAGE)])
    return live_server.url.removeprefix("http://")


def verdict(server: str, *, level: int, prefix: str = "iiif/3") -> tuple[dict[str, str], str]:
    """The validator's word on each of its tests, and all that it said."""
    done = subprocess.run(
        [
            judges() / "iiif-validate.py", "-s", server, "-p", prefix, "-i", TEST_IMAGE,
            "--version=3.0", f"--level={level}", "-v",
        ],
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    said = done.stdout + done.stderr
    return dict(re.findall(r"^\[\d+\] test (\w+) (PASS|FAIL)", said, re.MULTILINE)), said


def test_every_test_of_level_2_passes_but_the_waived_one(server):
    found, said = verdict(server, level=2)
    assert len(found) == LEVEL_2, said
    assert {name for name, word in found.items() if word != "PASS"} == WAIVED, said


def test_the_validator_can_fail(server):
    """A control: where nothing is served, most of its tests fail."""
    found, _said = verdict(server, level=2, prefix="iiif/nowhere")
    failed = {name for name, word in found.items() if word == "FAIL"}
    assert {"info_json", "id_squares", "format_png", "region_pixels", "size_bwh"} <= failed


def test_what_is_declared_beyond_level_2_passes_too(server):
    found, said = verdict(server, level=3)
    beyond = {
        "linkheader_canonical", "linkheader_profile", "rot_full_non90", "rot_mirror",
        "rot_mirror_180", "rot_region_non90",
    }  # fmt: skip
    assert {name: found[name] for name in beyond} == dict.fromkeys(beyond, "PASS"), said
