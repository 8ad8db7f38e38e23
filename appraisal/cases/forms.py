"""What the two sides of a case type: the client who asks, the registrar who runs it."""

import re
from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts.models import User

from .. import citations
from ..enums import DisputeOutcome, DocumentKind, EvidenceKind
from ..models import AppraisalCase, Inspection

MAX_QUESTION: Final = 2000
MAX_REASON: Final = 300
MAX_TEXT: Final = 4000
_SPAN: Final = re.compile(r"^(-?\d{1,4})\s*(?:至|到|~|—|-)\s*(-?\d{1,4})$")
_MINUTE: Final = "%Y-%m-%dT%H:%M"
Choices = list[tuple[str, Any]]


def words(label: Any, rows: int = 4, limit: int = MAX_TEXT, **options: Any) -> forms.CharField:
    """A field for several lines."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=limit, widget=widget, **options)


def choose(form: forms.BaseForm, name: str, choices: Iterable[tuple[str, Any]]) -> None:
    """Fill a field of choices that are known only when the page is asked for."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared as one
    field.choices = list(choices)


class AskForm(forms.Form):
    """What somebody wants to have judged, and what for."""

    question = words(
        _("委托事项"), limit=MAX_QUESTION,
        help_text=_("要鉴定什么：作者、年代、是否后添款，或别的具体问题。"),
    )  # fmt: skip
    scope_of_use = forms.CharField(
        label=_("结论的使用范围"), max_length=MAX_REASON,
        help_text=_("例如送拍、质押、保险、自己留存；写进合同。"),
    )  # fmt: skip
    wants_valuation = forms.BooleanField(label=_("还要估值"), required=False)


class ReasonForm(forms.Form):
    """Why something ends."""

    reason = words(_("理由"), rows=3, limit=MAX_REASON)


class DisputeForm(forms.Form):
    """Why a result is disputed."""

    reason = words(
        _("异议的理由"), limit=MAX_QUESTION,
        help_text=_("说明哪一点不对、依据是什么；由没有参加过的专家重新鉴定，或说明为什么不成立。"),
    )  # fmt: skip


class DocumentForm(forms.Form):
    """One private paper of the case."""

    kind = forms.ChoiceField(label=_("内容"), choices=DocumentKind)
    file = forms.FileField(label=_("文件"), help_text=_("不公开，只有你和登记员看得到。"))
    note = forms.CharField(label=_("说明"), max_length=MAX_REASON, required=False)


class AcceptForm(forms.Form):
    """The terms on which a case is accepted; the fee follows from them by the price list."""

    category = forms.ChoiceField(label=_("专业类别"))
    panel_size = forms.IntegerField(
        label=_("专家人数"), min_value=1, max_value=99,
        help_text=_("费用按专业类别和专家人数算。"),
    )  # fmt: skip
    is_relic = forms.BooleanField(
        label=_("按文物鉴定"), required=False,
        help_text=_("文物要更多专家，且全部是责任鉴定员。"),
    )  # fmt: skip
    is_contested = forms.BooleanField(
        label=_("有争议的作品"), required=False, help_text=_("专家组人数为单数。")
    )

    def __init__(self, *args: Any, case: AppraisalCase, categories: Choices, **options: Any):
        initial = {
            "category": case.category, "is_relic": case.is_relic, "is_contested": case.is_contested,
            "panel_size": case.panel_size or rulebook.get(citations.PANEL_LEAST),
        }  # fmt: skip
        super().__init__(*args, **{"initial": initial} | options)
        choose(self, "category", [("", _("请选择")), *categories])


class FeeForm(forms.Form):
    """The fee that came in."""

    reference = forms.CharField(
        label=_("收款凭证"), max_length=120, help_text=_("收据或转账凭证的号码。")
    )


