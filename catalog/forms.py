"""Forms of the desks: parse what a person typed into the values that services take."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .engine.terms import attribution_scale
from .enums import (
    CitationKind,
    EncumbranceKind,
    ImpressionKind,
    InscriptionKind,
    NameKind,
    PartKind,
    PhotoView,
    RelicStatus,
    SealStyle,
    SourceKind,
    TermUse,
    TitleBasis,
    WorkForm,
)
from .models import Artist, Attribution, Edition, Term, Work
from .services.artists import (
    MAX_NAME,
    MAX_OWN_BIOGRAPHY,
    OWN_FIELDS,
    OWN_NAME_KINDS,
    own_version,
)
from .services.description import UNKNOWN_ALLOWED, Description, InscriptionInput, Measure
from .services.drafts import MakerInput

UNITS = [("cm", _("厘米")), ("mm", _("毫米")), ("m", _("米")), ("in", _("英寸"))]
MEASURES = [
    ("height", _("高")),
    ("width", _("宽")),
    ("depth", _("深")),
    ("length", _("长")),
    ("diameter", _("直径")),
]


def term_choices(category: str, *, blank: bool = False) -> list[tuple[str, str]]:
    """The vocabulary's terms of one category in the reader's language."""
    english = get_language() == "en"
    rows = Term.objects.filter(category=category).values_list("pk", "en" if english else "zh")
    choices = list(rows.order_by("pk"))
    return [("", "—"), *choices] if blank else choices


def attribution_choices() -> list[tuple[str, Any]]:
    """The attribution scale in the reader's language, autograph first."""
    english = get_language() == "en"
    scale = [(t.id, t.en if english else t.zh) for t in attribution_scale()]
    return [("autograph", _("亲笔")), *scale]


class NewWorkForm(forms.Form):
    """A draft begins with a title; pictures come beside it."""

    title = forms.CharField(label=_("名称"), max_length=500, help_text=_("没有题名就写“无题”。"))


