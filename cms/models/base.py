"""What every public page of the district has, and the pictures that pages show.

The base page model of Wagtail is not swapped (rules §1): this is an abstract mixin.
"""

from typing import Any, ClassVar

from django.core.files import File
from django.core.files.base import ContentFile
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.images.models import AbstractImage, AbstractRendition, Filter
from wagtail.models import Page
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from cms.checks import words_of
from cms.metadata import without_traces
from cms.publishing import TwoPeopleTester
from cms.search_fields import Beginnings, Words

from .. import showing, stripping
from ..showing import fallbacks

_TEXTS = (index.SearchField, index.AutocompleteField, index.RelatedFields)


class Picture(AbstractImage):
    """A picture of a page: its description is its alternative text, its licence is known.

    One row for both languages; without English words the Chinese ones are shown.
    """

    description_en = models.CharField(_("替代文字（英文）"), max_length=255, blank=True, default="")
    credit = models.CharField(_("作者或来源"), max_length=160, blank=True, default="")
    credit_en = models.CharField(_("作者或来源（英文）"), max_length=200, blank=True, default="")
    licence = models.CharField(
        _("使用许可"), max_length=160, blank=True, default="", help_text=_("谁准许我们怎么用")
    )
    licence_en = models.CharField(_("使用许可（英文）"), max_length=200, blank=True, default="")
    is_press = models.BooleanField(_("可供媒体下载"), default=False)

    admin_form_fields = (
        "title", "file", "description", "description_en", "credit", "credit_en", "licence",
        "licence_en", "is_press", "collection", "tags",
        "focal_point_x", "focal_point_y", "focal_point_width", "focal_point_height",
    )  # fmt: skip

    search_fields = [
        *(f for f in AbstractImage.search_fields if not isinstance(f, _TEXTS)),
        Words("title", boost=10),
        Beginnings("title"),
        Words("description"),
        Beginnings("description"),
        Words("credit"),
        index.RelatedFields("tags", [Words("name"), Beginnings("name")]),
    ]
    texts_are_cut = True

    def generate_rendition_file(self, filter: Filter, *, source: Any = None) -> File:
        """As Wagtail makes it, without the camera's data and the place (rules §6)."""
        return super().generate_rendition_file(stripping.Stripped(filter.spec), source=source)

    class Meta(AbstractImage.Meta):
        verbose_name = _("页面图片")
        verbose_name_plural = _("页面图片")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Place, camera and notes are taken out of a new file; its renditions have none then."""
        before = self._stored_file()
        super().save(*args, **kwargs)
        if self.file.name != before and self._make_anonymous():
            super().save(update_fields=["file", "file_size", "file_hash"])

    def _make_anonymous(self) -> bool:
        """Put the bare picture in the stored one's place. Whether there was anything to take."""
        storage, name = self.file.storage, self.file.name
        with storage.open(name) as stored:
            data = stored.read()
        bare = without_traces(data)
        if bare == data:
            return False
        self.file.name = storage.save(name, ContentFile(bare))
        if hasattr(self.file, "_file"):
            del self.file.file  # what was uploaded; the bare one is opened when asked for
        storage.delete(name)
        self.file_size = len(bare)
        self._set_file_hash()
        return True

    def _stored_file(self) -> str | None:
        rows = Picture.objects.filter(pk=self.pk) if self.pk else Picture.objects.none()
        return rows.values_list("file", flat=True).first()


class Rendition(AbstractRendition):
    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="cms_rendition_once"
            )
        ]


class BasePage(Page):
    """A page with a summary, a picture and a day on which somebody looks at it again."""

    summary = models.CharField(
        _("一句话"), max_length=200, blank=True, default="", help_text=_("列表、搜索和分享时显示")
    )
    picture = models.ForeignKey(
        Picture, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("图片"),
    )  # fmt: skip
    review_on = models.DateField(_("下次复核日期"), null=True, blank=True)
    first_shown_at = models.DateTimeField(null=True, blank=True, editable=False)

    search_fields = [
        *Page.search_fields,
        Words("title", boost=10),
        Beginnings("title"),
        Words("summary", boost=2),
        Beginnings("summary"),
        Words("words_to_find"),
    ]
    same_in_all_languages: ClassVar[tuple[str, ...]] = ()
    """Fields that a translation takes from its source and cannot change."""
    exclude_fields_in_copy = ["first_shown_at"]

    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("picture"),
    ]
    promote_panels = [
        *Page.promote_panels,
        MultiFieldPanel([FieldPanel("review_on")], heading=_("复核")),
    ]

    class Meta:
        abstract = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.override_translatable_fields = [
            SynchronizedField(name, overridable=False) for name in cls.same_in_all_languages
        ]

    @property
    def is_legal_notice(self) -> bool:
        """Whether the page, once public, is never taken back (rules §3)."""
        return False

    def permissions_for_user(self, user: Any) -> TwoPeopleTester:
        return TwoPeopleTester(user, self)

    def with_content_json(self, content: dict[str, Any]) -> "BasePage":
        """When the page was first shown belongs to the page, not to a revision."""
        page: BasePage = super().with_content_json(content)
        page.first_shown_at = self.first_shown_at
        return page

    def words_to_find(self) -> list[str]:
        """All texts of the page but its title and summary, for the search."""
        names = {self._meta.get_field(name).verbose_name for name in ("title", "summary")}
        return [text for name, text in words_of(self) if name not in names]

    def serve(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """As Wagtail does; the address of a translation leads to the page of this language."""
        return fallbacks.moved(self, request) or super().serve(request, *args, **kwargs)

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """What the template shows: Wagtail's own, and what `cms.showing` says of this kind of page.

        It is said in the page's language, which is another than the reader's where there is no
        translation (`showing.fallbacks`).
        """
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        with override(self.locale.language_code):
            return context | showing.context_of(self, request)
