"""Tags: make them, bind one to a work by two persons, read a chip, take off, break, retire.

Chips come with keys that their maker wrote into them; labels are seals that we print. A reading
that the chip vouches for counts once: its counter only rises, decided by the database. Whatever a
reading says, it says that the chip was there. Registry rules, section 8.
"""

import re
import secrets
from dataclasses import dataclass
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from appraisal.engine.taps import (
    KEY_BYTES,
    NUMBER_BYTES,
    ChipKeys,
    Loop,
    Tap,
    TapFault,
    TapRefused,
    read_tap,
)
from appraisal.enums import TagKind, TagState, TapResult
from appraisal.models import Tag, TagBinding, TagReading
from appraisal.services.certificate_states import suspend_for_work
from appraisal.tags import citations
from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event
from catalog.enums import EncumbranceKind, WorkState
from catalog.locks import lock_work
from catalog.models import Work
from catalog.services.encumbrances import live_encumbrance, require_free
from media.models import Image

MAX_REASON: Final = 300
MAX_PLACE: Final = 120
TOKEN_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # noqa: S105 - nothing that can be misread
TOKEN_LENGTH: Final = 12
_CHIP_NUMBER: Final = re.compile(rf"[0-9A-F]{{{2 * NUMBER_BYTES}}}")
_KEY: Final = re.compile(rf"[0-9A-F]{{{2 * KEY_BYTES}}}")
_DIGEST: Final = re.compile(r"[0-9A-F]{64}")


@dataclass(frozen=True, slots=True)
class NewTag:
    """A tag that comes from elsewhere: its number, and the two keys of a chip that signs."""

    kind: str
    number: str
    data_key: str = ""
    code_key: str = ""


@dataclass(frozen=True, slots=True)
class TapWords:
    """The parameters of an address that a chip wrote: `sealed`, or `number` and `counter`."""

    code: str
    sealed: str = ""
    number: str = ""
    counter: str = ""
    loop: str = ""


@transaction.atomic(durable=True)
def make_labels(*, actor: User, count: int) -> list[Tag]:
    """So many new seal numbers, to be printed as labels.

    Raises `NotAllowed`, `Invalid` (none, or more than the rule allows at once).
    """
    _require_desk(actor)
    most = rulebook.get(citations.LABELS_AT_ONCE)
    if not 1 <= count <= most:
        words = _("一次做1到%(most)d枚。") % {"most": most}
        raise Invalid(fields={"count": words}, rule=citations.LABELS_AT_ONCE)
    tags = [
        Tag(kind=TagKind.SEAL, number=f"F{_token()}", token=_token(), made_by=actor)
        for _nth in range(count)
    ]
    Tag.objects.bulk_create(tags)
    first = tags[0]
    record_event(actor=actor, action="tag.labels_made", subject=first, after={"count": count})
    return tags


@transaction.atomic(durable=True)
def add_tag(*, actor: User, tag: NewTag) -> Tag:
    """A chip, an RFID tag, a seal or a micro-image of a surface that is to be bound.

    Raises `NotAllowed`, `Invalid`, `WrongState` (this number is on file already).
    """
    _require_desk(actor)
    values = _checked(tag)
    row = Tag(**values, token=_token(), made_by=actor)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise WrongState(_("这个号码已经登记过了。"), rule=citations.USED_ONCE) from error
    row.refresh_from_db()
    record_event(
        actor=actor, action="tag.added", subject=row, after={"kind": row.kind, "number": row.number}
    )
    return row


@transaction.atomic(durable=True)
def attach_tag(
    *, actor: User, tag_id: int, work_id: int, place: str, photograph: Image
) -> TagBinding:
    """The first person has attached the tag and photographed it; a second one must confirm.

    Raises `NotAllowed` (his own work), `WrongState` (not registered; the tag is on another work,
    broken or retired), `Encumbered` (pledged), `Invalid` (no place, no picture of his own).
    """
    work = lock_work(pk=work_id)
    _require(actor, work)
    _require_unpledged(work)
    if work.state != WorkState.REGISTERED or work.is_destroyed:
        raise WrongState(_("只有已登记的作品才能绑定标签。"))
    words = place.strip()
    errors = {}
    if not words or len(words) > MAX_PLACE:
        errors["place"] = _("请写明贴在哪里，不超过120字。")
    if photograph.uploaded_by_id != actor.pk or hasattr(photograph, "work_photo"):
        errors["photograph"] = _("请上传自己刚拍的照片。")
    if errors:
        raise Invalid(fields=errors)
    tag = Tag.objects.get(pk=tag_id)
    if tag.state != TagState.BLANK:
        raise WrongState(_("这枚标签已经用过，不能再绑定。"), rule=citations.USED_ONCE)
    try:
        with transaction.atomic():
            binding = TagBinding.objects.create(
                tag=tag, work=work, place=words, photograph=photograph, attached_by=actor
            )
    except IntegrityError as error:
        raise WrongState(_("这枚标签正在绑定。"), rule=citations.USED_ONCE) from error
    record_event(
        actor=actor, action="tag.attached", subject=work,
        after={"kind": tag.kind}, tag=tag.pk, binding=binding.pk,
    )  # fmt: skip
    return binding


