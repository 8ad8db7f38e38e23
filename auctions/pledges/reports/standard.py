"""The reports that every lender has, and their words."""

from django.utils.translation import gettext_lazy as _

from .ageing_tables import ageing
from .custody_tables import pledge_list
from .log_tables import disposal_log, margin_log
from .money_tables import statement
from .party_tables import diligence, related
from .registry import Report, register
from .risk_tables import concentration_tables, stress_tables
from .value_tables import appraisal_ledger, expiries


def announce() -> None:
    """Register them; called once at start."""
    for report in (
        Report(
            "pledges", _("质物清单与保管核对"),
            _("每件质物的价值和去处：质押的、在库的、盘点到的并列。"), pledge_list,
        ),
        Report(
            "appraisals", _("评估台账"), _("每件质物的评估，几份之间差多少。"), appraisal_ledger
        ),
        Report(
            "ageing", _("逾期账龄与分类迁徙"),
            _("逾期多久、多少，两个日期之间分类怎样变。"), ageing, since=True,
        ),
        Report(
            "expiries", _("到期清单"), _("保险、登记查询、评估，先到期的在前。"), expiries
        ),
        Report(
            "concentration", _("集中度"), _("一个名下的余额和它的上限。"), concentration_tables
        ),
        Report("stress", _("压力测试"), _("各种情形、各种跌幅下的损失。"), stress_tables),
        Report(
            "related", _("关联方"), _("与贷款人有关联的借款人、托管人和评估人。"), related
        ),
        Report(
            "diligence", _("反洗钱登记"), _("借款人达到当日限额的付款和核查结论。"), diligence,
            since=True,
        ),
        Report(
            "margin", _("追加担保记录"), _("每次追加担保的每一步，和那时的数。"), margin_log,
            since=True,
        ),
        Report(
            "disposals", _("处置记录"), _("每件处置的质物：价款、去向、多退少补。"), disposal_log,
            since=True,
        ),
        Report(
            "money", _("资金月报"), _("每月放款、计收、还款、转付，与账簿相等。"), statement,
            since=True,
        ),
    ):  # fmt: skip
        register(report)
