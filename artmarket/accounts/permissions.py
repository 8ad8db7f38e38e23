"""Predicates on people's roles, shared by services, views, API and admin."""

import rules


@rules.predicate
def is_active(user) -> bool:
    return bool(user and user.is_authenticated and user.is_active)


def holds(*roles: str):
    """A predicate: the person holds one of these roles."""

    @rules.predicate(f"holds:{','.join(roles)}")
    def predicate(user) -> bool:
        return bool(user and user.is_authenticated and user.is_active and user.has_role(*roles))

    return predicate


is_operator = holds("operator")
is_registrar = holds("registrar", "operator")

rules.add_perm("accounts.manage_roles", is_operator)
rules.add_perm("accounts.manage_organisations", is_operator)
rules.add_perm("accounts.view_events", is_registrar)
