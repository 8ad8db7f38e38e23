"""Shapes of the catalogue's API; the words in them are translated when the schema is written.

A null in an answer about a work means that the reader may not see the property (catalog.exporting).
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.utils.translation import gettext_noop as N_
from pydantic import Field

from artmarket.core.rest.paging import LIMIT, Id, Limit
from artmarket.core.rest.schemas import Input, Output

from .completeness import CATEGORY_NAMES
from .enums import InscriptionKind, PhotoView, SealStyle, SourceKind, WorkForm
from .models import Work
from .services.description import UNKNOWN_ALLOWED
from .services.drafts import MAX_BASIS

View = Literal[tuple(PhotoView.values)]  # type: ignore[valid-type]
NUMBER = "7K3M-92QF"


def _text(name: str, words: str, **more: Any) -> Any:
    """A text of a work, as long as its column."""
    limit = Work._meta.get_field(name).max_length or 20_000  # type: ignore[union-attr]
    return Field("", max_length=limit, description=words, **more)


# ------------------------------------------------------------------ questions


Aat = Annotated[str, Field(pattern=r"^\d{1,11}$")]
Key = Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,40}$")]
Yuan = Annotated[str, Field(pattern=r"^\d{1,12}(\.\d{1,2})?$")]


def _several(words: str) -> Any:
    """A filter that may be given several times."""
    return Field([], max_length=20, description=words)


class WorksQuery(Input):
    """The filters of the catalogue's page, under the same names."""

    q: str = Field(
        "",
        max_length=200,
        description=N_("检索词：中文按字、拼音、英文、登记号"),
        examples=["山水"],
    )
    type: list[Aat] = _several(N_("类别，AAT编号"))
    material: list[Aat] = _several(N_("材料与技法，AAT编号"))
    period: list[Key] = _several(N_("年代"))
    artist: list[Aat] = _several(N_("作者编号"))
    source: list[Literal["registered", "museum"]] = _several(N_("记录来自：平台登记，馆藏公开资料"))
    for_sale: list[Literal["enquiry"]] = _several(N_("有卖方标价的"))
    certified: list[Literal["yes"]] = _several(N_("附有证书的"))
    low: Yuan | None = Field(None, description=N_("标价不低于，元"))
    high: Yuan | None = Field(None, description=N_("标价不高于，元"))
    sort: Literal["relevance", "newest", "oldest", "price_up", "price_down"] | None = Field(
        None, description=N_("排序；不给时有检索词按相关，没有按最新")
    )
    after: str | None = Field(
        None, pattern=r"^-?\d{1,18}(~-?\d{1,18}){1,2}$", description=N_("上一页的next里的游标")
    )
    limit: Limit = LIMIT


class ArtistsQuery(Input):
    q: str = Field("", max_length=100, description=N_("姓名的开头，中文、拼音或外文"))
    after: Id | None = Field(None, description=N_("上一页的next里的游标"))
    limit: Limit = LIMIT


class TermsQuery(Input):
    category: Literal["work-type", "material", "technique", "attribution"] | None = Field(
        None, description=N_("词表的部分")
    )
    after: Annotated[str, Field(pattern=r"^\d{1,12}$")] | None = Field(
        None, description=N_("上一页的next里的游标")
    )
    limit: Limit = LIMIT


class PageQuery(Input):
    after: Id | None = Field(None, description=N_("上一页的next里的游标"))
    limit: Limit = LIMIT


class OwnWorksQuery(PageQuery):
    state: Literal["draft", "submitted", "returned", "registered", "merged"] | None = Field(
        None, description=N_("状态")
    )


# ------------------------------------------------------------------ answers


class MakerOut(Output):
    artist: int
    name: str
    name_en: str
    term: str = Field(description=N_("归属说法：autograph或AAT编号"))
    role: str
    as_written: str
    by: str = Field(description=N_("谁的意见"))


class OpinionOut(MakerOut):
    basis: str
    status: str


class DateOut(Output):
    text: str = Field(description=N_("原文"))
    words: str = Field(description=N_("按读者的语言"))
    edtf: str
    year_from: int | None
    year_to: int | None


class LockOut(Output):
    words: str
    since: datetime


