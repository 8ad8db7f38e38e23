"""The terms of a product as a lender writes them: every figure with the rule that bounds it.

The haircut table is a grid of category and liquidity; a category that is left empty takes the row
for every other. Orders (allocation, waterfall, realisation) are places, each with one step.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from appraisal.cases.pages import category_choices
from artmarket import rulebook
from artmarket.accounts.models import Organisation
from artmarket.core.amounts import AmountField
from artmarket.core.clock import today
from artmarket.core.punctuation import joined, labelled

from .. import citations, rule_values
from ..enums import (
    DayCount,
    LenderClass,
    Liquidity,
    Part,
    ProductKind,
    Realisation,
    Rounding,
    ScheduleKind,
    WaterfallStep,
)
from ..models import ProductVersion
from ..services.ground import MAX_WORDS
from ..services.lenders import Terms
from ..valuing import EVERY_CATEGORY
from .lender import day_field

ORDERS: Final[dict[str, tuple[Any, Any]]] = {
    "allocation": (Part, _("还款抵充顺序")),
    "waterfall": (WaterfallStep, _("变现款的清偿顺序")),
    "realisation": (Realisation, _("变现方式的顺序")),
}
# The rule that bounds a field, shown beside it.
RULES: Final = {
    "ltv_initial_pct": rule_values.LTV, "disagreement_pct": citations.DISAGREEMENT_MOST,
    "annual_pct": rule_values.RATE_CAP, "valuing": rule_values.HAIRCUTS,
    "realisation": citations.STEPS_SHOWN, "allocation": rule_values.ALLOCATION_ORDER,
    "waterfall": rule_values.WATERFALL, "penalty_pct": "pledge.penalty_overdue_only",
    "origination_pct": citations.NET_PRINCIPAL, "cure_days": rule_values.MARGIN_CURE_DAYS,
}  # fmt: skip
_PERCENT: Final[dict[str, Any]] = {"max_digits": 9, "decimal_places": 3, "min_value": Decimal(0)}


def _percent(label: Any, **options: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, **(_PERCENT | options))


def _count(label: Any, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, **({"min_value": 0, "max_value": 360} | options))


class TermsForm(forms.Form):
    """All the terms of one version."""

    valid_from = day_field(_("生效日"))
    least_minor = AmountField(label=_("最低金额（元）"))
    most_minor = AmountField(label=_("最高金额（元）"))
    least_months = _count(_("最短期限（月）"), min_value=1)
    most_months = _count(_("最长期限（月）"), min_value=1)
    annual_pct = _percent(_("年利率（%）"), decimal_places=6, max_value=Decimal(100))
    penalty_pct = _percent(_("罚息年利率（%）"), decimal_places=6, max_value=Decimal(100))
    origination_pct = _percent(_("手续费（本金的%）"), decimal_places=6, max_value=Decimal(20))
    schedule = forms.ChoiceField(label=_("还款方式"), choices=ScheduleKind)
    every_months = _count(_("每期几个月"), min_value=1, initial=1)
    day_count = forms.ChoiceField(label=_("计息方式"), choices=DayCount)
    rounding = forms.ChoiceField(label=_("分位取舍"), choices=Rounding)
    grace_days = _count(_("宽限期（天）"), initial=0, max_value=60)
    offer_days = _count(_("要约有效期（天）"), initial=14, min_value=1, max_value=60)
    ltv_initial_pct = _percent(_("放款质押率（%）"), max_value=Decimal(100))
    ltv_margin_pct = _percent(_("追加担保线（%）"), max_value=Decimal(100))
    ltv_liquidation_pct = _percent(_("处置线（%）"), max_value=Decimal(100))
    disagreement_pct = _percent(_("两份评估的最大差异（%）"), max_value=Decimal(100))
    cure_days = _count(_("追加担保期限（天）"), min_value=1, max_value=60)

    def __init__(self, *args: Any, version: ProductVersion | None = None, **options: Any) -> None:
        given = dict(options.pop("initial", None) or {})
        options["initial"] = {"valid_from": today()} | _defaults() | _of(version) | given
        super().__init__(*args, **options)
        self._bounds()
        for name, (codes, label) in ORDERS.items():
            for place in range(1, len(codes) + 1):
                self.fields[f"{name}_{place}"] = forms.ChoiceField(
                    label=_("%(order)s第%(n)d位") % {"order": label, "n": place},
                    choices=[("", _("不用")), *codes.choices],
                    required=name != "realisation" or place == 1,
                )
        for category, name in self.categories():
            for liquidity, words in Liquidity.choices:
                for part, label in (("haircut", _("折扣（%）")), ("advance", _("质押率（%）"))):
                    self.fields[f"{part}_{category}_{liquidity}"] = _percent(
                        labelled(joined((name, words)), label),
                        required=category == EVERY_CATEGORY, max_value=Decimal(100),
                    )  # fmt: skip

    def _bounds(self) -> None:
        """Say beside each bounded field what the rule book allows."""
        most = rulebook.get(rule_values.LTV)
        for name in ("initial", "margin", "liquidation"):
            self.fields[f"ltv_{name}_pct"].help_text = _("规则的上限是%(n)s%%。") % {
                "n": most[name]
            }
        self.fields["disagreement_pct"].help_text = _("规则的上限是%(n)s%%。") % {
            "n": rulebook.get(citations.DISAGREEMENT_MOST)
        }

    @staticmethod
    def categories() -> list[tuple[str, Any]]:
        """Every other category first, then those that the rule book knows."""
        return [(EVERY_CATEGORY, _("其余各类")), *category_choices()]

    # -------------------------------------------------------- how the page shows it

    def head(self) -> list[Any]:
        """The fields of the first part of the page."""
        return [self[name] for name in (
            "valid_from", "least_minor", "most_minor", "least_months", "most_months", "offer_days",
        )]  # fmt: skip

    def rates(self) -> list[tuple[Any, str | None]]:
        """Rates, fee and schedule, each with its rule."""
        return [(self[name], RULES.get(name)) for name in (
            "annual_pct", "penalty_pct", "origination_pct", "schedule", "every_months",
            "day_count", "rounding", "grace_days",
        )]  # fmt: skip

    def lines(self) -> list[tuple[Any, str | None]]:
        """The lines of loan-to-value and what belongs to them."""
        return [(self[name], RULES.get(name)) for name in (
            "ltv_initial_pct", "ltv_margin_pct", "ltv_liquidation_pct", "cure_days",
            "disagreement_pct",
        )]  # fmt: skip

    def orders(self) -> list[dict[str, Any]]:
        """The three orders, each with its places and its rule."""
        return [
            {
                "name": name, "label": label, "rule": RULES[name],
                "places": [self[f"{name}_{n}"] for n in range(1, len(codes) + 1)],
            }
            for name, (codes, label) in ORDERS.items()
        ]  # fmt: skip

    def grid(self) -> list[dict[str, Any]]:
        """The haircut table, a block a category; `is_filled` opens it."""
        blocks = []
        for category, name in self.categories():
            rows = [
                (
                    words, self[f"haircut_{category}_{liquidity}"],
                    self[f"advance_{category}_{liquidity}"],
                )
                for liquidity, words in Liquidity.choices
            ]  # fmt: skip
            filled = any(box.value() not in (None, "") for row in rows for box in row[1:])
            wrong = any(box.errors for row in rows for box in row[1:])
            blocks.append({"name": name, "rows": rows, "is_filled": filled or wrong})
        return blocks

    # -------------------------------------------------------- what was typed

    def clean(self) -> dict[str, Any]:
        """Each order names its steps once; each row of the table is whole."""
        given = super().clean() or self.cleaned_data
        for name, (codes, _label) in ORDERS.items():
            steps = [given.get(f"{name}_{n}") for n in range(1, len(codes) + 1)]
            chosen = [step for step in steps if step]
            if len(set(chosen)) != len(chosen):
                self.add_error(f"{name}_1", _("每一项只能写一次。"))
            elif name == "realisation" and steps[: len(chosen)] != chosen:
                self.add_error(f"{name}_1", _("中间不要空着：一步不成再走下一步。"))
        for category, _name in self.categories():
            for liquidity in Liquidity.values:
                cut, rate = (
                    given.get(f"{part}_{category}_{liquidity}") for part in ("haircut", "advance")
                )
                if (cut is None) != (rate is None):
                    lacking = "haircut" if cut is None else "advance"
                    self.add_error(f"{lacking}_{category}_{liquidity}", _("折扣和质押率要一起写。"))
        return given

    def terms(self) -> Terms:
        """The value for the service."""
        given = self.cleaned_data
        plain = {
            field.name: given[field.name] for field in fields(Terms) if field.name in given
        }  # fmt: skip
        orders = {
            name: [step for n in range(1, len(codes) + 1) if (step := given[f"{name}_{n}"])]
            for name, (codes, _label) in ORDERS.items()
        }
        return Terms(**plain, **orders, valuing=self._rows())

    def _rows(self) -> list[dict[str, str]]:
        given = self.cleaned_data
        rows = []
        for category, _name in self.categories():
            for liquidity in Liquidity.values:
                cut = given.get(f"haircut_{category}_{liquidity}")
                rate = given.get(f"advance_{category}_{liquidity}")
                if cut is not None and rate is not None:
                    rows.append({
                        "category": category, "liquidity": liquidity, "haircut_pct": _plain(cut),
                        "advance_pct": _plain(rate),
                    })  # fmt: skip
        return rows

    # What the service calls these fields where it refuses them.
    names: Mapping[str, str] = {
        "allocation": "allocation_1", "waterfall": "waterfall_1", "realisation": "realisation_1",
        "valuing": f"haircut_{EVERY_CATEGORY}_high",
    }  # fmt: skip


def _plain(figure: Decimal) -> str:
    return f"{figure.normalize():f}"


def _defaults() -> dict[str, Any]:
    """What the rule book proposes for a first version."""
    lines = rulebook.get(rule_values.LTV)
    found: dict[str, Any] = {
        "ltv_initial_pct": lines["initial"], "ltv_margin_pct": lines["margin"],
        "ltv_liquidation_pct": lines["liquidation"],
        "disagreement_pct": rulebook.get(citations.DISAGREEMENT_MOST),
        "cure_days": rulebook.get(rule_values.MARGIN_CURE_DAYS),
        "schedule": ScheduleKind.INTEREST_ONLY,
    }  # fmt: skip
    found |= _placed("allocation", rulebook.get(rule_values.ALLOCATION_ORDER))
    found |= _placed("waterfall", rulebook.get(rule_values.WATERFALL))
    return found | _placed("realisation", rulebook.get("pledge.realisation_order"))


def _placed(name: str, steps: Iterable[Any]) -> dict[str, str]:
    return {f"{name}_{n}": str(step) for n, step in enumerate(steps, 1)}


def _of(version: ProductVersion | None) -> dict[str, Any]:
    """The terms of an earlier version, to be changed; its first day is not kept."""
    if version is None:
        return {}
    found: dict[str, Any] = {}
    for field in fields(Terms):
        value = getattr(version, field.name)
        found[field.name] = Decimal(_plain(value)) if isinstance(value, Decimal) else value
    for name, (codes, _label) in ORDERS.items():
        found |= {f"{name}_{n}": "" for n in range(1, len(codes) + 1)}
        found |= _placed(name, found.pop(name))
    for row in found.pop("valuing"):
        key = f"{row['category']}_{row['liquidity']}"
        found |= {f"haircut_{key}": row["haircut_pct"], f"advance_{key}": row["advance_pct"]}
    return found


class ProductForm(TermsForm):
    """A new product with its first terms."""

    name = forms.CharField(label=_("产品名称"), max_length=80)
    name_en = forms.CharField(label=_("英文名称"), max_length=120, required=False)
    kind = forms.ChoiceField(label=_("种类"), choices=ProductKind)
    field_order: Sequence[str] = ("name", "name_en", "kind")

    def head(self) -> list[Any]:
        return [self["name"], self["name_en"], self["kind"], *super().head()]


# ------------------------------------------------------------------ custodians and lenders


class CustodianForm(forms.Form):
    """Whom the lender appoints, and what he really controls."""

    organisation = forms.ModelChoiceField(label=_("托管单位"), queryset=Organisation.objects.none())
    place = forms.CharField(
        label=_("库房"), max_length=200, help_text=_("托管人实际控制的地方，写明地址。")
    )
    agreement = forms.CharField(
        label=_("托管合同"), max_length=120, help_text=_("合同编号；由你委托，不由借款人委托。")
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
        field.queryset = Organisation.objects.filter(is_active=True).order_by("name")


class LenderForm(forms.Form):
    """What a financial organisation is by law, after its papers."""

    organisation = forms.ModelChoiceField(label=_("金融机构"), queryset=Organisation.objects.none())
    kind = forms.ChoiceField(
        label=_("机构类别"), choices=LenderClass, help_text=_("按它的许可证；利率等上限由此决定。")
    )
    capital_minor = AmountField(
        label=_("资本（元）"), help_text=_("注册资本或资本净额；对一个借款人的上限由此决定。")
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
        field.queryset = Organisation.objects.filter(kind="lender", is_active=True).order_by("name")


class EndForm(forms.Form):
    """Which one ends, and why."""

    pk = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    reason = forms.CharField(label=_("理由"), max_length=MAX_WORDS)
