"""What a reader has gathered of one event, in whatever language it is written."""

from dataclasses import dataclass, field
from typing import ClassVar

from catalog.engine.provenance.values import Dates, Event, Occasion, Party, Place, Price


@dataclass(slots=True)
class Telling:
    """The parts of an event while its words are read; `event` makes the event of them.

    `SEPARATOR` stands between what remains as remarks.
    """

    SEPARATOR: ClassVar[str] = "; "

    previous: Party | None
    in_trade: bool
    note: str | None
    cites: tuple[str, ...]
    dates: Dates = field(default_factory=Dates)
    ongoing: bool = False
    method: str | None = None
    giver: Party | None = None
    lot: str | None = None
    price: Price | None = None
    unsold: bool = False
    gap: bool = False
    remarks: list[str] = field(default_factory=list)

    def event(
        self,
        *,
        certain: bool,
        party: Party | None,
        seller: Party | None,
        occasion: Occasion | None,
        where: Place | None,
        agent: Party | None = None,
    ) -> Event:
        """The event, with what was gathered and what only the whole of the words decides."""
        return Event(
            certain=certain,
            method=self.method,
            party=party,
            buyer_agent=agent,
            seller_agent=seller,
            previous=self.giver,
            occasion=occasion,
            where=where,
            dates=self.dates,
            lot=self.lot,
            price=self.price,
            unsold=self.unsold,
            in_trade=self.in_trade,
            ongoing=self.ongoing,
            gap=self.gap,
            remark=self.SEPARATOR.join(self.remarks) or None,
            note=self.note,
            cites=self.cites,
        )
