"""Who records papers, who may open their scans; who does what with an authentication case.

Every predicate on cases takes the person and an `AppraisalCase`. Whoever is concerned with the
work (its client, holder of title, lister) never acts for the platform in its case.
"""

import rules

from appraisal.models import AppraisalCase, ConditionReport
from artmarket.accounts.permissions import holds, is_active, parties_of
from catalog.permissions import (
    holds_title,
    is_lister,
    is_public,
    is_registered,
    is_staff,
    speaks_for,
)

from .models import PanelSeat, ResultSignature

is_registrar = holds("registrar")


@rules.predicate
def is_maker(user, work) -> bool:
    """The account of a maker whom the register names."""
    return bool(work and user.pk and work.attributions.filter(artist__account=user).exists())


@rules.predicate
def sat_on_panel(user, work) -> bool:
    """An expert of any panel about this work, and whoever signed a result of one."""
    if not work or not user.pk:
        return False
    seats = PanelSeat.objects.filter(case__work=work, expert__user=user)
    signed = ResultSignature.objects.filter(result__case__work=work, signer=user)
    return seats.exists() or signed.exists()


@rules.predicate
def may_manage_key(user, signer) -> bool:
    """An operator any key; a registrar, and the signer himself, that of a signer."""
    if user.has_role("operator"):
        return True
    return signer is not None and (user == signer or user.has_role("registrar"))


rules.add_perm("appraisal.record_desk", is_active & is_registrar)
# Nobody vouches for the papers of a work that he lists or owns.
rules.add_perm("appraisal.record_certificate", is_active & is_registrar & ~is_lister & ~holds_title)
rules.add_perm("appraisal.tag_desk", is_active & is_registrar)
# Nobody vouches for the tag of a work that he lists or owns.
rules.add_perm("appraisal.bind_tag", is_active & is_registrar & ~is_lister & ~holds_title)

# Who issues judges from outside: neither the work's people, nor its author, nor its panel.
may_issue = is_registrar & ~is_lister & ~holds_title & ~is_maker & ~sat_on_panel
rules.add_perm("appraisal.issue_certificate", is_active & may_issue)
rules.add_perm("appraisal.change_certificate", is_active & may_issue)
# A person's own key is made when a registrar confirms him; those of the platform are an operator's.
rules.add_perm("appraisal.manage_keys", is_active & may_manage_key)


def may_see_scan(user, image) -> bool:
    """The scan may name owners: only those who may see the work's private data open it."""
    paper = getattr(image, "recorded_certificate", None) if image.pk else None
    return bool(paper and user.has_perm("catalog.view_private", paper.work))


def may_see_tag_photograph(user, image) -> bool:
    """Where the tag hangs is for those who may see the work's private data."""
    binding = getattr(image, "tag_binding", None) if image.pk else None
    return bool(binding and user.has_perm("catalog.view_private", binding.work))


@rules.predicate
def is_client(user, case) -> bool:
    """Who commissioned the case."""
    return bool(case and user and user.pk and case.client_id == user.pk)


@rules.predicate
def is_concerned(user, case) -> bool:
    """The client, the holder of title, and whoever listed the work."""
    if not (case and user and user.pk):
        return False
    return is_client(user, case) or is_lister(user, case.work) or holds_title(user, case.work)


@rules.predicate
def sits_on_panel(user, case) -> bool:
    """An expert with a seat of this round."""
    if not (case and user and user.pk):
        return False
    seats = case.seats.filter(round=case.round, ended_at__isnull=True)
    return seats.filter(expert__user=user).exists()


@rules.predicate
def has_sat(user, case) -> bool:
    """An expert with a seat of any round, whether or not it ended."""
    return bool(case and user and user.pk and case.seats.filter(expert__user=user).exists())


@rules.predicate
def had_a_hand(user, case) -> bool:
    """Who took part in the course of the case: moved it, named an expert, signed its result."""
    if not (case and user and user.pk):
        return False
    return (
        case.accepted_by_id == user.pk
        or case.steps.filter(actor=user).exists()
        or case.seats.filter(assigned_by=user).exists()
        or case.results.filter(signatures__signer=user).exists()
    )


rules.add_perm("appraisal.open_case", is_active & is_registered & speaks_for)
rules.add_perm("appraisal.case_desk", is_active & is_registrar)
rules.add_perm("appraisal.confirm_appraiser", is_active & is_registrar)
rules.add_perm("appraisal.act_as_client", is_active & is_client)
rules.add_perm("appraisal.handle_case", is_active & is_registrar & ~is_concerned & ~has_sat)
rules.add_perm("appraisal.dispute", is_active & is_concerned & ~has_sat)
rules.add_perm(
    "appraisal.decide_dispute",
    is_active & is_registrar & ~is_concerned & ~has_sat & ~had_a_hand,
)
rules.add_perm("appraisal.examine", is_active & sits_on_panel)
rules.add_perm("appraisal.view_case", is_active & (is_concerned | is_registrar | sits_on_panel))
# ------------------------------------------------------------------ condition reports


@rules.predicate
def is_seated(user, work) -> bool:
    """He sits on the panel of an open case about the work."""
    if not (work and user and user.pk):
        return False
    seats = {"seats__expert__user": user, "seats__ended_at": None}
    return AppraisalCase.objects.open().filter(work=work, **seats).exists()


@rules.predicate
def is_custodian(user, work) -> bool:
    """The work is held in favour of him, or of an organisation whose administrator he is."""
    if not (work and user and user.pk):
        return False
    return work.encumbrances.live().filter(holder__in=parties_of(user)).exists()


@rules.predicate
def is_examiner(user, report: ConditionReport | None) -> bool:
    return bool(report and user.pk and report.examiner_id == user.pk)


@rules.predicate
def is_counterparty(user, report: ConditionReport | None) -> bool:
    return bool(report and user.pk and report.counterparty_id == user.pk)


@rules.predicate
def is_closed(user, report: ConditionReport | None) -> bool:
    return bool(report and not report.is_draft)


def _of_its_work(predicate):
    """The predicate about a work, asked about the work of a report."""

    @rules.predicate(f"work:{predicate.name}")
    def asked(user, report: ConditionReport | None) -> bool:
        return bool(report and predicate.test(user, report.work))

    return asked


examines = is_registrar | is_seated | is_custodian
sees_whole = is_examiner | is_counterparty | is_staff | _of_its_work(speaks_for)
sees_whole |= _of_its_work(is_seated) | _of_its_work(is_custodian)

rules.add_perm("appraisal.write_condition", is_active & examines)
rules.add_perm("appraisal.edit_condition", is_active & is_examiner & _of_its_work(examines))
rules.add_perm("appraisal.discard_condition", is_active & (is_examiner | is_registrar))
rules.add_perm("appraisal.sign_condition", is_active & (is_examiner | is_counterparty))
# Names and places of a closed report; without them everybody reads it where the work is public.
rules.add_perm("appraisal.view_condition_whole", is_active & is_closed & sees_whole)
rules.add_perm(
    "appraisal.view_condition",
    is_closed & (_of_its_work(is_public) | (is_active & sees_whole)),
)
