"""The form of a work's provenance: the text as the curator types it, byte for byte."""

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


def _with_plain_lines(text: str) -> str:
    return text.replace("\r\n", "\n")
