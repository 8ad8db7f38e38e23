"""The forms of a work's provenance: the text byte for byte as typed, and what of it is shown."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Work


class ProvenanceForm(forms.Form):
    """The text, upon what it is said, and for a registered work the reason of the change."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("来源与流传"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
        help_text=_(
            "一段一段写。分号表示直接传给下一位，句号表示中间是否直接不清楚。"
            "例如：张三旧藏；李四1995年购自北厅拍卖行。"
        ),
    )
    source = forms.CharField(
        label=_("依据"),
        required=False,
        max_length=300,
        help_text=_("谁说的，根据什么：发票、图录、家属口述。"),
    )
    reason = forms.CharField(label=_("更正的理由"), max_length=1000)

    def __init__(self, *args: Any, work: Work, needs_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.work = work
        if not needs_reason:
            del self.fields["reason"]

    def clean_text(self) -> str:
        """The text with the line ends that it had; a browser sends them all as CR LF."""
        typed = self.cleaned_data["text"]
        stored = self.work.provenance_text
        if _with_plain_lines(typed) == _with_plain_lines(stored):
            return stored
        return _with_plain_lines(typed)


class ShownForm(forms.Form):
    """Which periods everybody may read, and why; a position that is none is left out."""

    prefix = "shown"
    number = forms.IntegerField(min_value=0, max_value=10**8, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("为什么公开或收回"),
        max_length=300,
        help_text=_("写进作品的变更历史，只有权利人和工作人员看得到。"),
    )
    consent = forms.BooleanField(
        label=_("新公开的各段里写到的人，都同意公开"),
        required=False,
        help_text=_("公开的是整段原文，姓名和价格都在内；随时可以收回。只收回时不用勾选。"),
    )

    def positions(self) -> list[int]:
        """The positions that were ticked."""
        ticked = self.data.getlist("shown") if self.is_bound else []
        return [int(text) for text in ticked if text.isdecimal() and len(text) < 9]


def _with_plain_lines(text: str) -> str:
    return text.replace("\r\n", "\n")
