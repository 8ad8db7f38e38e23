"""Who makes and revokes tokens and webhooks: everybody his own, administrators theirs."""

import rules

from artmarket.accounts.permissions import is_active, is_organisation_admin


@rules.predicate
def is_owner(user, thing) -> bool:
    return bool(thing and user and user.pk and thing.owner_id == user.pk)


@rules.predicate
def administers_its_organisation(user, thing) -> bool:
    return bool(
        thing
        and thing.organisation_id is not None
        and is_organisation_admin(user, thing.organisation)
    )


rules.add_perm("api.make_token", is_active)
rules.add_perm("api.manage", is_active & (is_owner | administers_its_organisation))
