"""Buckets of an S3-compatible store, failing as folders do: with OSError, or FileNotFoundError.

The services know only that a storage may fail; which library talks to it is nobody's business.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

_YEAR = 31_536_000


@contextmanager
def _as_file_errors(name: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 404:
            raise FileNotFoundError(name) from error
        raise OSError(f"{name}: {error}") from error
    except (BotoCoreError, Boto3Error) as error:
        raise OSError(f"{name}: {error}") from error


def _translated(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def call(self: Any, name: str, *args: Any, **kwargs: Any) -> Any:
        with _as_file_errors(name):
            return method(self, name, *args, **kwargs)

    return call


class PrivateBucket(S3Storage):
    """Originals and documents; opened by addresses that are signed and end soon."""

    _save = _translated(S3Storage._save)
    delete = _translated(S3Storage.delete)
    exists = _translated(S3Storage.exists)
    size = _translated(S3Storage.size)
    listdir = _translated(S3Storage.listdir)
    get_modified_time = _translated(S3Storage.get_modified_time)

    def _open(self, name: str, mode: str = "rb") -> Any:
        """The file, read at once: an S3 file fails only at its first byte."""
        with _as_file_errors(name):
            file = super()._open(name, mode)
            if "r" in mode:
                file.file  # noqa: B018 - fetches it
            return file


class PublicBucket(PrivateBucket):
    """Drawn pictures, which never change under their address, and the editor's, which may."""

    def get_object_parameters(self, name: str) -> dict[str, Any]:
        lasting = name.startswith("pictures/")
        cache = f"public, max-age={_YEAR}, immutable" if lasting else "public, max-age=3600"
        return {**super().get_object_parameters(name), "CacheControl": cache}
