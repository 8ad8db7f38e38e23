"""Artist records: an artist's own, one named by a lister, one kept by a registrar."""

from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.locks import lock_user
from artmarket.accounts.models import User
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.events import diff, record_event, snapshot
from catalog.engine.dates import edtf_bounds, is_edtf
from catalog.enums import Living, NameKind
from catalog.locks import lock_artist
from catalog.models import Artist, ArtistIdentifier, ArtistName
from catalog.search import index_artists

FIELDS = (
    "name", "name_en", "birth_edtf", "death_edtf", "living", "nationality", "biography",
    "biography_en",
)  # fmt: skip

# What an artist says of himself; name, life dates and identifiers are the registrar's.
OWN_FIELDS = ("name_en", "biography", "biography_en")
OWN_NAME_KINDS = tuple(k for k in NameKind if k != NameKind.AS_WRITTEN)
MAX_NAME = Artist._meta.get_field("name").max_length or 0
MAX_OWN_NAMES = 20
MAX_OWN_BIOGRAPHY = 4000


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
    artist = Artist() if artist is None else lock_artist(pk=artist.pk)
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
    index_artists([artist.pk])
    return artist


@transaction.atomic(durable=True)
def describe_self(
    *, actor: User, fields: dict[str, str], names: list[tuple[str, str]], seen: str
) -> Artist:
    """An artist writes his biography and his other names in his own record, made at first use.

    Arguments: `fields` of OWN_FIELDS; `names` as (text, kind of OWN_NAME_KINDS); `seen` the
    `own_version` that he read before he wrote. Names as sources write them stay. Writing what is
    written leaves no event. Raises `NotAllowed`, `Invalid`, `WrongState` (changed meanwhile).
    """
    if not lock_user(pk=actor.pk).has_perm("catalog.describe_self"):
        raise NotAllowed()
    artist = lock_artist(pk=own_artist(actor).pk)
    before = _snapshot(artist)
    if seen and seen != own_version(artist):
        raise WrongState(_("这条记录在你填写期间被人改过，请对照现在的内容再保存。"))
    _check_own(fields, names)
    for name in OWN_FIELDS:
        setattr(artist, name, fields[name].strip())
    artist.save(update_fields=OWN_FIELDS)
    _write_own_names(artist, names)
    old, new = diff(before, _snapshot(artist))
    if new:
        record_event(
            actor=actor, action="artist.described_self", subject=artist, before=old, after=new
        )
        index_artists([artist.pk])
    return artist


def own_version(artist: Artist) -> str:
    """A digest of what `describe_self` may change, so that nobody writes over what he never saw."""
    names = artist.names.exclude(kind=NameKind.AS_WRITTEN).values_list("text", "kind")
    said = repr(([getattr(artist, name) for name in OWN_FIELDS], sorted(names)))
    return sha256(said.encode()).hexdigest()[:16]


def _check_own(fields: dict[str, str], names: list[tuple[str, str]]) -> None:
    errors: dict[str, Any] = {}
    for name in ("biography", "biography_en"):
        if len(fields[name].strip()) > MAX_OWN_BIOGRAPHY:
            errors[name] = _("简介不超过4,000个字。")
    if len(fields["name_en"].strip()) > MAX_NAME:
        errors["name_en"] = _("最多%(count)d个字。") % {"count": MAX_NAME}
    if len(names) > MAX_OWN_NAMES:
        errors["names"] = _("最多写%(count)d个名号。") % {"count": MAX_OWN_NAMES}
    if any(not 0 < len(t) <= MAX_NAME or kind not in OWN_NAME_KINDS for t, kind in names):
        errors["names"] = _("每行写一个名号，后面写种类。")
    if errors:
        raise Invalid(fields=errors)


def _write_own_names(artist: Artist, names: list[tuple[str, str]]) -> None:
    """Add and take off; a name that stays keeps its row and its language."""
    kept = {(n.text, n.kind): n for n in artist.names.exclude(kind=NameKind.AS_WRITTEN)}
    wanted = dict.fromkeys(names)
    gone = [n.pk for pair, n in kept.items() if pair not in wanted]
    artist.names.filter(pk__in=gone).delete()
    ArtistName.objects.bulk_create(
        ArtistName(artist=artist, text=text, kind=kind)
        for text, kind in wanted
        if (text, kind) not in kept
    )


@transaction.atomic(durable=True)
def verify_artist_account(*, actor: User, artist: Artist, account: User) -> Artist:
    """A registrar confirms that this account is the living artist's own."""
    if not actor.has_perm("catalog.edit_artist"):
        raise NotAllowed()
    artist = lock_artist(pk=artist.pk)
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
