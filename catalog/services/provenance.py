"""Write a work's provenance: the curator's text in versions, what is read out of it, what is shown.

`Work.provenance_text` always is the text of the current version. Registry rules, section 3.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.events import diff, record_event
from catalog.engine.provenance import Provenance
from catalog.engine.provenance.disclosure import Disclosure, kind_of_party
from catalog.enums import EDITABLE_BY_OWNER
from catalog.locks import lock_work, lock_works
from catalog.models import Citation, Inscription, ProvenancePeriod, ProvenanceText, Work
from catalog.provenance_rows import (
    LONGEST_RULE,
    disclosure_of,
    event_of,
    labelled_parts,
    language_of,
    periods_of,
    public_text,
    read_text,
)
from catalog.search import index_works
from catalog.snapshots import snapshot_of

from .description import check_version, refresh_score

MAX_SOURCE = 300
MAX_REASON = 300
HIDDEN_RULE = "catalog.provenance_hidden"
CONSENT_RULE = "privacy.consent_per_purpose"


@dataclass(frozen=True, slots=True)
class Written:
    """What a save came to: the work, the current version, whether there is a new one."""

    work: Work
    text: ProvenanceText | None
    is_new: bool


@transaction.atomic(durable=True)
def set_provenance(
    *,
    actor: User,
    work_id: int,
    text: str,
    source: str = "",
    reason: str = "",
    version: int | None = None,
) -> Written:
    """Write the provenance of a draft (by its lister) or of a registered work (by a registrar).

    The text is kept byte for byte. `version` is the work's when the form was opened; a save from
    another tab in between is refused as stale. A registered work needs a `reason`, and its history
    keeps before and after. The same text again writes nothing. Raises `NotAllowed`, `WrongState`,
    `Invalid`.
    """
    work = lock_work(pk=work_id)
    is_registered = _may_write(actor, work)
    check_version(work, version)
    _check(text, source, reason if is_registered else "-")
    if text == work.provenance_text and current_text(work) is not None:
        return Written(work, current_text(work), is_new=False)
    before = snapshot_of(work)
    work.provenance_text = text
    work.version += 1
    work.updated_at = Now()
    work.save(update_fields=["provenance_text", "version", "updated_at"])
    row = keep_provenance(actor=actor, work=work, source=source)
    refresh_score(work)
    if is_registered:
        was, now = diff(before, snapshot_of(work))
        record_event(
            actor=actor, action="work.corrected", subject=work, before=was, after=now,
            reason=reason.strip(),
        )  # fmt: skip
        index_works([work.pk])
    else:
        record_event(
            actor=actor, action="work.draft_changed", subject=work, after={"version": work.version}
        )
    return Written(work, row, is_new=row is not None)


@transaction.atomic(durable=True)
def choose_shown(
    *,
    actor: User,
    work_id: int,
    shown: Collection[int],
    number: int,
    reason: str,
    has_consent: bool = False,
) -> list[int]:
    """The owner opens periods to the public, or closes them: names and prices with the words.

    Args:
        shown: positions of the periods that everybody may read; all others are closed.
        number: the version of the text that he was looking at.
        reason: why, for the work's history.
        has_consent: he says that whoever is named in the newly opened periods agrees; closing
            needs nobody's.
    Returns:
        The positions that are shown now; the same choice again writes nothing. Raises
        `NotAllowed`, `WrongState` (another version), `Invalid` (no reason, no consent).
    """
    work = lock_work(pk=work_id)
    if not actor.has_perm("catalog.show_provenance", work):
        raise NotAllowed(rule=HIDDEN_RULE)
    text = current_text(work)
    if text is None or text.number != number or text.text != work.provenance_text:
        raise WrongState(
            _("来源与流传刚有改动，你的选择没有保存。"),
            code="stale",
            hint=_("请看看最新的各段，再选一次。"),
            rule=HIDDEN_RULE,
        )
    rows = list(text.periods.all())
    wanted = {row.position for row in rows} & set(shown)
    was = [row.position for row in rows if row.is_shown]
    if was == sorted(wanted):
        return was
    _check_choice(reason, has_consent=has_consent or wanted <= set(was))
    for row in rows:
        row.is_shown = row.position in wanted
    ProvenancePeriod.objects.bulk_update(rows, ["is_shown"], batch_size=500)
    _write_public(work, rows)
    record_event(
        actor=actor, action="work.provenance_shown", subject=work,
        before={"periods_shown": was}, after={"periods_shown": sorted(wanted)},
        reason=reason.strip(), with_consent=not wanted <= set(was),
    )  # fmt: skip
    return sorted(wanted)


@transaction.atomic(durable=True)
def store_provenance(*, work_ids: Sequence[int]) -> int:
    """Store the periods of texts that were written otherwise: museums' imports, older works.

    Done by the platform, on demand and in bulk; can run twice. Returns how many were stored.
    """
    stored = 0
    for work in lock_works(pks=sorted(set(work_ids))):
        before = None if work.is_open_data else snapshot_of(work)
        name = getattr(getattr(work, "source_record", None), "source", "")
        if keep_provenance(actor=None, work=work, source=name) is None:
            continue
        stored += 1
        if before is not None:
            was, now = diff(before, snapshot_of(work))
            record_event(
                actor=None, action="work.provenance_read", subject=work, before=was, after=now
            )
            index_works([work.pk])
    return stored


def keep_provenance(*, actor: User | None, work: Work, source: str = "") -> ProvenanceText | None:
    """Bring versions, periods, citations and the public text into step with `provenance_text`.

    Inside another service's transaction, which holds the work's lock and records the event. None
    when they are in step already.
    """
    current = current_text(work)
    if work.provenance_text == (current.text if current else ""):
        return None
    row = ProvenanceText.objects.create(
        work=work,
        number=current.number + 1 if current else 1,
        text=work.provenance_text,
        language=language_of(work.provenance_text),
        source=source.strip(),
        author=actor,
        supersedes=current,
    )
    readable = len(row.text) <= rulebook.get(LONGEST_RULE)
    reading = read_text(row.text) if readable else Provenance(())
    rules = disclosure_of(work)
    rows = _periods(work, row, reading, rules)
    _carry_over(rows, current)
    ProvenancePeriod.objects.bulk_create(rows, batch_size=500)
    if not work.is_open_data:  # what a museum publishes of its literature it publishes itself
        _write_labelled(work, reading)
    _write_public(work, rows)
    return row


def current_text(work: Work) -> ProvenanceText | None:
    """The newest version of a work's provenance."""
    return work.provenance_texts.order_by("-number").first()


