"""The registrar's form for one paper."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .enums import PaperKind
from .services.certificates import Paper


class CertificateForm(forms.Form):
    """What stands on the paper."""

    kind = forms.ChoiceField(label=_("种类"), choices=PaperKind)
    issuer = forms.CharField(label=_("出具人"), max_length=160)
    number = forms.CharField(label=_("编号"), max_length=80, required=False)
    issued = forms.CharField(
        label=_("出具日期"),
        max_length=120,
        required=False,
        help_text=_("照原件写，例如2019年5月。"),
    )
    statement = forms.CharField(
        label=_("原件怎么说"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("照原件摘录，公开展示；不要写价格、持有人姓名和住址。"),
    )
    scan = forms.FileField(
        label=_("扫描件"),
        required=False,
        help_text=_("不公开，只有登记员和权利人看得到。"),
    )
    seen = forms.BooleanField(label=_("我核对过原件，不是照片或复印件"))

    def paper(self) -> Paper:
        """The value for the service."""
        names = ("kind", "issuer", "statement", "number", "issued")
        return Paper(**{name: self.cleaned_data[name] for name in names})
