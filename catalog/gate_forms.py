"""Forms of the gates and of the registers of stolen works."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .enums import PermitKind, StolenListKind
from .importing.stolen import COLUMNS


def _day(label: Any, *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget)


class PermitForm(forms.Form):
    kind = forms.ChoiceField(label=_("种类"), choices=PermitKind)
    number = forms.CharField(label=_("许可号"), max_length=120)
    authority = forms.CharField(label=_("发证机关"), max_length=200)
    valid_from = _day(_("生效日"))
    valid_until = _day(_("失效日"), required=False)
    document = forms.CharField(
        label=_("文件所在"), max_length=300, help_text=_("原件或复印件存在哪里，例如档案号。")
    )


class SeenReasonForm(forms.Form):
    reason = forms.CharField(max_length=300)


class StolenListForm(forms.Form):
    name = forms.SlugField(
        label=_("代号"), max_length=60, help_text=_("英文字母、数字和连字符，导入时用它。")
    )
    title = forms.CharField(label=_("名称"), max_length=200)
    kind = forms.ChoiceField(label=_("种类"), choices=StolenListKind)
    source = forms.CharField(label=_("来源"), max_length=300)
    dated = _day(_("名录日期"))
    licence = forms.CharField(
        label=_("使用许可"), max_length=300, help_text=_("凭什么可以保存和比对这份名录。")
    )


class StolenFileForm(forms.Form):
    file = forms.FileField(label=_("名录文件"), help_text=_("CSV、XLSX或JSON行。"))
    columns = forms.CharField(
        label=_("列的对应"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("每行写“字段=列名”；列名与下面列出的相同就不用写。"),
    )

    def clean_columns(self) -> dict[str, str]:
        """Field → column; a line that is not such a pair is told."""
        mapping, bad = {}, []
        for line in self.cleaned_data["columns"].splitlines():
            name, _sep, column = (part.strip() for part in line.partition("="))
            if not line.strip():
                continue
            if name in COLUMNS and column:
                mapping[name] = column
            else:
                bad.append(line.strip())
        if bad:
            raise forms.ValidationError(
                [_("这一行读不懂：%(line)s") % {"line": line} for line in bad]
            )
        return mapping


class StolenEntryForm(forms.Form):
    number = forms.CharField(label=_("名录编号"), max_length=120)
    title = forms.CharField(label=_("名称"), max_length=500, required=False)
    maker = forms.CharField(label=_("作者"), max_length=300, required=False)
    numbers = forms.CharField(label=_("物品上的编号"), max_length=500, required=False)
    measures = forms.CharField(label=_("尺寸"), max_length=300, required=False)
    stolen_on = forms.CharField(label=_("失窃时间"), max_length=60, required=False)
    url = forms.URLField(label=_("网址"), max_length=500, required=False, assume_scheme="https")
    description = forms.CharField(
        label=_("说明"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not any(cleaned.get(name) for name in ("numbers", "title", "maker", "description")):
            raise forms.ValidationError(_("名称、作者、编号和说明都是空的。"))
        return cleaned
