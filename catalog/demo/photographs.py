"""Draw the pictures of works and send them through the real upload, drawing on every core.

Painting runs in other processes, encoding of public pictures in threads; the database sees only
the services. What a killed run left is picked up: uploaded pictures are found by name.
"""

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from datetime import date
from io import BytesIO

from django.db import connection
from PIL import Image as Picture

from artmarket.accounts.models import User
from artmarket.core import demo
from catalog.demo.facts.plan import WorkFacts
from catalog.demo.pictures import View, jpegs
from catalog.demo.wording import RIGHTS, PhotoFacts, file_name, photos_of
from catalog.models import Work, WorkPhoto
from catalog.services import drafts
from media.engine.render import QUICK_EFFORT
from media.enums import ImageState
from media.models import Image
from media.services.drawing import make_derivatives
from media.services.pictures import receive_image

PLAIN = (220, 260)


class Painters:
    """A pool of processes that paints while the database is at work; used as a context.

    Nothing is painted for works that have all their photographs, nor without pictures.
    """

    def __init__(self, stage: demo.Stage, works: Sequence[WorkFacts]) -> None:
        self.stage = stage
        self.pool: ProcessPoolExecutor | None = None
        self.painted: dict[Future[dict[View, bytes]], WorkFacts] = {}
        self.wanted = {f.serial: wanted for f in works if (wanted := _lacking(f))}
        self.works = [facts for facts in works if facts.serial in self.wanted]

    def __enter__(self) -> "Painters":
        if self.stage.pictures and self.works:
            spawn = multiprocessing.get_context("spawn")
            self.pool = ProcessPoolExecutor(cores(), mp_context=spawn)
            for facts in self.works:
                edges: dict[View, int] = {p.drawing: p.long_edge for p in self.wanted[facts.serial]}
                task = self.pool.submit(jpegs, facts.kind, facts.seed, edges, facts.size_mm)
                self.painted[task] = facts
        return self

    def __exit__(self, *failure: object) -> None:
        if self.pool is not None:
            self.pool.shutdown(cancel_futures=True)

    def finished(self) -> Iterator[tuple[WorkFacts, dict[View, bytes]]]:
        """Each work with its files, as soon as they are painted."""
        if self.pool is None:
            for facts in self.works:
                yield facts, _plain(facts, self.wanted[facts.serial])
            return
        for task in as_completed(self.painted):
            yield self.painted[task], task.result()


def cores() -> int:
    """How many processes paint and how many threads encode."""
    return max(1, min(8, os.cpu_count() or 1))


def add_photographs(
    stage: demo.Stage, painters: Painters, rows: Sequence[tuple[WorkFacts, Work, User]]
) -> None:
    """Give every work the photographs that it lacks and make their public pictures."""
    by_serial = {facts.serial: (work, lister) for facts, work, lister in rows}
    total = sum(len(photos) for photos in painters.wanted.values())
    done = 0
    with ThreadPoolExecutor(cores()) as encoders:
        encoded: list[Future[None]] = []
        for facts, files in painters.finished():
            photos = painters.wanted[facts.serial]
            for image in _attach(facts, photos, *by_serial[facts.serial], files):
                if stage.pictures:
                    encoded.append(encoders.submit(_encode, image.pk))
                else:
                    make_derivatives(image_id=image.pk, effort=QUICK_EFFORT)
            done += len(photos)
            if done % 60 < len(photos):
                stage.say(f"works: {done} of {total} photographs painted")
        for result in encoded:
            result.result()
    for image_id in _unfinished(rows):
        make_derivatives(image_id=image_id, effort=QUICK_EFFORT)
    if total:
        stage.say(f"works: {total} photographs ready")


def _lacking(facts: WorkFacts) -> tuple[PhotoFacts, ...]:
    have = set(
        WorkPhoto.objects.filter(
            work__created_by__email=demo.address(facts.artist.lister), work__credit=facts.key
        ).values_list("image__original_name", flat=True)
    )
    return tuple(p for p in photos_of(facts) if file_name(facts, p) not in have)


def _encode(image_id: int) -> None:
    """One public picture in a thread of its own, which must give its connection back."""
    try:
        make_derivatives(image_id=image_id, effort=QUICK_EFFORT)
    finally:
        connection.close()


def _attach(
    facts: WorkFacts,
    photos: Sequence[PhotoFacts],
    work: Work,
    lister: User,
    files: dict[View, bytes],
) -> Iterator[Image]:
    for photo in photos:
        name = file_name(facts, photo)
        image = _already_uploaded(lister, name) or receive_image(
            actor=lister, file=BytesIO(files[photo.drawing]), name=name
        )
        drafts.add_photo(
            actor=lister,
            work_id=work.pk,
            image=image,
            view=photo.view,
            has_scale=photo.has_scale,
            shows=photo.shows,
            alt=photo.alt,
            alt_en=photo.alt_en,
            taken_on=date(2026, 10, 1 + facts.serial % 28),
            rights=RIGHTS,
        )
        yield image


def _already_uploaded(lister: User, name: str) -> Image | None:
    """A picture whose run was killed between upload and attaching."""
    return (
        Image.objects.filter(uploaded_by=lister, original_name=name, work_photo__isnull=True)
        .exclude(state__in=(ImageState.RECEIVING, ImageState.FAILED))
        .first()
    )


def _unfinished(rows: Sequence[tuple[WorkFacts, Work, User]]) -> list[int]:
    works = [work.pk for _facts, work, _lister in rows]
    waiting = Image.objects.filter(work_photo__work__in=works, state=ImageState.WAITING)
    return list(waiting.values_list("pk", flat=True))


def _plain(facts: WorkFacts, photos: Sequence[PhotoFacts]) -> dict[View, bytes]:
    """Small sheets in one colour, in place of drawings; no two alike."""
    files: dict[View, bytes] = {}
    for i, photo in enumerate(photos):
        buffer = BytesIO()
        tint = (180 + facts.serial % 60, 176, 160 + i * 9)
        size = (PLAIN[0] + facts.serial % 40, PLAIN[1] + i)
        Picture.new("RGB", size, tint).save(buffer, "JPEG", quality=70)
        files[photo.drawing] = buffer.getvalue()
    return files