@transaction.atomic(durable=True)
def confirm_binding(*, actor: User, binding_id: int) -> TagBinding:
    """The second person has the thing before him and confirms.

    Raises `NotAllowed` (the same person, his own work), `WrongState` (confirmed or ended),
    `Encumbered` (pledged meanwhile).
    """
    work, binding = _locked(binding_id)
    _require(actor, work)
    _require_unpledged(work)
    if binding.attached_by_id == actor.pk:
        raise NotAllowed(
            _("贴标签和确认要由两个人办理。"), code="four_eyes", rule=citations.TWO_PERSONS
        )
    if binding.confirmed_at is not None or binding.ended_at is not None:
        raise WrongState(_("这次绑定已经办完。"))
    binding.confirmed_by, binding.confirmed_at = actor, Now()
    binding.save(update_fields=["confirmed_by", "confirmed_at"])
    binding.refresh_from_db()
    Tag.objects.filter(pk=binding.tag_id, state=TagState.BLANK).update(state=TagState.BOUND)
    record_event(
        actor=actor, action="tag.bound", subject=work, tag=binding.tag_id, binding=binding.pk
    )
    return binding


@transaction.atomic(durable=True)
def take_off(*, actor: User, binding_id: int, reason: str) -> TagBinding:
    """The tag comes off in order, or the binding was a mistake; a bound tag is retired with it.

    Raises `NotAllowed`, `WrongState`, `Encumbered` (pledged), `Invalid` (no reason).
    """
    work, binding = _locked(binding_id)
    _require(actor, work)
    _require_unpledged(work)
    words = _reason(reason)
    if binding.ended_at is not None:
        raise WrongState(_("这枚标签已经取下。"))
    binding.ended_by, binding.ended_at, binding.end_reason = actor, Now(), words
    binding.save(update_fields=["ended_by", "ended_at", "end_reason"])
    binding.refresh_from_db()
    if binding.confirmed_at is not None:
        _end(binding.tag, TagState.RETIRED, words)
    record_event(
        actor=actor, action="tag.taken_off", subject=work,
        tag=binding.tag_id, binding=binding.pk, reason=words,
    )  # fmt: skip
    return binding


@transaction.atomic(durable=True)
def report_broken(*, actor: User, tag_id: int, reason: str) -> Tag:
    """A registrar has seen that the tag is broken: the certificates of its work are suspended.

    Raises `NotAllowed`, `WrongState` (not on a work, or known already), `Invalid` (no reason).
    """
    _require_desk(actor)
    words = _reason(reason)
    return _break(actor, tag_id, words)


def read_chip(*, token: str, words: TapWords) -> TapResult:
    """Judge what a chip wrote into its address; anybody may hold it to a telephone.

    A believed reading raises the counter, and is kept; what no chip has signed is not, or a
    stranger could fill the table. One whose loop was broken breaks the tag. Raises `WrongState`
    where the tag is none that signs.
    """
    tag = Tag.objects.filter(token=token).first()
    if tag is None or not tag.signs:
        raise WrongState(_("这枚标签没有签名芯片。"))
    try:
        tap = _tap(tag, words)
    except TapRefused as error:
        return TapResult(error.fault.value)
    result = TapResult.BROKEN if tap.loop is Loop.BROKEN else TapResult.BELIEVED
    result = _kept(tag, result, tap.counter)
    if result is TapResult.BROKEN and tag.state == TagState.BOUND:
        _break_by_chip(tag_id=tag.pk)
    return result


# ------------------------------------------------------------------ parts


def _tap(tag: Tag, words: TapWords) -> Tap:
    data = tag.data_key or "00" * KEY_BYTES
    return read_tap(
        ChipKeys(bytes.fromhex(data), bytes.fromhex(tag.code_key)),
        code=words.code, sealed=words.sealed, number=words.number, counter=words.counter,
        loop=words.loop, expected=tag.number, last_counter=tag.last_counter,
    )  # fmt: skip


