"""What certificates announce at start: duties, sealed keys, pages, history, limits."""

from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts import desks, limits
from artmarket.core import demo, duties, navigation, sealed
from catalog import log_words, pages, selectors

from ..demo import certificates as demo_certificates
from ..services import signing_keys, status_lists
from . import citations, on_works
from .package import package_files
from .shown import paper_for_package


def announce() -> None:
    """Register all of it; called once at start."""
    _keys()
    _history()
    _pages()


def _keys() -> None:
    sealed.register("appraisal_sealedkey.sealed", signing_keys.reseal)
    signing_keys.on_changed.append(status_lists.sign_all)
    duties.register("status-lists", 3_600, status_lists.renew)
    duties.register("signing-keys", 86_400, signing_keys.warn_of_ending_keys)


def _history() -> None:
    certificate_steps = {
        "certificate.issued": _("出具证书"),
        "certificate.suspended": _("暂停证书"),
        "certificate.lifted": _("恢复证书"),
        "certificate.revoked": _("撤销证书"),
        "certificate.superseded": _("以新证书取代"),
    }
    author_steps = {
        "author.confirmed": _("作者本人到场确认"),
        "author.witnessed": _("登记员见证作者确认"),
        "author.withdrawn": _("撤回作者确认"),
    }
    for name, words in (certificate_steps | author_steps).items():
        selectors.register_action(name, words, public=True)
    for name, words in certificate_steps.items():
        log_words.name_kind(name, words)
    selectors.FIELD_WORDS["certificate"] = _("证书")


def _pages() -> None:
    """Where readers meet certificates: the footer, the pages of works, the registrar's desk."""
    from ..views.case_desk import result_actions

    package_files.append(paper_for_package)
    limits.register(
        citations.REPORTS_PER_HOUR, lambda: f"{rulebook.get(citations.REPORTS_PER_HOUR)}/h/ip"
    )
    navigation.register(15, _("核验证书"), "appraisal:verify", "/verify/", place="footer")
    desks.register(
        "registrar", _("证书不符的报告"), "appraisal:mismatches", _("读者说实物和证书对不上。")
    )
    pages.state_lines.append(on_works.state_line)
    pages.side_panels.append(on_works.verify_panel)
    pages.page_sections.append(on_works.certificate_section)
    pages.registrar_actions.append(on_works.registrar_action)
    pages.owner_actions.append(on_works.author_action)
    result_actions.append(on_works.issue_action)
    demo.register(
        "issued",
        37,
        demo_certificates.load,
        is_loaded=demo_certificates.certificates_are_issued,
    )
