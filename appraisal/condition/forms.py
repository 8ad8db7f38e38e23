"""Forms of condition reports; what they hold is judged by the services."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from appraisal.condition import terms
from appraisal.enums import ReportPurpose
from appraisal.models import ConditionFinding, ConditionReport
from appraisal.services.condition import Facts, FindingInput
from catalog.enums import PhotoView


class StartForm(forms.Form):
    """What the report is for."""

    purpose = forms.ChoiceField(label=_("用途"), choices=ReportPurpose)
    carry = forms.BooleanField(
        label=_("把上一份报告的所见带过来，作为旧有"), required=False, initial=True
    )


class FactsForm(forms.Form):
    """The head of a report."""

    examined_on = forms.DateField(
        label=_("查验日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    grade = forms.ChoiceField(label=_("总体评级"), required=False)
    summary = forms.CharField(
        label=_("总体状况"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("定稿后公开；不要写人名、住址和价格。没有损伤也请写明。"),
    )
    summary_en = forms.CharField(
        label=_("总体状况（英文）"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    light = forms.CharField(
        label=_("光线"), required=False, max_length=200,
        help_text=_("例如：日光，另用侧光和紫外灯。"),
    )  # fmt: skip
    equipment = forms.CharField(label=_("器材"), required=False, max_length=200)
    place = forms.CharField(
        label=_("地点"), required=False, max_length=200, help_text=_("不公开。")
    )
    counterparty = forms.CharField(
        label=_("交接另一方的账户邮箱"),
        required=False,
        max_length=254,
        help_text=_("不公开。入库、出库、出借、质押和出售的报告由双方签字。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        blank = [("", _("还没有评"))]
        self.fields["grade"].choices = blank + terms.choices(terms.GRADES)  # type: ignore[attr-defined]

    @classmethod
    def of(cls, report: ConditionReport) -> "FactsForm":
        """The form as it stands in the draft."""
        values = {name: getattr(report, name) for name in cls.base_fields if name != "counterparty"}
        other = report.counterparty
        return cls(initial=values | {"counterparty": other.email if other else ""})

    def facts(self) -> Facts:
        """The value for the service."""
        return Facts(**self.cleaned_data)


class FindingForm(forms.Form):
    """One finding; its region is drawn by script or typed as numbers."""

    kind = forms.ChoiceField(label=_("种类"))
    severity = forms.ChoiceField(label=_("轻重"))
    extent = forms.ChoiceField(label=pgettext_lazy("finding", "范围"))
    age = forms.ChoiceField(label=_("新旧"))
    picture = forms.ChoiceField(label=_("哪一张照片"), required=False)
    region = forms.CharField(
        label=pgettext_lazy("finding", "位置"),
        required=False,
        max_length=1000,
        help_text=_(
            "在图上画，或者写百分比。矩形：左 上 宽 高，如12 40 8 3；"
            "多边形：三个以上的点，如12,40 20,41 15,48。"
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "mono"}),
    )
    note = forms.CharField(
        label=_("说明"), required=False, max_length=500, help_text=_("定稿后公开。")
    )
    note_en = forms.CharField(label=_("说明（英文）"), required=False, max_length=500)

    def __init__(self, *args: Any, report: ConditionReport, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("kind", "severity", "extent", "age"):
            self.fields[name].choices = terms.choices(terms.FIELDS[name])  # type: ignore[attr-defined]
        pictures = [
            (str(picture.pk), f"{place} {picture.get_view_display()}")
            for place, picture in enumerate(report.pictures.all(), start=1)
        ]
        self.fields["picture"].choices = [("", _("不在某一处，说的是整件")), *pictures]  # type: ignore[attr-defined]

    @staticmethod
    def values(row: ConditionFinding, region: str) -> dict[str, Any]:
        """The initial values for a finding that is there."""
        names = ("kind", "severity", "extent", "age", "note", "note_en")
        return {name: getattr(row, name) for name in names} | {
            "picture": str(row.picture_id or ""),
            "region": region,
        }

    def finding(self) -> FindingInput:
        """The value for the service."""
        values = dict(self.cleaned_data)
        values["picture"] = int(values["picture"]) if values["picture"] else None
        return FindingInput(**values)


class PictureForm(forms.Form):
    """A photograph taken for the report."""

    view = forms.ChoiceField(label=_("画面"), choices=PhotoView)
    file = forms.FileField(label=_("照片"), help_text=_("原图不公开；定稿后，派生的图随报告公开。"))


class SignForm(forms.Form):
    """A signature under a closed report."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    remark = forms.CharField(
        label=_("保留意见"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("与报告不一致的地方写在这里，双方都看得到。"),
    )
    seen = forms.BooleanField(label=_("我当面核对了实物和这份报告"))
