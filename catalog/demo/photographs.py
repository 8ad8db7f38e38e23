"""Draw the pictures of works and send them through the real upload, drawing on every core.

Painting runs in other processes, encoding of public pictures in threads; the database sees only
the services. What a killed run left is picked up: uploaded pictures are found by name.
"""

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from django.db import connection
from PIL import Image as Picture

from artmarket.accounts.models import User
from artmarket.core import demo
from catalog.demo.facts.plan import WorkFacts
from catalog.demo.pictures import View, jpegs
from catalog.demo.wording import RIGHTS, PhotoFacts, file_name, photos_of
from catalog.models import Work
from catalog.services import drafts
from media.engine.render import QUICK_EFFORT
from media.enums import ImageState
from media.models import Image
from media.services.drawing import make_derivatives
from media.services.pictures import receive_image

PLAIN = (220, 260)


@dataclass(frozen=True, slots=True)
class Job:
    """A work that still lacks these photographs."""

    facts: WorkFacts
    work: Work
    missing: tuple[PhotoFacts, ...]


def add_photographs(stage: demo.Stage, rows: Sequence[tuple[WorkFacts, Work, User]]) -> None:
    """Give every work the photographs that it lacks and make their public pictures."""
    listers = {work.pk: lister for _facts, work, lister in rows}
    jobs = [job for facts, work, _lister in rows if (job := _job(facts, work)).missing]
    total = sum(len(job.missing) for job in jobs)
    if not stage.pictures:
        for job in jobs:
            for image in _attach(job, listers[job.work.pk], _plain(job)):
                make_derivatives(image_id=image.pk, effort=QUICK_EFFORT)
    elif jobs:
        _draw_all(stage, jobs, listers, total)
    for image_id in _unfinished(rows):
        make_derivatives(image_id=image_id, effort=QUICK_EFFORT)
    if total:
        stage.say(f"works: {total} photographs")


def _job(facts: WorkFacts, work: Work) -> Job:
    have = set(work.photos.values_list("image__original_name", flat=True))
    missing = tuple(p for p in photos_of(facts) if file_name(facts, p) not in have)
    return Job(facts, work, missing)


def _draw_all(stage: demo.Stage, jobs: Sequence[Job], listers: dict[int, User], total: int) -> None:
    cores = max(1, min(8, os.cpu_count() or 1))
    spawn = multiprocessing.get_context("spawn")
    done = 0
    with (
        ProcessPoolExecutor(cores, mp_context=spawn) as painters,
        ThreadPoolExecutor(cores) as encoders,
    ):
        painted: dict[Future[dict[View, bytes]], Job] = {}
        for job in jobs:
            edges: dict[View, int] = {p.drawing: p.long_edge for p in job.missing}
            facts = job.facts
            task = painters.submit(jpegs, facts.kind, facts.seed, edges, facts.size_mm)
            painted[task] = job
        encoded: list[Future[None]] = []
        for task in as_completed(painted):
            job = painted.pop(task)
            for image in _attach(job, listers[job.work.pk], task.result()):
                encoded.append(encoders.submit(_encode, image.pk))
                done += 1
            if done % 60 < len(job.missing):
                stage.say(f"works: {done} of {total} photographs drawn")
        for result in encoded:
            result.result()


def _encode(image_id: int) -> None:
    """One public picture in a thread of its own, which must give its connection back."""
    try:
        make_derivatives(image_id=image_id, effort=QUICK_EFFORT)
    finally:
        connection.close()


def _attach(job: Job, lister: User, files: dict[View, bytes]) -> Iterator[Image]:
    for photo in job.missing:
        name = file_name(job.facts, photo)
        image = _already_uploaded(lister, name) or receive_image(
            actor=lister, file=BytesIO(files[photo.drawing]), name=name
        )
        drafts.add_photo(
            actor=lister,
            work_id=job.work.pk,
            image=image,
            view=photo.view,
            has_scale=photo.has_scale,
            shows=photo.shows,
            alt=photo.alt,
            alt_en=photo.alt_en,
            taken_on=date(2026, 10, 1 + job.facts.serial % 28),
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


def _plain(job: Job) -> dict[View, bytes]:
    """Small sheets in one colour, in place of drawings; no two alike."""
    files: dict[View, bytes] = {}
    for i, photo in enumerate(job.missing):
        buffer = BytesIO()
        tint = (180 + job.facts.serial % 60, 176, 160 + i * 9)
        Picture.new("RGB", (PLAIN[0] + job.facts.serial % 40, PLAIN[1] + i), tint).save(
            buffer, "JPEG", quality=70
        )
        files[photo.drawing] = buffer.getvalue()
    return files