class WorkDescriptionForm(forms.Form):
    """Everything that describes a work; all of it may stay empty in a draft."""

    is_draft = True  # filled over several visits: no field is marked optional
    version = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("名称"), max_length=500, required=False)
    title_en = forms.CharField(label=_("英文名称"), max_length=500, required=False)
    form = forms.ChoiceField(label=_("形态"), choices=WorkForm, widget=forms.RadioSelect)
    type_broad = forms.ChoiceField(label=_("大类"), required=False)
    type_narrow = forms.ChoiceField(label=_("细类"), required=False)
    maker_is_self = forms.TypedChoiceField(
        label=_("作者"),
        choices=[("1", _("我自己")), ("0", _("别人"))],
        coerce=lambda v: v == "1",
        widget=forms.RadioSelect,
        required=False,
        empty_value=True,
    )
    maker_name = forms.CharField(label=_("作者姓名"), max_length=300, required=False)
    maker_term = forms.ChoiceField(label=_("归属说法"), required=False)
    maker_basis = forms.CharField(label=_("归属依据"), max_length=500, required=False)
    date_text = forms.CharField(
        label=_("年代"),
        max_length=300,
        required=False,
        help_text=_("怎么写都可以：2019年、约1980年、清光绪、1990年代。"),
    )
    subject = forms.CharField(label=_("题材"), max_length=500, required=False)
    materials = forms.MultipleChoiceField(
        label=_("材料"), required=False, widget=forms.CheckboxSelectMultiple
    )
    techniques = forms.MultipleChoiceField(
        label=_("技法"), required=False, widget=forms.CheckboxSelectMultiple
    )
    medium_text = forms.CharField(
        label=_("材质一句话"), max_length=1000, required=False, help_text=_("例如：设色纸本。")
    )
    unit = forms.ChoiceField(label=_("单位"), choices=UNITS, initial="cm", required=False)
    height = forms.CharField(label=_("高"), max_length=20, required=False)
    width = forms.CharField(label=_("宽"), max_length=20, required=False)
    depth = forms.CharField(label=_("深"), max_length=20, required=False)
    length = forms.CharField(label=_("长"), max_length=20, required=False)
    diameter = forms.CharField(label=_("直径"), max_length=20, required=False)
    no_inscriptions = forms.BooleanField(label=_("没有款识与钤印"), required=False)
    features = forms.CharField(
        label=_("辨识特征"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("只有这一件才有的：水渍、修补、纸纹、刀痕。至少十个字。"),
    )
    features_none_reason = forms.CharField(
        label=_("没有辨识特征的理由"), max_length=300, required=False
    )
    description = forms.CharField(
        label=_("说明"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    description_en = forms.CharField(
        label=_("英文说明"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    place_made = forms.CharField(label=_("制作地"), max_length=200, required=False)
    source_kind = forms.ChoiceField(label=_("怎么来的"), choices=SourceKind)
    source_note = forms.CharField(
        label=_("来源说明"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("只有你和登记员看得到。"),
    )
    unknown_subject = forms.CharField(label=_("题材不详的理由"), max_length=300, required=False)
    unknown_date = forms.CharField(label=_("年代不详的理由"), max_length=300, required=False)
    unknown_materials = forms.CharField(label=_("材料不详的理由"), max_length=300, required=False)
    unknown_maker = forms.CharField(label=_("作者不详的理由"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        types = term_choices("work-type", blank=True)
        self.fields["type_broad"].choices = types
        self.fields["type_narrow"].choices = types
        self.fields["materials"].choices = term_choices("material")
        self.fields["techniques"].choices = term_choices("technique")
        self.fields["maker_term"].choices = attribution_choices()

    def description_value(self, inscriptions: list[InscriptionInput]) -> Description:
        """What the person typed, as the service takes it. Call after is_valid()."""
        data = self.cleaned_data
        texts = {
            name: data[name]
            for name in (
                "title", "title_en", "form", "date_text", "subject", "medium_text", "features",
                "features_none_reason", "description", "description_en", "place_made",
                "source_kind", "source_note",
            )
        }  # fmt: skip
        unit = data["unit"] or "cm"
        return Description(
            texts=texts,
            types=[t for t in (data["type_broad"], data["type_narrow"]) if t],
            materials=data["materials"],
            techniques=data["techniques"],
            measures=[
                Measure(name, data[name], unit) for name, _label in MEASURES if data[name].strip()
            ],
            inscriptions=inscriptions,
            no_inscriptions=data["no_inscriptions"],
            unknown={
                key: data[f"unknown_{key}"]
                for key in UNKNOWN_ALLOWED
                if data.get(f"unknown_{key}", "").strip()
            },
        )

    def maker_value(self) -> MakerInput:
        """Who made it, as the service takes it."""
        data = self.cleaned_data
        return MakerInput(
            is_self=bool(data["maker_is_self"]),
            name=data["maker_name"],
            term=data["maker_term"] or "autograph",
            basis=data["maker_basis"],
        )

    @classmethod
    def initial_of(cls, work: Work) -> dict[str, Any]:
        """The form as it stands for a stored work."""
        terms = list(work.work_terms.all())
        types = [t.term_id for t in terms if t.use == TermUse.TYPE]
        dimensions = {d.dimension: d for d in work.dimensions.all()}
        maker = next(iter(work.attributions.all()), None)
        is_self = maker is None or maker.artist.account_id == work.created_by_id
        initial: dict[str, Any] = {
            name: getattr(work, name)
            for name in cls.base_fields
            if hasattr(work, name) and name not in ("materials", "techniques")
        }
        initial.update(
            type_broad=types[0] if types else "",
            type_narrow=types[1] if len(types) > 1 else "",
            materials=[t.term_id for t in terms if t.use == TermUse.MATERIAL],
            techniques=[t.term_id for t in terms if t.use == TermUse.TECHNIQUE],
            unit=next((d.unit for d in dimensions.values()), "cm"),
            maker_is_self="1" if is_self else "0",
            maker_name="" if is_self or maker is None else maker.artist.name,
            maker_term=maker.term if maker else "autograph",
            maker_basis=maker.basis if maker else "",
        )
        for name, row in dimensions.items():
            initial[name] = format(row.value.normalize(), "f")
        for key, reason in (work.unknown_reasons or {}).items():
            initial[f"unknown_{key}"] = reason
        return initial


class InscriptionForm(forms.Form):
    """One signature, inscription or seal; an empty row counts for nothing."""

    is_draft = True  # filled over several visits: no field is marked optional
    ref = forms.CharField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("种类"), choices=[("", "—"), *InscriptionKind.choices], required=False
    )
    text = forms.CharField(label=_("释文"), required=False)
    is_unreadable = forms.BooleanField(label=_("不能辨读"), required=False)
    style = forms.ChoiceField(
        label=_("印文"), choices=[("", "—"), *SealStyle.choices], required=False
    )
    place = forms.CharField(label=_("位置"), max_length=120, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("text") and not data.get("kind"):
            self.add_error("kind", _("请选择种类。"))
        return data

    def value(self) -> InscriptionInput | None:
        """The row as the service takes it, or None for an empty one."""
        data = self.cleaned_data
        if not data.get("kind"):
            return None
        return InscriptionInput(
            kind=data["kind"], text=data["text"], is_unreadable=data["is_unreadable"],
            style=data["style"], place=data["place"], ref=data["ref"],
        )  # fmt: skip


InscriptionFormSet = forms.formset_factory(InscriptionForm, extra=2, max_num=30)


class PhotoForm(forms.Form):
    """What a picture shows."""

    is_draft = True  # filled over several visits: no field is marked optional
    view = forms.ChoiceField(label=_("画面"), choices=PhotoView)
    shows = forms.ChoiceField(label=_("拍的是"), required=False)
    has_scale = forms.BooleanField(label=_("画面中有标尺"), required=False)
    alt = forms.CharField(label=_("文字描述"), max_length=300, required=False)

    def __init__(self, *args: Any, work: Work, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shows"].choices = [
            ("", "—"),
            *((i.ref, f"{i.get_kind_display()} {i.text[:20]}") for i in work.inscriptions.all()),
        ]


class ReasonForm(forms.Form):
    """A reason in words, asked for by every correction."""

    reason = forms.CharField(label=_("理由"), max_length=1000)


class ReturnForm(forms.Form):
    """What the author has to change."""

    remarks = forms.CharField(
        label=_("意见"), widget=forms.Textarea(attrs={"rows": 4}), required=False
    )


class EncumbranceForm(forms.Form):
    kind = forms.ChoiceField(label=_("限制"), choices=EncumbranceKind)
    reference = forms.CharField(label=_("依据"), max_length=200)


class TitleForm(forms.Form):
    """A change of title: one new holder, found by e-mail of an account or entered by name."""

    basis = forms.ChoiceField(label=_("权利取得方式"), choices=TitleBasis)
    holder_email = forms.EmailField(label=_("新权利人的账户邮箱"), required=False)
    holder_name = forms.CharField(label=_("或新权利人名称"), max_length=160, required=False)
    happened_on = forms.CharField(label=_("日期"), max_length=40, required=False)
    documents = forms.CharField(label=_("凭证"), widget=forms.Textarea(attrs={"rows": 2}))
    note = forms.CharField(label=_("说明"), required=False)


class RelicForm(forms.Form):
    status = forms.ChoiceField(label=_("文物状态"), choices=RelicStatus)
    reason = forms.CharField(label=_("认定依据"), max_length=1000)


class ArtistForm(forms.Form):
    """An artist record; names one per line as 「名字 | 种类」."""

    name = forms.CharField(label=_("姓名"), max_length=300)
    name_en = forms.CharField(label=_("英文名"), max_length=300, required=False)
    names = forms.CharField(
        label=_("名号"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "每行一个：名字|种类|语言。种类：name、courtesy、art、studio、romanised、former。"
        ),
    )
    birth_edtf = forms.CharField(label=_("生年"), max_length=40, required=False)
    death_edtf = forms.CharField(label=_("卒年"), max_length=40, required=False)
    living = forms.ChoiceField(
        label=_("是否在世"), choices=[("yes", _("在世")), ("no", _("已故")), ("unknown", _("不详"))]
    )
    nationality = forms.CharField(label=_("国籍或地区"), max_length=120, required=False)
    biography = forms.CharField(
        label=_("简介"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    biography_en = forms.CharField(
        label=_("英文简介"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    identifiers = forms.CharField(
        label=_("标识"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("每行一个：来源:标识，例如ulan:500123456、wikidata:Q123。"),
    )


class OwnArtistForm(forms.Form):
    """What an artist says of himself; other names one per line as 「名号 | 种类」."""

    name_en = forms.CharField(label=_("英文名"), max_length=MAX_NAME, required=False)
    names = forms.CharField(
        label=_("名号"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    biography = forms.CharField(
        label=_("简介"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": MAX_OWN_BIOGRAPHY}),
    )
    biography_en = forms.CharField(
        label=_("英文简介"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": MAX_OWN_BIOGRAPHY}),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = _("、").join(str(kind.label) for kind in OWN_NAME_KINDS)
        self.fields["names"].help_text = _("每行一个：名号|种类。种类：%(kinds)s。") % {
            "kinds": kinds
        }

    @staticmethod
    def initial_of(artist: Artist) -> dict[str, str]:
        """What stands in the record now."""
        names = artist.names.filter(kind__in=OWN_NAME_KINDS).order_by("pk")
        return {name: getattr(artist, name) for name in OWN_FIELDS} | {
            "names": "\n".join(f"{n.text}|{n.get_kind_display()}" for n in names),
            "seen": own_version(artist),
        }

    def clean_names(self) -> list[tuple[str, str]]:
        """Pairs of name and kind; a line whose kind is unknown is told, never guessed."""
        kinds = {str(k.label).casefold(): k.value for k in OWN_NAME_KINDS}
        pairs, bad = [], []
        for line in self.cleaned_data["names"].replace("｜", "|").splitlines():
            text, _sep, kind = (part.strip() for part in line.partition("|"))
            if not text and not kind:
                continue
            code = kinds.get(kind.casefold()) if kind else NameKind.NAME.value
            if not text or code is None:
                bad.append(line.strip())
            else:
                pairs.append((text, code))
        if bad:
            raise forms.ValidationError(_("看不懂这一行：%(line)s") % {"line": bad[0]})
        return pairs


class EditionForm(forms.Form):
    """A unique work, one of the lister's editions, or a new edition."""

    choice = forms.ChoiceField(
        label=_("这件作品"),
        choices=[
            ("none", _("只有一件")),
            ("known", _("属于已有的版本")),
            ("new", _("属于一个新的版本")),
        ],
        widget=forms.RadioSelect,
    )
    edition = forms.ModelChoiceField(
        label=_("已有的版本"), queryset=Edition.objects.none(), required=False
    )
    label = forms.CharField(
        label=_("新版本的名称"),
        max_length=120,
        required=False,
        help_text=_("例如：2022年套色五版。"),
    )
    size = forms.IntegerField(label=_("编号印数"), required=False, min_value=1)
    proofs = forms.IntegerField(label=_("试版数"), required=False, min_value=0)
    year = forms.IntegerField(label=_("年份"), required=False)
    impression_kind = forms.ChoiceField(
        label=_("印次类型"), choices=[("", "—"), *ImpressionKind.choices], required=False
    )
    impression_number = forms.IntegerField(label=_("印次编号"), required=False, min_value=1)

    def __init__(self, *args: Any, owner: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = Edition.objects.filter(concept__created_by=owner).select_related("concept")
        self.fields["edition"].queryset = known

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("choice") == "known" and not data.get("edition"):
            self.add_error("edition", _("请选择一个版本。"))
        if data.get("choice") == "new" and not (data.get("label") and data.get("size")):
            self.add_error("label", _("请填写版本的名称和编号印数。"))
        return data

    @classmethod
    def initial_of(cls, work: Work) -> dict[str, Any]:
        """The form as it stands for a stored work."""
        return {
            "choice": "known" if work.edition_id else "none",
            "edition": work.edition_id,
            "impression_kind": work.impression_kind,
            "impression_number": work.impression_number,
        }


class AttributionForm(forms.Form):
    """A dated opinion on the maker."""

    artist = forms.IntegerField(label=_("作者记录编号"), help_text=_("作者页地址里的数字。"))
    term = forms.ChoiceField(label=_("归属说法"))
    by = forms.CharField(label=_("谁的意见"), max_length=200)
    basis = forms.CharField(label=_("依据"), max_length=500)
    since = forms.CharField(label=_("意见日期"), max_length=40, required=False)
    supersedes = forms.ModelChoiceField(
        label=_("取代哪一条"), queryset=Attribution.objects.none(), required=False
    )
    reason = forms.CharField(label=_("理由"), max_length=1000)

    def __init__(self, *args: Any, work: Work, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["term"].choices = attribution_choices()
        self.fields["supersedes"].queryset = work.attributions.select_related("artist")


class PartForm(forms.Form):
    """A part (mount, frame, box, stand) or a citation (literature, exhibition)."""

    kind = forms.ChoiceField(label=_("种类"), choices=[*PartKind.choices, *CitationKind.choices])
    text = forms.CharField(label=_("内容"), max_length=1000)
    reason = forms.CharField(label=_("理由"), max_length=1000)
