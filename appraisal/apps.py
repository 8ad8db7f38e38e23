from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AppraisalConfig(AppConfig):
    name = "appraisal"
    verbose_name = _("鉴定")

    def ready(self) -> None:
        from artmarket.core import demo
        from catalog import pages, selectors
        from catalog.search import register_facet_source
        from media import permissions as media_permissions

        from .case_desks import announce as announce_desks
        from .case_keeping import announce as announce_cases
        from .demo import load, papers_are_recorded
        from .evidence_access import may_read_paper, may_see_evidence_image
        from .permissions import may_see_scan
        from .selectors import certified
        from .services.inspections import EVIDENCE, PAPER
        from .showing import certificate_section, record_action, state_line

        register_facet_source(
            "certified",
            certified,
            label=_("证书"),
            values={"yes": _("附有证书（纸本，已核对原件）")},
            order=10,
        )
        pages.state_lines.append(state_line)
        pages.page_sections.append(certificate_section)
        pages.registrar_actions.append(record_action)
        selectors.register_action("certificate.recorded", _("记录随附证书"), public=True)
        selectors.register_action("certificate.withdrawn", _("撤下随附证书"), public=True)
        for step, words in {
            "issued": _("出具证书"),
            "suspended": _("暂停证书"),
            "lifted": _("恢复证书"),
            "revoked": _("撤销证书"),
            "superseded": _("以新证书取代"),
        }.items():
            selectors.register_action(f"certificate.{step}", words, public=True)
        selectors.register_action("author.confirmed", _("作者本人到场确认"), public=True)
        selectors.register_action("author.witnessed", _("登记员见证作者确认"), public=True)
        selectors.register_action("author.withdrawn", _("撤回作者确认"), public=True)
        selectors.FIELD_WORDS["certificate"] = _("证书")
        media_permissions.register(may_see_scan)
        from artmarket.core import duties, sealed

        from .services import signing_keys, status_lists

        sealed.register("appraisal_sealedkey.sealed", signing_keys.reseal)
        signing_keys.on_changed.append(status_lists.sign_all)
        duties.register("status-lists", 3_600, status_lists.renew)
        duties.register("signing-keys", 86_400, signing_keys.warn_of_ending_keys)
        from . import tag_showing

        tag_showing.register()
        media_permissions.register(may_see_evidence_image)
        media_permissions.register_purpose(EVIDENCE, readers=may_read_paper)
        media_permissions.register_purpose(PAPER, readers=may_read_paper)
        announce_cases()
        announce_desks()
        demo.register("certificates", 30, load, is_loaded=papers_are_recorded)
        self._certificate_pages()

    def _certificate_pages(self) -> None:
        """Where readers meet certificates: the footer, the pages of works, the registrar's desk."""
        from artmarket import rulebook
        from artmarket.accounts import limits
        from artmarket.core import navigation
        from catalog import pages

        from . import certificate_citations as citations
        from .certificate_package import package_files
        from .papers import on_works
        from .papers.shown import paper_for_package

        package_files.append(paper_for_package)
        limits.register(
            citations.REPORTS_PER_HOUR,
            lambda: f"{rulebook.get(citations.REPORTS_PER_HOUR)}/h/ip",
        )
        navigation.register(15, _("核验证书"), "appraisal:verify", "/verify/", place="footer")
        pages.side_panels.append(on_works.verify_panel)
        pages.page_sections.append(on_works.certificate_section)
        pages.registrar_actions.append(on_works.registrar_action)
        pages.owner_actions.append(on_works.author_action)
