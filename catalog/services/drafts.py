"""Drafts: an artist begins with a picture and a title and completes the rest in any order."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event
from catalog.engine.terms import attribution_scale
from catalog.enums import PhotoView, WorkState
from catalog.locks import lock_work
from catalog.models import Attribution, Work, WorkPhoto
from media.models import Image

from .artists import named_artist, own_artist
from .description import Description, check_version, refresh_score, write_description
from .editions import hand_on_place
from .provenance import keep_provenance

MAX_PHOTOS = 40
MAX_BASIS = 500


@dataclass(frozen=True, slots=True)
class MakerInput:
    """Who made it, as the lister says: himself, or a name, with a term of the attribution scale."""

    is_self: bool
    name: str = ""
    term: str = "autograph"
    basis: str = ""


@transaction.atomic(durable=True)
def create_draft(*, actor: User, description: Description, maker: MakerInput | None = None) -> Work:
    """Begin a draft. Raises `NotAllowed` or `Invalid`."""
    if not actor.has_perm("catalog.list_works"):
        raise NotAllowed()
    work = Work.objects.create(created_by=actor)
    _write(actor, work, description, maker)
    record_event(actor=actor, action="work.drafted", subject=work, after={"title": work.title})
    return work


@transaction.atomic(durable=True)
def faults_of_draft(
    *, actor: User, description: Description, maker: MakerInput | None = None
) -> dict[str, Any]:
    """Everything that a draft so described would be refused for, by field; nothing is written."""
    if not actor.has_perm("catalog.list_works"):
        raise NotAllowed()
    faults: dict[str, Any] = {}
    try:
        with transaction.atomic():
            _write(actor, Work.objects.create(created_by=actor), description, maker)
            transaction.set_rollback(True)
    except Invalid as error:
        faults = error.fields
    return faults


@transaction.atomic(durable=True)
def update_draft(
    *,
    actor: User,
    work_id: int,
    description: Description,
    maker: MakerInput | None = None,
    version: int | None = None,
) -> Work:
    """Change a draft or a returned submission.

    `version` is the one the form was opened with; another tab's save in between is refused as
    stale and nothing is lost. Drafts keep no history of their fields, only that they changed.
    """
    work = _own_draft(actor, work_id)
    check_version(work, version)
    _write(actor, work, description, maker)
    record_event(
        actor=actor, action="work.draft_changed", subject=work, after={"version": work.version}
    )
    return work


@transaction.atomic(durable=True)
def discard_draft(*, actor: User, work_id: int) -> Work:
    """Put a draft away; its row and pictures stay for the record, it leaves every list."""
    work = _own_draft(actor, work_id)
    work.state = WorkState.DISCARDED
    work.save(update_fields=["state"])
    hand_on_place(work, None)
    record_event(actor=actor, action="work.discarded", subject=work)
    return work


@transaction.atomic(durable=True)
def add_photo(
    *,
    actor: User,
    work_id: int,
    image: Image,
    view: str = PhotoView.OVERALL,
    has_scale: bool = False,
    shows: str = "",
    alt: str = "",
    alt_en: str = "",
    taken_on: date | None = None,
    rights: str = "",
) -> WorkPhoto:
    """Attach an uploaded picture. Raises `NotAllowed`, `Invalid`, `DomainError` (too many)."""
    work = _own_draft(actor, work_id)
    if image.uploaded_by_id != actor.pk:
        raise NotAllowed()
    if WorkPhoto.objects.filter(image=image).exists():
        raise DomainError(_("这张照片已经用在一件作品上。"), code="photo_in_use")
    position = work.photos.count()
    if position >= MAX_PHOTOS:
        raise DomainError(
            _("一件作品最多%(limit)d张照片。") % {"limit": MAX_PHOTOS}, code="too_many_photos"
        )
    _check_view(view)
    _check_words(shows=shows, alt=alt, alt_en=alt_en, rights=rights)
    photo = WorkPhoto.objects.create(
        work=work, image=image, view=view, has_scale=has_scale, shows=shows, alt=alt,
        alt_en=alt_en, taken_on=taken_on, rights=rights, position=position,
    )  # fmt: skip
    refresh_score(work)
    record_event(actor=actor, action="work.photo_added", subject=work, after={"photo": photo.pk})
    return photo


@transaction.atomic(durable=True)
def update_photo(
    *, actor: User, photo_id: int, view: str, has_scale: bool, shows: str = "", alt: str = ""
) -> WorkPhoto:
    """Say what a picture shows."""
    photo, work = _own_photo(actor, photo_id)
    _check_view(view)
    if shows and not work.inscriptions.filter(ref=shows).exists():
        raise Invalid(fields={"shows": _("没有这一处款识，请从列表中选择。")})
    photo.view, photo.has_scale, photo.shows, photo.alt = view, has_scale, shows, alt[:300]
    photo.save(update_fields=["view", "has_scale", "shows", "alt"])
    refresh_score(work)
    record_event(actor=actor, action="work.photo_changed", subject=work, after={"photo": photo.pk})
    return photo


@transaction.atomic(durable=True)
def remove_photo(*, actor: User, photo_id: int) -> Work:
    """Take a picture off a draft; the file itself is cleared by the media sweep."""
    photo, work = _own_photo(actor, photo_id)
    pk = photo.pk
    photo.delete()
    refresh_score(work)
    record_event(actor=actor, action="work.photo_removed", subject=work, before={"photo": pk})
    return work


def _own_draft(actor: User, work_id: int) -> Work:
    work = lock_work(pk=work_id)
    if work.created_by_id != actor.pk or not actor.has_perm("catalog.list_works"):
        raise NotAllowed()
    if not actor.has_perm("catalog.change_draft", work):
        raise WrongState(
            _("这件作品已经提交或登记，不能直接修改。"),
            hint=_("待登记时可以先撤回；登记之后的更正由登记员办理。"),
        )
    return work


def _own_photo(actor: User, photo_id: int) -> tuple[WorkPhoto, Work]:
    work_id = WorkPhoto.objects.filter(pk=photo_id).values_list("work_id", flat=True).first()
    if work_id is None:
        raise WrongState(_("这张照片已经不在了。"))
    work = _own_draft(actor, work_id)
    photo = work.photos.filter(pk=photo_id).first()
    if photo is None:
        raise WrongState(_("这张照片已经不在了。"))
    return photo, work


def _check_words(**given: str) -> None:
    """What is said of a picture fits its columns."""
    faults: dict[str, Any] = {}
    for name, text in given.items():
        column: Any = WorkPhoto._meta.get_field(name)
        limit = column.max_length
        if len(text) > limit or "\x00" in text:
            faults[name] = _("最多%(limit)d个字。") % {"limit": limit}
    if faults:
        raise Invalid(fields=faults)


def _check_view(view: str) -> None:
    if view not in PhotoView.values:
        raise Invalid(fields={"view": _("请从列表中选择。")})


def _write(actor: User, work: Work, description: Description, maker: MakerInput | None) -> None:
    """Describe the work and name its maker. Raises `Invalid` with the faults of both at once."""
    faults: dict[str, Any] = {}
    for write in (
        lambda: write_description(work, description),
        lambda: _write_maker(actor, work, maker),
    ):
        try:
            write()
        except Invalid as error:
            faults |= error.fields
    if faults:
        raise Invalid(fields=faults)
    if "provenance_text" in description.texts:
        keep_provenance(actor=actor, work=work)
    refresh_score(work)


def _check_maker(maker: MakerInput) -> None:
    faults: dict[str, Any] = {}
    if maker.term != "autograph" and maker.term not in {t.id for t in attribution_scale()}:
        faults["maker_term"] = _("请从列表中选择。")
    if len(maker.basis) > MAX_BASIS or "\x00" in maker.basis + maker.name:
        faults["maker_basis"] = _("归属依据最多%(limit)d个字。") % {"limit": MAX_BASIS}
    if faults:
        raise Invalid(fields=faults)


def _write_maker(actor: User, work: Work, maker: MakerInput | None) -> None:
    if maker is None:
        return
    _check_maker(maker)
    if not maker.is_self and not maker.name.strip():
        work.attributions.all().delete()
        return
    artist = own_artist(actor) if maker.is_self else named_artist(actor, maker.name)
    current = work.attributions.first()
    if current and (current.artist_id, current.term, current.basis) == (
        artist.pk,
        maker.term,
        maker.basis,
    ):
        return
    work.attributions.all().delete()
    Attribution.objects.create(
        work=work,
        artist=artist,
        term=maker.term,
        by=actor.display_name,
        by_user=actor,
        basis=maker.basis,
    )
