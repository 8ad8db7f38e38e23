"""The upload handler: a file over the cap is dropped while it comes in and never fills the disk."""

from typing import Any

from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest

from .engine.refusals import TooManyBytes
from .limits import limits_for

_MARK = "_upload_over_cap"


class CappedUploadHandler(TemporaryFileUploadHandler):
    """Writes uploads to temporary files, up to the sender's cap; other fields still come.

    Put it into FILE_UPLOAD_HANDLERS. The dropped file is missing from request.FILES;
    `too_large(request)` says so.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.seen = 0
        user = getattr(self.request, "user", None)
        self.cap = limits_for(user).max_bytes

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.seen += len(raw_data)
        if self.seen > self.cap:
            setattr(self.request, _MARK, True)
            self.file.close()
            raise SkipFile()
        super().receive_data_chunk(raw_data, start)


def too_large(request: HttpRequest) -> TooManyBytes | None:
    """The refusal when a file of this request was dropped for its size, else None."""
    if not getattr(request, _MARK, False):
        return None
    limit = round(limits_for(request.user).max_bytes / 1e6)
    return TooManyBytes(limit=limit)
