"""Kinds and states of the bureau's register of enterprises."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class EnterpriseState(models.TextChoices):
    ACTIVE = "active", _("在册")
    LEFT = "left", _("已退出")


class ChainStage(models.TextChoices):
    """Where in the chain of the trade an enterprise works."""

    PLANNING = "planning", _("策划与创作")
    MATERIALS = "materials", _("材料与工具")
    MAKING = "making", _("制作")
    PRINTING = "printing", _("印刷与复制")
    DISTRIBUTION = "distribution", _("发行与销售")
    LOGISTICS = "logistics", _("仓储与物流")
    EXHIBITION = "exhibition", _("展示与会展")
    SERVICES = "services", _("配套服务")


class Trade(models.TextChoices):
    """The group of trades by which the scale rule measures an enterprise."""

    INDUSTRY = "industry", _("工业")
    WHOLESALE = "wholesale", _("批发业")
    RETAIL = "retail", _("零售业")
    OTHER = "other", _("文化等其他行业")


class Scale(models.TextChoices):
    """How large an enterprise is by the rule of a day; never stored."""

    LARGE = "large", _("大型")
    MEDIUM = "medium", _("中型")
    SMALL = "small", _("小型")
    MICRO = "micro", _("微型")


class CultureEdition(models.TextChoices):
    """The edition of 《文化及相关产业分类》 to which a class belongs."""

    E2012 = "2012", _("2012年版")
    E2018 = "2018", _("2018年版")


class KeyMove(models.TextChoices):
    """What a change does to the key list."""

    ENTER = "enter", _("列入")
    LEAVE = "leave", _("移出")
    CORRECT = "correct", _("更正日期")
    VOID = "void", _("撤销列入")


class ProposalState(models.TextChoices):
    OPEN = "open", _("待确认")
    CONFIRMED = "confirmed", _("已确认")
    REFUSED = "refused", _("未同意")
    WITHDRAWN = "withdrawn", _("已撤回")


PROPOSAL_MOVES: Final = {
    ProposalState.OPEN: (
        ProposalState.CONFIRMED, ProposalState.REFUSED, ProposalState.WITHDRAWN,
    ),
    ProposalState.CONFIRMED: (),
    ProposalState.REFUSED: (),
    ProposalState.WITHDRAWN: (),
}  # fmt: skip
