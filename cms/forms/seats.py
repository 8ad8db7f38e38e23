"""What the bureau types about ticket types, quotas and the works of an exhibition."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from artmarket.core.amounts import AmountField
from catalog.engine.numbers import NumberError, check_number
from catalog.models import Work

from ..models import ExhibitedWork, Programme, Quota, TicketType
from ..services.exhibits import LONGEST_REASON
from ..services.seats import QuotaTerms, TicketTerms
from ..services.slots import when_words

EMPTY_ROWS = 2
COLUMNS = ("name", "name_en", "price", "min_age", "max_age", "is_offered")


class TicketTypesForm(forms.Form):
    """All ticket types in rows, with empty ones below; a row without a name is left out."""

    is_draft = True

    def __init__(
        self, *args: Any, stored: Iterable[TicketType], **options: Any
    ) -> None:  # fmt: skip
        super().__init__(*args, **options)
        self.stored = list(stored)
        self.many = len(self.stored) + EMPTY_ROWS
        for n in range(self.many):
            row = self.stored[n] if n < len(self.stored) else None
            self._add_row(n, row)

    def _add_row(self, n: int, row: TicketType | None) -> None:
        age: dict[str, Any] = {"required": False, "min_value": 0, "max_value": 120}
        self.fields[f"name_{n}"] = forms.CharField(
            label=_("名称"), max_length=60, required=False, initial=row.name if row else ""
        )
        self.fields[f"name_en_{n}"] = forms.CharField(
            label=_("英文名称"), max_length=80, required=False, initial=row.name_en if row else ""
        )
        self.fields[f"price_{n}"] = AmountField(
            label=_("票价（元）"), required=False, initial=row.price_minor if row else None
        )
        self.fields[f"min_age_{n}"] = forms.IntegerField(
            label=_("最低年龄"), initial=row.min_age if row else None, **age
        )
        self.fields[f"max_age_{n}"] = forms.IntegerField(
            label=_("最高年龄"), initial=row.max_age if row else None, **age
        )
        self.fields[f"is_offered_{n}"] = forms.BooleanField(
            label=_("可以报"), required=False, initial=row.is_offered if row else True
        )

    def rows(self) -> list[list[forms.BoundField]]:
        """The fields row by row."""
        return [[self[f"{name}_{n}"] for name in COLUMNS] for n in range(self.many)]

    def terms(self) -> tuple[list[TicketTerms], list[int]]:
        """The value for the service, and in which row of the form each stands."""
        given, found, places = self.cleaned_data, [], []
        for n in range(self.many):
            typed = any(given[f"{name}_{n}"] not in ("", None) for name in COLUMNS[1:-1])
            if not given[f"name_{n}"].strip() and (n < len(self.stored) or not typed):
                continue
            key = self.stored[n].pk if n < len(self.stored) else None
            found.append(
                TicketTerms(
                    name=given[f"name_{n}"],
                    name_en=given[f"name_en_{n}"],
                    price_minor=given[f"price_{n}"] or 0,
                    min_age=given[f"min_age_{n}"],
                    max_age=given[f"max_age_{n}"],
                    is_offered=given[f"is_offered_{n}"],
                    key=key,
                )
            )
            places.append(n)
        return found, places


class QuotaForm(forms.Form):
    """Places that sessions share."""

    name = forms.CharField(label=_("名称"), max_length=80)
    name_en = forms.CharField(label=_("英文名称"), max_length=120)
    size = forms.IntegerField(
        label=_("名额"), required=False, min_value=0, max_value=1_000_000,
        help_text=_("不填就不限。"),
    )  # fmt: skip
    sessions = forms.MultipleChoiceField(
        label=_("哪些场次"), widget=forms.CheckboxSelectMultiple
    )  # fmt: skip
    ticket_types = forms.MultipleChoiceField(
        label=_("哪些票种"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("不选就是全部。"),
    )  # fmt: skip

    def __init__(
        self, *args: Any, programme: Programme, quota: Quota | None = None, **options: Any
    ) -> None:
        if quota:
            options["initial"] = {
                "name": quota.name, "name_en": quota.name_en, "size": quota.size,
                "sessions": list(quota.sessions.values_list("pk", flat=True)),
                "ticket_types": list(quota.ticket_types.values_list("pk", flat=True)),
            }  # fmt: skip
        super().__init__(*args, **options)
        rows = programme.sessions.order_by("starts_at", "pk")
        self.fields["sessions"].choices = [  # type: ignore[attr-defined]
            (row.pk, when_words(row.starts_at, row.ends_at)) for row in rows
        ]
        self.fields["ticket_types"].choices = [  # type: ignore[attr-defined]
            (row.pk, str(row)) for row in programme.ticket_types.all()
        ]

    def terms(self) -> QuotaTerms:
        """The value for the service."""
        given = self.cleaned_data
        return QuotaTerms(
            name=given["name"], name_en=given["name_en"], size=given["size"],
            session_ids=frozenset(map(int, given["sessions"])),
            ticket_type_ids=frozenset(map(int, given["ticket_types"])),
        )  # fmt: skip


class ResizeForm(forms.Form):
    """One size for every date that comes."""

    size = forms.IntegerField(
        label=_("每一场的名额"), required=False, min_value=0, max_value=1_000_000,
        help_text=_("不填就不限；以后新排的场次也用它。"),
    )  # fmt: skip


class LabelForm(forms.Form):
    """Where a work hangs and what its label says."""

    section = forms.CharField(label=_("展厅或单元"), max_length=80, required=False)
    section_en = forms.CharField(
        label=_("展厅或单元（英文）"), max_length=120, required=False
    )  # fmt: skip
    caption = forms.CharField(label=_("说明牌"), max_length=300, required=False)
    caption_en = forms.CharField(label=_("说明牌（英文）"), max_length=400, required=False)

    def __init__(self, *args: Any, row: ExhibitedWork | None = None, **options: Any) -> None:
        if row:
            options["initial"] = {name: getattr(row, name) for name in self.base_fields}
        super().__init__(*args, **options)


class AddWorkForm(LabelForm):
    """A work of the registry, by its number."""

    work = forms.CharField(
        label=_("登记号"), max_length=40, help_text=_("八个字符，例如7K3M-92QF。")
    )
    field_order = ["work", "section", "section_en", "caption", "caption_en"]

    def clean_work(self) -> int:
        """The key of the work."""
        try:
            number = check_number(self.cleaned_data["work"])
        except NumberError as error:
            raise ValidationError(_("登记号写错了，请照证书或网页核对。")) from error
        found = Work.objects.public().filter(number=number).values_list("pk", flat=True).first()
        if found is None:
            raise ValidationError(_("登记册里没有这个号，或作品没有公开。"))
        return found


class LendForm(forms.Form):
    """The owner's consent."""

    consent = forms.CharField(
        label=_("物主同意的文件"), max_length=200, required=False,
        help_text=_("文件编号、日期、签字的人；登记在作品的权利限制里。"),
    )  # fmt: skip


class TakeDownForm(forms.Form):
    """Why a work is taken down."""

    reason = forms.CharField(label=_("撤下的理由"), max_length=LONGEST_REASON)
