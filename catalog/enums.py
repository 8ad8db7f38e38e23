"""States of a work and of what happens to it, with the tables of allowed transitions."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class WorkState(models.TextChoices):
    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("待登记")
    RETURNED = "returned", _("退回修改")
    REGISTERED = "registered", _("已登记")
    RECORDED = "recorded", _("馆藏公开资料")
    MERGED = "merged", _("已并入")
    DISCARDED = "discarded", _("已放弃")


# From a state to the states that may follow; whatever is not here is refused.
WORK_TRANSITIONS: dict[str, frozenset[str]] = {
    WorkState.DRAFT: frozenset({WorkState.SUBMITTED, WorkState.DISCARDED}),
    WorkState.SUBMITTED: frozenset({WorkState.REGISTERED, WorkState.RETURNED, WorkState.DRAFT}),
    WorkState.RETURNED: frozenset({WorkState.SUBMITTED, WorkState.DISCARDED}),
    WorkState.REGISTERED: frozenset({WorkState.MERGED}),
    WorkState.RECORDED: frozenset(),
    WorkState.MERGED: frozenset(),
    WorkState.DISCARDED: frozenset(),
}
EDITABLE_BY_OWNER = (WorkState.DRAFT, WorkState.RETURNED)
NUMBERED = (WorkState.REGISTERED, WorkState.MERGED)
PUBLIC_STATES = (WorkState.REGISTERED, WorkState.RECORDED, WorkState.MERGED)
# What a lister's desk shows; museum records are nobody's work to do, what was put away is gone.
ON_DESK = (
    WorkState.DRAFT, WorkState.SUBMITTED, WorkState.RETURNED, WorkState.REGISTERED,
    WorkState.MERGED,
)  # fmt: skip


class WorkForm(models.TextChoices):
    FLAT = "flat", _("平面")
    SOLID = "solid", _("立体")


class TermUse(models.TextChoices):
    TYPE = "type", _("类别")
    MATERIAL = "material", _("材料")
    TECHNIQUE = "technique", _("技法")


class NameKind(models.TextChoices):
    NAME = "name", _("本名")
    COURTESY = "courtesy", _("字")
    ART = "art", _("号")
    STUDIO = "studio", _("室名")
    ROMANISED = "romanised", _("罗马字")
    FORMER = "former", _("曾用名")
    AS_WRITTEN = "as_written", _("原文写法")


class Living(models.TextChoices):
    YES = "yes", _("在世")
    NO = "no", _("已故")
    UNKNOWN = "unknown", _("不详")


class AttributionStatus(models.TextChoices):
    CURRENT = "current", _("现行")
    SUPERSEDED = "superseded", _("已被取代")
    REJECTED = "rejected", _("已否定")


class InscriptionKind(models.TextChoices):
    SIGNATURE = "signature", _("款识")
    INSCRIPTION = "inscription", _("题识")
    COLOPHON = "colophon", _("题跋")
    SEAL = "seal", _("钤印")
    COLLECTOR_SEAL = "collector_seal", _("鉴藏印")
    MARK = "mark", _("铭文与标记")


class SealStyle(models.TextChoices):
    BAIWEN = "baiwen", _("白文")
    ZHUWEN = "zhuwen", _("朱文")


class PhotoView(models.TextChoices):
    OVERALL = "overall", _("正面")
    VERSO = "verso", _("背面")
    BASE = "base", _("底部")
    DETAIL = "detail", _("局部")
    SEAL = "seal", _("印章")
    SIGNATURE = "signature", _("款识")
    RAKING = "raking", _("侧光")


class SourceKind(models.TextChoices):
    """How the present owner came to the work (文物保护法 67)."""

    OWN_WORK = "own_work", _("自己创作")
    INHERITED = "inherited", _("依法继承或受赠")
    RELIC_SHOP = "relic_shop", _("购自文物销售单位")
    AUCTION = "auction", _("购自有资质的拍卖企业")
    EXCHANGED = "exchanged", _("个人之间交换或转让")
    OTHER_LAWFUL = "other_lawful", _("其他合法方式")
    UNKNOWN = "unknown", _("来源不详")


class RelicStatus(models.TextChoices):
    NOT_RELIC = "not_relic", _("非文物")
    GENERAL = "general", _("一般文物")
    PRECIOUS = "precious", _("珍贵文物")
    NO_EXPORT = "no_export", _("禁止出境文物")
    UNKNOWN = "unknown", _("尚未认定")


class EncumbranceKind(models.TextChoices):
    SALE = "sale", _("拍卖中")
    LISTING = "listing", _("挂牌中")
    PLEDGE = "pledge", _("质押中")
    LOAN_OUT = "loan_out", _("借展中")
    CUSTODY = "custody", _("鉴定保管中")
    DISPUTE = "dispute", _("有争议")
    JUDICIAL = "judicial", _("司法查封")
    PREEMPTION = "preemption", _("国家优先购买")


# Offers to the public; refused for open museum data and for relics not yet identified.
OFFERS = (EncumbranceKind.SALE, EncumbranceKind.LISTING)


class TitleBasis(models.TextChoices):
    CREATION = "creation", _("作者原始取得")
    PURCHASE = "purchase", _("买卖")
    AUCTION = "auction", _("拍卖")
    GIFT = "gift", _("赠与")
    INHERITANCE = "inheritance", _("继承")
    EXCHANGE = "exchange", _("互易")
    COURT = "court", _("判决或裁定")
    DECLARATION = "declaration", _("权利人声明")
    CORRECTION = "correction", _("更正")


class ImpressionKind(models.TextChoices):
    NUMBERED = "numbered", _("编号")
    ARTIST_PROOF = "artist_proof", _("作者试版")
    HORS_COMMERCE = "hors_commerce", _("非卖")
    PRINTER_PROOF = "printer_proof", _("印工试版")
    UNNUMBERED = "unnumbered", _("未编号")


class PartKind(models.TextChoices):
    MOUNT = "mount", _("装裱")
    FRAME = "frame", _("框")
    BOX = "box", _("盒")
    STAND = "stand", _("座")


class CitationKind(models.TextChoices):
    LITERATURE = "literature", _("著录")
    EXHIBITION = "exhibition", _("展览")


class ImportState(models.TextChoices):
    RUNNING = "running", _("进行中")
    DONE = "done", _("完成")
    FAILED = "failed", _("中断")


class Act(models.TextChoices):
    """What is done with a work behind the gates (engine.gates.ACTS)."""

    CERTIFY = "certify", pgettext_lazy("act", "出具证书")
    SELL = "sell", _("上拍")
    LIST = "list", _("挂牌")
    PLEDGE = "pledge", _("质押")
    LEND = "lend", pgettext_lazy("act", "借展")
    EXPORT = "export", _("交付境外")


class Gate(models.TextChoices):
    """The gates (engine.gates.GATES)."""

    OBJECT_ID = "object_id", _("著录完整")
    RELIC = "relic", _("文物状态")
    STOLEN = "stolen", _("失窃名录比对")
    PICTURES = "pictures", _("重复图片")
    SOURCE = "source", _("合法来源")
    TITLE = "title", _("权属清楚")
    DESTROYED = "destroyed", _("实物存在")
    SPECIES = "species", _("受保护物种")
    RED_LIST = "red_list", _("红色名录提示")
    PROVENANCE = "provenance", _("流传空白")


# What a lock is taken for: the act whose gates it must pass; the other kinds pass none.
ACT_OF_LOCK: dict[str, str] = {
    EncumbranceKind.SALE: Act.SELL,
    EncumbranceKind.LISTING: Act.LIST,
    EncumbranceKind.PLEDGE: Act.PLEDGE,
    EncumbranceKind.LOAN_OUT: Act.LEND,
}


class PermitKind(models.TextChoices):
    EXPORT = "export", _("文物出境许可")
    SPECIES = "species", _("受保护物种许可")


class StolenListKind(models.TextChoices):
    OWN = "own", _("本平台名录")
    POLICE = "police", _("公安协查通报")
    IMPORTED = "imported", _("外部名录")


class HitState(models.TextChoices):
    """What a registrar says of a work that matched an entry of a register of stolen works."""

    OPEN = "open", _("待核查")
    SAME = "same", _("是同一件")
    OTHER = "other", _("不是同一件")
