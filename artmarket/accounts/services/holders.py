"""Who holds a check or a licence, a person or an organisation: found, locked and moved alike."""

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from artmarket.accounts.locks import lock_organisation, lock_user
from artmarket.accounts.models import IdentityCheck, Licence, Organisation, User
from artmarket.core.errors import NotAllowed, WrongState
from artmarket.core.events import record_event

Row = TypeVar("Row", IdentityCheck, Licence)


def locked_holder(actor: User, organisation: Organisation | None) -> User | Organisation:
    """The actor himself, or an organisation that he administers, locked.

    Raises `NotAllowed`, `WrongState` (the account is closed).
    """
    if organisation is None:
        person = lock_user(pk=actor.pk)
        if not person.is_active:
            raise WrongState()
        return person
    locked = lock_organisation(pk=organisation.pk)
    if not actor.has_perm("accounts.manage_members", locked):
        raise NotAllowed()
    return locked


def locked_row(model: type[Row], pk: int) -> Row:
    """A check or a licence as it stands under the lock of its holder. Raises `WrongState`."""
    found = model._default_manager.filter(pk=pk).values("user_id", "organisation_id").first()
    if found is None:
        raise WrongState()
    if found["user_id"]:
        lock_user(pk=found["user_id"])
    else:
        lock_organisation(pk=found["organisation_id"])
    return model._default_manager.select_related("user", "organisation").get(pk=pk)


def move(
    row: IdentityCheck | Licence,
    state: str,
    *,
    moves: Mapping[str, Collection[str]],
    action: str,
    actor: User | None,
    **changes: Any,
) -> None:
    """One step of a transition table, with its event `action.state`.

    `changes` are written with it; of them the event tells the reason and the last day.
    """
    before = row.state
    if state not in moves.get(before, ()):
        raise WrongState()
    for name, value in {"state": state, **changes}.items():
        setattr(row, name, value)
    row.save(update_fields=["state", *changes])
    told = {name: changes[name] for name in ("reason", "valid_until") if changes.get(name)}
    record_event(
        actor=actor, action=f"{action}.{state}", subject=row,
        before={"state": before}, after={"state": state} | told,
    )  # fmt: skip
