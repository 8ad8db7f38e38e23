"""Turn a stored work into the record that the Object ID engine judges, and its codes into words.

Reads related rows (prefetch them for lists); never writes.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from artmarket.core.punctuation import bracketed

from .engine.object_id import CATEGORIES, Assessment, assess
from .enums import AttributionStatus, TermUse
from .models import Work

CATEGORY_NAMES = {
    "photographs": _("照片"),
    "type": _("类别"),
    "materials": _("材料与技法"),
    "measurements": _("尺寸"),
    "inscriptions": _("款识与钤印"),
    "features": _("辨识特征"),
    "title": _("名称"),
    "subject": _("题材"),
    "date": _("年代"),
    "maker": _("作者"),
}

REASONS = {
    "missing": _("还没有填写"),
    "unknown-not-allowed": _("这一项不能填“不详”"),
    "unknown-without-reason": _("填“不详”要写明理由，四个字以上"),
    "no-overall": _("缺一张正面全图"),
    "no-verso-or-base": _("缺背面或底部照片"),
    "no-scale": _("至少一张照片里要有标尺"),
    "no-photo-of": _("缺这处款识或印章的照片"),
    "needs-two-levels": _("类别要选两级，例如绘画和立轴"),
    "no-material": _("缺材料"),
    "no-technique": _("缺技法"),
    "no-dimension-name": _("缺尺寸名"),
    "no-unit": _("缺单位"),
    "bad-value": _("尺寸要是大于零的数"),
    "too-few": _("平面作品要高和宽；立体作品要直径，或高和宽，或长和宽"),
    "no-kind-or-ref": _("款识要有种类"),
    "no-text": _("款识要有释文，或注明不能辨读"),
    "too-short": _("至少写十个字"),
    "none-without-reason": _("没有辨识特征要写明理由"),
    "not-edtf": _("年代没有读懂，请换一种写法"),
    "no-name": _("缺作者姓名"),
    "no-attribution-term": _("缺归属说法"),
}


def record_of(work: Work) -> dict[str, Any]:
    """The work as an Object ID record (the form of the engine's `assess`)."""
    unknown = {
        key: {"unknown": True, "reason": str(reason)}
        for key, reason in (work.unknown_reasons or {}).items()
    }
    terms = list(work.work_terms.all())
    by_use = {use: [t.term_id for t in terms if t.use == use] for use in TermUse.values}
    record: dict[str, Any] = {
        "form": work.form,
        "photos": [_photo(photo) for photo in work.photos.all()],
        "type": by_use[TermUse.TYPE],
        "materials": {
            "materials": by_use[TermUse.MATERIAL],
            "techniques": by_use[TermUse.TECHNIQUE],
        },
        "measurements": [
            {"dimension": d.dimension, "value": format(d.value.normalize(), "f"), "unit": d.unit}
            for d in work.dimensions.all()
        ],
        "inscriptions": _inscriptions(work),
        "features": work.features
        or (
            {"none": True, "reason": work.features_none_reason} if work.features_none_reason else ""
        ),
        "title": work.title,
        "subject": work.subject,
        "date": work.date_edtf,
        "maker": _maker(work),
    }
    if not (by_use[TermUse.MATERIAL] or by_use[TermUse.TECHNIQUE]):
        record["materials"] = {}
    record.update({key: value for key, value in unknown.items() if not record.get(key)})
    return {key: value for key, value in record.items() if value not in ("", [], {}, None)}


def assess_work(work: Work) -> Assessment:
    """Score the work as it stands in the database."""
    return assess(record_of(work))


def missing_words(assessment: Assessment) -> list[dict[str, Any]]:
    """What is missing, in words: category key and name, and the sentences for it."""
    return [
        {
            "category": category,
            "name": CATEGORY_NAMES[category],
            "reasons": [_reason(code) for code in assessment.missing[category]],
        }
        for category in CATEGORIES
        if category in assessment.missing
    ]


def _reason(code: str) -> str:
    key, _sep, ref = code.partition(":")
    words = str(REASONS.get(key, key))
    return words + bracketed(ref) if ref else words


def _photo(photo) -> dict[str, Any]:
    result: dict[str, Any] = {"view": photo.view}
    if photo.has_scale:
        result["scale"] = True
    if photo.shows:
        result["shows"] = photo.shows
    return result


def _inscriptions(work: Work) -> Any:
    rows = list(work.inscriptions.all())
    if not rows:
        return {"none": True} if work.no_inscriptions else []
    return [
        {
            "ref": row.ref,
            "kind": row.get_kind_display(),
            **(
                {"unreadable": True}
                if row.is_unreadable
                else {"text": row.text}
                if row.text
                else {}
            ),
        }
        for row in rows
    ]


def _maker(work: Work) -> dict[str, str]:
    for opinion in work.attributions.all():
        if opinion.status == AttributionStatus.CURRENT:
            return {"name": opinion.artist.name, "attribution": opinion.term}
    return {}