class ExpertForm(forms.Form):
    """Who is named to the panel."""

    expert = forms.ChoiceField(label=_("专家"))
    is_chair = forms.BooleanField(label=_("担任组长"), required=False)

    def __init__(self, *args: Any, experts: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        choose(self, "expert", [("", _("请选择")), *experts])


class ChairForm(forms.Form):
    """Who presides."""

    seat = forms.ChoiceField(label=_("组长"))

    def __init__(self, *args: Any, seats: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        choose(self, "seat", [("", _("请选择")), *seats])


class SeatForm(forms.Form):
    """A seat that ends, and why."""

    seat = forms.ChoiceField(label=_("专家"))
    reason = forms.CharField(label=_("理由"), max_length=MAX_REASON)

    def __init__(self, *args: Any, seats: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        choose(self, "seat", [("", _("请选择")), *seats])


class VoidForm(SeatForm):
    """Whose opinion is void, for which conflict."""

    conflict = forms.ChoiceField(label=_("哪种利益冲突"))
    field_order = ["seat", "conflict", "reason"]

    def __init__(self, *args: Any, conflicts: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        choose(self, "conflict", [("", _("请选择")), *conflicts])


class InspectionForm(forms.Form):
    """The thing itself was looked at; at least two persons are there."""

    place = forms.CharField(label=_("地点"), max_length=200)
    began_at = forms.DateTimeField(
        label=_("开始时间"), help_text=_("北京时间。"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MINUTE),
    )  # fmt: skip
    seal_number = forms.CharField(label=_("封签号"), max_length=80, required=False)
    persons = forms.MultipleChoiceField(
        label=_("在场的人"), widget=forms.CheckboxSelectMultiple, help_text=_("至少两人。")
    )
    note = words(_("情况"), rows=3, limit=MAX_QUESTION, required=False)

    def __init__(self, *args: Any, persons: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        choose(self, "persons", persons)


class EvidenceForm(forms.Form):
    """One piece of evidence: a picture, or the report of an instrument."""

    kind = forms.ChoiceField(label=_("种类"), choices=EvidenceKind)
    file = forms.FileField(label=_("文件"), help_text=_("照片或PDF；文件的摘要写进案卷。"))
    inspection = forms.ChoiceField(label=_("哪次查验"), required=False)
    instrument = forms.CharField(label=_("仪器"), max_length=160, required=False)
    method = forms.CharField(label=_("方法与参数"), max_length=300, required=False)
    finding = words(_("所见"), rows=3, limit=MAX_QUESTION, required=False)

    def __init__(self, *args: Any, inspections: Iterable[Inspection], **options: Any) -> None:
        super().__init__(*args, **options)
        rows = [(str(row.pk), str(row)) for row in inspections]
        choose(self, "inspection", [("", _("不属于某次查验")), *rows])


class DisputeDecisionForm(forms.Form):
    """What becomes of a dispute."""

    outcome = forms.ChoiceField(label=_("处置"), choices=DisputeOutcome, widget=forms.RadioSelect)
    answer = words(_("答复"), limit=MAX_QUESTION, help_text=_("提出异议的人看得到。"))


class AppraiserForm(forms.Form):
    """What an expert is qualified for."""

    email = forms.EmailField(
        label=_("账户的电子邮箱"), max_length=254, help_text=_("要先有鉴定师的许可并已核验。")
    )
    name = forms.CharField(label=_("署名"), max_length=80, help_text=_("签署结果时用的姓名。"))
    name_en = forms.CharField(label=_("英文署名"), max_length=80, required=False)
    categories = forms.MultipleChoiceField(label=_("专业类别"), widget=forms.CheckboxSelectMultiple)
    periods = words(
        _("专长年代"), rows=3, limit=400, required=False,
        help_text=_("每行一段公历年，例如1368至1911；公元前写负数。留空是各个年代。"),
    )  # fmt: skip
    is_senior = forms.BooleanField(
        label=_("责任鉴定员"), required=False, help_text=_("文物鉴定的专家组只能由责任鉴定员组成。")
    )

    def __init__(self, *args: Any, categories: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        choose(self, "categories", categories)

    def clean_email(self) -> User:
        """The person with this address."""
        person = User.objects.filter(email__iexact=self.cleaned_data["email"]).first()
        if person is None:
            raise ValidationError(gettext("没有用这个邮箱的账户。"))
        return person

    def clean_periods(self) -> list[list[int]]:
        """The spans as (first, last), both included."""
        spans, wrong = [], []
        for line in filter(None, map(str.strip, self.cleaned_data["periods"].splitlines())):
            read = _SPAN.match(line)
            first, last = (int(read[1]), int(read[2])) if read else (1, 0)
            if first > last:
                wrong.append(gettext("“%(line)s”读不成一段年代。") % {"line": line[:40]})
            spans.append([first, last])
        if wrong:
            raise ValidationError(wrong)
        return spans
