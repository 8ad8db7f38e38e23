"""Compare a picture with all others.

Runs in the worker, and is imported by nobody else: OpenCV takes 31 MB. Files are read and features
matched outside any transaction. A hit opens a review and never refuses anything. Rule: registry
rules §10.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from django.db import transaction

from artmarket.core.events import record_event

from .. import files
from ..engine import alike
from ..enums import ImageState
from ..limits import LikenessLimits, likeness_limits
from ..models import Fingerprint, Image, Likeness

CHUNK = 2_000


def compare_image(*, image_id: int) -> list[Likeness]:
    """Keep the fingerprint of a drawn picture and the pairs that it makes; the new pairs.

    Safe to run twice and beside itself. A picture that is gone or not drawn makes none.
    """
    image = Image.objects.filter(pk=image_id, state=ImageState.READY).first()
    content = _drawn(image) if image else b""
    if image is None or not content:
        return []
    try:
        gray = alike.gray_of(content)
    except ValueError:
        return []
    seen = alike.fingerprint(gray)
    _keep(image, seen)
    pairs = {other: Likeness(is_exact=True, distance=0, inliers=0) for other in _same_bytes(image)}
    turned = alike.fingerprint(alike.mirror(gray))
    limits = likeness_limits()
    candidates = _shortlist(image, seen, turned, limits)
    for other, distance in candidates.items():
        if other not in pairs and (hit := _proved(other, distance, seen, turned, limits)):
            pairs[other] = hit
    return _keep_pairs(image, pairs)


def _drawn(image: Image) -> bytes:
    """The drawn JPEG that is just large enough to look at."""
    jpegs = sorted(image.derivatives.filter(mime="image/jpeg"), key=lambda d: d.width * d.height)
    chosen = next((d for d in jpegs if max(d.width, d.height) >= alike.EDGE), None)
    if not jpegs:
        return b""
    try:
        with files.public().open((chosen or jpegs[-1]).path) as file:
            return bytes(file.read())
    except OSError:
        return b""  # drawn anew in the meantime; the duty comes again


@transaction.atomic(durable=True)
def _keep(image: Image, seen: alike.Fingerprint) -> None:
    Fingerprint.objects.update_or_create(
        image=image,
        defaults={
            "version": Fingerprint.VERSION,
            "hashes": seen.hashes.tobytes(),
            "words": seen.words.tobytes(),
            "features": seen.features.to_bytes(),
        },
    )


def _same_bytes(image: Image) -> list[int]:
    rows = Image.objects.filter(sha256=image.sha256, state=ImageState.READY).exclude(pk=image.pk)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:50])


def _chunks(image: Image) -> Iterator[tuple[list[int], Any, Any]]:
    """Hashes and words of all other pictures, so many at a time that memory stays bounded."""
    after = 0
    rows = (
        Fingerprint.objects.filter(version=Fingerprint.VERSION).exclude(image=image).order_by("pk")
    )
    while True:
        chunk = list(rows.filter(pk__gt=after).values_list("pk", "hashes", "words")[:CHUNK])
        if not chunk:
            return
        after = chunk[-1][0]
        hashes = np.frombuffer(b"".join(bytes(r[1]) for r in chunk), np.uint64)
        words = np.frombuffer(b"".join(bytes(r[2]) for r in chunk), np.int32)
        count = len(chunk)
        yield (
            [r[0] for r in chunk],
            hashes.reshape(count, len(alike.CROPS), alike.HASH_WORDS),
            words.reshape(count, -1),
        )


def _shortlist(
    image: Image, seen: alike.Fingerprint, turned: alike.Fingerprint, limits: LikenessLimits
) -> dict[int, int]:
    """The pictures worth proving, with their least distance: by hash, and by shared features."""
    by_hash: list[tuple[int, int]] = []
    by_words: list[tuple[int, int, int]] = []
    query = np.concatenate([seen.hashes, turned.hashes])
    for pks, hashes, words in _chunks(image):
        distances = alike.least_distances(query, hashes)
        shared = np.maximum(
            alike.shared_words(seen.words, words), alike.shared_words(turned.words, words)
        )
        near = np.flatnonzero(distances <= limits.distance)
        by_hash += [(int(distances[i]), pks[i]) for i in near]
        best = np.argsort(-shared, kind="stable")[: limits.shortlist]
        by_words += [(int(shared[i]), pks[i], int(distances[i])) for i in best if shared[i]]
        by_hash = sorted(by_hash)[: limits.shortlist]
        by_words = sorted(by_words, key=lambda row: (-row[0], row[1]))[: limits.shortlist]
    return {pk: d for _shared, pk, d in by_words} | {pk: d for d, pk in by_hash}


def _proved(
    other: int,
    distance: int,
    seen: alike.Fingerprint,
    turned: alike.Fingerprint,
    limits: LikenessLimits,
) -> Likeness | None:
    """The pair, when features and what lies between them fit, as it is or mirrored."""
    row = Fingerprint.objects.filter(pk=other).values_list("features", flat=True).first()
    if row is None:
        return None
    stored = alike.Features.from_bytes(bytes(row))
    for mirrored, query in ((False, seen), (True, turned)):
        proof = alike.verify(query.features, stored)
        if proof.inliers >= limits.inliers and proof.fit >= limits.fit:
            return Likeness(
                distance=distance,
                inliers=proof.inliers,
                fit=round(proof.fit * 100),
                mirrored=mirrored,
            )
    return None


@transaction.atomic(durable=True)
def _keep_pairs(image: Image, pairs: dict[int, Likeness]) -> list[Likeness]:
    """Store pairs that are not known yet; a person's word on a known one stays."""
    alive = set(Image.objects.filter(pk__in=[image.pk, *pairs]).values_list("pk", flat=True))
    if image.pk not in alive:
        return []
    new = []
    for other, pair in sorted(pairs.items()):
        first, second = sorted((image.pk, other))
        if other not in alive or Likeness.objects.filter(first=first, second=second).exists():
            continue
        pair.first_id, pair.second_id = first, second
        new.append(pair)
    if new:
        Likeness.objects.bulk_create(new, ignore_conflicts=True)
        record_event(
            actor=None,
            action="image.alike_found",
            subject=image,
            others=[p.first_id if p.second_id == image.pk else p.second_id for p in new],
        )
    return new
