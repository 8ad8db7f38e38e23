"""Artist records: an artist's own, one named by a lister, one kept by a registrar."""

from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.core.errors import DomainError, Invalid, NotAllowed
from artmarket.core.events import diff, record_event, snapshot
from catalog.engine.dates import edtf_bounds, is_edtf
from catalog.enums import Living, NameKind
from catalog.models import Artist, ArtistIdentifier, ArtistName, Attribution
from catalog.search import index_works

FIELDS = (
    "name", "name_en", "birth_edtf", "death_edtf", "living", "nationality", "biography",
    "biography_en",
)  # fmt: skip


def own_artist(user: User) -> Artist:
    """The artist record of a person who lists his own works; made at first use, unverified."""
    artist, _made = Artist.objects.get_or_create(
        account=user, defaults={"name": user.display_name, "living": Living.YES}
    )
    return artist


def named_artist(user: User, name: str) -> Artist:
    """The record of a maker whom this person has named before, or a new one.

    Namesakes are never merged by name across listers; a registrar does that with open eyes.
    """
    name = " ".join(name.split())
    if not name or len(name) > 300:
        raise Invalid(fields={"maker_name": _("请填写作者姓名，最多300个字。")})
    known = Artist.objects.filter(
        name=name, attributions__work__created_by=user, account__isnull=True, is_open_data=False
    ).first()
    return known or Artist.objects.create(name=name)


@transaction.atomic(durable=True)
def save_artist(
    *,
    actor: User,
    artist: Artist | None,
    fields: dict[str, str],
    names: list[tuple[str, str, str]] | None = None,
    identifiers: list[tuple[str, str]] | None = None,
) -> Artist:
    """A registrar makes or edits an artist record.

    Arguments: `fields` of FIELDS; `names` as (text, kind, language); `identifiers` as
    (scheme, value). Life dates are EDTF. Raises `NotAllowed`, `Invalid`.
    """
    if not actor.has_perm("catalog.edit_artist"):
        raise NotAllowed()
    artist = Artist() if artist is None else Artist.objects.select_for_update().get(pk=artist.pk)
    before = _snapshot(artist) if artist.pk else {}
    for name, value in fields.items():
        if name not in FIELDS:
            raise ValueError(f"not a field of an artist: {name}")
        setattr(artist, name, value.strip())
    _check(artist)
    artist.birth_year = _year(artist.birth_edtf)
    artist.death_year = _year(artist.death_edtf)
    artist.save()
    if names is not None:
        artist.names.all().delete()
        ArtistName.objects.bulk_create(
            ArtistName(artist=artist, text=text, kind=kind, language=language)
            for text, kind, language in dict.fromkeys(names)
            if text.strip() and kind in NameKind.values
        )
    if identifiers is not None:
        _write_identifiers(artist, identifiers)
    changed = diff(before, _snapshot(artist))
    record_event(
        actor=actor, action="artist.saved", subject=artist, before=changed[0], after=changed[1]
    )
    _reindex_works_of(artist)
    return artist


@transaction.atomic(durable=True)
def verify_artist_account(*, actor: User, artist: Artist, account: User) -> Artist:
    """A registrar confirms that this account is the living artist's own."""
    if not actor.has_perm("catalog.edit_artist"):
        raise NotAllowed()
    artist = Artist.objects.select_for_update().get(pk=artist.pk)
    if artist.living == Living.NO:
        raise DomainError(_("已故作者不能关联账户。"), code="artist_not_living")
    if artist.account_id not in (None, account.pk):
        raise DomainError(_("这条作者记录已经关联了别的账户。"), code="artist_has_account")
    other = Artist.objects.filter(account=account).exclude(pk=artist.pk)
    if other.exists():
        raise DomainError(_("这个账户已经关联了别的作者记录。"), code="account_has_artist")
    artist.account = account
    artist.account_verified_at = Now()
    artist.save(update_fields=["account", "account_verified_at"])
    artist.refresh_from_db()
    record_event(
        actor=actor, action="artist.account_verified", subject=artist, after={"account": account.pk}
    )
    return artist


def _check(artist: Artist) -> None:
    errors: dict[str, Any] = {}
    if not artist.name:
        errors["name"] = _("请填写姓名。")
    for name in ("birth_edtf", "death_edtf"):
        if getattr(artist, name) and not is_edtf(getattr(artist, name)):
            errors[name] = _("请用EDTF写法，例如1864、186X、1864~。")
    if artist.living == Living.YES and artist.death_edtf:
        errors["death_edtf"] = _("在世作者没有卒年。")
    if errors:
        raise Invalid(fields=errors)


def _write_identifiers(artist: Artist, identifiers: list[tuple[str, str]]) -> None:
    taken = [
        pair
        for pair in identifiers
        if ArtistIdentifier.objects.filter(scheme=pair[0], value=pair[1])
        .exclude(artist=artist)
        .exists()
    ]
    if taken:
        raise Invalid(
            fields={"identifiers": _("%(id)s已经属于另一位作者。") % {"id": ":".join(taken[0])}}
        )
    artist.identifiers.all().delete()
    ArtistIdentifier.objects.bulk_create(
        ArtistIdentifier(artist=artist, scheme=scheme, value=value)
        for scheme, value in dict.fromkeys(identifiers)
        if scheme.strip() and value.strip()
    )


def _year(edtf: str) -> int | None:
    bounds = edtf_bounds(edtf) if edtf else None
    return bounds.year_from if bounds else None


def _snapshot(artist: Artist) -> dict[str, Any]:
    return {
        **snapshot(artist, FIELDS),
        "names": [f"{n.text} ({n.kind})" for n in artist.names.all()],
        "identifiers": [str(i) for i in artist.identifiers.all()],
    }


def _reindex_works_of(artist: Artist) -> None:
    index_works(list(Attribution.objects.filter(artist=artist).values_list("work_id", flat=True)))
