"""Kinds of paper that come with a work; kinds, stages and ends of an authentication case."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PaperKind(models.TextChoices):
    """Papers of others; none of them is a certificate of the platform."""

    ARTIST = "artist", _("作者证明")
    INSTITUTION = "institution", _("鉴定意见")
    GALLERY = "gallery", _("画廊证明")


class CaseKind(models.TextChoices):
    FIRST = "first", _("鉴定")
    REAPPRAISAL = "reappraisal", _("复鉴")


class Stage(models.TextChoices):
    """The words for `appraisal.engine.flow.Stage`; a test holds them equal."""

    REQUEST = "request", pgettext_lazy("stage of a case", "委托")
    ACCEPTANCE = "acceptance", _("受理")
    EXAMINATION = "examination", _("鉴定")
    NAMING = "naming", _("定名")
    DATING = "dating", _("断代")
    GRADING = "grading", _("评级")
    VALUATION = "valuation", _("估值")
    RESULT = "result", _("结果认定")
    DISPUTE = "dispute", _("争议处置")
    FILED = "filed", _("已归档")
    REFUSED = "refused", _("不予受理")
    WITHDRAWN = "withdrawn", _("已撤回")


class DocumentKind(models.TextChoices):
    CONTRACT = "contract", _("委托合同")
    RECEIPT = "receipt", _("收件凭证")
    SOURCE = "source", _("来源凭证")
    OTHER = "other", _("其他材料")


class DisputeOutcome(models.TextChoices):
    REJECTED = "rejected", _("异议不成立")
    NEW_PANEL = "new_panel", _("另组专家组")


class EvidenceKind(models.TextChoices):
    PHOTOGRAPH = "photograph", _("照片")
    VIDEO = "video", _("录像")
    MICROSCOPE = "microscope", _("显微照片")
    INFRARED = "infrared", _("红外反射")
    ULTRAVIOLET = "ultraviolet", _("紫外荧光")
    XRAY = "xray", _("X射线照相")
    XRF = "xrf", _("X射线荧光")
    C14 = "c14", _("碳十四测年")
    DOCUMENT = "document", _("文献与档案")
    OTHER = "other", _("其他")


class Confidence(models.TextChoices):
    HIGH = "high", _("把握大")
    MEDIUM = "medium", _("有把握")
    LOW = "low", _("把握小")


class Outcome(models.TextChoices):
    """The ends of `appraisal.engine.results.Outcome` that a result may have."""

    DECIDED = "decided", _("多数意见一致")
    UNDETERMINED = "undetermined", _("未形成多数意见")


class ResultState(models.TextChoices):
    PROPOSED = "proposed", _("待签署")
    SIGNED = "signed", _("已签署")
    SUSPENDED = "suspended", _("因异议暂停")
    SUPERSEDED = "superseded", _("已被取代")
    REVOKED = "revoked", _("已撤销")


class SignerRole(models.TextChoices):
    CHAIR = "chair", _("专家组组长")
    REVIEWER = "reviewer", _("复核人")


class Method(models.TextChoices):
    """The words for `appraisal.engine.valuations.Method`."""

    MARKET = "market", _("市场法")
    COST = "cost", _("成本法")
    INCOME = "income", _("收益法")


class ValuePurpose(models.TextChoices):
    SALE = "sale", _("出售")
    PLEDGE = "pledge", _("质押")
    INSURANCE = "insurance", _("保险")
    OTHER = "other", _("其他")


class CertificateKind(models.TextChoices):
    """The words are those of the certificate itself, `appraisal.engine.credentials.form`."""

    AUTHOR = "author", _("保真")
    LOCK = "lock", _("锁定")
    OPINION = "opinion", _("鉴定意见")


class CertificateState(models.TextChoices):
    VALID = "valid", _("有效")
    SUSPENDED = "suspended", _("暂停")
    REVOKED = "revoked", _("已撤销")
    SUPERSEDED = "superseded", _("已被取代")


LIVE_CERTIFICATES = (CertificateState.VALID, CertificateState.SUSPENDED)


class CertificateStep(models.TextChoices):
    """What happens to a certificate; the log calls it `certificate.` and this."""

    ISSUED = "issued", _("出具")
    SUSPENDED = "suspended", _("暂停")
    LIFTED = "lifted", _("恢复")
    REVOKED = "revoked", _("撤销")
    SUPERSEDED = "superseded", _("取代")


class TagKind(models.TextChoices):
    """What hangs on the thing; the values are those of a certificate's tag."""

    NFC = "nfc", _("NFC芯片")
    RFID = "rfid", _("RFID标签")
    SEAL = "seal", _("封签")
    SURFACE = "surface", _("表面微观图像")


class TagState(models.TextChoices):
    BLANK = "blank", _("未使用")
    BOUND = "bound", _("已绑定")
    BROKEN = "broken", _("已损坏")
    RETIRED = "retired", _("已停用")


class TapResult(models.TextChoices):
    """What a reading came to; the faults are those of `appraisal.engine.taps.TapFault`."""

    BELIEVED = "believed", _("读数可信")
    BROKEN = "broken", _("芯片说防拆线断过")
    MALFORMED = "malformed", _("地址不完整")
    FORGED = "forged", _("校验码不对")
    ANOTHER_CHIP = "another_chip", _("是另一枚芯片")
    REPLAYED = "replayed", _("这个地址已经用过")


class ReportPurpose(models.TextChoices):
    """Why a condition was examined; which of them are required says `condition.required_at`."""

    INCOMING = "incoming", _("入库")
    OUTGOING = "outgoing", _("出库")
    PERIODIC = "periodic", _("定期检查")
    LOAN = "loan", _("出借")
    PLEDGE = "pledge", _("质押")
    SALE = "sale", _("出售")


class ReportState(models.TextChoices):
    DRAFT = "draft", _("填写中")
    CLOSED = "closed", _("已定稿")


class HandoverRole(models.TextChoices):
    EXAMINER = "examiner", _("查验人")
    OTHER = "other", _("交接的另一方")
