"""Who may do what with works; used by services, views, exports and admin alike.

Every predicate takes the person and a `Work` (or nothing, for questions about a whole desk).
"""

from collections.abc import Callable

import rules
from django.db.models import Exists, OuterRef

from artmarket.accounts.permissions import holds, is_active, parties_of

from .enums import EDITABLE_BY_OWNER, PUBLIC_STATES, EncumbranceKind, WorkState
from .models import Work, WorkPhoto

# Fields that name owners, former owners and prices: for those who may see private data, in pages,
# history and exports alike (registry rules, section 12). Museums publish theirs.
PRIVATE_FIELDS = frozenset({"credit", "provenance_text", "source_kind", "source_note"})

can_list = holds("artist", "merchant", "registrar", "operator")
is_registrar = holds("registrar")
is_staff = holds("registrar", "operator")
is_bureau = holds("bureau")


@rules.predicate
def is_lister(user, work) -> bool:
    """The person who lists the work."""
    return bool(work and user and user.pk and work.created_by_id == user.pk)


@rules.predicate
def has_passed_on(user, work) -> bool:
    """The title has moved since the work was listed: its lister is no longer who owns it."""
    return bool(work and work.title_shares.filter(to_event__isnull=False).exists())


@rules.predicate
def is_public(user, work) -> bool:
    return bool(work and work.is_public and work.state in PUBLIC_STATES)


@rules.predicate
def is_editable_by_owner(user, work) -> bool:
    return bool(work and work.state in EDITABLE_BY_OWNER)


@rules.predicate
def is_registered(user, work) -> bool:
    return bool(work and work.state == WorkState.REGISTERED)


@rules.predicate
def holds_title(user, work) -> bool:
    """The person, or an organisation whose administrator he is, holds a share of the title."""
    if not (work and user and user.pk):
        return False
    return work.title_shares.filter(party__in=parties_of(user), to_event=None).exists()


# Whoever listed it speaks for the work until its title moves; from then on only the owner does.
speaks_for = (is_lister & ~has_passed_on) | holds_title

rules.add_perm("catalog.list_works", is_active & can_list)
rules.add_perm("catalog.view_work", is_public | (is_active & (is_staff | speaks_for)))
rules.add_perm("catalog.view_private", is_active & (is_staff | speaks_for))
rules.add_perm("catalog.change_draft", is_active & is_lister & can_list & is_editable_by_owner)
rules.add_perm("catalog.follow_own", is_active & is_lister & can_list)
rules.add_perm("catalog.review_desk", is_active & is_registrar)
# Four eyes: nobody registers what he listed himself.
rules.add_perm("catalog.review_work", is_active & is_registrar & ~is_lister)
rules.add_perm("catalog.edit_registered", is_active & is_registrar & is_registered)
rules.add_perm("catalog.set_visibility", is_active & is_registered & (is_registrar | speaks_for))
# The owner alone decides what of its provenance everybody may read.
rules.add_perm("catalog.show_provenance", is_active & speaks_for)
rules.add_perm("catalog.decide_relic", is_active & is_bureau)
rules.add_perm("catalog.see_gates", is_active & (is_staff | is_bureau | speaks_for))
rules.add_perm("catalog.record_title", is_active & is_registrar)
rules.add_perm("catalog.edit_artist", is_active & is_registrar)
rules.add_perm("catalog.describe_self", is_active & holds("artist"))

# One permission per kind of encumbrance: the module that a kind belongs to may widen it.
for _kind in EncumbranceKind:
    rules.add_perm(f"catalog.encumber_{_kind.value}", is_active & is_registrar)
rules.set_perm("catalog.encumber_listing", is_active & (holds_title | is_registrar))
rules.set_perm("catalog.encumber_preemption", is_active & (is_bureau | is_registrar))


def may_see_private_of_many(user) -> Callable[[Work], bool]:
    """`catalog.view_private` for works with their title shares prefetched: one query in all."""
    if not is_active(user):
        return lambda work: False
    if is_staff(user):
        return lambda work: True
    parties = set(parties_of(user).values_list("pk", flat=True))

    def may(work: Work) -> bool:
        shares = list(work.title_shares.all())
        holds = any(s.to_event_id is None and s.party_id in parties for s in shares)
        passed_on = any(s.to_event_id is not None for s in shares)
        return holds or (is_lister(user, work) and not passed_on)

    return may


def may_see_picture(user, image) -> bool:
    """Whose image service is open: the pictures of works that this person may see."""
    columns = ("number", "state", "is_public", "created_by")  # a tile must cost little
    work = Work.objects.only(*columns).filter(photos__image=image.pk).first()
    return bool(work and user.has_perm("catalog.view_work", work))


def shows_a_public_work() -> Exists:
    """What `may_see_picture` answers to somebody who is not signed in, as a condition on images."""
    works = {"work__is_public": True, "work__state__in": PUBLIC_STATES}
    return Exists(WorkPhoto.objects.filter(image=OuterRef("pk"), **works))


def may_see_original(user, image) -> bool:
    """Who else may fetch a private original: those who may see the work's private data."""
    photo = getattr(image, "work_photo", None) if image.pk else None
    return bool(photo and user.has_perm("catalog.view_private", photo.work))
