"""From submission to a permanent number: submit, take back, send back, register, merge.

Nobody registers what he listed himself; two registrars at once end with one number.
"""

import secrets
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts.models import Party, User
from artmarket.accounts.services.roles import party_of
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event
from artmarket.core.punctuation import listed
from catalog.completeness import assess_work, missing_words
from catalog.engine.numbers import SPACE, make_number
from catalog.enums import WORK_TRANSITIONS, SourceKind, TitleBasis, WorkState
from catalog.locks import lock_work, lock_works
from catalog.models import RegistryNumber, ReviewRemark, TitleEvent, TitleShare, Work
from catalog.search import index_works
from media.enums import ImageState

from . import log_facts, matching
from .editions import hand_on_place

REGISTER_RULE = "catalog.objectid_threshold_register"


def move(work: Work, state: WorkState) -> None:
    """Set the state if the table of transitions allows it; the caller saves."""
    if state not in WORK_TRANSITIONS[work.state]:
        raise WrongState()
    work.state = state


def check_ready(work: Work) -> None:
    """Raise `Invalid` unless the work has what the rule book asks for registration."""
    needed = rulebook.get(REGISTER_RULE)
    assessment = assess_work(work)
    fields: dict[str, Any] = {}
    if not work.title.strip():
        fields["title"] = _("提交前要有名称。")
    if not work.photos.exists():
        fields["pictures"] = _("提交前至少要有一张照片。")
    if work.photos.exclude(image__state=ImageState.READY).exists():
        fields["pictures"] = _("还有照片没有处理好，请稍候再提交。")
    if work.source_kind == SourceKind.UNKNOWN:
        fields["source_kind"] = _("请说明这件作品是怎么来的；来源不详的不能登记。")
    if assessment.score < needed:
        names = listed(m["name"] for m in missing_words(assessment))
        fields["completeness"] = _(
            "十项里已有%(score)d项，登记要%(needed)d项；还缺：%(names)s。"
        ) % {
            "score": assessment.score,
            "needed": needed,
            "names": names,
        }
    if fields:
        raise Invalid(_("还不能提交登记。"), fields=fields, rule=REGISTER_RULE)


@transaction.atomic(durable=True)
def submit_work(*, actor: User, work_id: int) -> Work:
    """The lister hands the draft to the registrars. Submitting twice changes nothing."""
    work = lock_work(pk=work_id)
    if not actor.has_perm("catalog.follow_own", work):
        raise NotAllowed()
    if work.state == WorkState.SUBMITTED:
        return work
    if WorkState.SUBMITTED in WORK_TRANSITIONS[work.state]:
        check_ready(work)
    move(work, WorkState.SUBMITTED)
    work.submitted_at = Now()
    work.save(update_fields=["state", "submitted_at"])
    work.refresh_from_db()
    record_event(
        actor=actor, action="work.submitted", subject=work, after={"score": work.objectid_score}
    )
    matching.match_works([work.pk])
    return work


@transaction.atomic(durable=True)
def take_back(*, actor: User, work_id: int) -> Work:
    """The lister takes a submission back to change it, as long as nobody has decided."""
    work = lock_work(pk=work_id)
    if not actor.has_perm("catalog.follow_own", work):
        raise NotAllowed()
    move(work, WorkState.DRAFT)
    work.save(update_fields=["state"])
    record_event(actor=actor, action="work.taken_back", subject=work)
    return work


@transaction.atomic(durable=True)
def return_work(*, actor: User, work_id: int, remarks: list[tuple[str, str]]) -> Work:
    """A registrar sends a submission back with remarks: pairs of (category or "", words)."""
    work = lock_work(pk=work_id)
    _check_reviewer(actor, work)
    given = [(category, text.strip()) for category, text in remarks if text.strip()]
    if not given:
        raise Invalid(fields={"remarks": _("退回要写明意见，作者才知道改什么。")})
    move(work, WorkState.RETURNED)
    work.save(update_fields=["state"])
    ReviewRemark.objects.bulk_create(
        ReviewRemark(work=work, by=actor, category=category, text=text) for category, text in given
    )
    record_event(
        actor=actor, action="work.returned", subject=work, data={"remarks": [t for _c, t in given]}
    )
    return work


@transaction.atomic(durable=True)
def register_work(*, actor: User, work_id: int, owner: Party | None = None) -> Work:
    """A registrar enters the work in the registry: number, title, public page.

    `owner` is the holder of title (the lister himself by default). Raises `WrongState` when a
    colleague was faster, `NotAllowed` for one's own work, `Invalid` when something is missing.
    """
    work = lock_work(pk=work_id)
    _check_reviewer(actor, work)
    if WorkState.REGISTERED not in WORK_TRANSITIONS[work.state]:
        raise WrongState(_("这件作品已经有人处理过了。"))
    check_ready(work)
    work.number = issue_number(actor, work)
    move(work, WorkState.REGISTERED)
    work.registered_at = Now()
    work.registered_by = actor
    work.save(update_fields=["number", "state", "registered_at", "registered_by"])
    work.refresh_from_db()
    holder = _record_first_title(actor, work, owner)
    log_facts.registered(work, holder)
    record_event(actor=actor, action="work.registered", subject=work, after={"number": work.number})
    matching.match_works([work.pk])
    index_works([work.pk])
    return work


