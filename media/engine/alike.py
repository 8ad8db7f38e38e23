"""Find pictures of the same thing: fingerprints, a shortlist, and the proof by geometry.

Stage 1 shortlists by a perceptual hash of 256 bits (of the whole and of four centre crops, the
query also mirrored) and by words of local features. Stage 2 matches ORB features, counts those that
one homography explains, and lays the one picture over the other by it, block by block: a ruler, a
mount or a wall that two photographs share explains many features and half of the blocks, but the
worst blocks, where the works themselves are, then do not fit. Pure: arrays in, numbers out. Methods
and thresholds: registry rules §10; pHash: Zauner 2010; ORB: Rublee et al. 2011; ratio test: Lowe
2004.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

EDGE = 640  # pixels of the longest edge that is looked at
CROPS = (0.0, 0.03, 0.06, 0.10, 0.14)  # cut off at every side
SIDE, OVERSAMPLED = 16, 4
HASH_WORDS = SIDE * SIDE // 64
FEATURES, PATCH = 500, 64  # PATCH: pixels that a feature needs around it
_TABLES, _BITS, _STRONGEST = 8, 18, 150
FAINTEST = 5  # of ORB's corners: the back of a fan has hardly any that are stronger
RATIO, REPROJECTION = 0.75, 5.0
SMALL, QUALITY, BLOCK, LEAST_SPREAD = 256, 90, 32, 1.5
NEAR, FAR = 2, 6  # pixels that a block may lie beside its place: at last, and at first
BAD_BLOCKS, BAD_PIXELS = 20, 0.25  # per cent of blocks, share of a block: what need not fit
Gray = npt.NDArray[np.uint8]
Drawn = npt.NDArray[np.float32]
Plane = npt.NDArray[np.float64]

cv2.setNumThreads(1)  # a worker among others


@dataclass(frozen=True, slots=True)
class Features:
    """Places (n × 2, pixels) and descriptors (n × 32 bytes) of the features of a picture."""

    places: npt.NDArray[np.float32]
    descriptors: Gray

    size: tuple[int, int]  # width and height that the places are counted in
    small: bytes  # the picture itself, at most SMALL long, as a JPEG

    def to_bytes(self) -> bytes:
        """The places as 16ths of a pixel, the descriptors, and the small picture."""
        head = np.array([len(self.places), *self.size], "<u2")
        places = np.round(self.places * 16).astype("<u2")
        parts = (head, places, self.descriptors)
        return b"".join(np.ascontiguousarray(part).tobytes() for part in parts) + self.small

    @classmethod
    def from_bytes(cls, content: bytes) -> "Features":
        count, width, height = map(int, np.frombuffer(content, "<u2", 3))
        places = np.frombuffer(content, "<u2", count * 2, 6).reshape(count, 2)
        descriptors = np.frombuffer(content, np.uint8, count * 32, 6 + count * 4)
        return cls(
            np.asarray(places / 16, np.float32),
            descriptors.reshape(count, 32),
            (width, height),
            content[6 + count * 36 :],
        )


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is kept of a picture: hashes (crops × 4 × 64 bits), words (int32), features."""

    hashes: npt.NDArray[np.uint64]
    words: npt.NDArray[np.int32]
    features: Features


@dataclass(frozen=True, slots=True)
class Proof:
    """What stage 2 found: features that one homography explains, and how well the rest then fits.

    `fit` is the correlation (−1 to 1) that all but the worst fifth of the blocks reach when the one
    picture is laid over the other.
    """

    inliers: int = 0
    fit: float = 0.0


def gray_of(content: bytes) -> Gray:
    """The picture in grey, at most EDGE long. Raises ValueError when it cannot be read."""
    image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE)
    if image is None:
        raise ValueError("not a readable picture")
    height, width = image.shape
    scale = EDGE / max(height, width)
    if scale < 1:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return np.asarray(image, np.uint8)


def fingerprint(gray: Gray) -> Fingerprint:
    """Everything that is kept of a grey picture (of a query, also of its mirror image)."""
    features, strength = _features(gray)
    strongest = np.argsort(-strength, kind="stable")[:_STRONGEST]
    return Fingerprint(_hashes(gray), _words(features.descriptors[strongest]), features)


def mirror(gray: Gray) -> Gray:
    return np.ascontiguousarray(gray[:, ::-1])


def least_distances(
    query: npt.NDArray[np.uint64], stored: npt.NDArray[np.uint64]
) -> npt.NDArray[np.int64]:
    """For each stored picture (n × crops × 4) the fewest bits that differ from any query hash."""
    least = np.full(len(stored), SIDE * SIDE, np.int64)
    for row in query.reshape(-1, HASH_WORDS):
        differing = np.bitwise_count(stored ^ row).sum(axis=2, dtype=np.int64)
        np.minimum(least, differing.min(axis=1), out=least)
    return least


