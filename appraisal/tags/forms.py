"""The registrar's forms for tags."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..enums import TagKind
from ..models import Tag
from ..services.tags import NewTag


class LabelsForm(forms.Form):
    """How many seal labels to make."""

    count = forms.IntegerField(label=_("枚数"), min_value=1, initial=24)


class TagForm(forms.Form):
    """A tag that comes from elsewhere."""

    kind = forms.ChoiceField(label=_("种类"), choices=TagKind)
    number = forms.CharField(
        label=_("号码"),
        max_length=120,
        help_text=_("芯片号14位十六进制；封签照封签上的号；微观图像用文件的SHA-256摘要。"),
    )
    code_key = forms.CharField(
        label=_("校验密钥"),
        max_length=80,
        required=False,
        help_text=_("只有签名芯片才有，32位十六进制；加密保存，不再显示。"),
    )
    data_key = forms.CharField(
        label=_("数据密钥"),
        max_length=80,
        required=False,
        help_text=_("芯片加密号码和计数时才有。"),
    )

    def tag(self) -> NewTag:
        """The value for the service."""
        return NewTag(**{name: self.cleaned_data[name] for name in self.fields})


class AttachForm(forms.Form):
    """Which tag is where on the thing."""

    number = forms.CharField(label=_("标签号码"), max_length=120)
    place = forms.CharField(
        label=_("贴在哪里"), max_length=120, help_text=_("例如：画框背面右下角。")
    )
    photograph = forms.FileField(
        label=_("照片"), help_text=_("看得见标签和它周围；只有登记员和权利人看得到。")
    )

    def clean_number(self) -> Tag:
        """The tag of this number, as typed or as its label shows it."""
        typed = "".join(self.cleaned_data["number"].split()).upper()
        found = Tag.objects.filter(number=typed).first()
        if found is None:
            raise forms.ValidationError(_("没有这个号码的标签，请先登记。"))
        return found
