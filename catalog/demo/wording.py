"""Turn the facts of a work into what the services take: description, maker, photographs."""

from dataclasses import dataclass

from catalog.demo.facts.plan import DRAFTS, SHOWN, UNKNOWN_MAKER, WorkFacts
from catalog.demo.pictures import KINDS as DRAWN
from catalog.demo.pictures import View
from catalog.enums import InscriptionKind, PhotoView, SealStyle
from catalog.services.description import Description, InscriptionInput, Measure
from catalog.services.drafts import MakerInput

FLAG = "演示数据：作者、名称与图片都是虚构的，图片由程序绘制。"
FLAG_EN = "Demonstration data: maker, title and pictures are invented; the pictures are drawn."
RIGHTS = "演示图片，程序绘制。Demonstration picture, drawn by a program."
EDGES: dict[str, int] = {"overall": 800, "verso": 560, "detail": 800, "seal": 720}
LARGE_EDGES: dict[str, int] = {"overall": 1200, "verso": 800, "detail": 1100, "seal": 900}
VIEW_WORDS: dict[str, tuple[str, str]] = {
    "overall": ("全图，下方有标尺", "the whole, with a scale bar below"),
    "verso": ("背面", "the back"),
    "base": ("底部", "the base"),
    "seal": ("钤印", "the seal"),
    "signature": ("署名", "the signature"),
    "detail": ("局部", "a detail"),
    "rubbing": ("名款拓片", "a rubbing of the maker's mark"),
}


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """One photograph of a work: which drawing it is and what it is filed as."""

    drawing: View
    view: str
    has_scale: bool
    shows: str
    alt: str
    alt_en: str
    long_edge: int


def file_name(work: WorkFacts, photo: PhotoFacts) -> str:
    """The name under which the picture is uploaded; the same in every run."""
    return f"demo-{work.serial:03d}-{photo.drawing}.jpg"


def description_of(work: WorkFacts) -> Description:
    """What the record of the work says."""
    if work.is_bare:
        return Description(texts={"title": work.title, "credit": work.key})
    words = work.words
    unknown = {}
    if words.no_terms:
        unknown["materials"] = words.no_terms
    if work.serial in UNKNOWN_MAKER:
        unknown["maker"] = "清代民间作坊所印，没有留下姓名"
    inscriptions = inscriptions_of(work)
    return Description(
        texts=_texts(work),
        types=words.types,
        materials=words.materials,
        techniques=words.techniques,
        measures=[
            Measure(name, f"{mm / 10:g}", "cm")
            for name, mm in zip(("height", "width"), work.size_mm, strict=True)
        ],
        inscriptions=inscriptions,
        no_inscriptions=not inscriptions,
        unknown=unknown,
    )


def _texts(work: WorkFacts) -> dict[str, str]:
    words = work.words
    about, about_en = words.words
    lines, lines_en = [about], [about_en]
    if work.edition:
        lines.append(f"此版印{work.edition.size}张，另有试版{work.edition.proofs}张。")
        lines_en.append(
            f"An edition of {work.edition.size} with {work.edition.proofs} artist's proofs."
        )
    return {
        "form": DRAWN[work.kind].form,
        "title": work.title,
        "title_en": work.title_en,
        "subject": words.subject,
        "description": "".join([*lines, FLAG]),
        "description_en": " ".join([*lines_en, FLAG_EN]),
        "medium_text": words.medium,
        "features": words.features[work.seed % len(words.features)],
        "date_text": work.date,
        "place_made": words.place,
        "credit": work.key,
        "provenance_text": _provenance(work),
        "source_kind": work.source_kind,
        "source_note": work.source_note,
    }


def _provenance(work: WorkFacts) -> str:
    """The way of the work in the words that the provenance grammar reads."""
    artist = work.artist
    if work.serial in UNKNOWN_MAKER:
        return "来源：杨家埠某户旧藏；演示藏家丙1987年购自杨家埠某户；演示藏家丁，其余不详……。"
    if work.own:
        return "来源：作者自藏。"
    if not artist.death:
        return "来源：得自作者。"
    return (
        f"来源：作者自藏；作者家属继承，{artist.death}年；"
        "借展于潍城演示博物馆，1995年3月至1995年6月；归还作者家属。"
    )


def inscriptions_of(work: WorkFacts) -> list[InscriptionInput]:
    """The one inscription, seal or mark of a work, or none."""
    mark = work.words.mark
    if work.is_bare or not mark:
        return []
    if mark == "seal":
        if work.serial in UNKNOWN_MAKER:
            return [InscriptionInput(InscriptionKind.SEAL, is_unreadable=True, ref="seal-1")]
        seals = work.artist.seals
        style = SealStyle.BAIWEN if work.serial % 2 else SealStyle.ZHUWEN
        text = seals[work.serial % len(seals)]
        return [
            InscriptionInput(InscriptionKind.SEAL, text, style=style, place="款下", ref="seal-1")
        ]
    if mark == "signature":
        return [InscriptionInput(InscriptionKind.SIGNATURE, "E. Vos", place="右下角", ref="sign-1")]
    text = f"{work.artist.name}造"
    return [InscriptionInput(InscriptionKind.MARK, text, place="底部", ref="mark-1")]


def maker_of(work: WorkFacts) -> MakerInput | None:
    """Who made it, as the lister says; nobody for a bare draft or an unknown maker."""
    if work.is_bare or work.serial in UNKNOWN_MAKER:
        return None
    if work.own:
        return MakerInput(is_self=True, basis="作者本人登记")
    basis = "藏家与后人陈述" if work.artist.death else "作者委托书"
    return MakerInput(is_self=False, name=work.artist.name, basis=basis)


def photos_of(work: WorkFacts) -> list[PhotoFacts]:
    """The photographs of a work, in order."""
    photos = [_photo(work, "overall", PhotoView.OVERALL, scale=True)]
    if work.is_bare:
        return photos
    turned = work.kind.startswith(("bronze", "inkstone", "lacquer"))
    based = "mark-1" if work.kind == "inkstone" else ""
    back = PhotoView.BASE if turned else PhotoView.VERSO
    photos.append(_photo(work, "verso", back, scale=True, shows=based))
    if work.serial in DRAFTS:
        return photos
    for given in inscriptions_of(work):
        if given.ref == based:
            continue
        view = {
            InscriptionKind.SEAL: PhotoView.SEAL,
            InscriptionKind.SIGNATURE: PhotoView.SIGNATURE,
        }.get(InscriptionKind(given.kind), PhotoView.DETAIL)
        photos.append(_photo(work, "seal", view, shows=given.ref))
    if "detail" in work.words.extra_views or work.serial in SHOWN:
        photos.append(_photo(work, "detail", PhotoView.DETAIL))
    return photos


def _photo(
    work: WorkFacts, drawing: View, view: str, *, scale: bool = False, shows: str = ""
) -> PhotoFacts:
    key = "rubbing" if shows == "mark-1" and drawing == "seal" else str(view)
    words, words_en = VIEW_WORDS[key]
    return PhotoFacts(
        drawing=drawing,
        view=str(view),
        has_scale=scale,
        shows=shows,
        alt=f"{work.title}，{words}",
        alt_en=f"{work.title_en}: {words_en}",
        long_edge=(LARGE_EDGES if work.serial in SHOWN else EDGES)[drawing],
    )
