"""The named getters of the locks on files; the last in the order of artmarket.core.locks."""

from artmarket.core.errors import WrongState
from artmarket.core.locks import Rank, lock_rows

from .models import Document, Image


def lock_image(*, pk: int) -> Image:
    """Lock one picture and return it fresh. Raises WrongState when it is gone, Busy when held."""
    rows = lock_rows(Image.objects.all(), rank=Rank.PICTURE, pks=[pk])
    if not rows:
        raise WrongState()
    return rows[0]


def lock_document(*, pk: int) -> Document:
    """Lock one document and return it fresh. Raises WrongState when it is gone, Busy when held."""
    rows = lock_rows(Document.objects.all(), rank=Rank.PICTURE, pks=[pk])
    if not rows:
        raise WrongState()
    return rows[0]