@transaction.atomic(durable=True)
def _kept(tag: Tag, result: TapResult, counter: int) -> TapResult:
    """Keep the reading; of two at once with one counter, only one is believed."""
    raised = Tag.objects.filter(pk=tag.pk, last_counter__lt=counter)
    if not raised.update(last_counter=counter):
        return TapResult(TapFault.REPLAYED.value)
    TagReading.objects.create(tag=tag, result=result, counter=counter)
    return result


@transaction.atomic(durable=True)
def _break_by_chip(*, tag_id: int) -> None:
    try:
        _break(None, tag_id, str(_("芯片报告防拆线断过。")))
    except WrongState:
        return  # another reading was faster


def _break(actor: User | None, tag_id: int, reason: str) -> Tag:
    binding = TagBinding.objects.live().filter(tag_id=tag_id).first()
    if binding is None:
        raise WrongState(_("这枚标签不在任何作品上。"))
    work = lock_work(pk=binding.work_id)
    tag = Tag.objects.get(pk=tag_id)
    if tag.state != TagState.BOUND:
        raise WrongState(_("这枚标签已经记为损坏或停用。"))
    _end(tag, TagState.BROKEN, reason)
    if rulebook.get(citations.BROKEN_SUSPENDS):
        suspend_for_work(actor=actor, work_id=work.pk, reason=reason)
    record_event(actor=actor, action="tag.broken", subject=work, tag=tag.pk, reason=reason)
    return tag


def _end(tag: Tag, state: TagState, reason: str) -> None:
    tag.state, tag.ended_at, tag.end_reason = state, Now(), reason
    tag.save(update_fields=["state", "ended_at", "end_reason"])
    tag.refresh_from_db()


def _locked(binding_id: int) -> tuple[Work, TagBinding]:
    work_id = TagBinding.objects.filter(pk=binding_id).values_list("work_id", flat=True).first()
    if work_id is None:
        raise WrongState()
    work = lock_work(pk=work_id)
    return work, TagBinding.objects.select_related("tag").get(pk=binding_id)


def _require_desk(actor: User) -> None:
    if not actor.has_perm("appraisal.tag_desk"):
        raise NotAllowed()


def _require(actor: User, work: Work) -> None:
    if actor.has_perm("appraisal.bind_tag", work):
        return
    _require_desk(actor)
    raise NotAllowed(_("自己登记或持有的作品，标签要由另一位登记员办理。"), code="own_work")


def _require_unpledged(work: Work) -> None:
    """Which thing a tag says it is does not change while the thing is somebody's security: what was
    read at delivery is what is given back. A break is reported all the same."""
    live = live_encumbrance(work)
    if live and live.kind == EncumbranceKind.PLEDGE:
        require_free(work)


def _reason(text: str) -> str:
    words = text.strip()
    if not words or len(words) > MAX_REASON:
        raise Invalid(fields={"reason": _("请写明理由，不超过300字。")})
    return words


def _checked(tag: NewTag) -> dict[str, Any]:
    """The values of a new tag, in one form. Raises `Invalid` with all faults."""
    number = re.sub(r"[\s:：-]+", "", tag.number).upper()
    keys = {
        name: re.sub(r"\s+", "", getattr(tag, name)).upper() for name in ("data_key", "code_key")
    }
    errors: dict[str, Any] = {}
    if tag.kind not in TagKind.values:
        errors["kind"] = _("请从列表中选择。")
    if not number or len(number) > 64:
        errors["number"] = _("请填写号码，不超过64个字符。")
    elif tag.kind == TagKind.NFC and not _CHIP_NUMBER.fullmatch(number):
        errors["number"] = _("芯片号是14位十六进制数字。")
    elif tag.kind == TagKind.SURFACE and not _DIGEST.fullmatch(number):
        errors["number"] = _("微观图像用它的SHA-256摘要，64位十六进制数字。")
    for name, key in keys.items():
        if key and (tag.kind != TagKind.NFC or not _KEY.fullmatch(key)):
            errors[name] = _("密钥是32位十六进制数字，只有签名芯片才有。")
    if keys["data_key"] and not keys["code_key"]:
        errors["code_key"] = _("签名芯片要有校验密钥。")
    if errors:
        raise Invalid(fields=errors)
    return {"kind": tag.kind, "number": number, **keys}


def _token() -> str:
    return "".join(secrets.choice(TOKEN_LETTERS) for _nth in range(TOKEN_LENGTH))
