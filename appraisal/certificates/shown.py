"""One certificate as its page and its paper show it; never an owner, a price or an address."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from appraisal.certificates.checks import verification_of
from appraisal.certificates.package import log_proof_of
from appraisal.enums import CertificateKind, CertificateState
from appraisal.models import Certificate, Opinion
from artmarket.core.punctuation import bracketed, joined
from catalog import pages
from catalog.engine.terms import attribution_scale
from media.printing import print_of
from media.selectors import picture_sources

from . import at_hand
from .checking import outcome
from .pdf import MOST_PICTURES, Printed, PrintedPicture, certificate_file
from .stated import facts, size_words, statement_words, subject_of, text
from .words import KIND_MEANINGS, KINDS, NOT_EXAMINED, PANEL_RESULTS

PRINTED_EDGE = 900
NOT_THE_AUTHOR = "不证明作者"


def certificates() -> Any:
    """Certificates with everything that their page shows, in a fixed number of queries."""
    return Certificate.objects.select_related(
        "work", "place", "result__maker", "confirmation__artist", "confirmation__witnessed_by",
        "replaces", "replaced_by",
    ).prefetch_related(
        "changes", "work__photos__image__derivatives", "result__signatures__signer__appraiser",
    )  # fmt: skip


def is_open(certificate: Certificate, user: Any) -> bool:
    """Whether this reader may know what the certificate says; that it exists everybody may."""
    return bool(user.has_perm("catalog.view_work", certificate.work))


@dataclass
class Shown:
    """What the page says; `document` is the signed certificate."""

    certificate: Certificate
    is_open: bool

    @cached_property
    def document(self) -> dict[str, Any]:
        return self.certificate.content

    @cached_property
    def kind(self) -> str:
        """保真, 锁定 or 鉴定意见."""
        return str(subject_of(self.document).get("certificateKind", ""))

    @property
    def kind_words(self) -> str:
        return str(KINDS[self.kind])

    @property
    def meaning(self) -> str:
        return str(KIND_MEANINGS[self.kind])

    @property
    def title(self) -> str:
        return text(subject_of(self.document).get("title")) or self.certificate.work.display_title

    @property
    def size(self) -> str:
        return size_words(self.document)

    @property
    def statement(self) -> str:
        return statement_words(self.document)

    @cached_property
    def check(self) -> dict[str, Any]:
        """The answer in words; what the register says of the state counts with it."""
        return outcome(verification_of(self.certificate), state=self.certificate.state)

    @property
    def since(self) -> datetime | None:
        """The moment of the last change of state; None while it is valid from the beginning."""
        is_first = self.certificate.state == CertificateState.VALID
        return None if is_first else self.certificate.state_since

    @property
    def facts(self) -> list[tuple[str, str]]:
        return facts(self.document)

    @cached_property
    def pictures(self) -> list[dict[str, Any]]:
        """The pictures of the work; those whose digest stands in the certificate first."""
        signed = {text(picture.get("sha256")) for picture in subject_of(self.document)["images"]}
        found = []
        for photo in self.certificate.work.photos.all():
            sources = picture_sources(photo.image)
            if sources.src:
                found.append(
                    {
                        "sources": sources,
                        "photo": photo,
                        "alt": pages.alt_words(photo, self.certificate.work),
                        "caption": photo.get_view_display(),
                        "is_signed": photo.image.sha256 in signed,
                    }
                )
        return sorted(found, key=lambda picture: not picture["is_signed"])

    @cached_property
    def signers(self) -> list[tuple[str, str]]:
        """(as what, who and when): the experts who signed, the author and his witness."""
        certificate = self.certificate
        rows: list[tuple[str, str]] = []
        if certificate.result is not None:
            for signature in certificate.result.signatures.all():
                rows.append(
                    (signature.get_role_display(), _signed(_name(signature), signature.signed_at))
                )
        if certificate.confirmation is not None:
            confirmation = certificate.confirmation
            author = confirmation.artist.display_name
            rows.append((_("作者本人"), _signed(author, confirmation.confirmed_at)))
            if confirmation.witnessed_at:
                rows.append(
                    (
                        _("登记员见证"),
                        date_format(localtime(confirmation.witnessed_at), "DATE_FORMAT"),
                    )
                )
        rows.append((_("平台签发"), date_format(localtime(certificate.valid_from), "DATE_FORMAT")))
        return rows

    @cached_property
    def conclusion(self) -> list[tuple[str, str]]:
        """What the panel came to, in its parts; nothing for the other kinds."""
        result = self.certificate.result
        if result is None:
            return []
        panel = subject_of(self.document).get("panel", {})
        rows = [
            (_("结论"), str(PANEL_RESULTS.get(panel.get("result"), ""))),
            (_("归属"), pages.term_words(result.term) if result.term else ""),
            (_("作者"), result.maker.display_name if result.maker else ""),
            (_("定名"), result.naming),
            (_("年代"), result.date_text),
            (_("评级"), result.grade),
        ]
        return [(name, words) for name, words in rows if words]

    @cached_property
    def scale(self) -> list[tuple[str, bool]]:
        """The whole scale of attribution with the term of the panel marked."""
        result = self.certificate.result
        if result is None or not result.term:
            return []
        names = ["autograph", *(term.id for term in attribution_scale()), "forgery"]
        return [(pages.term_words(name), name == result.term) for name in dict.fromkeys(names)]

    @cached_property
    def not_examined(self) -> list[str]:
        """What was not looked at: the experts' own words, or what the kind leaves out."""
        words: list[str] = []
        result = self.certificate.result
        if result is not None:
            opinions = Opinion.objects.filter(
                seat__case=result.case_id, seat__round=result.round, voided_at__isnull=True
            ).exclude(limits="")
            words = list(dict.fromkeys(opinions.values_list("limits", flat=True)))
        return words or [str(NOT_EXAMINED[self.kind])]

    @cached_property
    def history(self) -> list[dict[str, Any]]:
        """Every step, the last one first."""
        return [
            {
                "at": change.at,
                "words": change.get_step_display(),
                "reason": change.reason,
            }
            for change in reversed(self.certificate.changes.all())
        ]

    @property
    def newer(self) -> Certificate | None:
        return getattr(self.certificate, "replaced_by", None)


