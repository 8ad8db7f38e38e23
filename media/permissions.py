"""Who may upload, see originals, and discard or retry pictures.

Floors above know who owns what is shown; they register their predicates here by name of the
permission, in AppConfig.ready, and nothing is imported upwards.
"""

from collections.abc import Callable

import rules
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, Q

from artmarket.accounts.permissions import is_active, is_registrar

from .models import Document, Image

Predicate = Callable[..., bool]
Condition = Callable[[], Q | Exists]
_viewers: list[Predicate] = []
_showers: list[Predicate] = []
_open_conditions: list[Condition] = []
_managers: list[Predicate] = []
_readers: dict[str, list[Predicate]] = {}
_keepers: dict[str, list[Predicate]] = {}


def register(predicate: Predicate) -> None:
    """Let `predicate(user, image)` open originals too. Registering twice changes nothing."""
    if predicate not in _viewers:
        _viewers.append(predicate)


def register_shown(predicate: Predicate, *, to_all: Condition | None = None) -> None:
    """Let the image service show a picture where `predicate(user, image)` says so.

    Anybody's pictures are asked for with AnonymousUser. Without a predicate that says yes only
    those see a picture who may open its original. `to_all()` is what the predicate answers to
    AnonymousUser, as a condition on rows of Image: with it a public tile costs one query.
    """
    if predicate not in _showers:
        _showers.append(predicate)
    if to_all is not None and to_all not in _open_conditions:
        _open_conditions.append(to_all)


def open_conditions() -> tuple[Condition, ...]:
    """What makes a picture everybody's, as conditions on rows of Image; any one is enough."""
    return tuple(_open_conditions)


def register_manager(predicate: Predicate) -> None:
    """Let `predicate(user, image)` discard and retry pictures too."""
    if predicate not in _managers:
        _managers.append(predicate)


def register_purpose(
    purpose: str, *, readers: Predicate | None = None, keepers: Predicate | None = None
) -> None:
    """Announce what documents are for, and who else reads or discards them.

    `readers(user, document)` and `keepers(user, document)` add to earlier ones; the uploader may
    always read his own. A document of an unannounced purpose is not taken in.
    """
    for predicates, predicate in ((_readers, readers), (_keepers, keepers)):
        known = predicates.setdefault(purpose, [])
        if predicate is not None and predicate not in known:
            known.append(predicate)


def is_purpose(purpose: str) -> bool:
    """Whether a floor above has announced this purpose."""
    return purpose in _readers


@rules.predicate
def is_uploader(user, image: Image | Document | None) -> bool:
    return bool(image and user and image.uploaded_by_id and image.uploaded_by_id == user.pk)


@rules.predicate
def is_registered_viewer(user, image: Image | None) -> bool:
    return image is not None and any(predicate(user, image) for predicate in _viewers)


@rules.predicate
def is_shown(user, image: Image | None) -> bool:
    return image is not None and any(predicate(user, image) for predicate in _showers)


@rules.predicate
def is_registered_manager(user, image: Image | None) -> bool:
    return image is not None and any(predicate(user, image) for predicate in _managers)


def _any_of(registered: dict[str, list[Predicate]], user, document: Document) -> bool:
    return any(predicate(user, document) for predicate in registered.get(document.purpose, []))


@rules.predicate
def is_document_reader(user, document: Document | None) -> bool:
    return document is not None and _any_of(_readers, user, document)


@rules.predicate
def is_document_keeper(user, document: Document | None) -> bool:
    return document is not None and _any_of(_keepers, user, document)


rules.add_perm("media.upload", is_active)
rules.add_perm("media.judge_likeness", is_active & is_registrar)
rules.add_perm("media.read_document", is_active & (is_uploader | is_document_reader))
rules.add_perm("media.discard_document", is_active & (is_uploader | is_document_keeper))
rules.add_perm("media.manage", is_active & (is_uploader | is_registrar | is_registered_manager))
rules.add_perm(
    "media.view_original", is_active & (is_uploader | is_registrar | is_registered_viewer)
)
rules.add_perm(
    "media.view_picture",
    is_shown | (is_active & (is_uploader | is_registrar | is_registered_viewer)),
)


def can_upload(user) -> bool:
    """Whether this person may upload pictures at all."""
    return rules.has_perm("media.upload", user)


def can_manage(user, image: Image) -> bool:
    """Whether this person may discard or retry this picture."""
    return rules.has_perm("media.manage", user, image)


def can_view_original(user, image: Image) -> bool:
    """Whether this person may open the private original."""
    return rules.has_perm("media.view_original", user, image)


def can_view_picture(user, image: Image) -> bool:
    """Whether the image service may show this picture (never the original) to this person."""
    return rules.has_perm("media.view_picture", user, image)


def is_shown_to_all(image: Image) -> bool:
    """Whether anybody may see this picture, so that caches between may keep it."""
    return is_shown(AnonymousUser(), image)


def can_read_document(user, document: Document) -> bool:
    """Whether this person may open this private document."""
    return rules.has_perm("media.read_document", user, document)


def can_discard_document(user, document: Document) -> bool:
    """Whether this person may delete this private document."""
    return rules.has_perm("media.discard_document", user, document)


def can_judge_likeness(user) -> bool:
    """Whether this person may say what two pictures that look alike are to each other."""
    return rules.has_perm("media.judge_likeness", user)
