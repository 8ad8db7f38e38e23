"""What a house and a consignor type: the terms of a sale, of a consignment, of a registration."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.core.amounts import AmountField
from artmarket.core.clock import SHANGHAI

from . import citations
from .enums import (
    BiddingWay,
    OffLadder,
    PaddleState,
    ReservePolicy,
    SaleFormat,
    SealedPrice,
    StepMode,
)
from .models import Sale
from .selectors import house as selectors
from .services.consignments import MAX_NOTE, ConsignmentTerms
from .services.paddles import MAX_NOTE as MAX_PADDLE_NOTE
from .services.sales import MAX_STAGGER, PLAIN, RULE_SETS, SaleTerms

MAX_REASON = 300
_MINUTE = "%Y-%m-%dT%H:%M"


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, help_text=help_text)


def _moment(label: Any, help_text: Any = "") -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MINUTE)
    return forms.DateTimeField(label=label, required=False, widget=widget, help_text=help_text)


class SaleForm(forms.Form):
    """Everything that a house lays down for a sale; hours may wait until the announcement."""

    is_draft = True
    title = forms.CharField(label=_("名称"), max_length=120)
    title_en = forms.CharField(label=_("英文名称"), max_length=200, required=False)
    description = forms.CharField(
        label=_("介绍"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    description_en = forms.CharField(
        label=_("英文介绍"), required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    place = forms.CharField(
        label=_("展示地点"), max_length=200, required=False,
        help_text=_("预展在哪里看实物；公告里会写明。"),
    )  # fmt: skip
    notice_on = _day(_("公告日"))
    viewing_from = _day(_("展示开始"))
    viewing_until = _day(_("展示结束"))
    opens_at = _moment(_("开始竞价"), _("北京时间。"))
    closes_at = _moment(_("第一件结束"), _("北京时间；其余各件依次结束。"))
    stagger_seconds = forms.IntegerField(
        label=_("每件相隔（秒）"), min_value=0, max_value=MAX_STAGGER, initial=60,
        help_text=_("全场一起延时的规则下，各件同时结束，这里不起作用。"),
    )  # fmt: skip
    format = forms.ChoiceField(label=_("竞价方式"), choices=SaleFormat)
    sealed_price = forms.ChoiceField(
        label=_("密封报价怎样成交"), required=False,
        choices=[("", _("不是密封报价")), *SealedPrice.choices],
    )  # fmt: skip
    way = forms.ChoiceField(
        label=_("怎样出价"), choices=BiddingWay,
        help_text=_("代理出价：竞买人填最高价，系统替他逐档应价。"),
    )  # fmt: skip
    ladder = forms.ChoiceField(label=_("加价阶梯"))
    step_mode = forms.ChoiceField(label=_("下一口价怎样算"), choices=StepMode)
    off_ladder = forms.ChoiceField(label=_("最高价不在阶梯上时"), choices=OffLadder)
    closing = forms.ChoiceField(label=_("延时规则"))
    premium = forms.ChoiceField(label=_("买受人佣金"))
    reserve_policy = forms.ChoiceField(label=_("保留价规则"))
    deposit = forms.ChoiceField(label=_("竞买保证金"))
    approval = forms.ChoiceField(label=_("登记怎样通过"))
    storage = forms.ChoiceField(
        label=_("保管费"), required=False, help_text=_("买到的拍品没有按时取走时收；不选就不收。")
    )

    def __init__(self, *args: Any, sale: Sale | None = None, **options: Any) -> None:
        self.currency = sale.currency if sale else "CNY"
        options["initial"] = _initial(sale) if sale else _defaults()
        super().__init__(*args, **options)
        for kind in RULE_SETS:
            self._choice(kind).choices = selectors.rule_choices(kind, self.currency)
        allowed = rulebook.get(citations.RESERVE_POLICIES)
        self._choice("reserve_policy").choices = [
            (value, label) for value, label in ReservePolicy.choices if value in allowed
        ]

    def _choice(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        return field

    def clean_storage(self) -> str:
        """Nothing chosen is nothing charged."""
        return self.cleaned_data["storage"] or SaleTerms(title="").storage

    def terms(self) -> SaleTerms:
        """The value for the service."""
        return SaleTerms(**self.cleaned_data, currency=self.currency)


def _initial(sale: Sale) -> dict[str, Any]:
    values = {name: getattr(sale, name) for name in PLAIN}
    for name in ("opens_at", "closes_at"):
        if values[name]:
            values[name] = values[name].astimezone(SHANGHAI).replace(tzinfo=None)
    chosen = {kind: getattr(sale, kind) for kind in RULE_SETS}
    return values | {kind: row.name for kind, row in chosen.items() if row}


def _defaults() -> dict[str, Any]:
    terms = SaleTerms(title="")
    return {name: getattr(terms, name) for name in (*PLAIN, *RULE_SETS)}


class AddLotForm(forms.Form):
    """A work under contract, to be put at the end of the catalogue."""

    consignment = forms.ChoiceField(label=_("已签合同的作品"))
    condition = forms.CharField(
        label=_("品相"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("照实写明折痕、修补、缺损；图录和竞买人看到的就是这段话。"),
    )  # fmt: skip

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["consignment"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = choices


class ReasonForm(forms.Form):
    """Why something ends."""

    reason = forms.CharField(label=_("理由"), max_length=MAX_REASON)


class ConditionsForm(forms.Form):
    text = forms.CharField(
        label=_("拍卖规则正文"), max_length=60_000, widget=forms.Textarea(attrs={"rows": 16})
    )
    text_en = forms.CharField(
        label=_("英文正文"), required=False, max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 10}),
    )  # fmt: skip


class PaddleForm(forms.Form):
    """The decision on one registration."""

    state = forms.ChoiceField(label=_("决定"), widget=forms.RadioSelect)
    bid_limit = AmountField(label=_("竞买额度（元）"), required=False, help_text=_("不限就留空。"))
    note = forms.CharField(
        label=_("理由"), required=False, max_length=MAX_PADDLE_NOTE,
        help_text=_("不通过或暂停时必填，登记人会看到。"),
    )  # fmt: skip

    def __init__(self, *args: Any, states: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["state"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(s, PaddleState(s).label) for s in states]


class OfferWorkForm(forms.Form):
    """An owner chooses a house and says something about the work."""

    house = forms.ChoiceField(label=_("拍卖企业"))
    note = forms.CharField(
        label=_("给拍卖企业的话"), required=False, max_length=MAX_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("来源、期望的价格、方便看实物的时间。"),
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["house"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(str(h.pk), h.name) for h in selectors.licensed_houses()]


class TermsForm(forms.Form):
    """What the house proposes to the owner."""

    opening = AmountField(label=_("起拍价（元）"))
    estimate_low = AmountField(label=_("估价下限（元）"), required=False)
    estimate_high = AmountField(label=_("估价上限（元）"), required=False)
    reserve = AmountField(
        label=_("保留价（元）"), required=False,
        help_text=_("只有委托人和本企业知道；没有保留价就留空。"),
    )  # fmt: skip
    commission = forms.DecimalField(
        label=_("委托人佣金（%）"), required=False, max_digits=5, decimal_places=2,
        help_text=_("留空按法律规定的上限。"),
    )  # fmt: skip
    schedule = forms.ChoiceField(
        label=_("委托人佣金表"), required=False,
        help_text=_("按成交价分段计；选了就不填上面的比例。"),
    )  # fmt: skip
    withdrawal = forms.DecimalField(
        label=_("撤回费（%）"), max_digits=5, decimal_places=2, initial=0,
        help_text=_("委托人签约后撤回时，按保留价计；没有保留价按估价下限，再没有按起拍价。"),
    )  # fmt: skip
    note = forms.CharField(
        label=_("专家意见"), required=False, max_length=MAX_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args: Any, currency: str = "CNY", **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["schedule"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [("", _("按单一比例")), *selectors.rule_choices("seller", currency)]

    def terms(self) -> ConsignmentTerms:
        """The value for the service."""
        given = self.cleaned_data
        return ConsignmentTerms(
            opening_minor=given["opening"] or 0,
            estimate_low_minor=given["estimate_low"],
            estimate_high_minor=given["estimate_high"],
            reserve_minor=given["reserve"],
            commission=given["commission"],
            withdrawal=given["withdrawal"],
            note=given["note"],
            schedule=given["schedule"],
        )
