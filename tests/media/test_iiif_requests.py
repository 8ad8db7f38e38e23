"""Reading and canonicalising requests: the parameters of IIIF Image API 3.0, section 4."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.engine.iiif import (
    TILE,
    Box,
    Limits,
    RequestError,
    describe,
    largest,
    read_region,
    read_request,
    read_rotation,
    read_size,
    scale_factors,
)

ROOMY = Limits(edge=100_000, area=10**10)
TIGHT = Limits(edge=1000, area=600_000)
edges = st.integers(1, 20_000)
limits = st.builds(Limits, edge=st.integers(1, 8000), area=st.integers(1, 20_000_000))
regions = st.builds(Box, st.just(0), st.just(0), edges, edges)


def canonical(path: str, *, width=6000, height=4000, limits=ROOMY) -> str:
    return read_request(path, width=width, height=height, limits=limits).canonical


@pytest.mark.parametrize(
    ("words", "box"),
    [
        ("full", Box(0, 0, 300, 200)),
        ("square", Box(50, 0, 200, 200)),
        ("125,15,120,140", Box(125, 15, 120, 140)),
        ("125,15,200,200", Box(125, 15, 175, 185)),
        ("pct:41.6,7.5,40,70", Box(125, 15, 120, 140)),
        ("pct:41.6,7.5,66.6,100", Box(125, 15, 175, 185)),
        ("pct:.5,0.,50,50", Box(2, 0, 150, 100)),
    ],
)
def test_a_region_is_cut_at_the_edges_of_the_image(words, box):
    assert read_region(words, width=300, height=200) == box


@pytest.mark.parametrize(
    "words",
    ["", "Full", "0,0,0,5", "0,0,5,0", "300,0,5,5", "0,200,1,1", "pct:100,0,1,1", "-1,0,5,5",
     "1,2,3", "1,2,3,4,5", "1.5,0,5,5", "pct:0,0,0,10", "pct:nan,0,1,1", "pct:1e2,0,1,1",
     " full", "full ", "٣,0,5,5", "pct:0,0,0.0001,10", "9" * 30 + ",0,1,1"],
)  # fmt: skip
def test_a_region_that_is_empty_outside_or_unreadable_is_refused(words):
    with pytest.raises(RequestError) as caught:
        read_region(words, width=300, height=200)
    assert caught.value.part == "region"


@pytest.mark.parametrize(
    ("words", "size"),
    [
        ("max", (300, 200)),
        ("^max", (948, 632)),
        ("150,", (150, 100)),
        (",50", (75, 50)),
        ("225,100", (225, 100)),
        ("pct:50", (150, 100)),
        ("!225,100", (150, 100)),
        ("!2000,3000", (300, 200)),
        ("^360,", (360, 240)),
        ("^,240", (360, 240)),
        ("^360,360", (360, 360)),
        ("^pct:120", (360, 240)),
        ("^!360,360", (360, 240)),
        ("^!5000,5000", (948, 632)),
    ],
)
def test_the_forms_of_size(words, size):
    assert read_size(words, region=Box(0, 0, 300, 200), limits=TIGHT) == size


@pytest.mark.parametrize(
    "words",
    ["301,", ",201", "301,10", "10,201", "pct:100.1", "0,", ",0", "0,0", "pct:0", "!0,5", "", "full",
     "^", "!^5,5", "!5", "^1001,", "^1000,601", "^pct:9999", "pct:-5", "^^5,", "5", "max ", "^!0,0",
     "1e2,"],
)  # fmt: skip
def test_a_size_that_enlarges_without_the_mark_breaks_the_limits_or_says_nothing_is_refused(words):
    with pytest.raises(RequestError) as caught:
        read_size(words, region=Box(0, 0, 300, 200), limits=TIGHT)
    assert caught.value.part == "size"


def test_a_box_larger_than_the_image_is_no_error_and_never_enlarges():
    """The rule for which one test of the public validator is waived: `!w,h` confines only."""
    asked = read_request("full/!2000,3000/0/default.jpg", width=1000, height=1000, limits=ROOMY)
    assert (asked.width, asked.height) == (1000, 1000)
    assert asked.canonical == "full/max/0/default.jpg"
    for words in ("1500,1500", ",1500", "1500,", "pct:200"):
        with pytest.raises(RequestError):
            read_size(words, region=Box(0, 0, 1000, 1000), limits=ROOMY)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("0", (False, 0)),
        ("360", (False, 0)),
        ("!0", (True, 0)),
        ("90", (False, 90)),
        ("22.5", (False, Fraction(45, 2))),
        ("!.5", (True, Fraction(1, 2))),
    ],
)
def test_rotation_mirrors_first_and_turns_clockwise(words, found):
    assert read_rotation(words) == found


@pytest.mark.parametrize(
    "words", ["", "!", "-90", "361", "360.1", "9 0", "!!0", "nan", "1e1", "90!"]
)
def test_an_impossible_rotation_is_refused(words):
    with pytest.raises(RequestError):
        read_rotation(words)


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("full/6000,/0/color.jpg", "full/max/0/default.jpg"),
        ("0,0,6000,4000/max/0/default.jpg", "full/max/0/default.jpg"),
        ("pct:0,0,100,100/pct:100/360/default.jpg", "full/max/0/default.jpg"),
        ("square/200,/0/gray.png", "1000,0,4000,4000/200,200/0/gray.png"),
        (
            "pct:10,10,80,70/600,/!90.50/bitonal.webp",
            "600,400,4800,2800/600,350/!90.5/bitonal.webp",
        ),
        ("full/^6001,4001/007.0/default.jpg", "full/^6001,4001/7/default.jpg"),
        ("10,10,10,10/^max/.25/default.jpg", "10,10,10,10/^max/0.25/default.jpg"),
    ],
)
def test_the_canonical_form(asked, wanted):
    assert canonical(asked) == wanted


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("full/max/0/default", "format"),
        ("full/max/0/default.gif", "format"),
        ("full/max/0/default.", "format"),
        ("full/max/0/native.jpg", "quality"),
        ("full/max/0/.jpg", "quality"),
        ("full/max/0/default.jpg.jpg", "quality"),
        ("full/max/default.jpg", "path"),
        ("full/max/0/0/default.jpg", "path"),
    ],
)
def test_the_refusal_names_the_parameter(path, part):
    with pytest.raises(RequestError) as caught:
        canonical(path)
    assert caught.value.part == part


def parameters():
    number = st.one_of(
        st.integers(0, 30_000).map(str), st.decimals(0, 200, places=3).map(lambda d: f"{d:f}")
    )
    whole = st.integers(0, 30_000).map(str)
    region = st.one_of(
        st.sampled_from(["full", "square"]),
        st.tuples(whole, whole, whole, whole).map(",".join),
        st.tuples(number, number, number, number).map(lambda t: "pct:" + ",".join(t)),
    )
    size = st.one_of(
        st.just("max"),
        whole.map(lambda w: f"{w},"),
        whole.map(lambda h: f",{h}"),
        st.tuples(whole, whole).map(",".join),
        st.tuples(whole, whole).map(lambda t: "!" + ",".join(t)),
        number.map(lambda n: f"pct:{n}"),
    )
    size = st.tuples(st.sampled_from(["", "^"]), size).map("".join)
    rotation = st.tuples(st.sampled_from(["", "!"]), number).map("".join)
    last = st.tuples(
        st.sampled_from(["default", "color", "gray", "bitonal"]),
        st.sampled_from(["jpg", "png", "webp"]),
    ).map(".".join)
    return st.tuples(region, size, rotation, last).map("/".join)


@given(parameters(), edges, edges, limits)
def test_an_accepted_request_keeps_every_promise_and_its_canonical_form_means_the_same(
    path, width, height, limits
):
    try:
        asked = read_request(path, width=width, height=height, limits=limits)
    except RequestError:
        return
    box = asked.region
    assert box.x >= 0 and box.y >= 0 and box.width >= 1 and box.height >= 1
    assert box.x + box.width <= width and box.y + box.height <= height
    assert asked.width >= 1 and asked.height >= 1 and limits.allows(asked.width, asked.height)
    if "^" not in path:
        assert asked.width <= box.width and asked.height <= box.height
    assert 0 <= asked.degrees < 360
    again = read_request(asked.canonical, width=width, height=height, limits=limits)
    assert again == asked


@given(st.text(max_size=40))
def test_any_other_words_are_refused_and_nothing_else_happens(words):
    try:
        asked = read_request(words, width=6000, height=4000, limits=ROOMY)
    except RequestError:
        return
    assert read_request(asked.canonical, width=6000, height=4000, limits=ROOMY) == asked


@given(regions, limits, st.booleans())
def test_the_largest_picture_keeps_to_the_limits_and_cannot_grow(region, limits, enlarge):
    width, height = largest(region, limits, enlarge=enlarge)
    assert limits.allows(width, height) and width >= 1 and height >= 1
    if not enlarge:
        assert width <= region.width and height <= region.height
    wider = width + 2
    taller = Fraction(region.height * wider, region.width)
    grows = limits.allows(wider, taller) and (
        enlarge or (wider <= region.width and taller <= region.height)
    )
    assert not grows or height == 1  # one pixel high: there is no shape left to keep


@given(edges, edges)
def test_the_pyramids_top_fits_one_tile_and_every_level_is_needed(width, height):
    factors = scale_factors(width, height)
    assert factors == [2**n for n in range(len(factors))]
    assert max(width, height) // factors[-1] <= TILE
    assert len(factors) == 1 or max(width, height) // factors[-2] > TILE


@given(edges, edges, limits)
def test_every_size_that_is_announced_is_served(width, height, limits):
    document = describe(address="https://a.example/x", width=width, height=height, limits=limits)
    assert document["sizes"]
    for size in document["sizes"]:
        path = f"full/{size['width']},{size['height']}/0/default.jpg"
        read_request(path, width=width, height=height, limits=limits)


def test_what_the_information_says():
    assert describe(
        address="https://a.example/iiif/3/x",
        width=2000,
        height=1001,
        limits=Limits(edge=1500, area=1_000_000),
        rights="http://rightsstatements.org/vocab/CNE/1.0/",
    ) == {
        "@context": "http://iiif.io/api/image/3/context.json",
        "id": "https://a.example/iiif/3/x",
        "type": "ImageService3",
        "protocol": "http://iiif.io/api/image",
        "profile": "level2",
        "width": 2000,
        "height": 1001,
        "maxWidth": 1500,
        "maxHeight": 1500,
        "maxArea": 1_000_000,
        "sizes": [{"width": 500, "height": 251}, {"width": 1000, "height": 501}],
        "tiles": [{"width": 512, "height": 512, "scaleFactors": [1, 2, 4]}],
        "preferredFormats": ["jpg"],
        "extraQualities": ["color", "gray", "bitonal"],
        "extraFormats": ["webp"],
        "extraFeatures": [
            "canonicalLinkHeader", "mirroring", "profileLinkHeader", "rotationArbitrary",
            "sizeUpscaling",
        ],
        "rights": "http://rightsstatements.org/vocab/CNE/1.0/",
    }  # fmt: skip