def _may_write(actor: User, work: Work) -> bool:
    """Whether it is a registered work; raises where this person may not write."""
    if work.state in EDITABLE_BY_OWNER:
        if not actor.has_perm("catalog.change_draft", work):
            raise NotAllowed()
        return False
    if not actor.has_perm("catalog.review_desk"):
        raise NotAllowed()
    if not actor.has_perm("catalog.edit_registered", work):
        raise WrongState(_("只有草稿、退回的作品和已登记的作品能改来源与流传。"))
    return True


def _check(text: str, source: str, reason: str) -> None:
    faults: dict[str, Any] = {}
    longest = rulebook.get(LONGEST_RULE)
    if len(text) > longest:
        faults["text"] = _("最多%(limit)d个字，现在有%(length)d个。") % {
            "limit": longest,
            "length": len(text),
        }
    elif not _can_be_stored(text):
        faults["text"] = _("里面有不能保存的字符。")
    if len(source.strip()) > MAX_SOURCE or not _can_be_stored(source):
        faults["source"] = _("最多%(limit)d个字。") % {"limit": MAX_SOURCE}
    if not reason.strip():
        faults["reason"] = _("请写明更正的理由。")
    if faults:
        raise Invalid(fields=faults, rule=LONGEST_RULE if "text" in faults else None)