class WorkSummary(Output):
    id: int
    number: str | None = Field(description=N_("登记号；没有登记的为null"), examples=[NUMBER])
    url: str
    title: str
    title_en: str
    makers: list[MakerOut]
    date: DateOut
    medium: str
    dimensions: str
    is_open_data: bool
    lock: LockOut | None = Field(description=N_("权利限制；没有为null"))
    thumb: str | None


class Total(Output):
    n: int
    is_capped: bool = Field(description=N_("为真时，至少有这么多"))


class WorksPage(Output):
    items: list[WorkSummary]
    total: Total
    next: str | None = Field(description=N_("下一页的地址；最后一页为null"))


class OwnWork(WorkSummary):
    state: str
    score: int
    submitted_at: datetime | None


class OwnWorksPage(Output):
    items: list[OwnWork]
    next: str | None


class MeasureOut(Output):
    dimension: str
    value: str
    unit: str
    part: str


class DimensionsOut(Output):
    text: str
    words: str
    measures: list[MeasureOut]


class InscriptionOut(Output):
    ref: str
    kind: str
    style: str
    place: str
    text: str
    is_unreadable: bool
    date_text: str
    reader: str


class SourceOut(Output):
    source: str
    name: str
    id: str
    licence: str


class PartOut(Output):
    kind: str
    description: str


class EditionOut(Output):
    label: str
    size: int
    proofs: int
    impression: str


class PictureOut(Output):
    id: int
    view: str
    has_scale: bool
    shows: str
    alt: str
    rights: str
    state: str = Field(description=N_("waiting、ready或failed"))
    width: int
    height: int
    src: str | None
    full: str | None
    thumb: str | None


class MissingOut(Output):
    category: str
    name: str
    reasons: list[str]


class OwnerOut(Output):
    name: str
    share: str


class WorkOut(Output):
    """The whole work. Null where this reader may not look."""

    id: int
    number: str | None = Field(examples=[NUMBER])
    url: str
    state: str | None = Field(description=N_("只给登记它的人和登记员"))
    is_public: bool | None
    is_open_data: bool
    source: SourceOut | None
    merged_into: str | None
    title: str
    title_en: str
    form: str
    makers: list[MakerOut]
    opinions: list[OpinionOut]
    date: DateOut
    medium: str
    types: list[str]
    materials: list[str]
    techniques: list[str]
    dimensions: DimensionsOut
    subject: str
    inscriptions: list[InscriptionOut]
    no_inscriptions: bool
    features: str
    features_none_reason: str
    unknown: dict[str, str]
    description: str
    description_en: str
    place_made: str
    exhibitions: list[str]
    literature: list[str]
    parts: list[PartOut]
    pictures: list[PictureOut]
    score: int = Field(description=N_("档案完整度，十项里有几项"))
    missing: list[MissingOut]
    relic_status: str | None
    edition: EditionOut | None
    is_destroyed: bool
    lock: LockOut | None
    credit: str | None
    provenance: str | None
    source_kind: str | None
    source_note: str | None
    owners: list[OwnerOut] | None
    relic_proposed: str | None
    listed_by: str | None


class FieldChange(Output):
    field: str
    before: str
    after: str


class ChangeOut(Output):
    id: int
    action: str
    at: datetime
    by: str
    words: str
    reason: str
    changes: list[FieldChange]


class ChangesPage(Output):
    items: list[ChangeOut]
    next: str | None


class ArtistSummary(Output):
    id: int
    name: str
    name_en: str
    birth: str
    death: str
    nationality: str
    is_open_data: bool
    url: str


class NameOut(Output):
    text: str
    kind: str
    language: str


class IdentifierOut(Output):
    scheme: str
    value: str


class ArtistOut(ArtistSummary):
    names: list[NameOut]
    life: str
    biography: str
    biography_en: str
    is_verified: bool
    identifiers: list[IdentifierOut]


class ArtistsPage(Output):
    items: list[ArtistSummary]
    next: str | None


class TermOut(Output):
    id: str
    en: str
    zh: str
    category: str
    uri: str


class TermsPage(Output):
    items: list[TermOut]
    next: str | None
    notice: str = Field(description=N_("引用词表时要注明的话"))


# ------------------------------------------------------------------ what is written

TermId = Annotated[str, Field(pattern=r"^\d{1,12}$", examples=["300015012"])]


class MakerIn(Input):
    is_self: bool = Field(False, description=N_("作者就是你自己"))
    name: str = Field("", max_length=300)
    term: str = Field("autograph", max_length=16, description=N_("autograph或归属说法的AAT编号"))
    basis: str = Field("", max_length=MAX_BASIS)


