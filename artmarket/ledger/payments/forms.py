"""Forms of the payment pages; the services check again."""

from django import forms
from django.utils.translation import gettext_lazy as _

from artmarket.core.errors import Invalid
from artmarket.core.money import parse_money

from ..statement_files import MAX_BYTES


class StatementForm(forms.Form):
    """A statement file of the bank."""

    file = forms.FileField(label=_("对账单文件"), help_text=_("CSV或camt.053，不超过20MB。"))

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("文件太大，请按月分开导出。"))
        return file.read()


class DeskForm(forms.Form):
    """What a person took at the desk, or saw on the bank's account."""

    amount = forms.CharField(label=_("收到金额"), max_length=30)
    is_cash = forms.TypedChoiceField(
        label=_("收款方式"),
        choices=[("1", _("现金")), ("0", _("银行转账"))],
        coerce=lambda text: text == "1",
        widget=forms.RadioSelect,
    )
    receipt_number = forms.CharField(label=_("收据或凭证号"), max_length=100)
    payer_name = forms.CharField(label=_("付款人"), max_length=160)
    received_on = forms.DateField(
        label=_("收到日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args, currency: str = "CNY", **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency

    def clean_amount(self) -> int:
        try:
            return parse_money(self.cleaned_data["amount"], self.currency).minor
        except Invalid as error:
            raise forms.ValidationError(str(error)) from error


class NoteForm(forms.Form):
    """Why, in a sentence."""

    note = forms.CharField(
        label=_("理由或结论"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class AgainForm(NoteForm):
    """Why a payout is sent again, and how."""

    gateway = forms.ChoiceField(
        label=_("怎样付"),
        choices=[("", _("按收款人现在选的方式")), ("bank", _("银行转账"))],
        required=False,
        widget=forms.RadioSelect,
    )
    field_order = ["gateway", "note"]


class AssignForm(NoteForm):
    """Whose money it is."""

    reference = forms.CharField(label=_("付款编号"), max_length=30)
    field_order = ["reference", "note"]


class ReturnForm(NoteForm):
    """How it was sent back."""

    proof = forms.CharField(label=_("退回的凭证号"), max_length=100)
    field_order = ["proof", "note"]


class SentForm(forms.Form):
    """The proof of what was sent at the bank or the desk."""

    reference = forms.CharField(label=_("付款凭证号"), max_length=100)
