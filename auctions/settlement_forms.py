"""What is typed in a settlement: a way to pay, a shipment, a proof, a claim, a decision."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appraisal.models import AppraisalCase
from artmarket.core.amounts import AmountField, in_currency
from artmarket.core.money import Money
from artmarket.core.territories import MAINLAND, territories
from artmarket.ledger.gateways import BANK, STRIPE, offered

from .engine.instalments import Part
from .models import Settlement
from .selectors.costs import tax_proposal
from .services.settlement.claims import MAX_WORDS
from .services.settlement.evidence import MOST_FILES
from .services.settlement.handing_over import Shipment
from .settlement_enums import ClaimKind, SettlementState

_WAYS = {BANK: _("银行转账"), STRIPE: _("银行卡、支付宝或微信")}
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_WORDS: dict[str, Any] = {"max_length": MAX_WORDS, "widget": forms.Textarea(attrs={"rows": 4})}


class OrderForm(forms.Form):
    """A form about one settlement; amounts are of its currency."""

    def __init__(self, *args: Any, row: Settlement, **options: Any) -> None:
        super().__init__(*args, **options)
        self.row = row
        in_currency(self, row.currency)


class PayForm(OrderForm):
    """How the invoice is paid, all of it or a part."""

    gateway = forms.ChoiceField(label=_("怎样付"))
    amount = AmountField(label=_("付多少"), required=False)
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args: Any, row: Settlement, **options: Any) -> None:
        super().__init__(*args, row=row, **options)
        field = self.fields["gateway"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(name, _WAYS.get(name, name)) for name in offered(row.currency)]
        owed = sum(other.owed_minor for other in row.invoice.settlements.all())
        self.fields["amount"].help_text = _("整张账单还应付%(owed)s；留空就是全部付清。") % {
            "owed": Money(owed, row.currency)
        }


class RepayForm(OrderForm):
    """How what was got of an undone sale is paid back, all of it or a part."""

    gateway = forms.ChoiceField(label=_("怎样付"))
    amount = AmountField(
        label=_("付多少"), required=False, help_text=_("留空就是全部付清。")
    )  # fmt: skip
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args: Any, row: Settlement, **options: Any) -> None:
        super().__init__(*args, row=row, **options)
        field = self.fields["gateway"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(name, _WAYS.get(name, name)) for name in offered(row.currency)]


class ShipmentForm(OrderForm):
    """With whom it travels, insured for how much."""

    carrier = forms.CharField(label=_("承运人"), max_length=80)
    tracking = forms.CharField(label=_("运单号"), max_length=80)
    insured = AmountField(label=_("保险金额"), help_text=_("不能低于成交价。"))
    policy = forms.CharField(label=_("保单号"), max_length=80)
    sent_from = forms.ChoiceField(label=_("启运地"), choices=territories, initial=MAINLAND)
    sent_to = forms.ChoiceField(
        label=_("目的地"), choices=territories, initial=MAINLAND,
        help_text=_("港澳台是单独的关境。"),
    )  # fmt: skip
    customs = forms.CharField(
        label=_("出境许可或报关单"), max_length=200, required=False,
        help_text=_("目的地与启运地不在同一关境的必须填写。"),
    )  # fmt: skip

    def shipment(self) -> Shipment:
        """The value for the service."""
        given = self.cleaned_data
        return Shipment(
            carrier=given["carrier"], tracking=given["tracking"],
            insured_minor=given["insured"], policy=given["policy"], customs=given["customs"],
            sent_from=given["sent_from"], sent_to=given["sent_to"],
        )  # fmt: skip


class ProofForm(OrderForm):
    proof = forms.CharField(label=_("凭证"), max_length=200)


class ReasonForm(OrderForm):
    reason = forms.CharField(label=_("理由"), max_length=300)


class PlainForm(OrderForm):
    """Nothing to type: the button says it."""


class TaxForm(OrderForm):
    """What is withheld of a seller, and why; what a person would owe without proof of his cost is
    proposed beside it."""

    amount = AmountField(label=_("代扣税款"))
    basis = forms.CharField(label=_("计税的依据"), max_length=200)

    def __init__(self, *args: Any, row: Settlement, **options: Any) -> None:
        super().__init__(*args, row=row, **options)
        tax = None if row.seller.organisation_id else tax_proposal(row.lot, "no_cost_proof")
        if tax is not None:
            self.fields["amount"].help_text = _(
                "建议数：没有原值凭证的%(tax)s；有凭证的按所得计算。由扣缴义务人决定。"
            ) % {"tax": Money(tax, row.currency)}


class FilesInput(forms.ClearableFileInput):
    """A file field for several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files; each is judged by its content when it is taken in."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """The files, none where none was chosen."""
        given = data if isinstance(data, list | tuple) else [data] if data else []
        clean = super().clean
        return [clean(one, initial) for one in given]


class StatementForm(OrderForm):
    """What a side of a claim says, with files; subclasses name the words."""

    files = FilesField(label=_("照片或文件"), required=False)

    def __init__(self, *args: Any, row: Settlement, **options: Any) -> None:
        super().__init__(*args, row=row, **options)
        self.fields["files"].help_text = _(
            "照片或PDF，一次最多%(most)d个；只有双方和裁定的人看得到。"
        ) % {"most": MOST_FILES}


class WordsForm(StatementForm):
    words = forms.CharField(label=_("说明"), **_WORDS)
    field_order = ("words", "files")


class ClaimForm(StatementForm):
    """What is wrong; only kinds that its state allows."""

    kind = forms.ChoiceField(label=_("什么问题"))
    words = forms.CharField(label=_("说明情况"), **_WORDS)
    field_order = ("kind", "words", "files")

    def __init__(self, *args: Any, row: Settlement, **options: Any) -> None:
        super().__init__(*args, row=row, **options)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(kind.value, kind.label) for kind in _kinds(row)]


def _kinds(row: Settlement) -> list[ClaimKind]:
    if row.state == SettlementState.DISPATCHED:
        return [ClaimKind.NOT_RECEIVED]
    if row.state == SettlementState.DELIVERED:
        return [kind for kind in ClaimKind if kind != ClaimKind.NOT_RECEIVED]
    return [ClaimKind.AUTHENTICITY, ClaimKind.DEFECT]


class PlanForm(OrderForm):
    """Two instalments: the first, and the rest of the total."""

    first = AmountField(label=_("首期"))
    first_due = forms.DateField(label=_("首期期限"), widget=_DAY)
    rest_due = forms.DateField(label=_("余款期限"), widget=_DAY)

    def parts(self) -> list[Part]:
        """The value for the service."""
        given = self.cleaned_data
        rest = self.row.total_minor - given["first"]
        return [Part(given["first"], given["first_due"]), Part(rest, given["rest_due"])]


class CaseForm(OrderForm):
    number = forms.CharField(label=_("鉴定案卷号"), max_length=40)

    def clean_number(self) -> int:
        """The key of the case of this work."""
        number = self.cleaned_data["number"].strip().upper()
        for case in AppraisalCase.objects.filter(work=self.row.lot.work_id):
            if case.number == number:
                return case.pk
        raise forms.ValidationError(_("这件作品没有这个案卷。"))


class DecisionForm(OrderForm):
    """What the platform decides, and why."""

    decision = forms.ChoiceField(
        label=_("裁定"),
        choices=[
            ("reject", _("异议不成立")),
            ("reduce", _("减价，退一部分")),
            ("uphold", _("成立，退回作品后全额退款")),
        ],
    )
    refund = AmountField(label=_("减价退多少"), required=False)
    reasons = forms.CharField(label=_("理由"), max_length=300)
