"""What the bureau types about a programme and its dates."""

from dataclasses import fields
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import Organisation

from ..enums import BookingMode, ProgrammeKind, WaitingMode
from ..models import Programme, Session
from ..services.programmes import LONGEST_REASON, Plan
from ..services.sessions import LONGEST_NOTE
from .controls import (
    REPEATS,
    WEEKDAYS,
    day,
    local,
    moment,
    number_or_none,
    place_choices,
    room_choices,
    rule_choices,
    rule_text,
)

LONGEST_NOTE_EN = 260


def _number(label: Any, help_text: Any = "", *, least: int = 1) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, required=False, min_value=least, max_value=100_000, help_text=help_text
    )


def _choose(form: forms.Form, name: str, choices: list[tuple[Any, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared in the form
    field.choices = choices


class ProgrammeForm(forms.Form):
    """Everything that is laid down for a programme; its dates are entered by themselves."""

    kind = forms.ChoiceField(label=_("种类"), choices=ProgrammeKind)
    title = forms.CharField(
        label=_("名称"), max_length=160, help_text=_("工作台和日历里用；网页的标题写在网页上。")
    )
    title_en = forms.CharField(label=_("英文名称"), max_length=200, required=False)
    place = forms.ChoiceField(label=_("场所"), required=False)
    room = forms.ChoiceField(
        label=_("场地"), required=False, help_text=_("同一个场地同一时间只有一场。")
    )
    is_online = forms.BooleanField(label=_("线上"), required=False)
    organiser = forms.ChoiceField(label=_("主办单位"), required=False)
    booking = forms.ChoiceField(
        label=_("报名方式"), choices=BookingMode, initial=BookingMode.OPEN
    )  # fmt: skip
    seats = _number(_("每场名额"), _("新排的场次用；不填按场地容纳人数。"))
    people_per_booking = _number(_("每次最多几人"), _("不填按规则。"))
    cut_off_minutes = _number(_("开始前几分钟截止报名"), _("不填按规则。"), least=0)
    waiting = forms.ChoiceField(
        label=_("候补"), choices=WaitingMode, initial=WaitingMode.AUTOMATIC
    )  # fmt: skip
    waiting_size = _number(_("候补人数上限"), _("不填按规则。"))
    min_age = forms.IntegerField(
        label=_("最低年龄"), required=False, min_value=0, max_value=120
    )  # fmt: skip
    is_for_children = forms.BooleanField(label=_("适合儿童"), required=False)
    has_sign_language = forms.BooleanField(label=_("有手语"), required=False)
    has_quiet_hours = forms.BooleanField(label=_("有安静时段"), required=False)

    def __init__(self, *args: Any, programme: Programme | None = None, **options: Any) -> None:
        if programme:
            options["initial"] = _initial(programme)
        super().__init__(*args, **options)
        _choose(self, "place", place_choices(_("还没有定")))
        _choose(self, "room", room_choices(_("还没有定，或不在我们的场地里")))
        organisers = Organisation.objects.filter(is_active=True).order_by("name")
        rows = [(row.pk, str(row)) for row in organisers]
        _choose(self, "organiser", [("", _("不写")), *rows])

    def plan(self) -> Plan:
        """The value for the service."""
        given = dict(self.cleaned_data)
        for name in ("place", "room", "organiser"):
            given[f"{name}_id"] = number_or_none(given.pop(name))
        return Plan(**given)


def _initial(programme: Programme) -> dict[str, Any]:
    values = {one.name: getattr(programme, one.name) for one in fields(Plan)}
    return {name.removesuffix("_id"): value for name, value in values.items()}


class RuleForm(forms.Form):
    """How a programme repeats: plain choices, or a rule of one's own."""

    first_start = moment(_("第一场开始"), help_text=_("北京时间。"))
    ends_at = moment(_("第一场结束"))
    repeat = forms.ChoiceField(label=_("怎么重复"), choices=REPEATS, required=False)
    interval = forms.IntegerField(
        label=_("每隔几天、几周、几个月"), min_value=1, max_value=99, initial=1, required=False
    )
    weekdays = forms.MultipleChoiceField(
        label=_("星期几"), choices=WEEKDAYS, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("每周重复时用；不选就和第一场同一天。"),
    )  # fmt: skip
    until = day(_("重复到哪一天"), required=False)
    count = forms.IntegerField(
        label=_("或一共几场"), min_value=1, max_value=5000, required=False
    )  # fmt: skip
    raw = forms.CharField(
        label=_("自己写的规则"), max_length=300, required=False,
        help_text=_("RFC 5545的RRULE，例如FREQ=WEEKLY;BYDAY=SA,SU;COUNT=10。"),
    )  # fmt: skip

    # Fields that the service calls otherwise.
    names = {"rule": "repeat"}

    def __init__(self, *args: Any, programme: Programme, **options: Any) -> None:
        first = programme.first_start
        last = first + timedelta(minutes=programme.length_minutes) if first else None
        options["initial"] = rule_choices(programme.rule) | {
            "first_start": local(first), "ends_at": local(last),
        }  # fmt: skip
        super().__init__(*args, **options)

    def clean(self) -> dict[str, Any]:
        """One end, not two."""
        given = super().clean() or self.cleaned_data
        if given.get("until") and given.get("count"):
            self.add_error("count", _("重复到哪一天和一共几场，只填一项。"))
        return given

    def rule(self) -> str:
        """The rule for the service."""
        return rule_text(self.cleaned_data)

    def length_minutes(self) -> int:
        """How long each session is; nought or less where it ends before it begins."""
        length = self.cleaned_data["ends_at"] - self.cleaned_data["first_start"]
        return int(length.total_seconds() // 60)


class NoteForm(forms.Form):
    """What the public reads of a change, in both languages."""

    note = forms.CharField(label=_("说明"), max_length=LONGEST_NOTE, required=False)
    note_en = forms.CharField(
        label=_("说明（英文）"), max_length=LONGEST_NOTE_EN, required=False
    )  # fmt: skip


class SessionForm(forms.Form):
    """One more date."""

    starts_at = moment(_("开始"), help_text=_("北京时间。"))
    ends_at = moment(_("结束"))
    room = forms.ChoiceField(label=_("场地"), required=False)
    note = forms.CharField(label=_("说明"), max_length=LONGEST_NOTE, required=False)
    note_en = forms.CharField(
        label=_("说明（英文）"), max_length=LONGEST_NOTE_EN, required=False
    )  # fmt: skip

    def __init__(self, *args: Any, programme: Programme, **options: Any) -> None:
        options.setdefault("initial", {"room": programme.room_id})
        super().__init__(*args, **options)
        _choose(self, "room", room_choices(_("不在我们的场地里")))

    def values(self) -> dict[str, Any]:
        """The arguments for the service."""
        given = dict(self.cleaned_data)
        given["room_id"] = number_or_none(given.pop("room"))
        return given


class MoveForm(NoteForm):
    """Another time."""

    starts_at = moment(_("改到"), help_text=_("北京时间。"))
    ends_at = moment(_("结束"))
    field_order = ["starts_at", "ends_at", "note", "note_en"]

    def __init__(self, *args: Any, session: Session, **options: Any) -> None:
        options["initial"] = {
            "starts_at": local(session.starts_at), "ends_at": local(session.ends_at),
        }  # fmt: skip
        super().__init__(*args, **options)


class OtherRoomForm(NoteForm):
    """Another room."""

    room = forms.ChoiceField(label=_("场地"), required=False)
    field_order = ["room", "note", "note_en"]

    def __init__(self, *args: Any, session: Session, **options: Any) -> None:
        options["initial"] = {"room": session.room_id}
        super().__init__(*args, **options)
        _choose(self, "room", room_choices(_("不在我们的场地里")))


class CancelSessionForm(NoteForm):
    """Why a date does not take place."""

    note = forms.CharField(label=_("取消的原因"), max_length=LONGEST_NOTE)
    note_en = forms.CharField(
        label=_("取消的原因（英文）"), max_length=LONGEST_NOTE_EN, required=False
    )


class CancelForm(forms.Form):
    """Why nothing of a programme takes place."""

    reason = forms.CharField(
        label=_("取消的原因"),
        max_length=LONGEST_REASON,
        help_text=_("报名的人和网页的读者会看到。"),
    )
    reason_en = forms.CharField(
        label=_("取消的原因（英文）"), max_length=400, required=False
    )  # fmt: skip


class ListForm(forms.Form):
    """The filter of the list of programmes; what cannot be read filters nothing."""

    kind = forms.ChoiceField(
        label=_("种类"), required=False, choices=[("", _("全部")), *ProgrammeKind.choices]
    )
    place = forms.ChoiceField(label=_("场所"), required=False)
    q = forms.CharField(label=_("名称里有"), required=False, max_length=80)
    is_draft = True

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _choose(self, "place", place_choices(_("全部")))


class CalendarForm(forms.Form):
    """Which weeks of which room the calendar shows."""

    day = day(_("日期"), required=False)
    span = forms.ChoiceField(
        label=_("范围"), required=False,
        choices=[("month", _("一个月")), ("week", _("一个星期")), ("day", _("一天"))],
    )  # fmt: skip
    place = forms.ChoiceField(label=_("场所"), required=False)
    room = forms.ChoiceField(label=_("场地"), required=False)
    is_draft = True

    def __init__(self, *args: Any, like: "CalendarForm | None" = None, **options: Any) -> None:
        """`like`: one that knows the places and rooms already."""
        super().__init__(*args, **options)
        if like:
            self.fields["place"], self.fields["room"] = like.fields["place"], like.fields["room"]
            return
        _choose(self, "place", place_choices(_("全部")))
        _choose(self, "room", room_choices(_("全部")))
