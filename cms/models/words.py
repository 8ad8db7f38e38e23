"""Pages of words: articles, people, enterprises, calls (招商), policies and standards, topics."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from cms.blocks import ArticleBlocks, TopicBlocks, VersionBlocks

from ..enums import ArticleKind, CallKind, Craft
from .base import BasePage
from .fields import BlocksField


class ArticleIndexPage(BasePage):
    """News, notices and essays, the newest first."""

    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.ArticlePage"]
    max_count_per_parent = 1
    template = "cms/article_index_page.html"

    class Meta:
        verbose_name = _("新闻与公告")
        verbose_name_plural = _("新闻与公告")


class ArticlePage(BasePage):
    """A notice (公告, 公示) is never taken back, only superseded (rules §3)."""

    kind = models.CharField(_("种类"), max_length=6, choices=ArticleKind, default=ArticleKind.NEWS)
    day = models.DateField(_("日期"))
    author = models.CharField(_("作者"), max_length=80, blank=True, default="")
    body = BlocksField(ArticleBlocks(), verbose_name=_("正文"), blank=True)
    supersedes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by",
        verbose_name=_("代替哪一篇"),
    )  # fmt: skip

    content_panels = [
        *BasePage.content_panels,
        FieldRowPanel([FieldPanel("kind"), FieldPanel("day")]),
        FieldPanel("author"),
        FieldPanel("body"),
        FieldPanel("supersedes"),
    ]
    same_in_all_languages = ("kind", "day")
    parent_page_types = ["cms.ArticleIndexPage"]
    subpage_types: list[str] = []
    template = "cms/article_page.html"

    class Meta:
        verbose_name = _("文章")
        verbose_name_plural = _("文章")
        indexes = [models.Index(fields=["kind", "-day"], name="article_day")]

    @property
    def is_legal_notice(self) -> bool:
        return self.kind == ArticleKind.NOTICE


class PeoplePage(BasePage):
    """The people of the district."""

    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.PersonPage"]
    max_count_per_parent = 1
    template = "cms/people_page.html"

    class Meta:
        verbose_name = _("人物")
        verbose_name_plural = _("人物")


class PersonPage(BasePage):
    """A maker, a keeper of a craft, a scholar; linked with the registry's artist."""

    artist = models.ForeignKey(
        "catalog.Artist", on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("登记册里的作者"),
    )  # fmt: skip
    role = models.CharField(_("身份"), max_length=120, blank=True, default="")
    craft = models.CharField(_("工艺"), max_length=10, choices=Craft, blank=True, default="")
    body = BlocksField(ArticleBlocks(), verbose_name=_("正文"), blank=True)

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("role"),
        FieldPanel("craft"),
        FieldPanel("artist"),
        FieldPanel("body"),
    ]
    same_in_all_languages = ("artist", "craft")
    parent_page_types = ["cms.PeoplePage"]
    subpage_types: list[str] = []
    template = "cms/person_page.html"

    class Meta:
        verbose_name = _("人物页面")
        verbose_name_plural = _("人物页面")


class EnterprisePage(BasePage):
    """The public profile of an enterprise of the bureau's register."""

    enterprise_code = models.CharField(
        _("统一社会信用代码"), max_length=18, blank=True, default="",
        help_text=_("企业名录里的代码；事实都从名录来"),
    )  # fmt: skip
    craft = models.CharField(_("工艺"), max_length=10, choices=Craft, blank=True, default="")
    place = models.ForeignKey(
        "cms.Place", on_delete=models.PROTECT, null=True, blank=True, related_name="enterprises",
        verbose_name=_("场所"),
    )  # fmt: skip
    body = BlocksField(ArticleBlocks(), verbose_name=_("介绍"), blank=True)

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("enterprise_code"),
        FieldPanel("craft"),
        FieldPanel("place"),
        FieldPanel("body"),
    ]
    same_in_all_languages = ("enterprise_code", "craft")
    parent_page_types = ["cms.TopicPage"]
    subpage_types: list[str] = []
    template = "cms/enterprise_page.html"

    class Meta:
        verbose_name = _("企业页面")
        verbose_name_plural = _("企业页面")


class RecruitmentPage(BasePage):
    """招商, tender, or a post to fill: what is sought, until when, who answers."""

    kind = models.CharField(_("种类"), max_length=7, choices=CallKind, default=CallKind.TENANCY)
    closes_at = models.DateTimeField(_("截止时间"), null=True, blank=True)
    place = models.ForeignKey(
        "cms.Place", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("场所"),
    )  # fmt: skip
    contact = models.CharField(_("联系方式"), max_length=200, blank=True, default="")
    body = BlocksField(ArticleBlocks(), verbose_name=_("正文"), blank=True)

    content_panels = [
        *BasePage.content_panels,
        FieldRowPanel([FieldPanel("kind"), FieldPanel("closes_at")]),
        FieldPanel("place"),
        FieldPanel("contact"),
        FieldPanel("body"),
    ]
    same_in_all_languages = ("kind", "closes_at", "place")
    parent_page_types = ["cms.DistrictPage", "cms.TopicPage"]
    subpage_types: list[str] = []
    template = "cms/recruitment_page.html"

    class Meta:
        verbose_name = _("招商与招标")
        verbose_name_plural = _("招商与招标")


class VersionedPage(BasePage):
    """A text that has versions; each stays readable at an address of its own."""

    number = models.CharField(_("文号"), max_length=80, blank=True, default="")
    issuer = models.CharField(_("发布单位"), max_length=120, blank=True, default="")
    versions = BlocksField(VersionBlocks(), verbose_name=_("版本"), blank=True)

    content_panels = [
        *BasePage.content_panels,
        FieldRowPanel([FieldPanel("number"), FieldPanel("issuer")]),
        FieldPanel("versions"),
    ]
    same_in_all_languages = ("number",)
    parent_page_types = ["cms.TopicPage"]
    subpage_types: list[str] = []

    class Meta:
        abstract = True


class PolicyPage(VersionedPage):
    template = "cms/versioned_page.html"

    class Meta:
        verbose_name = _("政策")
        verbose_name_plural = _("政策")


class StandardPage(VersionedPage):
    template = "cms/versioned_page.html"

    class Meta:
        verbose_name = _("标准")
        verbose_name_plural = _("标准")


class TopicPage(BasePage):
    """A landing page of one topic: its words, and what belongs to it."""

    craft = models.CharField(_("工艺"), max_length=10, choices=Craft, blank=True, default="")
    body = BlocksField(TopicBlocks(), verbose_name=_("内容"), blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("craft"), FieldPanel("body")]
    same_in_all_languages = ("craft",)
    parent_page_types = ["cms.HomePage", "cms.TopicPage"]
    subpage_types = [
        "cms.TopicPage", "cms.PolicyPage", "cms.StandardPage", "cms.RecruitmentPage",
        "cms.EnterprisePage", "cms.DistrictPage",
    ]  # fmt: skip
    template = "cms/topic_page.html"

    class Meta:
        verbose_name = _("专题")
        verbose_name_plural = _("专题")
