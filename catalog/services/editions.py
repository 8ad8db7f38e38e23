"""Edition trees for multiples: concept, edition, impression; no copy above the edition's size."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.events import diff, record_event
from catalog.engine.editions import EditionPlan, GivenImpression, check_edition
from catalog.enums import EDITABLE_BY_OWNER, ImpressionKind, WorkState
from catalog.locks import lock_work
from catalog.models import Artist, Concept, Edition, Work
from catalog.search import index_works
from catalog.snapshots import snapshot_of

from .encumbrances import Encumbered

SIZE_RULE = "catalog.edition_size"


@transaction.atomic(durable=True)
def create_edition(
    *, actor: User, artist: Artist, title: str, label: str, size: int, proofs: int = 0,
    title_en: str = "", year: int | None = None, concept: Concept | None = None,
) -> Edition:  # fmt: skip
    """Declare an edition of a composition; `size` numbered copies and `proofs` artist's proofs."""
    if not actor.has_perm("catalog.list_works"):
        raise NotAllowed()
    if concept is not None and concept.created_by_id != actor.pk:
        raise NotAllowed()
    if not title.strip() or not label.strip():
        raise Invalid(fields={"title": _("请填写名称和版次。")})
    if not 0 < size <= 100_000 or not 0 <= proofs <= 10_000:
        raise Invalid(fields={"size": _("印数要在1到100,000之间。")}, rule=SIZE_RULE)
    concept = concept or Concept.objects.create(
        title=title.strip(), title_en=title_en.strip(), artist=artist, created_by=actor
    )
    try:
        with transaction.atomic():
            edition = Edition.objects.create(
                concept=concept, label=label.strip(), size=size, proofs=proofs, year=year
            )
    except IntegrityError as error:
        raise Invalid(fields={"label": _("这个版次已经有了。")}) from error
    record_event(actor=actor, action="edition.declared", subject=edition, after={"size": size})
    return edition


@transaction.atomic(durable=True)
def place_in_edition(
    *, actor: User, work_id: int, edition: Edition | None, kind: str = "", number: int | None = None
) -> Work:
    """Say which impression of which edition a work is (None: a unique work).

    Refuses copies above the edition's size and a number already taken; destroyed copies count.
    A lister chooses among his own editions, a registrar among all.
    """
    # The edition's row is what serialises two impressions claiming the last copy.
    locked = Edition.objects.select_for_update().get(pk=edition.pk) if edition else None
    work = lock_work(pk=work_id)
    by_owner = actor.has_perm("catalog.change_draft", work)
    if not by_owner and not actor.has_perm("catalog.edit_registered", work):
        raise NotAllowed() if work.state in EDITABLE_BY_OWNER else WrongState()
    if locked and by_owner and locked.concept.created_by_id != actor.pk:
        raise NotAllowed()
    before = snapshot_of(work)
    if locked is not None:
        _check_room(locked, work, kind, number)
    try:
        with transaction.atomic():
            _set_place(work, locked, kind if locked else "", number if locked else None)
    except IntegrityError as error:
        raise _taken() from error
    was, now = diff(before, snapshot_of(work))
    record_event(actor=actor, action="work.edition_placed", subject=work, before=was, after=now)
    index_works([work.pk])
    return work


@transaction.atomic(durable=True)
def mark_destroyed(*, actor: User, work_id: int, reason: str) -> Work:
    """A copy is gone; its entry, its number and its place in the edition stay."""
    work = lock_work(pk=work_id)
    if not actor.has_perm("catalog.edit_registered", work):
        raise NotAllowed() if work.state == WorkState.REGISTERED else WrongState()
    if not reason.strip():
        raise Invalid(fields={"reason": _("请写明理由。")})
    if work.encumbrances.filter(released_at__isnull=True).exists():
        raise Encumbered()
    work.is_destroyed = True
    work.save(update_fields=["is_destroyed"])
    record_event(
        actor=actor, action="work.destroyed", subject=work, before={"is_destroyed": False},
        after={"is_destroyed": True}, reason=reason.strip(),
    )  # fmt: skip
    index_works([work.pk])
    return work


def hand_on_place(work: Work, heir: Work | None) -> None:
    """Give up the work's place in its edition, to another entry of the same thing if it has none.

    Inside the caller's transaction, under the locks of both works.
    """
    place = (work.edition, work.impression_kind, work.impression_number)
    _set_place(work, None, "", None)
    if heir is not None and heir.edition is None:
        _set_place(heir, *place)


def _set_place(work: Work, edition: Edition | None, kind: str, number: int | None) -> None:
    work.edition, work.impression_kind, work.impression_number = edition, kind, number
    work.save(update_fields=["edition", "impression_kind", "impression_number"])


def impression_label(work: Work) -> str:
    """The impression as it is written on a print: 3/50, AP 2/5."""
    if work.edition is None:
        return ""
    return written_impression(work.edition, work.impression_kind, work.impression_number)


def written_impression(edition: Edition, kind: str, number: int | None) -> str:
    """The same for a kind and number that are not stored yet; empty for an unnumbered copy."""
    if kind == ImpressionKind.NUMBERED:
        return f"{number}/{edition.size}"
    prefix = {"artist_proof": "AP", "hors_commerce": "H.C.", "printer_proof": "P.P."}.get(kind, "")
    return f"{prefix} {number}" if prefix and number else prefix


_PROBLEMS = {
    "unreadable": _("编号超过了这个版本的印数。"),
    "above-size": _("编号超过了这个版本的印数。"),
    "proof-above-size": _("编号超过了这个版本的试版数。"),
    "duplicate": _("这个编号已经登记给另一件。"),
    "too-many": _("这个版本的件数已满。"),
}


def _check_room(edition: Edition, work: Work, kind: str, number: int | None) -> None:
    if kind not in ImpressionKind.values:
        raise Invalid(fields={"impression_kind": _("请从列表中选择。")})
    if kind == ImpressionKind.NUMBERED and not number:
        raise Invalid(fields={"impression_number": _("请填写编号。")})
    others = edition.impressions.exclude(pk=work.pk).exclude(state=WorkState.DISCARDED)
    given = [
        GivenImpression(str(o.pk), label, o.is_destroyed)
        for o in others
        if (label := written_impression(edition, o.impression_kind, o.impression_number))
    ]
    mine = written_impression(edition, kind, number)
    if mine:
        given.append(GivenImpression("this", mine))
    plan = EditionPlan(edition.size, {"artist-proof": edition.proofs})
    for problem in check_edition(plan, given):
        words = _PROBLEMS.get(problem.code)
        if words and ("this" in problem.refs):
            raise DomainError(words, code=f"edition_{problem.code}", rule=SIZE_RULE)


def _taken() -> DomainError:
    return DomainError(_PROBLEMS["duplicate"], code="edition_duplicate", rule=SIZE_RULE)
