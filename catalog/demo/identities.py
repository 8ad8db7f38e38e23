"""Identities and licences of the demonstration district.

The papers of checked accounts are not drawn: their rows say what a registrar would have found.
One buyer's check waits in the queue with specimen papers, so that a registrar has something to do.
"""

import io
from datetime import timedelta

from django.db import transaction
from PIL import Image, ImageDraw

from artmarket.accounts.enums import CheckState, LicenceKind, LicenceState, OrganisationKind, Role
from artmarket.accounts.models import IdentityCheck, Licence, Organisation, User, link_of
from artmarket.accounts.services import identity
from artmarket.accounts.services.identity import Particulars
from artmarket.core import demo
from artmarket.core.clock import today
from artmarket.core.events import record_event
from artmarket.core.sealed import fingerprint
from catalog.demo.facts.people import ACCOUNTS, ORGANISATIONS

CHECKED = (Role.ARTIST, Role.MERCHANT, Role.APPRAISER, Role.LENDER)
LICENCES = {
    OrganisationKind.GALLERY: LicenceKind.ART_BUSINESS,
    OrganisationKind.MERCHANT: LicenceKind.ART_BUSINESS,
    OrganisationKind.AUCTION_HOUSE: LicenceKind.AUCTION,
    OrganisationKind.APPRAISAL: LicenceKind.APPRAISAL_HOUSE,
    OrganisationKind.LENDER: LicenceKind.LENDING,
}
AUTHORITY = "潍坊市（演示）主管部门"
WAITING = "buyer"
BUYERS = ("collector", "museum")
"""Buyers whose identity was checked: they bought something in the sale that is over."""


def load_identities(stage: demo.Stage) -> None:
    """Check people and organisations and record licences that are not there yet."""
    operator = User.objects.get(email=demo.address("operator"))
    people = User.objects.filter(
        email__in=[
            demo.address(facts.key)
            for facts in ACCOUNTS
            if facts.role in CHECKED or facts.key in BUYERS
        ]
    )
    houses = Organisation.objects.filter(slug__in=[facts.slug for facts in ORGANISATIONS])
    for holder in (*people, *houses):
        _check(holder, operator)
    for house in houses:
        if house.kind in LICENCES:
            _license(house, LICENCES[OrganisationKind(house.kind)], operator)
        if house.kind == OrganisationKind.AUCTION_HOUSE:
            _license(house, LicenceKind.ART_BUSINESS, operator)
    for person in people:
        if person.has_role(Role.APPRAISER):
            _license(person, LicenceKind.APPRAISER, operator)
    _waiting()
    stage.say(f"identities: {IdentityCheck.objects.count()}, licences: {Licence.objects.count()}")


def identities_are_loaded() -> bool:
    """Whether an earlier run came to its end."""
    wanted = [demo.address(key) for key in (WAITING, *BUYERS)]
    found = IdentityCheck.objects.filter(user__email__in=wanted).values("user").distinct()
    return found.count() == len(wanted)


@transaction.atomic(durable=True)
def _check(holder: User | Organisation, operator: User) -> None:
    link = link_of(holder)
    if IdentityCheck.objects.filter(**link).exists():
        return
    name = holder.name if isinstance(holder, Organisation) else holder.display_name
    number = f"DEMO{'E' if isinstance(holder, Organisation) else 'P'}{holder.pk:05}"
    check = IdentityCheck.objects.create(
        state=CheckState.APPROVED, legal_name=name, number=number,
        paper_kind="" if isinstance(holder, Organisation) else "passport",
        number_digest=fingerprint(number, kind="demo"), created_by=operator, decided_by=operator,
        decided_at=holder.created_at if isinstance(holder, Organisation) else holder.date_joined,
        valid_until=today() + timedelta(days=1500), **link,
    )  # fmt: skip
    record_event(actor=operator, action="identity.approved", subject=check, demo=True)


@transaction.atomic(durable=True)
def _license(holder: User | Organisation, kind: LicenceKind, operator: User) -> None:
    link = link_of(holder)
    if Licence.objects.filter(kind=kind, **link).exists():
        return
    licence = Licence.objects.create(
        kind=kind, number=f"演示{kind[:3].upper()}{holder.pk:04}", authority=AUTHORITY,
        valid_from=today() - timedelta(days=400), valid_until=today() + timedelta(days=700),
        state=LicenceState.APPROVED, created_by=operator, decided_by=operator, **link,
    )  # fmt: skip
    record_event(actor=operator, action="licence.approved", subject=licence, demo=True)


def _waiting() -> None:
    """One check in the queue, through the services, with specimen papers."""
    buyer = User.objects.filter(email=demo.address(WAITING)).first()
    if buyer is None or buyer.identity_checks.exists():
        return
    check = identity.begin_check(actor=buyer)
    identity.save_check(
        actor=buyer,
        check_id=check.pk,
        given=Particulars(buyer.display_name, "DEMO-P-9001", paper_kind="passport"),
    )
    identity.add_evidence(
        actor=buyer, check_id=check.pk, kind="front", file=_specimen(), name="specimen.png"
    )
    identity.submit_check(actor=buyer, check_id=check.pk, consents=True)


def _specimen() -> io.BytesIO:
    """A card that says that it is a specimen."""
    card = Image.new("RGB", (1000, 640), "#f3ede0")
    drawing = ImageDraw.Draw(card)
    drawing.rectangle((40, 40, 960, 600), outline="#8a3324", width=6)
    drawing.rectangle((90, 140, 340, 460), fill="#c9bda6")
    drawing.text((400, 180), "SPECIMEN", fill="#8a3324", font_size=90)
    drawing.text((400, 320), "demonstration only", fill="#444444", font_size=44)
    buffer = io.BytesIO()
    card.save(buffer, "PNG")
    buffer.seek(0)
    return buffer
