"""Demonstration pictures: one seed one picture, every kind and view draws, sizes are true."""

import pytest

from catalog.demo.pictures import KINDS, draw
from catalog.demo.pictures.studio import Studio, mix, ribbon

VIEWS = ("overall", "verso", "detail", "seal")


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("view", VIEWS)
def test_every_kind_draws_every_view_in_rgb_within_the_size_asked(kind: str, view: str) -> None:
    image = draw(kind, seed=7, view=view, long_edge=240)  # type: ignore[arg-type]
    assert image.mode == "RGB"
    assert 80 <= max(image.size) <= 300
    low, high = zip(*image.getextrema(), strict=True)
    assert max(high) - min(low) > 60, "a picture, not a blank sheet"


@pytest.mark.parametrize("kind", ["landscape", "bronze_hu", "newyear_fish", "oil_sea"])
def test_the_same_seed_gives_the_same_picture_and_another_seed_another(kind: str) -> None:
    first = draw(kind, seed=3, view="overall", long_edge=200).tobytes()
    assert draw(kind, seed=3, view="overall", long_edge=200).tobytes() == first
    assert draw(kind, seed=4, view="overall", long_edge=200).tobytes() != first


def test_a_work_keeps_its_shape_when_its_real_size_is_given() -> None:
    tall = draw("landscape", seed=3, view="verso", long_edge=300, size_mm=(1500, 500))
    wide = draw("landscape", seed=3, view="verso", long_edge=300, size_mm=(500, 1500))
    assert tall.height > tall.width
    assert wide.width > wide.height


def test_an_unknown_kind_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        draw("hologram", seed=1, view="overall")


def test_kinds_say_whether_they_are_flat_and_how_large() -> None:
    assert KINDS["landscape"].form == "flat"
    assert KINDS["bronze_ding"].form == "solid"
    assert KINDS["landscape"].aspect == 0.5
    assert len(KINDS) == 29


def test_noise_is_seeded_and_colours_blend_exactly() -> None:
    assert Studio(5, 40, 40).noise(9, 9).tobytes() == Studio(5, 40, 40).noise(9, 9).tobytes()
    assert mix((0, 10, 20), (100, 110, 120), 0.5) == (50, 60, 70)
    assert ribbon([(0, 0), (10, 0)], (2, 2)) == [(0, 1), (10, 1), (10, -1), (0, -1)]
