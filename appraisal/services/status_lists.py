"""The two signed lists that say which certificates are revoked or suspended.

Places are drawn at random, so that nobody learns from an index how many there are. A list is signed
again in the transaction of each change, when the keys change, and before it gets old. Where no key
is at hand, the change stands all the same and the duty signs later. Registry rules, section 6.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Max

from appraisal.certificates import citations
from appraisal.certificates.addresses import list_address
from appraisal.engine.credentials import (
    Purpose,
    StatusPlace,
    blank,
    build_status_list,
    canonical,
    changed,
)
from appraisal.engine.credentials.status import FEWEST_BITS
from appraisal.locks import lock_status_lists
from appraisal.models import StatusIndex, StatusList
from artmarket import rulebook
from artmarket.core.clock import db_now
from artmarket.core.errors import Busy
from artmarket.core.locks import busy_on_timeout

from .signing_keys import NoKey, controller_of, sign_document, signing_method

log = structlog.get_logger(__name__)
FULL: Final = FEWEST_BITS // 2
"""From here on another pair of lists is begun, so that a free place is soon drawn."""
_DRAWS: Final = 20


def draw_place() -> StatusIndex:
    """A place that no certificate has or had, in the caller's transaction.

    The key of the table decides between two who draw the same. Raises `Busy` when luck runs out,
    `NoKey` when new lists are needed and nobody can sign them.
    """
    shard = _open_shard()
    for _draw in range(_DRAWS):
        try:
            with busy_on_timeout(), transaction.atomic():
                return StatusIndex.objects.create(shard=shard, index=draw_index())
        except IntegrityError:
            continue
    raise Busy()


def draw_index() -> int:
    """An index at random."""
    return secrets.randbelow(FEWEST_BITS)


def place_of(drawn: StatusIndex) -> StatusPlace:
    """The place as a certificate names it."""
    revocation, suspension = _numbers(drawn.shard)
    return StatusPlace(list_address(revocation), list_address(suspension), drawn.index)


def lists_of(shard: int) -> list[StatusList]:
    """The two lists of a shard, revocation first."""
    return list(StatusList.objects.filter(shard=shard).order_by("number"))


def set_status(
    place: StatusIndex, *, is_revoked: bool | None = None, is_suspended: bool | None = None
) -> None:
    """Set or clear the bits of one certificate and sign what changed; None leaves a bit alone."""
    wanted = {Purpose.REVOCATION: is_revoked, Purpose.SUSPENSION: is_suspended}
    rows = lock_status_lists(pks=[row.pk for row in lists_of(place.shard)])
    for row in rows:
        on = wanted[Purpose(row.purpose)]
        if on is None:
            continue
        before = bytes(row.bits)
        chosen = [place.index]
        row.bits = changed(before, on=chosen if on else (), off=() if on else chosen)
        if row.bits != before:
            _sign_if_possible(row)


def sign_all() -> int:
    """Sign all lists again, inside the caller's transaction: the keys have changed."""
    rows = lock_status_lists(pks=list(StatusList.objects.values_list("pk", flat=True)))
    for row in rows:
        _sign_if_possible(row)
    return len(rows)


def renew() -> str:
    """The duty: sign again what is half over, unsigned, or under another key than signs now."""
    days = rulebook.get(citations.STATUS_LIST_DAYS)
    done = sum(_renewed(pk, timedelta(days=days) / 2) for pk in _keys())
    return f"{done} status lists signed again"


def _keys() -> Iterable[int]:
    return list(StatusList.objects.order_by("pk").values_list("pk", flat=True))


@transaction.atomic(durable=True)
def _renewed(pk: int, half: timedelta) -> int:
    row = lock_status_lists(pks=[pk])[0]
    is_old = row.signed_at is None or row.signed_at <= db_now() - half
    if not (is_old or row.needs_signing or row.method != signing_method()):
        return 0
    _sign_if_possible(row)
    return 0 if row.needs_signing else 1


def _open_shard() -> int:
    last = StatusList.objects.aggregate(last=Max("shard"))["last"] or 1
    is_full = StatusIndex.objects.filter(shard=last).count() >= FULL
    shard = last + 1 if is_full else last
    for purpose, number in zip(Purpose, _numbers(shard), strict=True):
        if not StatusList.objects.filter(number=number).exists():
            _begin(shard, purpose, number)
    return shard


def _begin(shard: int, purpose: Purpose, number: int) -> None:
    row = StatusList(shard=shard, purpose=purpose.value, number=number, bits=blank())
    _sign(row, db_now())
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        return  # somebody else has just begun it


def _numbers(shard: int) -> tuple[int, int]:
    return 2 * shard - 1, 2 * shard


def _sign_if_possible(row: StatusList) -> None:
    try:
        _sign(row, db_now())
    except NoKey:
        row.needs_signing = True
        log.warning("status_list_not_signed", number=row.number)
    row.save(update_fields=["bits", "document", "method", "signed_at", "needs_signing"])


def _sign(row: StatusList, at: datetime) -> None:
    moment = at.replace(microsecond=0)
    document = build_status_list(
        list_id=list_address(row.number),
        issuer=controller_of(),
        purpose=Purpose(row.purpose),
        bits=bytes(row.bits),
        valid_from=moment,
        valid_until=moment + timedelta(days=rulebook.get(citations.STATUS_LIST_DAYS)),
        fetch_again_after=timedelta(hours=rulebook.get(citations.STATUS_COPY_HOURS)),
    )
    signed = sign_document(document=document, at=moment)
    row.document = canonical(signed).decode()
    row.method, row.signed_at = signed["proof"]["verificationMethod"], moment
    row.needs_signing = False
