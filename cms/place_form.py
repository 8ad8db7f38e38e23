"""Forms of the editors' admin: a place with its hours day by day."""

from datetime import time
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

DAYS: Final = {
    "mon": _("星期一"),
    "tue": _("星期二"),
    "wed": _("星期三"),
    "thu": _("星期四"),
    "fri": _("星期五"),
    "sat": _("星期六"),
    "sun": _("星期日"),
}
HOURS_FIELDS: Final = tuple(f"hours_{day}" for day in DAYS)


def checked_hours(words: str) -> str:
    """Hours of a day in their one form, `09:00-12:00,14:00-17:00`; empty: closed.

    Raises ValidationError for a time that is none, or an end that is not after its beginning.
    """
    stretches = []
    plain = words.replace("：", ":").replace("，", ",").replace("–", "-").replace("—", "-")
    for part in filter(None, (piece.strip() for piece in plain.split(","))):
        try:
            opens, closes = (_time(end) for end in part.split("-"))
        except ValueError as error:
            raise ValidationError(_("请写成09:00-17:00的样子。")) from error
        if opens >= closes:
            raise ValidationError(_("关门时间要在开门时间之后。"))
        stretches.append(f"{opens:%H:%M}-{closes:%H:%M}")
    return ",".join(stretches)


class PlaceForm(WagtailAdminModelForm):
    """Opening hours as seven plain fields; stored as one."""

    hours_mon = forms.CharField(label=DAYS["mon"], required=False, max_length=60)
    hours_tue = forms.CharField(label=DAYS["tue"], required=False, max_length=60)
    hours_wed = forms.CharField(label=DAYS["wed"], required=False, max_length=60)
    hours_thu = forms.CharField(label=DAYS["thu"], required=False, max_length=60)
    hours_fri = forms.CharField(label=DAYS["fri"], required=False, max_length=60)
    hours_sat = forms.CharField(label=DAYS["sat"], required=False, max_length=60)
    hours_sun = forms.CharField(label=DAYS["sun"], required=False, max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day, name in zip(DAYS, HOURS_FIELDS, strict=True):
            if name in self.fields:
                self.fields[name].initial = (self.instance.hours or {}).get(day, "")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in HOURS_FIELDS:
            try:
                cleaned[name] = checked_hours(cleaned.get(name) or "")
            except ValidationError as error:
                self.add_error(name, error)
        return cleaned

    def save(self, commit: bool = True) -> Any:
        hours = {
            day: self.cleaned_data[name]
            for day, name in zip(DAYS, HOURS_FIELDS, strict=True)
            if self.cleaned_data.get(name)
        }
        self.instance.hours = hours
        return super().save(commit=commit)


def _time(text: str) -> time:
    hour, _mark, minute = text.strip().partition(":")
    return time(int(hour), int(minute))
