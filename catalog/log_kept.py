"""What is kept behind the commitments of a work's entries in the public log: which, not what.

The values themselves are given out one by one, by `services.log_facts.disclose`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog import log_reads, log_words
from catalog.models import LogEntry, LogQueued, LogSecret, Work

MEMBERS: Final[Mapping[str, str | Promise]] = {
    "holders": gettext_lazy("权利人"),
    "record": gettext_lazy("登记的内容"),
    "basis": gettext_lazy("权属变更的依据"),
    "encumbrance": gettext_lazy("限制的种类"),
    "holder": gettext_lazy("限制的权利人"),
}


@dataclass(frozen=True, slots=True)
class Kept:
    """One commitment whose value and salt are still there.

    `position` is the entry's, None while it waits to be logged; `names_other` says that looking at
    it is written down, because it names somebody else.
    """

    ticket: int
    member: str
    kind: str
    words: str
    at: datetime | None
    position: int | None
    names_other: bool

    @property
    def key(self) -> str:
        """The commitment in a form."""
        return f"{self.ticket}/{self.member}"


def kept_of(work: Work, *, reader_id: int) -> list[Kept]:
    """The commitments of a work's entries that can be opened, oldest first; three queries."""
    secrets = list(
        LogSecret.objects.filter(work=work)
        .select_related("party")
        .defer("value", "salt")
        .order_by("ticket", "pk")
    )
    tickets = {secret.ticket for secret in secrets}
    entries: dict[int, LogEntry | LogQueued] = {
        row.pk: row for row in LogQueued.objects.filter(pk__in=tickets)
    }
    entries |= {row.ticket: row for row in LogEntry.objects.filter(ticket__in=tickets)}
    return [_kept(secret, entries.get(secret.ticket), reader_id) for secret in secrets]


def _kept(secret: LogSecret, entry: LogEntry | LogQueued | None, reader_id: int) -> Kept:
    fact = log_reads.fact_of(entry) if entry else {}
    party = secret.party
    at = fact.get("at")
    return Kept(
        ticket=secret.ticket,
        member=secret.member,
        kind=log_words.kind_words(str(fact.get("kind", ""))),
        words=member_words(secret.member),
        at=parse_datetime(at) if isinstance(at, str) else None,
        position=entry.position if isinstance(entry, LogEntry) else None,
        names_other=bool(
            party and (party.user_id or party.organisation_id) and party.user_id != reader_id
        ),
    )


def member_words(member: str) -> str:
    """A member of an entry in words, with its place in a list; an unknown one as it is written."""
    name, _slash, place = member.partition("/")
    words = str(MEMBERS.get(name, name))
    return _("%(words)s（第%(n)d位）") % {"words": words, "n": int(place) + 1} if place else words
