"""What the desks of deposits, powers of attorney and relations take in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.enums import PartyKind
from artmarket.core.amounts import AmountField, in_currency

from .enums import RelationKind
from .models import Deposit, Relation
from .services.deposits import MAX_NOTE, MAX_REFERENCE
from .services.powers import MAX_NAME, MAX_REASON, PowerTerms
from .services.relations import Declared


class MovementForm(forms.Form):
    """Money that came in or went back."""

    amount = AmountField(label=_("金额"))
    reference = forms.CharField(
        label=_("凭证号"), max_length=MAX_REFERENCE,
        help_text=_("收据或转账凭证的号码，同一企业只能用一次。"),
    )  # fmt: skip
    note = forms.CharField(label=_("说明"), required=False, max_length=MAX_NOTE)

    is_cash = forms.BooleanField(label=_("现金"), required=False)

    def __init__(
        self, *args: Any, deposit: Deposit, amount: int, asks_cash: bool = False, **options: Any
    ) -> None:
        super().__init__(*args, initial={"amount": amount}, **options)
        if not asks_cash:
            del self.fields["is_cash"]
        in_currency(self, deposit.currency)


class NoteForm(forms.Form):
    """Why a deposit is given free."""

    note = forms.CharField(label=_("理由"), max_length=MAX_NOTE)


class AgainForm(forms.Form):
    """Nothing to say: a refund is asked for once more, a default settled by the rule."""


class PowerForm(forms.Form):
    """What a power of attorney says, and its paper."""

    kind = forms.ChoiceField(label=_("授权人是"), choices=PartyKind)
    name = forms.CharField(
        label=_("授权人姓名或名称"), max_length=MAX_NAME,
        help_text=_("与证件一致；单位写登记的全称。"),
    )  # fmt: skip
    email = forms.EmailField(
        label=_("授权人电子邮箱"), max_length=254,
        help_text=_("他在平台有账户的，由他本人确认；没有的，由拍卖企业核对原件。"),
    )  # fmt: skip
    amount = AmountField(label=_("授权金额"), help_text=_("你最多可以替他出到的总额。"))
    first_day = forms.DateField(
        label=_("有效期自"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last_day = forms.DateField(
        label=_("有效期至"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    file = forms.FileField(
        label=_("竞买授权委托书"), help_text=_("有授权人签名或盖章的扫描件或照片。")
    )

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        in_currency(self, currency)

    def terms(self) -> PowerTerms:
        """The value for the service."""
        given = self.cleaned_data
        return PowerTerms(
            kind=given["kind"], name=given["name"], email=given["email"],
            amount_minor=given["amount"] or 0, first_day=given["first_day"],
            last_day=given["last_day"],
        )  # fmt: skip


class EndForm(forms.Form):
    """Why something is refused, revoked or ended."""

    reason = forms.CharField(label=_("理由"), max_length=MAX_REASON)


class LimitForm(forms.Form):
    """Another bid limit, from which the deposit follows."""

    limit = AmountField(label=_("想要的竞买额度"))

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        in_currency(self, currency)


class RelationForm(forms.Form):
    """A relation that the house enters: to its own people, or to the consignor of a lot."""

    kind = forms.ChoiceField(label=_("关系"), choices=RelationKind)
    lots = forms.IntegerField(
        label=_("与哪件拍品的委托人"), required=False, min_value=1,
        help_text=_("填拍品号；留空是与本企业工作人员的关系。"),
    )  # fmt: skip
    note = forms.CharField(label=_("说明"), required=False, max_length=MAX_NOTE)

    def declared(self) -> Declared:
        """The value for the service."""
        given = self.cleaned_data
        return Declared(given["kind"], given["lots"], given["note"])


class EndRelationForm(EndForm):
    """Which relation ends, and why."""

    relation = forms.TypedChoiceField(label=_("哪一项"), coerce=int)
    field_order = ["relation", "reason"]

    def __init__(self, *args: Any, relations: list[Relation], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["relation"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 - declared above
        field.choices = [(row.pk, f"{row.pk} {row.get_kind_display()}") for row in relations]
