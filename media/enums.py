"""States of an uploaded file."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImageState(models.TextChoices):
    RECEIVING = "receiving", _("正在接收")
    WAITING = "waiting", _("等待处理")
    READY = "ready", _("可以查看")
    FAILED = "failed", _("处理失败")


IMAGE_TRANSITIONS: dict[str, frozenset[str]] = {
    ImageState.RECEIVING: frozenset({ImageState.WAITING, ImageState.FAILED}),
    ImageState.WAITING: frozenset({ImageState.READY, ImageState.FAILED}),
    ImageState.FAILED: frozenset({ImageState.WAITING}),
    ImageState.READY: frozenset({ImageState.WAITING}),
}


class PyramidState(models.TextChoices):
    WAITING = "waiting", _("等待处理")
    READY = "ready", _("可以查看")
    FAILED = "failed", _("处理失败")


PYRAMID_TRANSITIONS: dict[str, frozenset[str]] = {
    PyramidState.WAITING: frozenset({PyramidState.READY, PyramidState.FAILED}),
    PyramidState.FAILED: frozenset({PyramidState.WAITING}),
    PyramidState.READY: frozenset(),
}


class DocumentState(models.TextChoices):
    RECEIVING = "receiving", _("正在接收")
    KEPT = "kept", _("已保存")


DOCUMENT_TRANSITIONS: dict[str, frozenset[str]] = {
    DocumentState.RECEIVING: frozenset({DocumentState.KEPT}),
    DocumentState.KEPT: frozenset(),
}


class Verdict(models.TextChoices):
    """What a registrar says of two pictures that the machine found alike."""

    OPEN = "", _("待看")
    SAME_WORK = "same_work", _("同一件作品")
    EDITION_MATE = "edition_mate", _("同一版次的另一件")
    COPY = "copy", _("摹本或仿作")
    STOLEN_PICTURE = "stolen_picture", _("盗用图片")
    NOT_ALIKE = "not_alike", _("并不相似")
