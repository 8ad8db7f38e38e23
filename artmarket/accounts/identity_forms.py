"""Forms of identity checks, licences and personal data; thin: parse, then a service."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from .enums import PERSONAL_LICENCES, EvidenceKind, LicenceKind, PaperKind
from .models import IdentityCheck, Licence
from .services.identity import MAX_NAME, MAX_REASON, Particulars
from .services.licences import Paper

PHOTOS = ".jpg,.jpeg,.png,.webp,.heic,.tif,.tiff,.pdf"


def _day(label: object, *, required: bool = False, help_text: object = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class FileField(forms.FileField):
    """A file judged by `media`, by its content; the browser only filters what it offers."""

    def __init__(self, label: object, **kwargs: object) -> None:
        widget = forms.ClearableFileInput(attrs={"accept": PHOTOS})
        super().__init__(label=label, required=False, widget=widget, **kwargs)


class CheckForm(forms.Form):
    """A person's paper: what stands on it, and pictures of it. Fills up over several visits."""

    is_draft = True
    legal_name = forms.CharField(
        label=_("姓名"), max_length=MAX_NAME, required=False, help_text=_("与证件上完全一致。")
    )
    paper_kind = forms.ChoiceField(label=_("证件种类"), choices=[("", _("请选择"))], required=False)
    number = forms.CharField(
        label=_("证件号码"),
        max_length=40,
        required=False,
        help_text=_("加密保存；登记员核验时才看得到，每次查看都有记录。"),
    )
    paper_until = _day(_("证件有效期至"), help_text=_("长期有效的不用填。"))
    front = FileField(_("证件正面（人像面）"))
    back = FileField(_("证件背面（国徽面）"))
    holding = FileField(_("手持证件照"), help_text=_("登记员要求时再补。"))

    FILES = {"front": "front", "back": "back", "holding": "holding"}

    def __init__(self, *args: object, check: IdentityCheck, **kwargs: object) -> None:
        initial = {
            name: getattr(check, name)
            for name in ("legal_name", "paper_kind", "number", "paper_until", "representative")
        }
        super().__init__(*args, initial=initial, **kwargs)
        if "paper_kind" in self.fields:
            self.fields["paper_kind"].choices = [("", _("请选择")), *PaperKind.choices]

    def particulars(self) -> Particulars:
        """What the service is given."""
        data = self.cleaned_data
        return Particulars(
            legal_name=data["legal_name"],
            number=data["number"],
            paper_kind=data.get("paper_kind", ""),
            representative=data.get("representative", ""),
            paper_until=data["paper_until"],
        )

    def chosen_files(self) -> list[tuple[str, str, object]]:
        """(field, kind of evidence, file) of what was chosen."""
        return [(f, kind, self.cleaned_data[f]) for f, kind in self.FILES.items()
                if self.cleaned_data.get(f)]  # fmt: skip


class EnterpriseForm(CheckForm):
    """An enterprise's business licence and who may act for it."""

    paper_kind = None
    front = back = holding = None
    legal_name = forms.CharField(
        label=_("单位全称"), max_length=MAX_NAME, required=False,
        help_text=_("与营业执照或登记证书上完全一致。"),
    )  # fmt: skip
    number = forms.CharField(label=_("统一社会信用代码"), max_length=40, required=False)
    representative = forms.CharField(
        label=_("法定代表人或负责人"), max_length=MAX_NAME, required=False
    )
    licence = FileField(_("营业执照或登记证书"))
    authority = FileField(
        _("授权委托书"), help_text=_("不是法定代表人本人办理的，请附盖章的委托书。")
    )

    FILES = {"licence": EvidenceKind.LICENCE, "authority": EvidenceKind.AUTHORITY}
    field_order = ["legal_name", "number", "representative", "paper_until"]


class LicenceForm(forms.Form):
    """A licence or filing: what the paper says."""

    kind = forms.ChoiceField(label=_("种类"))
    number = forms.CharField(label=_("证号或备案号"), max_length=80)
    authority = forms.CharField(label=_("发证机关"), max_length=120)
    valid_from = _day(_("有效期自"), required=True)
    valid_until = _day(_("有效期至"), help_text=_("长期有效的不用填。"))
    scope = forms.CharField(
        label=_("范围"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("证上写明的类别，一行一项；没有限制的不用填。"),
    )
    file = FileField(_("许可证件的扫描件或照片"))

    def __init__(
        self, *args: object, for_person: bool, licence: Licence | None = None, **kwargs: object
    ) -> None:
        if licence:
            kwargs["initial"] = {
                name: getattr(licence, name)
                for name in ("kind", "number", "authority", "valid_from", "valid_until")
            } | {"scope": "\n".join(licence.scope)}
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [
            (value, label)
            for value, label in LicenceKind.choices
            if (value in PERSONAL_LICENCES) == for_person
        ]

    def paper(self) -> Paper:
        """What the service is given."""
        data = dict(self.cleaned_data)
        data.pop("file")
        words = re.split(r"[\n;；、]+", data.pop("scope"))
        return Paper(scope=tuple(w.strip() for w in words if w.strip()), **data)


class DecisionForm(forms.Form):
    """A registrar's words."""

    reason = forms.CharField(
        label=_("理由或备注"),
        max_length=MAX_REASON,
        required=False,
        help_text=_("退回、不通过、暂停和撤销必须写明；对方会看到。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class PurposeForm(forms.Form):
    """Why a registrar opens sealed particulars."""

    purpose = forms.CharField(
        label=_("查看用途"), max_length=200, help_text=_("会记录下来，本人看得到。")
    )