def _name(signature: Any) -> str:
    appraiser = getattr(signature.signer, "appraiser", None)
    if appraiser is None:
        return str(_("鉴定师"))
    return (appraiser.name_en if get_language() == "en" else "") or appraiser.name


def _signed(name: str, at: datetime) -> str:
    return joined([name, _day(at)])


def _day(at: datetime) -> str:
    """The day in the platform's zone."""
    return str(date_format(localtime(at), "DATE_FORMAT"))


# ------------------------------------------------------------------ addresses and paper


def page_address(certificate: Certificate) -> str:
    """What the square code holds: the permanent page and a short digest."""
    with translation.override("zh-hans"):
        path = reverse("appraisal:certificate", args=[certificate.number])
    return f"{at_hand.site()}{path}?d={certificate.digest[: at_hand.SHORT_DIGEST]}"


def printed(certificate: Certificate) -> Printed:
    """What the paper says, in the reader's language."""
    shown = Shown(certificate, is_open=True)
    return Printed(
        language=get_language() or "zh-hans",
        kind=shown.kind_words,
        title=shown.title,
        number=certificate.number,
        warning=_warning(certificate),
        meaning=shown.meaning,
        facts=(*shown.facts, *shown.conclusion),
        statement=shown.statement,
        signers=tuple(shown.signers),
        not_examined=tuple(shown.not_examined),
        pictures=_printed_pictures(shown),
        digest=certificate.digest,
        address=page_address(certificate),
        issued_at=certificate.valid_from,
        document=certificate.document,
        log_proof=log_proof_of(certificate),
    )


def paper_for_package(certificate: Certificate) -> dict[str, bytes]:
    """The paper in Chinese and in English, beside the other files of the package."""
    found = {}
    for language, name in (("zh-hans", "certificate-zh.pdf"), ("en", "certificate-en.pdf")):
        with translation.override(language):
            whole = certificates().get(pk=certificate.pk)
            found[name] = certificate_file(printed(whole))
    return found


def _warning(certificate: Certificate) -> str:
    if certificate.kind != CertificateKind.LOCK:
        return ""
    return NOT_THE_AUTHOR + (bracketed(_("不证明作者")) if get_language() == "en" else "")


def _printed_pictures(shown: Shown) -> tuple[PrintedPicture, ...]:
    found = []
    for picture in shown.pictures[:MOST_PICTURES]:
        if row := print_of(picture["photo"].image, PRINTED_EDGE):
            found.append(PrintedPicture(row, picture["caption"]))
    return tuple(found)


def compared(certificate: Certificate, request: HttpRequest) -> str:
    """What the short digest of a scanned code says: same, other, or nothing to compare."""
    given = request.GET.get("d", "").strip().lower()
    if not given:
        return ""
    is_whole = len(given) >= at_hand.SHORT_DIGEST
    return "same" if is_whole and certificate.digest.startswith(given) else "other"
