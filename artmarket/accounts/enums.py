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