def issue_number(actor: User, work: Work) -> str:
    """A number that was never issued before; a collision is tried again."""
    for _attempt in range(20):
        number = make_number(secrets.randbelow(SPACE))
        try:
            with transaction.atomic():
                RegistryNumber.objects.create(number=number, work=work, issued_by=actor)
        except IntegrityError:
            continue
        return number
    raise DomainError(_("暂时发不出登记号，请再试一次。"), code="no_number", status=503)


@transaction.atomic(durable=True)
def merge_works(*, actor: User, duplicate_id: int, into_id: int, reason: str) -> Work:
    """Two entries of one thing become one; both numbers stay and lead to the same page.

    The place in an edition goes with the thing. Raises `NotAllowed`, `Invalid`, `DomainError` (a
    lock), `WrongState` (not registered, other owners, a change of title that waits).
    """
    if duplicate_id == into_id:
        raise Invalid(fields={"into": _("不能并入自己。")})
    works = {w.pk: w for w in lock_works(pks=[duplicate_id, into_id])}
    duplicate, target = works[duplicate_id], works[into_id]
    for work in (duplicate, target):
        if not actor.has_perm("catalog.edit_registered", work):
            raise NotAllowed() if not actor.has_perm("catalog.review_desk") else WrongState()
    if duplicate.encumbrances.filter(released_at__isnull=True).exists():
        raise DomainError(
            _("被并入的作品上还有权利限制，解除后才能合并。"),
            code="encumbered",
            rule="catalog.encumbrance_exclusive",
        )
    if duplicate.title_events.filter(checked_at__isnull=True).exists():
        raise WrongState(_("还有一项权属变更等待复核。"))
    if _holders(duplicate) != _holders(target):
        raise WrongState(_("两条登记的权利人不同，先更正权属再合并。"))
    if not reason.strip():
        raise Invalid(fields={"reason": _("请写明合并的理由。")})
    move(duplicate, WorkState.MERGED)
    duplicate.merged_into = target
    duplicate.save(update_fields=["state", "merged_into"])
    hand_on_place(duplicate, target)
    log_facts.merged(duplicate, target)
    data = {"reason": reason.strip()}
    record_event(
        actor=actor,
        action="work.merged",
        subject=duplicate,
        after={"into": target.number},
        data=data,
    )
    record_event(
        actor=actor,
        action="work.absorbed",
        subject=target,
        after={"from": duplicate.number},
        data=data,
    )
    index_works([duplicate.pk, target.pk])
    return target


def _holders(work: Work) -> set[tuple[int, int, int]]:
    """Who holds title now, with the parts: two entries of one thing can't have two owners."""
    shares = work.title_shares.filter(to_event__isnull=True)
    return set(shares.values_list("party_id", "numerator", "denominator"))


@transaction.atomic(durable=True)
def set_visibility(*, actor: User, work_id: int, is_public: bool) -> Work:
    """Show the registered work to the public, or keep it to its owner and the registry."""
    work = lock_work(pk=work_id)
    if not actor.has_perm("catalog.set_visibility", work):
        raise NotAllowed()
    if work.is_public != is_public:
        before = work.is_public
        work.is_public = is_public
        work.save(update_fields=["is_public"])
        record_event(
            actor=actor, action="work.visibility", subject=work,
            before={"is_public": before}, after={"is_public": is_public},
        )  # fmt: skip
        index_works([work.pk])
    return work


def _check_reviewer(actor: User, work: Work) -> None:
    if actor.has_perm("catalog.review_work", work):
        return
    if actor.has_perm("catalog.review_desk"):
        raise NotAllowed(
            _("自己提交的作品要由另一位登记员审核。"),
            code="four_eyes",
            rule="catalog.title_two_checks",
        )
    raise NotAllowed()


def _record_first_title(actor: User, work: Work, owner: Party | None) -> Party:
    """Title as declared by the lister and checked by the registrar: two people from the start."""
    assert work.created_by is not None  # noqa: S101 - only listed works are submitted
    basis = (
        TitleBasis.CREATION if work.source_kind == SourceKind.OWN_WORK else TitleBasis.DECLARATION
    )
    event = TitleEvent.objects.create(
        work=work,
        basis=basis,
        recorded_by=work.created_by,
        checked_by=actor,
        checked_at=Now(),
        note=work.source_note,
    )
    holder = owner or party_of(work.created_by)
    TitleShare.objects.create(work=work, party=holder, from_event=event)
    return holder