class MeasureIn(Input):
    dimension: Literal["height", "width", "depth", "length", "diameter"]
    value: str = Field(max_length=20, description=N_("十进制数字，写成文字"), examples=["68.5"])
    unit: Literal["cm", "mm", "m", "in"] = "cm"
    part: str = Field("", max_length=60)


class InscriptionIn(Input):
    kind: Literal[tuple(InscriptionKind.values)]  # type: ignore[valid-type]
    text: str = Field("", max_length=4000)
    is_unreadable: bool = False
    style: Literal[("", *SealStyle.values)] = ""  # type: ignore[valid-type]
    place: str = Field("", max_length=120)
    ref: str = Field("", pattern=r"^[-\w]{0,20}$")
    date_text: str = Field("", max_length=120)
    reader: str = Field("", max_length=120)


class WorkIn(Input):
    """A work's description. What is left out of a change stays as it is; an empty list empties."""

    title: str = _text("title", N_("名称；没有题名就写“无题”"), examples=["春山放鸢图"])
    title_en: str = _text("title_en", N_("英文名称"))
    form: Literal[tuple(WorkForm.values)] = Field(  # type: ignore[valid-type]
        WorkForm.FLAT.value, description=N_("平面或立体")
    )
    date_text: str = _text("date_text", N_("年代，怎么写都可以"), examples=["2019年"])
    subject: str = _text("subject", N_("题材"))
    medium_text: str = _text("medium_text", N_("材质一句话"), examples=["设色纸本"])
    features: str = _text("features", N_("辨识特征，至少十个字"))
    features_none_reason: str = _text("features_none_reason", N_("没有辨识特征的理由"))
    description: str = _text("description", N_("说明"))
    description_en: str = _text("description_en", N_("英文说明"))
    place_made: str = _text("place_made", N_("制作地"))
    source_kind: Literal[tuple(SourceKind.values)] = Field(  # type: ignore[valid-type]
        SourceKind.UNKNOWN.value, description=N_("怎么来的")
    )
    source_note: str = _text("source_note", N_("来源说明，只有你和登记员看得到"))
    types: list[TermId] = Field([], max_length=10, description=N_("类别，由大到小"))
    materials: list[TermId] = Field([], max_length=30)
    techniques: list[TermId] = Field([], max_length=30)
    measures: list[MeasureIn] = Field([], max_length=30)
    inscriptions: list[InscriptionIn] = Field([], max_length=30)
    no_inscriptions: bool = False
    unknown: dict[Literal[UNKNOWN_ALLOWED], Annotated[str, Field(max_length=300)]] = Field(  # type: ignore[valid-type]
        {}, description=N_("不详的项及其理由")
    )
    maker: MakerIn | None = None


class NewWork(WorkIn):
    title: str = Field(
        min_length=1,
        max_length=500,
        description=N_("名称；没有题名就写“无题”"),
        examples=["春山放鸢图"],
    )


class BulkIn(Input):
    works: list[dict[str, Any]] = Field(
        min_length=1, description=N_("每一行是一件作品，写法同POST /works")
    )


class RowFaultOut(Output):
    field: str
    code: str
    message: str


class RowOut(Output):
    row: int = Field(description=N_("第几行，从0数起"))
    id: int | None = Field(description=N_("存好的草稿；有错的行为null"))
    errors: list[RowFaultOut] = Field(description=N_("这一行的全部错误"))


class BulkOut(Output):
    created: int
    refused: int
    rows: list[RowOut]


class PictureIn(Input):
    view: View = PhotoView.OVERALL.value
    has_scale: bool = False
    shows: str = Field("", max_length=20, description=N_("拍的是哪处款识，写它的ref"))
    alt: str = Field("", max_length=300)
    alt_en: str = Field("", max_length=300)
    rights: str = Field("", max_length=300)


class PictureChange(Input):
    view: View
    has_scale: bool
    shows: str = Field("", max_length=20)
    alt: str = Field("", max_length=300)


class RemarkIn(Input):
    category: Literal[("", *CATEGORY_NAMES)] = ""  # type: ignore[valid-type]
    text: str = Field(min_length=1, max_length=2000)


class ReturnIn(Input):
    remarks: list[RemarkIn] = Field(min_length=1, max_length=30)
