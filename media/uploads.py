"""The upload handler: a file that won't be kept is dropped while it comes in, and fills no disk.

Dropped are files over the sender's cap and, for views marked `counted`, all files of nobody and
of a sender who has brought enough for now (`quotas`): these are not even written.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponseBase

from artmarket.core.errors import DomainError, NotAllowed

from .engine.refusals import TooManyBytes
from .limits import limits_for
from .quotas import check_quota

_DROPPED = "_dropped_uploads"
_COUNTED = "counts_uploads"

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def counted(view: View) -> View:
    """Mark a view whose files count against the sender's quota: it is asked before they come in."""
    setattr(view, _COUNTED, True)
    return view


class CappedUploadHandler(TemporaryFileUploadHandler):
    """Writes uploads to temporary files, up to the sender's cap; other fields still come.

    Put it into FILE_UPLOAD_HANDLERS. A dropped file is missing from request.FILES;
    `dropped(request)` names it and says why.
    """

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        user = getattr(self.request, "user", None)
        if _is_counted(self.request):
            try:
                _check_sender(user)
            except DomainError as refusal:
                # The file before this one is whole: the parser must not close it.
                self.__dict__.pop("file", None)
                self._drop(file_name, refusal)
        super().new_file(field_name, file_name, *args, **kwargs)
        self.seen = 0
        self.cap = limits_for(user).max_bytes

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.seen += len(raw_data)
        if self.seen > self.cap:
            self.file.close()
            self._drop(self.file_name or "", TooManyBytes(limit=round(self.cap / 1e6)))
        super().receive_data_chunk(raw_data, start)

    def _drop(self, name: str, refusal: DomainError) -> None:
        self.request.__dict__.setdefault(_DROPPED, []).append((name, refusal))
        raise SkipFile()


def dropped(request: HttpRequest) -> list[tuple[str, DomainError]]:
    """The files of this request that were not taken in: (name, refusal), in their order."""
    return list(getattr(request, _DROPPED, []))


def too_large(request: HttpRequest) -> TooManyBytes | None:
    """The refusal when a file of this request was dropped for its size, else None."""
    found = (refusal for _name, refusal in dropped(request))
    return next((r for r in found if isinstance(r, TooManyBytes)), None)


def _check_sender(user: Any) -> None:
    """Raise NotAllowed for nobody in particular, else what the quota says."""
    if user is None or not user.is_authenticated:
        raise NotAllowed()
    check_quota(user)


def _is_counted(request: HttpRequest | None) -> bool:
    match = getattr(request, "resolver_match", None)
    return bool(match and getattr(match.func, _COUNTED, False))
