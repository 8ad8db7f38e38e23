"""Where files lie: folders of this machine, or two buckets of an S3-compatible store.

`FILES=s3` chooses the buckets; docs/deploy.md lists the variables. Keys are taken from
AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, else from boto3's own sources (a role of the machine).
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured


def folders(*, public: Path, private: Path, base_url: str) -> dict[str, dict[str, Any]]:
    """The storages `default` (public) and `private` as folders."""
    backend = "django.core.files.storage.FileSystemStorage"
    return {
        "default": {"BACKEND": backend, "OPTIONS": {"location": public, "base_url": base_url}},
        "private": {"BACKEND": backend, "OPTIONS": {"location": private, "base_url": None}},
    }


def buckets(env: Any) -> tuple[dict[str, dict[str, Any]], str]:
    """The storages as buckets, and the address that public files begin with (MEDIA_URL)."""
    public, private = env.str("S3_PUBLIC_BUCKET", ""), env.str("S3_PRIVATE_BUCKET", "")
    if not public or not private or public == private:
        raise ImproperlyConfigured(
            "FILES=s3 needs S3_PUBLIC_BUCKET and S3_PRIVATE_BUCKET, and they must be two buckets."
        )
    endpoint = env.str("S3_ENDPOINT", "").rstrip("/")
    style = env.str("S3_ADDRESSING", "path" if endpoint else "virtual")
    region = env.str("S3_REGION", "")
    host = env.str("S3_PUBLIC_HOST", "") or _bucket_host(public, endpoint, region, style)
    common = {
        "endpoint_url": endpoint or None,
        "region_name": region or None,
        "addressing_style": style,
        "signature_version": "s3v4",
        "file_overwrite": False,
    }
    base = urlsplit(endpoint).scheme or "https"
    return {
        "default": {
            "BACKEND": "media.buckets.PublicBucket",
            "OPTIONS": {
                **common,
                "bucket_name": public,
                "custom_domain": host,
                "url_protocol": f"{'https' if env.str('S3_PUBLIC_HOST', '') else base}:",
                "querystring_auth": False,
            },
        },
        "private": {
            "BACKEND": "media.buckets.PrivateBucket",
            "OPTIONS": {**common, "bucket_name": private, "querystring_auth": True},
        },
    }, f"{'https' if env.str('S3_PUBLIC_HOST', '') else base}://{host}/"


def _bucket_host(bucket: str, endpoint: str, region: str, style: str) -> str:
    """Host (and path) of the bucket itself, where no CDN stands before it."""
    host = urlsplit(endpoint).netloc or f"s3.{region or 'us-east-1'}.amazonaws.com"
    return f"{bucket}.{host}" if style == "virtual" else f"{host}/{bucket}"
