"""What a custodian's people type: an arrival, a move, a count, a departure, a confirmation."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..enums import CountResult
from ..models import Custodian
from ..services.custody import Step

_NOTE: dict[str, Any] = {
    "label": _("说明"), "max_length": 300, "required": False,
    "widget": forms.Textarea(attrs={"rows": 2}),
}  # fmt: skip


class StepForm(forms.Form):
    """A step with its note and, where one was taken, its photograph."""

    note = forms.CharField(**_NOTE)
    picture = forms.ImageField(
        label=_("现场照片"), required=False, help_text=_("照片的摘要写进这一条记录。")
    )

    def step(self, picture_id: int | None = None) -> Step:
        """The value for the service."""
        given = self.cleaned_data
        texts = {name: given.get(name, "") for name in ("place", "seal", "tag", "result", "note")}
        return Step(picture_id=picture_id, **texts)


class ArrivalForm(StepForm):
    """Under which receipt, where, sealed how, which tag was read."""

    custodian = forms.TypedChoiceField(label=_("库房"), coerce=int)
    receipt = forms.CharField(label=_("仓单号"), max_length=60)
    place = forms.CharField(label=_("库位"), max_length=120)
    seal = forms.CharField(label=_("封签号"), max_length=60)
    tag = forms.CharField(
        label=_("读到的标签"), max_length=64, required=False,
        help_text=_("作品上绑有标签的，读出它的编号或扫出的代码。"),
    )  # fmt: skip
    field_order = ("custodian", "receipt", "place", "seal", "tag", "picture", "note")

    def __init__(self, *args: Any, custodians: Sequence[Custodian], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["custodian"]
        field.choices = [(str(row.pk), str(row)) for row in custodians]  # type: ignore[attr-defined]


class MoveForm(StepForm):
    place = forms.CharField(label=_("新库位"), max_length=120)
    seal = forms.CharField(
        label=_("新封签号"), max_length=60, required=False, help_text=_("没有换封签的留空。")
    )  # fmt: skip
    field_order = ("place", "seal", "picture", "note")


class CountForm(StepForm):
    result = forms.ChoiceField(
        label=_("结果"), choices=CountResult.choices, widget=forms.RadioSelect
    )
    field_order = ("result", "picture", "note")


class DepartureForm(StepForm):
    """Nothing but a note and a photograph."""


class ConfirmForm(forms.Form):
    """The second person's word; a refusal needs a reason."""

    note = forms.CharField(**_NOTE | {"help_text": _("不同意的，写明哪里不符。")})
