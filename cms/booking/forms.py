"""Forms of registering and of the door; the services check again.

The hidden key of a form makes a double click one booking: it is drawn when the form is shown.
"""

import csv
import io
import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime, parse_time
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.core.clock import SHANGHAI
from artmarket.core.errors import DomainError, Invalid
from artmarket.core.money import Money
from artmarket.core.punctuation import bracketed, joined

from ..models import Programme, Session, TicketType
from ..services.check_in import MOST_READINGS, Reading
from . import citations, terms

MAX_UPLOAD: Final = 1_000_000
HEAD: Final = ("reading", "code", "read_at")
"""The first columns of a list for the door, in every language."""


class BookingForm(forms.Form):
    """Which date, which ticket, how many people, whom to ask for."""

    session = forms.ChoiceField(label=_("哪一场"), widget=forms.RadioSelect)
    ticket_type = forms.ChoiceField(label=_("票种"), widget=forms.RadioSelect)
    places = forms.IntegerField(label=_("几个人"), min_value=1, initial=1)
    name = forms.CharField(label=_("联系人"), max_length=80)
    phone = forms.CharField(
        label=_("电话"), max_length=30, required=False, help_text=_("只在临时有变时联系你。")
    )
    need = forms.CharField(
        label=_("需要的帮助"), max_length=200, required=False,
        help_text=_("例如轮椅座位、手语。"),
    )  # fmt: skip
    meets_age = forms.BooleanField(label=_("来的人都符合年龄要求"), required=False)
    consent = forms.BooleanField(required=False)
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(
        self, data: Any = None, *, programme: Programme, dates: Sequence[Any],
        types: Sequence[TicketType], reader: Any = None, session: str = "",
        initial: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        open_dates = [row for row in dates if row.can_book]
        first = {
            "key": secrets.token_urlsafe(24),
            "name": getattr(reader, "display_name", ""),
            "phone": getattr(reader, "phone", ""),
            "session": session or (str(open_dates[0].session.uuid) if open_dates else ""),
            "ticket_type": str(types[0].pk) if types else "",
        }
        super().__init__(data, initial=first | (initial or {}))
        self._choices("session", [(str(r.session.uuid), date_words(r)) for r in open_dates])
        self._choices("ticket_type", [(str(r.pk), type_words(r)) for r in types])
        most = terms.most_people(programme)
        places: Any = self.fields["places"]
        places.max_value = most
        places.widget.attrs["max"] = most
        places.help_text = ngettext_lazy("最多%(n)d人。", "最多%(n)d人。", most) % {"n": most}
        limits = age_words(*terms.age_limits(programme))
        if limits:
            label = gettext("来的人都符合年龄要求") + bracketed(limits)
            self.fields["meets_age"].label = label
        elif all(terms.age_limits(row) == (None, None) for row in types):
            del self.fields["meets_age"]
        months = rulebook.get(citations.RETENTION)
        self.fields["consent"].label = ngettext_lazy(
            "我同意把这些信息用于这次报名：确认、通知变动、签到；活动结束%(n)d个月后删除。",
            "我同意把这些信息用于这次报名：确认、通知变动、签到；活动结束%(n)d个月后删除。",
            months,
        ) % {"n": months}

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        """A single choice needs no question."""
        field: Any = self.fields[name]
        field.choices = choices
        if len(choices) == 1:
            field.widget = forms.HiddenInput()

    def given(self) -> dict[str, Any]:
        """What `services.bookings.book` takes, but for the actor, the session and the language."""
        clean = self.cleaned_data
        return {
            "ticket_type_id": int(clean["ticket_type"]),
            "places": clean["places"],
            "name": clean["name"],
            "phone": clean["phone"],
            "need": clean["need"],
            "meets_age": clean.get("meets_age", False),
            "consent": clean["consent"],
            "key": clean["key"],
        }


def date_words(row: Any) -> str:
    """A date with its places, as a choice."""
    when = date_format(timezone.localtime(row.session.starts_at), "DATETIME_FORMAT")
    return when + bracketed(row.words)


def type_words(row: TicketType) -> str:
    """A ticket type with its price and its ages, as a choice."""
    price = str(Money(row.price_minor, row.currency)) if row.price_minor else gettext("免费")
    return str(row) + bracketed(joined(filter(None, (price, age_words(row.min_age, row.max_age)))))


def age_words(least: int | None, most: int | None) -> str:
    """Limits of age in words, or ""."""
    if least is not None and most is not None:
        return gettext("%(least)s到%(most)s岁") % {"least": least, "most": most}
    if least is not None:
        return gettext("%(least)s岁以上") % {"least": least}
    return gettext("%(most)s岁以下") % {"most": most} if most is not None else ""


class PlacesForm(forms.Form):
    """Come with more or fewer people."""

    places = forms.IntegerField(label=_("几个人"), min_value=1)


class ReasonForm(forms.Form):
    """Why the bureau refuses or cancels; the visitor reads it."""

    reason = forms.CharField(label=_("理由"), max_length=300, help_text=_("报名的人会看到。"))


class CodeForm(forms.Form):
    """The code of a ticket: a scanner types it and presses Enter."""

    code = forms.CharField(
        label=_("票号"), max_length=400,
        widget=forms.TextInput(
            attrs={"autofocus": True, "autocomplete": "off", "autocapitalize": "characters"}
        ),
    )  # fmt: skip
    reading = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"reading": uuid.uuid4()})