def _check_choice(reason: str, *, has_consent: bool) -> None:
    faults: dict[str, Any] = {}
    if not 0 < len(reason.strip()) <= MAX_REASON or not _can_be_stored(reason):
        faults["reason"] = _("请写明为什么，最多%(limit)d个字。") % {"limit": MAX_REASON}
    if not has_consent:
        faults["consent"] = _("公开之前，先得到写到的人同意，再勾选这一项。")
    if faults:
        raise Invalid(fields=faults, rule=HIDDEN_RULE if has_consent else CONSENT_RULE)


def _can_be_stored(text: str) -> bool:
    """Neither a NUL nor half of a character, which no database keeps."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _periods(
    work: Work, row: ProvenanceText, reading: Provenance, rules: Disclosure
) -> list[ProvenancePeriod]:
    """Unsaved periods of a version, linked to the makers and title holders that bear the names."""
    rows = periods_of(reading)
    artists = {
        name: opinion.artist
        for opinion in work.attributions.select_related("artist")
        for name in (opinion.artist.name, opinion.artist.name_en)
        if name
    }
    only = next(iter(artists.values()), None) if len(set(artists.values())) == 1 else None
    holders = {share.party.name: share.party for share in work.title_shares.select_related("party")}
    for period in rows:
        period.text, period.said_in = row, row
        party = event_of(period).party
        if party is None:
            continue
        if kind_of_party(party, rules.makers) == "maker":
            period.artist = artists.get(party.name, only)
        period.party = holders.get(party.name)
    return rows


def _carry_over(rows: list[ProvenancePeriod], before: ProvenanceText | None) -> None:
    """Words that stood in the last version keep who first said them, and whether they are shown."""
    if before is None:
        return
    known: dict[str, list[ProvenancePeriod]] = {}
    for old in before.periods.order_by("-position"):
        known.setdefault(old.words.strip(), []).append(old)
    for period in rows:
        if same := known.get(period.words.strip()):
            old = same.pop()
            period.said_in_id = old.said_in_id
            period.is_shown = old.is_shown


def _write_public(work: Work, rows: Sequence[ProvenancePeriod]) -> None:
    found = (
        "" if work.is_open_data else public_text(work.provenance_text, rows, disclosure_of(work))
    )
    if len(work.provenance_text) > rulebook.get(LONGEST_RULE):
        found = ""
    work.provenance_public = found
    work.save(update_fields=["provenance_public"])


def _write_labelled(work: Work, reading: Provenance) -> None:
    """著录, 展览, 钤印 and 题识 of the text as rows; those of an earlier version go."""
    parts = labelled_parts(reading)
    work.citations.filter(from_provenance=True).exclude(
        text__in=[text for _kind, text in parts.citations]
    ).delete()
    known = set(work.citations.values_list("kind", "text"))
    Citation.objects.bulk_create(
        Citation(work=work, kind=kind, text=text, from_provenance=True)
        for kind, text in parts.citations
        if (kind, text) not in known
    )
    _write_inscriptions(work, parts.inscriptions)


def _write_inscriptions(work: Work, wanted: Sequence[dict[str, Any]]) -> None:
    pictured = set(work.photos.values_list("shows", flat=True))
    keys = {(row["kind"], row["text"]) for row in wanted}
    present = list(work.inscriptions.all())
    gone = [
        row.pk
        for row in present
        if row.from_provenance and (row.kind, row.text) not in keys and row.ref not in pictured
    ]
    Inscription.objects.filter(pk__in=gone).delete()
    known = {(row.kind, row.text) for row in present}
    refs = {row.ref for row in present}
    position = max((row.position for row in present), default=-1)
    for row in wanted:
        if (row["kind"], row["text"]) in known:
            continue
        position += 1
        ref = next(name for n in range(1, 10_000) if (name := f"prov-{n}") not in refs)
        refs.add(ref)
        Inscription.objects.create(
            work=work, ref=ref, position=position, from_provenance=True, **row
        )
    if wanted and work.no_inscriptions:
        work.no_inscriptions = False
        work.save(update_fields=["no_inscriptions"])
