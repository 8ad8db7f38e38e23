"""Uploaded pictures (the original is private, derivatives are public) and private documents.

A row is the intent; the file follows; the row's state says how far that came, so a crash at any
point leaves either a whole picture or a row that `manage.py tick` finishes or clears away.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from .enums import DocumentState, ImageState, PyramidState, Verdict


class Image(models.Model):
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(
        _("状态"), max_length=9, choices=ImageState, default=ImageState.RECEIVING
    )
    original_name = models.CharField(_("文件名"), max_length=200, blank=True, default="")
    original_path = models.CharField(max_length=200, blank=True, default="")
    mime = models.CharField(max_length=40, blank=True, default="")
    size = models.PositiveBigIntegerField(_("字节数"), default=0)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="", db_index=True)
    failure = models.CharField(_("失败原因"), max_length=300, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    ready_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("图片")
        verbose_name_plural = _("图片")
        indexes = [models.Index(fields=["state", "created_at"], name="image_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="receiving") | Q(state="failed") | ~Q(sha256=""),
                name="image_received_has_digest",
            )
        ]

    def __str__(self) -> str:
        return self.original_name or str(self.uuid)


class Derivative(models.Model):
    """A public picture made from an original: re-encoded, without GPS and camera data."""

    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="derivatives")
    kind = models.CharField(max_length=20)
    path = models.CharField(max_length=200)
    mime = models.CharField(max_length=40)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("派生图片")
        verbose_name_plural = _("派生图片")
        constraints = [models.UniqueConstraint(fields=["image", "kind"], name="derivative_unique")]

    def __str__(self) -> str:
        return self.kind


class Pyramid(models.Model):
    """The tiles of a picture for deep zoom, in one private file (see `engine.pyramid`).

    `width` and `height` are those of the upright picture, `turn` is how the file is turned (EXIF).
    """

    image = models.OneToOneField(Image, on_delete=models.CASCADE, related_name="pyramid")
    state = models.CharField(
        _("状态"), max_length=7, choices=PyramidState, default=PyramidState.WAITING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    path = models.CharField(max_length=200, blank=True, default="")
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    turn = models.PositiveSmallIntegerField(default=1)
    size = models.PositiveBigIntegerField(_("字节数"), default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("深度缩放图")
        verbose_name_plural = _("深度缩放图")
        indexes = [models.Index(fields=["state", "created_at"], name="pyramid_state")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="ready")
                | (~Q(sha256="") & ~Q(path="") & Q(width__gt=0, height__gt=0)),
                name="pyramid_ready_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(turn__gte=1, turn__lte=8), name="pyramid_turn_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.width}×{self.height}"


class Document(models.Model):
    """A private paper: proof of a person, a licence, a case. Never public, in no size.

    `purpose` names what it is for and, through `permissions.register_purpose`, who may read it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(
        _("状态"), max_length=9, choices=DocumentState, default=DocumentState.RECEIVING
    )
    purpose = models.CharField(_("用途"), max_length=40)
    original_name = models.CharField(_("文件名"), max_length=200, blank=True, default="")
    path = models.CharField(max_length=200)
    mime = models.CharField(max_length=40)
    size = models.PositiveBigIntegerField(_("字节数"))
    pages = models.PositiveIntegerField(_("页数"))
    sha256 = models.CharField(max_length=64, blank=True, default="", db_index=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("证明材料")
        verbose_name_plural = _("证明材料")
        indexes = [models.Index(fields=["state", "created_at"], name="document_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="receiving") | ~Q(sha256=""), name="document_kept_has_digest"
            )
        ]

    def __str__(self) -> str:
        return self.original_name or str(self.uuid)


class Fingerprint(models.Model):
    """What a picture is compared by (`engine.alike`); made again when VERSION changes."""

    VERSION = 2
    image = models.OneToOneField(
        Image, on_delete=models.CASCADE, primary_key=True, related_name="fingerprint"
    )
    version = models.PositiveSmallIntegerField()
    hashes = models.BinaryField()
    words = models.BinaryField()
    features = models.BinaryField()

    class Meta:
        verbose_name = _("图片指纹")
        verbose_name_plural = _("图片指纹")

    def __str__(self) -> str:
        return f"{self.image_id} v{self.version}"


class Likeness(models.Model):
    """Two pictures found alike, and what a person made of it; the machine decides nothing.

    `distance` in bits of 256, `inliers` features that one homography explains, `fit` in hundredths.
    """

    first = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="+")
    is_exact = models.BooleanField(_("同一个文件"), default=False)
    distance = models.PositiveSmallIntegerField()
    inliers = models.PositiveSmallIntegerField()
    fit = models.SmallIntegerField(default=0)
    mirrored = models.BooleanField(_("左右相反"), default=False)
    found_at = models.DateTimeField(db_default=Now(), editable=False)
    verdict = models.CharField(
        _("结论"), max_length=14, choices=Verdict, blank=True, default=Verdict.OPEN
    )
    note = models.CharField(_("说明"), max_length=500, blank=True, default="")
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    judged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("相似图片")
        verbose_name_plural = _("相似图片")
        indexes = [models.Index(fields=["verdict", "-id"], name="likeness_queue")]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="likeness_unique"),
            models.CheckConstraint(
                condition=Q(first__lt=models.F("second")), name="likeness_first_is_older"
            ),
            models.CheckConstraint(
                condition=Q(verdict="", judged_by=None, judged_at=None)
                | (~Q(verdict="") & Q(judged_by__isnull=False, judged_at__isnull=False)),
                name="likeness_judged_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} ~ {self.second_id}"
