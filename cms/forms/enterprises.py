"""What is typed in the register of enterprises, its key list and its public directory."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import Organisation
from artmarket.core.amounts import AmountField
from artmarket.core.clock import db_today

from ..enterprise_enums import ChainStage, KeyMove
from ..models import Enterprise
from ..selectors.enterprises import Known, culture_classes
from ..services.enterprises import FIELDS, EnterpriseInput
from ..services.key_list import Proposed

_WORDS: dict[str, Any] = {"max_length": 300, "widget": forms.Textarea(attrs={"rows": 2})}


def _day(**options: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(widget=widget, **options)


class DirectoryForm(forms.Form):
    """How the public directory is narrowed; everything may be left out."""

    q = forms.CharField(
        label=_("名称、产品或代码"), required=False, max_length=80,
        widget=forms.TextInput(attrs={"type": "search"}),
    )  # fmt: skip
    stage = forms.ChoiceField(
        label=_("产业链环节"), required=False, choices=[("", _("全部")), *ChainStage.choices]
    )
    culture = forms.ChoiceField(label=_("文化产业分类"), required=False)
    on = _day(
        label=_("这一天的重点企业"),
        required=False,
        help_text=_("填了日期，只列这一天名单上的企业。"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["culture"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [("", _("全部"))] + [
            (code, f"{code} {name}".strip()) for code, name in culture_classes()
        ]


class KeyDayForm(forms.Form):
    """The day of the list, and the day to whose end it was known."""

    on = _day(label=_("哪一天的名单"), required=False, help_text=_("不填是今天。"))
    known = _day(
        label=_("按哪天为止的记录"), required=False,
        help_text=_("不填是到现在为止；填早一些，以后的更正不算进去。"),
    )  # fmt: skip

    def clean_known(self) -> Any:
        day = self.cleaned_data["known"]
        if day and day > db_today():
            raise forms.ValidationError(_("不能晚于今天。"))
        return day


class EnterpriseForm(forms.ModelForm):
    """What the register says of an enterprise."""

    website = forms.URLField(label=_("网站"), required=False, assume_scheme="https")
    revenue_minor = AmountField(label=_("营业收入（元）"), required=False)

    class Meta:
        model = Enterprise
        fields = FIELDS
        widgets = {
            "since": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "products": forms.Textarea(attrs={"rows": 2}),
            "products_en": forms.Textarea(attrs={"rows": 2}),
            "capacity": forms.Textarea(attrs={"rows": 2}),
            "capacity_en": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - of the model
        field.queryset = Organisation.objects.filter(is_active=True).order_by("name")

    def given(self) -> EnterpriseInput:
        """What the service takes."""
        return EnterpriseInput(**{name: self.cleaned_data[name] for name in FIELDS})

    def _post_clean(self) -> None:
        """The service checks and writes; the row that is shown stays as it is."""


class ContactForm(forms.Form):
    """A contact person, with the day of the consent."""

    name = forms.CharField(label=_("联系人"), max_length=80, required=False)
    phone = forms.CharField(label=_("联系电话"), max_length=32, required=False)
    email = forms.EmailField(label=_("联系邮箱"), required=False)
    consent_on = _day(
        label=_("本人同意公开的日期"), help_text=_("没有本人的同意就不要填；撤回以后内容立即删除。")
    )


class RetireForm(forms.Form):
    left_on = _day(label=_("退出日期"))
    reason = forms.CharField(label=_("退出的理由"), **_WORDS)


class SupportForm(forms.Form):
    measure = forms.CharField(label=_("扶持措施"), max_length=160)
    measure_en = forms.CharField(label=_("扶持措施（英文）"), max_length=240, required=False)
    amount_minor = AmountField(
        label=_("金额（元）"), required=False, help_text=_("不是钱的措施不填。")
    )
    document = forms.CharField(label=_("文号"), max_length=120)
    decided_on = _day(label=_("决定日期"))


class KeyChangeForm(forms.Form):
    """A change of the list that somebody else is to confirm; about one enterprise."""

    move = forms.ChoiceField(label=_("变更"), choices=KeyMove.choices)
    entry = forms.TypedChoiceField(
        label=_("哪一次列入"), coerce=int, empty_value=None, required=False,
        help_text=_("移出、更正和撤销时选。"),
    )  # fmt: skip
    from_day = _day(label=_("列入日期"), required=False, help_text=_("列入和更正时填。"))
    until_day = _day(
        label=_("最后一天"), required=False, help_text=_("移出时必填；这一天还在名单上。")
    )
    reason = forms.CharField(label=_("理由"), **_WORDS)
    document = forms.CharField(label=_("文号"), max_length=120)
    rule_year = forms.IntegerField(label=_("规则年度"), min_value=2000, max_value=2100)

    def __init__(self, *args: Any, entries: list[Known], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["entry"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 - declared above
        field.choices = [("", "—")] + [
            (row.entry_id, f"{row.from_day:%Y-%m-%d} – {row.until_day or ''}") for row in entries
        ]

    def given(self, enterprise_id: int) -> Proposed:
        """What the service takes."""
        said = self.cleaned_data
        return Proposed(
            said["move"], enterprise_id, said["reason"], said["document"], said["rule_year"],
            from_day=said["from_day"], until_day=said["until_day"], entry_id=said["entry"],
        )  # fmt: skip


class AnswerForm(forms.Form):
    answer = forms.CharField(label=_("不同意的理由"), max_length=300)


class SpanForm(forms.Form):
    """How many months the figures tell of."""

    months = forms.ChoiceField(label=_("期间"), choices=[(12, _("近12个月")), (24, _("近24个月"))])
