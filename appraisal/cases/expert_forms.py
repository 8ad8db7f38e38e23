"""What an expert types: his declaration, his opinion, and as chair the summing up."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.forms import attribution_choices
from catalog.models import Artist

from ..engine.panels import Conflict
from ..enums import Confidence
from .forms import MAX_REASON, MAX_TEXT, Choices, choose, words

CONFLICTS: Final[dict[str, Any]] = {
    Conflict.OWNER: _("我是权利人，或与权利人共有"),
    Conflict.BUYER: _("我要买，或替人买"),
    Conflict.LENDER: _("我或我的机构以它放款"),
    Conflict.DEALER: _("我或我的机构经手买卖它"),
    Conflict.KIN: _("我与委托人、权利人或作者是亲属"),
    Conflict.TEACHER_OR_PUPIL: _("我与作者是师生"),
    Conflict.EARLIER_OPINION: _("我以前对这件作品发表过意见"),
    Conflict.FEE_SHARE: _("我从委托费或成交里分成"),
}
NONE: Final = "none"
CANNOT_TELL: Final = "?"
PLAIN: Final = (
    "term", "naming", "date_text", "grade", "confidence", "reasons", "limits", "saw_object",
)  # fmt: skip


class DeclareForm(forms.Form):
    """A declaration of conflicts of interest; that there is none is said too."""

    conflicts = forms.MultipleChoiceField(
        label=_("利益冲突"), widget=forms.CheckboxSelectMultiple,
        choices=[*CONFLICTS.items(), (NONE, _("以上都没有"))],
        help_text=_("看图片和材料之前先声明。有任何一项，这一席由别的专家担任。"),
    )  # fmt: skip
    words = forms.CharField(label=_("说明"), max_length=500, required=False)

    def clean_conflicts(self) -> list[str]:
        """The conflicts; [] where he says that there is none."""
        chosen = self.cleaned_data["conflicts"]
        if NONE in chosen and len(chosen) > 1:
            raise forms.ValidationError(_("“以上都没有”不能和别的项一起选。"))
        return [] if NONE in chosen else chosen


class OpinionForm(forms.Form):
    """An opinion: everything may be missing in a draft, the service says what a submission needs.

    `makers` are the makers that the record names; any other is given by the number of his record.
    """

    is_draft = True
    term = forms.ChoiceField(
        label=_("归属"), required=False,
        help_text=_("不能判断也是一种意见，写明为什么。"),
    )  # fmt: skip
    maker = forms.ChoiceField(label=_("作者"), required=False)
    other_maker = forms.IntegerField(
        label=_("另一位作者的记录编号"), required=False, min_value=1, max_value=2**31 - 1,
        help_text=_("不是上面的作者时填；作者页地址里的数字。"),
    )  # fmt: skip
    naming = forms.CharField(label=_("定名"), max_length=300, required=False)
    date_text = forms.CharField(
        label=_("年代"), max_length=120, required=False,
        help_text=_("用通常的说法，例如清乾隆、19世纪下半叶、约1980年。"),
    )  # fmt: skip
    grade = forms.CharField(label=_("评级"), max_length=60, required=False)
    confidence = forms.ChoiceField(
        label=_("把握"), required=False, choices=[("", _("请选择")), *Confidence.choices]
    )
    reasons = words(
        _("理由"), rows=8, limit=MAX_TEXT, required=False,
        help_text=_("看到了什么、比对了什么、怎样得出结论。结果签署后公开，不要写权利人姓名和价格。"),
    )  # fmt: skip
    limits = words(
        _("没有查验的"), rows=3, limit=MAX_TEXT, required=False,
        help_text=_("例如没有拆开装裱、没有做成分检测；会写在结果里。"),
    )  # fmt: skip
    saw_object = forms.BooleanField(
        label=_("我看过原物，不只是照片"), required=False,
        help_text=_("只凭照片的意见不能支持证书。"),
    )  # fmt: skip
    evidence = forms.MultipleChoiceField(
        label=_("依据的证据"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, makers: Choices, evidence: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        empty = ("", _("请选择"))
        choose(self, "term", [empty, (CANNOT_TELL, _("不能判断")), *attribution_choices()])
        choose(self, "maker", [("", _("不指名作者")), *makers])
        choose(self, "evidence", evidence)

    def clean_other_maker(self) -> int | None:
        """A maker who has a record."""
        number = self.cleaned_data["other_maker"]
        if number and not Artist.objects.filter(pk=number).exists():
            raise forms.ValidationError(_("没有这个编号的作者记录。"))
        return number

    def draft(self) -> dict[str, Any]:
        """What was typed, in the shape that the service keeps."""
        given = self.cleaned_data
        plain = {name: given[name] for name in PLAIN}
        return plain | {
            "maker_id": self.maker_id(),
            "evidence": [int(key) for key in given["evidence"]],
        }

    def maker_id(self) -> int | None:
        """Whom the opinion names."""
        chosen = self.cleaned_data.get("maker")
        return self.cleaned_data.get("other_maker") or (int(chosen) if chosen else None)


class ConcludeForm(forms.Form):
    """The chair's summing up of the majority."""

    naming = forms.CharField(label=_("定名"), max_length=300, required=False)
    date_text = forms.CharField(label=_("年代"), max_length=120, required=False)
    grade = forms.CharField(label=_("评级"), max_length=60, required=False)


class RevokeForm(forms.Form):
    """Why a signed result is revoked."""

    reason = words(_("撤销的理由"), rows=3, limit=MAX_REASON)


def filled(draft: dict[str, Any], makers: Choices) -> dict[str, Any]:
    """A kept draft as the values of `OpinionForm`."""
    maker = str(draft.get("maker_id") or "")
    is_known = maker in dict(makers)
    return draft | {
        "maker": maker if is_known else "",
        "other_maker": None if is_known else draft.get("maker_id"),
        "evidence": [str(key) for key in draft.get("evidence", ())],
    }
