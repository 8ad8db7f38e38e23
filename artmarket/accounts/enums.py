"""Who people are on the platform, and what organisations do."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    ARTIST = "artist", _("作者")
    APPRAISER = "appraiser", _("鉴定师")
    BUYER = "buyer", _("买家")
    LENDER = "lender", _("质押方")
    MERCHANT = "merchant", _("工坊与商户")
    REGISTRAR = "registrar", _("登记员")
    BUREAU = "bureau", _("文化主管部门")
    APPROVER = "approver", _("内容审核员")
    PUBLISHER = "publisher", _("内容发布员")
    OPERATOR = "operator", _("平台管理员")


# What a person may take at sign-up; every other role is granted by an operator.
SELF_SERVICE_ROLES = (Role.ARTIST, Role.BUYER)
# Roles that belong to the platform's own people.
STAFF_ROLES = (Role.REGISTRAR, Role.OPERATOR)


class OrganisationKind(models.TextChoices):
    GALLERY = "gallery", _("画廊")
    MUSEUM = "museum", _("博物馆")
    APPRAISAL = "appraisal", _("鉴定评估机构")
    AUCTION_HOUSE = "auction_house", _("拍卖企业")
    LENDER = "lender", _("金融机构")
    MERCHANT = "merchant", _("商户")
    BUREAU = "bureau", _("主管部门")


class MemberRole(models.TextChoices):
    ADMIN = "admin", _("管理员")
    MEMBER = "member", _("成员")


class PartyKind(models.TextChoices):
    PERSON = "person", _("个人")
    ORGANISATION = "organisation", _("单位")


class PaperKind(models.TextChoices):
    """The paper that proves who a person is; `engine.DOCUMENT_KINDS` reads their numbers."""

    ID_CARD = "id_card", _("居民身份证")
    PASSPORT = "passport", _("护照")
    HK_MACAU = "hk_macau", _("港澳居民来往内地通行证")
    TAIWAN = "taiwan", _("台湾居民来往大陆通行证")
    RESIDENCE = "residence", _("外国人永久居留身份证")


class CheckState(models.TextChoices):
    """An identity check on its way. In force: approved, and its last day not yet over."""

    DRAFT = "draft", _("填写中")
    SUBMITTED = "submitted", _("待核验")
    RETURNED = "returned", _("待补充")
    APPROVED = "approved", _("已核验")
    REJECTED = "rejected", _("未通过")
    WITHDRAWN = "withdrawn", _("已撤回")
    EXPIRED = "expired", _("已到期")
    SUPERSEDED = "superseded", _("已更新")
    REVOKED = "revoked", _("已撤销")


OPEN_CHECKS = (CheckState.DRAFT, CheckState.SUBMITTED, CheckState.RETURNED)
CHECK_MOVES: dict[str, frozenset[str]] = {
    CheckState.DRAFT: frozenset({CheckState.SUBMITTED, CheckState.WITHDRAWN}),
    CheckState.RETURNED: frozenset({CheckState.SUBMITTED, CheckState.WITHDRAWN}),
    CheckState.SUBMITTED: frozenset(
        {CheckState.APPROVED, CheckState.REJECTED, CheckState.RETURNED, CheckState.WITHDRAWN}
    ),
    CheckState.APPROVED: frozenset({CheckState.EXPIRED, CheckState.SUPERSEDED, CheckState.REVOKED}),
}


class LicenceKind(models.TextChoices):
    """Licences and filings that modules ask for."""

    APPRAISER = "appraiser", _("鉴定师资格")
    APPRAISAL_HOUSE = "appraisal_house", _("鉴定评估机构备案")
    ART_BUSINESS = "art_business", _("艺术品经营备案")
    AUCTION = "auction", _("拍卖经营批准证书")
    RELIC_AUCTION = "relic_auction", _("文物拍卖许可证")
    RELIC_SHOP = "relic_shop", _("文物商店批准文件")
    LENDING = "lending", _("放贷业务许可")
    PAWN = "pawn", _("典当经营许可证")


# Licences that a person holds; all others belong to organisations.
PERSONAL_LICENCES = (LicenceKind.APPRAISER,)


class LicenceState(models.TextChoices):
    """A licence as we know it. In force: approved, begun, and its last day not yet over."""

    SUBMITTED = "submitted", _("待核验")
    RETURNED = "returned", _("待补充")
    APPROVED = "approved", _("有效")
    REJECTED = "rejected", _("未通过")
    WITHDRAWN = "withdrawn", _("已撤回")
    SUSPENDED = "suspended", _("暂停")
    REVOKED = "revoked", _("已吊销")


LICENCE_MOVES: dict[str, frozenset[str]] = {
    LicenceState.SUBMITTED: frozenset(
        {
            *(LicenceState.APPROVED, LicenceState.REJECTED),
            *(LicenceState.RETURNED, LicenceState.WITHDRAWN),
        }
    ),
    LicenceState.RETURNED: frozenset({LicenceState.SUBMITTED, LicenceState.WITHDRAWN}),
    LicenceState.APPROVED: frozenset({LicenceState.SUSPENDED, LicenceState.REVOKED}),
    LicenceState.SUSPENDED: frozenset({LicenceState.APPROVED, LicenceState.REVOKED}),
}


class EvidenceKind(models.TextChoices):
    """What a file of evidence shows."""

    FRONT = "front", _("证件正面（人像面）")
    BACK = "back", _("证件背面（国徽面）")
    HOLDING = "holding", _("手持证件照")
    LICENCE = "licence", _("营业执照或许可证件")
    AUTHORITY = "authority", _("授权委托书")
    OTHER = "other", _("其他材料")
