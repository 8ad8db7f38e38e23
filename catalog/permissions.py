"""Who may do what with works; used by services, views, exports and admin alike.

Every predicate takes the person and a `Work` (or nothing, for questions about a whole desk).
"""

import rules
from django.db.models import Q

from artmarket.accounts.enums import MemberRole
from artmarket.accounts.models import Membership
from artmarket.accounts.permissions import holds, is_active

from .enums import EDITABLE_BY_OWNER, PUBLIC_STATES, EncumbranceKind, WorkState

can_list = holds("artist", "merchant", "registrar", "operator")
is_registrar = holds("registrar")
is_staff = holds("registrar", "operator")
is_bureau = holds("bureau")


@rules.predicate
def is_lister(user, work) -> bool:
    """The person who lists the work."""
    return bool(work and user and user.pk and work.created_by_id == user.pk)


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
    administered = Q(
        party__organisation__is_active=True,
        party__organisation__memberships__in=Membership.objects.filter(
            user=user, role=MemberRole.ADMIN, ended_at__isnull=True
        ),
    )
    return work.title_shares.filter(Q(party__user=user) | administered, to_event=None).exists()


rules.add_perm("catalog.list_works", is_active & can_list)
rules.add_perm("catalog.view_work", is_public | (is_active & (is_lister | is_staff)))
rules.add_perm("catalog.view_private", is_active & (is_lister | is_staff | holds_title))
rules.add_perm("catalog.change_draft", is_active & is_lister & can_list & is_editable_by_owner)
rules.add_perm("catalog.follow_own", is_active & is_lister & can_list)
rules.add_perm("catalog.review_desk", is_active & is_registrar)
# Four eyes: nobody registers what he listed himself.
rules.add_perm("catalog.review_work", is_active & is_registrar & ~is_lister)
rules.add_perm("catalog.edit_registered", is_active & is_registrar & is_registered)
rules.add_perm("catalog.set_visibility", is_active & is_registered & (is_lister | is_registrar))
rules.add_perm("catalog.decide_relic", is_active & is_bureau)
rules.add_perm("catalog.record_title", is_active & is_registrar)
rules.add_perm("catalog.edit_artist", is_active & is_registrar)
rules.add_perm("catalog.import_works", is_active & is_staff)
rules.add_perm("catalog.view_history_detail", is_active & (is_lister | is_staff))

# One permission per kind of encumbrance: the module that a kind belongs to may widen it.
for _kind in EncumbranceKind:
    rules.add_perm(f"catalog.encumber_{_kind.value}", is_active & is_registrar)
rules.set_perm("catalog.encumber_listing", is_active & (holds_title | is_registrar))
rules.set_perm("catalog.encumber_preemption", is_active & (is_bureau | is_registrar))


def may_see_original(user, image) -> bool:
    """Who else may fetch a private original: those who may see the work's private data."""
    photo = getattr(image, "work_photo", None) if image.pk else None
    return bool(photo and user.has_perm("catalog.view_private", photo.work))
