"""Who may upload, see originals, and discard or retry pictures.

Floors above know who owns what is shown; they register their predicates here by name of the
permission, in AppConfig.ready, and nothing is imported upwards.
"""

from collections.abc import Callable

import rules

from artmarket.accounts.permissions import is_active, is_registrar

from .models import Image

Predicate = Callable[..., bool]
_viewers: list[Predicate] = []
_managers: list[Predicate] = []


def register(predicate: Predicate) -> None:
    """Let `predicate(user, image)` open originals too. Registering twice changes nothing."""
    if predicate not in _viewers:
        _viewers.append(predicate)


def register_manager(predicate: Predicate) -> None:
    """Let `predicate(user, image)` discard and retry pictures too."""
    if predicate not in _managers:
        _managers.append(predicate)


@rules.predicate
def is_uploader(user, image: Image | None) -> bool:
    return bool(image and user and image.uploaded_by_id and image.uploaded_by_id == user.pk)


@rules.predicate
def is_registered_viewer(user, image: Image | None) -> bool:
    return image is not None and any(predicate(user, image) for predicate in _viewers)


@rules.predicate
def is_registered_manager(user, image: Image | None) -> bool:
    return image is not None and any(predicate(user, image) for predicate in _managers)


rules.add_perm("media.upload", is_active)
rules.add_perm("media.manage", is_active & (is_uploader | is_registrar | is_registered_manager))
rules.add_perm(
    "media.view_original", is_active & (is_uploader | is_registrar | is_registered_viewer)
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
