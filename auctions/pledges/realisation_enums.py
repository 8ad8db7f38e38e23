"""States of default and realisation, with the tables of allowed transitions. Rules §7, §9."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CommitmentState(models.TextChoices):
    """A forward purchase (预收购): asked for by the lender, signed by the pre-acquirer."""

    ASKED = "asked", _("待签")
    SIGNED = "signed", _("已签")
    DECLINED = "declined", pgettext_lazy("pre-acquirer", "已谢绝")
    LAPSED = "lapsed", _("已到期")
    ENDED = "ended", pgettext_lazy("pre-acquirer", "已终止")
    USED = "used", _("已购得")


COMMITMENT_MOVES: Final[dict[str, frozenset[str]]] = {
    CommitmentState.ASKED: frozenset(
        {CommitmentState.SIGNED, CommitmentState.DECLINED, CommitmentState.ENDED}
    ),
    CommitmentState.SIGNED: frozenset(
        {CommitmentState.LAPSED, CommitmentState.ENDED, CommitmentState.USED}
    ),
    CommitmentState.DECLINED: frozenset(),
    CommitmentState.LAPSED: frozenset(),
    CommitmentState.ENDED: frozenset(),
    CommitmentState.USED: frozenset(),
}
LIVE_COMMITMENTS: Final = (CommitmentState.ASKED, CommitmentState.SIGNED)


class DefaultGround(models.TextChoices):
    OVERDUE = "overdue", _("逾期超过宽限期")
    MARGIN = "margin", _("追加担保未补足")
    MATURITY = "maturity", _("到期未还清")


class DefaultState(models.TextChoices):
    NOTICED = "noticed", _("已通知，待补正")
    CURED = "cured", pgettext_lazy("default", "已补正")
    DECLARED = "declared", _("已宣告违约")
    WITHDRAWN = "withdrawn", pgettext_lazy("default", "已撤销")
    SETTLED = "settled", pgettext_lazy("default", "已了结")


DEFAULT_MOVES: Final[dict[str, frozenset[str]]] = {
    DefaultState.NOTICED: frozenset(
        {DefaultState.CURED, DefaultState.DECLARED, DefaultState.WITHDRAWN}
    ),
    DefaultState.DECLARED: frozenset({DefaultState.WITHDRAWN, DefaultState.SETTLED}),
    DefaultState.CURED: frozenset(),
    DefaultState.WITHDRAWN: frozenset(),
    DefaultState.SETTLED: frozenset(),
}
LIVE_DEFAULTS: Final = (DefaultState.NOTICED, DefaultState.DECLARED)


class CaseState(models.TextChoices):
    """The realisation of the pledges of one loan."""

    OPEN = "open", _("处置中")
    CLOSED = "closed", _("处置完毕")
    STOPPED = "stopped", _("已还清，处置停止")


class DisposalState(models.TextChoices):
    """One work within a case."""

    OPEN = "open", _("待变现")
    SOLD = "sold", _("已变现")
    FAILED = "failed", _("各种方式都没有成交")
    STOPPED = "stopped", pgettext_lazy("disposal", "已停止")


class StepState(models.TextChoices):
    """One way, tried for one work; a failed one opens the next."""

    OPEN = "open", pgettext_lazy("disposal step", "进行中")
    OFFERED = "offered", _("待对方同意")
    AWAITING = "awaiting", _("待付款")
    SELLING = "selling", pgettext_lazy("disposal step", "拍卖中")
    DONE = "done", pgettext_lazy("disposal step", "已成交")
    FAILED = "failed", pgettext_lazy("disposal step", "未成交")
    SKIPPED = "skipped", _("不适用")
    STOPPED = "stopped", pgettext_lazy("disposal step", "已停止")


STEP_MOVES: Final[dict[str, frozenset[str]]] = {
    StepState.OPEN: frozenset(
        {
            StepState.OFFERED, StepState.AWAITING, StepState.SELLING, StepState.DONE,
            StepState.FAILED, StepState.STOPPED,
        }
    ),
    StepState.OFFERED: frozenset(
        {StepState.AWAITING, StepState.OPEN, StepState.FAILED, StepState.STOPPED}
    ),
    StepState.AWAITING: frozenset({StepState.DONE, StepState.FAILED, StepState.STOPPED}),
    StepState.SELLING: frozenset({StepState.DONE, StepState.FAILED, StepState.STOPPED}),
    StepState.DONE: frozenset(),
    StepState.FAILED: frozenset(),
    StepState.SKIPPED: frozenset(),
    StepState.STOPPED: frozenset(),
}  # fmt: skip
LIVE_STEPS: Final = (
    StepState.OPEN, StepState.OFFERED, StepState.AWAITING, StepState.SELLING,
)  # fmt: skip


class SuspensionEnd(models.TextChoices):
    """How the time ended in which a lot had the lock of a pledged work."""

    RESTORED = "restored", _("质权恢复")
    SOLD = "sold", _("已拍出，质权由价款代替")
