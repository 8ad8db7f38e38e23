"""Find pictures of the same thing: fingerprints, a shortlist, and the proof by geometry.

Stage 1 shortlists by a perceptual hash of 256 bits (of the whole and of four centre crops, the
query also mirrored) and by words of local features. Stage 2 matches ORB features, counts those that
one homography explains, and lays the one picture over the other by it: a ruler, a mount or a wall
that two photographs share explains many features, but then the rest does not fit. Pure: arrays in,
numbers out. Methods and thresholds: registry rules §10; pHash: Zauner 2010; ORB: Rublee et al.
2011; ratio test: Lowe 2004.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

VERSION = 1
EDGE = 640  # pixels of the longest edge that is looked at
CROPS = (0.0, 0.03, 0.06, 0.10, 0.14)  # cut off at every side
SIDE, OVERSAMPLED = 16, 4
HASH_WORDS = SIDE * SIDE // 64
FEATURES, PATCH = 500, 64  # PATCH: pixels that a feature needs around it
_TABLES, _BITS, _STRONGEST = 8, 18, 150
RATIO, REPROJECTION = 0.75, 5.0
SMALL, BLOCKS, LEAST_SPREAD = 128, 6, 3.0
Gray = npt.NDArray[np.uint8]

cv2.setNumThreads(1)  # a worker among others


@dataclass(frozen=True, slots=True)
class Features:
    """Places (n × 2, pixels) and descriptors (n × 32 bytes) of the features of a picture."""

    places: npt.NDArray[np.float32]
    descriptors: Gray

    size: tuple[int, int]  # width and height that the places are counted in
    small: Gray  # the picture itself, at most SMALL long

    def to_bytes(self) -> bytes:
        """The places as 16ths of a pixel, the descriptors, and the small picture."""
        small_height, small_width = self.small.shape
        head = np.array([len(self.places), *self.size, small_width, small_height], "<u2")
        places = np.round(self.places * 16).astype("<u2")
        parts = (head, places, self.descriptors, self.small)
        return b"".join(np.ascontiguousarray(part).tobytes() for part in parts)

    @classmethod
    def from_bytes(cls, content: bytes) -> "Features":
        count, width, height, small_width, small_height = map(int, np.frombuffer(content, "<u2", 5))
        places = np.frombuffer(content, "<u2", count * 2, 10).reshape(count, 2)
        descriptors = np.frombuffer(content, np.uint8, count * 32, 10 + count * 4)
        small = np.frombuffer(content, np.uint8, -1, 10 + count * 36)
        return cls(
            np.asarray(places / 16, np.float32),
            descriptors.reshape(count, 32),
            (width, height),
            small.reshape(small_height, small_width),
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

    `fit` is the median correlation (−1 to 1) of blocks of one picture laid over the other.
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
    plane: npt.NDArray[np.float64] = np.asarray(found, np.float64)
    if not _is_a_view(plane):
        return Proof()
    # Many features on one spot prove nothing: each place counts once.
    kept = explained.ravel().astype(bool)
    inliers = min(len(np.unique(np.round(p[kept] / 2), axis=0)) for p in (source, target))
    return Proof(inliers, _fit(plane, query, stored))


def _fit(plane: npt.NDArray[np.float64], query: Features, stored: Features) -> float:
    """Median correlation of blocks of the stored small picture with the query laid over it."""
    height, width = stored.small.shape
    to_small = np.diag([width / stored.size[0], height / stored.size[1], 1.0])
    from_small = np.diag(
        [query.size[0] / query.small.shape[1], query.size[1] / query.small.shape[0], 1.0]
    )
    full = to_small @ plane @ from_small
    laid = cv2.warpPerspective(query.small, full, (width, height), flags=cv2.INTER_AREA)
    inside = cv2.warpPerspective(np.full_like(query.small, 255), full, (width, height)) > 250
    one, other = (_without_light(np.asarray(part, np.uint8)) for part in (stored.small, laid))
    found = []
    for rows in np.array_split(np.arange(height), BLOCKS):
        for columns in np.array_split(np.arange(width), BLOCKS):
            block = np.ix_(rows, columns)
            here = inside[block]
            if here.mean() < 0.6:
                continue
            a, b = one[block][here], other[block][here]
            if a.std() < LEAST_SPREAD and b.std() < LEAST_SPREAD:
                continue  # empty paper in both says nothing
            spread = max(float(a.std() * b.std()), 1e-6)
            found.append(float(((a - a.mean()) * (b - b.mean())).mean()) / spread)
    return float(np.median(found)) if len(found) >= 4 else 0.0


def _without_light(small: Gray) -> npt.NDArray[np.float32]:
    """What is drawn, without the finest lines and the light on the whole."""
    values = cv2.GaussianBlur(small.astype(np.float32), (0, 0), 1)  # forgives half a pixel
    return np.asarray(values - cv2.GaussianBlur(values, (0, 0), 8), np.float32)


def _is_a_view(plane: npt.NDArray[np.float64]) -> bool:
    """Neither turned inside out nor squeezed to a line or a point."""
    area = float(np.linalg.det(plane[:2, :2]))
    return 0.05 < area < 20.0


def _features(gray: Gray) -> tuple[Features, npt.NDArray[np.float32]]:
    height, width = gray.shape
    scale = min(1.0, SMALL / max(width, height))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), np.uint8)
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
    return cv2.ORB_create(nfeatures=FEATURES)  # type: ignore[attr-defined]


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
    """Which bits of a descriptor make the word of each table; fixed for ever by VERSION."""
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