def shared_words(
    query: npt.NDArray[np.int32], stored: npt.NDArray[np.int32]
) -> npt.NDArray[np.int64]:
    """For each stored picture (n × words; -1 is none) how many of its words the query has too."""
    known = np.zeros(_TABLES * (1 << _BITS) + 1, np.uint8)
    known[query[query >= 0]] = 1
    return known[stored].sum(axis=1, dtype=np.int64)


def verify(query: Features, stored: Features) -> Proof:
    """Whether one homography turns the one picture into the other."""
    if min(len(query.places), len(stored.places)) < 4:
        return Proof()
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(query.descriptors, stored.descriptors, k=2)
    good = [p[0] for p in pairs if len(p) == 2 and p[0].distance < RATIO * p[1].distance]
    if len(good) < 4:
        return Proof()
    source = np.array([query.places[m.queryIdx] for m in good], np.float32)
    target = np.array([stored.places[m.trainIdx] for m in good], np.float32)
    cv2.setRNGSeed(1)
    found, explained = cv2.findHomography(source, target, cv2.USAC_MAGSAC, REPROJECTION)
    if found is None:
        return Proof()
    plane: Plane = np.asarray(found, np.float64)
    if not _is_a_view(plane):
        return Proof()
    # Many features on one spot prove nothing: each place counts once.
    kept = explained.ravel().astype(bool)
    inliers = min(len(np.unique(np.round(p[kept] / 2), axis=0)) for p in (source, target))
    return Proof(inliers, _fit(plane, query, stored))


def _fit(plane: Plane, query: Features, stored: Features) -> float:
    """What all but the worst blocks of the stored small picture reach, the query laid over it."""
    small, other = _decoded(query.small), _decoded(stored.small)
    full = (
        _between(other.shape, stored.size)
        @ plane
        @ np.linalg.inv(_between(small.shape, query.size))
    )
    full = _straightened(full, small, other)
    found = []
    for _middle, here, there in _blocks(full, small, other, NEAR):
        _score, (x, y) = _place(here, there)
        fit = _agreement(here, there[y : y + here.shape[0], x : x + here.shape[1]])
        if fit is not None:
            found.append(fit)
    return float(np.percentile(found, BAD_BLOCKS)) if len(found) >= 4 else 0.0