class ReadingsForm(forms.Form):
    """A list of readings that a device made offline."""

    file = forms.FileField(
        label=_("离线签到名单"),
        help_text=_("从这里下载的CSV，在“read_at”一列填了签到时间（例如9:45）；不超过1MB。"),
    )

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > MAX_UPLOAD:
            raise forms.ValidationError(_("文件太大。"))
        return bytes(file.read())


def readings_of(raw: bytes, session: Session) -> tuple[list[Reading], list[int]]:
    """The readings of an uploaded list, and the numbers of lines that can't be read.

    Lines without a time were nobody who came. A time alone is of the session's day, in Shanghai.
    Raises `Invalid` (no such columns, too many lines).
    """
    rows = list(csv.reader(io.StringIO(_text(raw))))
    head = [cell.strip().lower() for cell in rows[0]] if rows else []
    if any(name not in head for name in HEAD):
        words = gettext("第一行要有reading、code、read_at三列。")
        raise Invalid(fields={"file": words})
    if len(rows) > MOST_READINGS:
        raise Invalid(fields={"file": gettext("行数太多，请分开上传。")})
    found, wrong = [], []
    for number, row in enumerate(rows[1:], start=2):
        cells = dict(zip(head, (cell.strip() for cell in row), strict=False))
        if not cells.get("read_at"):
            continue
        moment = _moment(cells["read_at"], session)
        try:
            name = uuid.UUID(cells.get("reading", ""))
        except ValueError:
            name = None
        if moment is None or name is None or not cells.get("code"):
            wrong.append(number)
        else:
            found.append(Reading(name, cells["code"], moment))
    return found, wrong


def _text(raw: bytes) -> str:
    """The words of a file as Excel writes it, here or in China."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(fields={"file": gettext("文件的编码读不出来，请存为UTF-8。")})


def _moment(text: str, session: Session) -> datetime | None:
    day = session.starts_at.astimezone(SHANGHAI).date()
    try:
        moment = parse_datetime(text.replace("/", "-"))
        if moment is None and (clock := parse_time(text)) is not None:
            moment = datetime.combine(day, clock)
    except ValueError:
        return None
    if moment is None:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def show_on(form: forms.Form, error: DomainError) -> None:
    """Put a refusal beside the fields that it is about, or above the form."""
    fields = error.fields if isinstance(error, Invalid) else {}
    for name, words in fields.items():
        form.add_error(name if name in form.fields else None, str(words))
    if not fields:
        form.add_error(None, " ".join(filter(None, (str(error), str(error.hint)))))