def _decoded(small: bytes) -> Gray:
    return np.asarray(cv2.imdecode(np.frombuffer(small, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)


def _between(shape: tuple[int, ...], size: tuple[int, int]) -> Plane:
    """From places in a picture of this size to places in its small picture."""
    return np.diag([shape[1] / size[0], shape[0] / size[1], 1.0])


def _straightened(full: Plane, small: Gray, other: Gray) -> Plane:
    """The plane, put right by where whole blocks are found: few features leave it skew."""
    source, target = [], []
    for (x, y), here, there in _blocks(full, small, other, FAR):
        score, (right, down) = _place(here, there)
        if score > 0.5:
            source.append((x + right - FAR, y + down - FAR))
            target.append((x, y))
    if len(source) < 6:
        return full
    turned, kept = cv2.estimateAffine2D(
        np.array(source, np.float32),
        np.array(target, np.float32),
        method=cv2.RANSAC,
        ransacReprojThreshold=1.0,
    )
    if turned is None or kept.sum() < 6 or abs(np.linalg.det(turned[:, :2]) - 1) > 0.15:
        return full
    return np.asarray(np.vstack([turned, [0.0, 0.0, 1.0]]) @ full, np.float64)


def _blocks(
    full: Plane, small: Gray, other: Gray, margin: int
) -> Iterator[tuple[tuple[float, float], Drawn, Drawn]]:
    """The middle of each block that both pictures have, the block without its margin, and the
    laid one with it. Blocks of empty paper in both are left out."""
    height, width = other.shape
    laid = cv2.warpPerspective(small, full, (width, height), flags=cv2.INTER_LINEAR)
    inside = cv2.warpPerspective(np.full_like(small, 255), full, (width, height)) > 250
    seen = cv2.erode(inside.astype(np.float32), np.ones((3, 3), np.uint8), borderValue=1)
    drawn = np.asarray(seen, np.float32)
    one, two = _without_light(other, drawn), _without_light(np.asarray(laid, np.uint8), drawn)
    for top, bottom in _cuts(height):
        for left, right in _cuts(width):
            here = one[top + margin : bottom - margin, left + margin : right - margin]
            there = two[top:bottom, left:right]
            if min(here.shape) < 6 or drawn[top:bottom, left:right].mean() < 0.99:
                continue
            if max(here.std(), there.std()) >= 1:
                yield ((left + right) / 2, (top + bottom) / 2), np.ascontiguousarray(here), there


def _cuts(length: int) -> list[tuple[int, int]]:
    cuts = np.linspace(0, length, max(1, round(length / BLOCK)) + 1).astype(int).tolist()
    return list(pairwise(cuts))


def _place(here: Drawn, there: Drawn) -> tuple[float, tuple[int, int]]:
    """How well the block is found in the other one, and where."""
    scores = cv2.matchTemplate(there, here, cv2.TM_CCOEFF_NORMED)
    _least, most, _where, (x, y) = cv2.minMaxLoc(scores)
    return most, (x, y)


def _agreement(here: Drawn, there: Drawn) -> float | None:
    """The correlation of two blocks without the pixels that fit worst, as under a watermark.

    None when the rest is empty paper in both, which says nothing.
    """
    a, b = (part.ravel() - part.mean() for part in (here, there))
    off = np.abs(b - a * float(a @ b) / max(float(a @ a), 1e-6))
    count = round(len(a) * (1 - BAD_PIXELS))
    kept = np.argpartition(off, count - 1)[:count]
    a, b = a[kept] - a[kept].mean(), b[kept] - b[kept].mean()
    if max(a.std(), b.std()) < LEAST_SPREAD:
        return None
    return float(a @ b) / max(float(np.sqrt((a @ a) * (b @ b))), 1e-6)


def _without_light(small: Gray, seen: Drawn) -> Drawn:
    """What is drawn, without the finest lines and the light; what is not seen does not count."""
    values = _blurred(small.astype(np.float32), seen, 1)  # forgives half a pixel
    return values - _blurred(values, seen, 16)


def _blurred(values: Drawn, seen: Drawn, sigma: float) -> Drawn:
    weights = np.maximum(cv2.GaussianBlur(seen, (0, 0), sigma), 1e-3)
    return np.asarray(cv2.GaussianBlur(values * seen, (0, 0), sigma) / weights, np.float32)


def _is_a_view(plane: Plane) -> bool:
    """Neither turned inside out nor squeezed to a line or a point."""
    area = float(np.linalg.det(plane[:2, :2]))
    return 0.05 < area < 20.0


def _features(gray: Gray) -> tuple[Features, npt.NDArray[np.float32]]:
    height, width = gray.shape
    scale = min(1.0, SMALL / max(width, height))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    resized = cv2.resize(gray, size, interpolation=cv2.INTER_AREA)
    small = cv2.imencode(".jpg", resized, (cv2.IMWRITE_JPEG_QUALITY, QUALITY))[1].tobytes()
    points: Any = ()
    descriptors: Any = None
    if min(width, height) >= PATCH:
        points, descriptors = _orb().detectAndCompute(gray, None)  # type: ignore[call-overload]
    if descriptors is None:
        points, descriptors = (), np.empty((0, 32), np.uint8)
    places = np.array([p.pt for p in points], np.float32).reshape(-1, 2)
    strength = np.array([p.response for p in points], np.float32)
    return Features(places, np.asarray(descriptors, np.uint8), (width, height), small), strength


@cache
def _orb() -> "cv2.ORB":
    return cv2.ORB_create(nfeatures=FEATURES, fastThreshold=FAINTEST)  # type: ignore[attr-defined]


def _hashes(gray: Gray) -> npt.NDArray[np.uint64]:
    return np.stack([_hash(part) for part in _crops(gray)])


def _crops(gray: Gray) -> Iterator[Gray]:
    height, width = gray.shape
    for share in CROPS:
        y, x = round(height * share), round(width * share)
        yield gray[y : max(height - y, y + 1), x : max(width - x, x + 1)]


def _hash(gray: Gray) -> npt.NDArray[np.uint64]:
    edge = SIDE * OVERSAMPLED
    small = cv2.resize(gray, (edge, edge), interpolation=cv2.INTER_AREA).astype(np.float32)
    low = cv2.dct(small)[:SIDE, :SIDE]
    return np.packbits(low > np.median(low)).view(np.uint64)


@cache
def _chosen_bits() -> npt.NDArray[np.int64]:
    """Which bits of a descriptor make the word of each table; fixed for ever by the version."""
    random = np.random.default_rng(20260101)
    return np.stack([random.choice(256, _BITS, replace=False) for _ in range(_TABLES)])


def _words(descriptors: Gray) -> npt.NDArray[np.int32]:
    """Words of the strongest features: equal bits at chosen places, one word a table."""
    words = np.full(_TABLES * _STRONGEST, -1, np.int32)
    if len(descriptors):
        bits = np.unpackbits(descriptors, axis=1)
        powers = 1 << np.arange(_BITS, dtype=np.int64)
        tables = [
            bits[:, chosen] @ powers + table * (1 << _BITS)
            for table, chosen in enumerate(_chosen_bits())
        ]
        found = np.unique(np.concatenate(tables)).astype(np.int32)
        words[: len(found)] = found
    return words
