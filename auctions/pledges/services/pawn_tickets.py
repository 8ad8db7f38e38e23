"""Terms of a pawnshop, requests, tickets: drawn, signed by both, lost and replaced. Rules §2."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Sum
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts import gates
from artmarket.accounts.models import Party, User
from artmarket.core.clock import db_now, db_today
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.events import plain, record_event
from artmarket.core.money import MAX_MINOR
from catalog.locks import lock_work
from catalog.models import Work
from catalog.services.title import current_shares

from .. import citations, law, rule_values
from .. import pawn_citations as rules
from ..engine.concentration import fits
from ..engine.rounding import down
from ..enums import LenderClass
from ..locks import lock_lender
from ..models import (
    Lender,
    Pawn,
    PawnLoss,
    PawnRequest,
    PawnSignature,
    PawnTerms,
    PawnTicket,
)
from ..pawn_enums import PawnSide, PawnState, RequestState, TicketState
from ..pawn_standing import running
from ..refusals import AboveCap, AboveCapacity, AboveLimit, NotEligible, NotOffered, refuse_works
from ..selectors.assessing import gates_of_pawn
from .contracts import digest_of
from .ground import require, require_licensed, words_of
from .pawn_ground import locked, move_pawn, require_not_held, tickets_of

FORM = 1
_PERMS: dict[str, str] = {PawnSide.PAWNER: "borrow", PawnSide.PAWNSHOP: "run_lender"}


@dataclass(frozen=True, slots=True)
class Thing:
    """What the pawnshop's appraiser says of a thing: its value in fen, its condition, and which
    refused goods (27) it is found to be, if any."""

    appraised_minor: int
    condition: str
    refused: Collection[str] = ()


# ------------------------------------------------------------------ terms


@transaction.atomic(durable=True)
def set_terms(
    *, actor: User, lender_id: int, valid_from: date, fee_permille: Decimal, annual_pct: Decimal,
    most_pct: Decimal, lost_fee_minor: int = 0,
) -> PawnTerms:  # fmt: skip
    """The pawnshop's rates from a day on, for everybody alike.

    Raises `NotAllowed`, `WrongState` (no pawnshop), `AboveCap` (fee or interest), `Invalid`.
    """
    lender = lock_lender(pk=lender_id)
    require(actor, "run_lender", lender)
    _require_pawnshop(lender)
    if valid_from < db_today():
        raise Invalid(fields={"valid_from": _("不能早于今天。")})
    if not (fee_permille >= 0 and annual_pct >= 0 and 0 < most_pct <= 100):
        raise Invalid(fields={"fee_permille": _("费率和比例不对。")})
    if not 0 <= lost_fee_minor <= MAX_MINOR:
        raise Invalid(fields={"lost_fee_minor": _("金额不对。")})
    _require_within_caps(fee_permille, annual_pct, on=valid_from)
    number = (lender.pawn_terms.aggregate(last=Max("number"))["last"] or 0) + 1
    try:
        with transaction.atomic():
            terms = PawnTerms.objects.create(
                lender=lender, number=number, valid_from=valid_from, fee_permille=fee_permille,
                annual_pct=annual_pct, most_pct=most_pct, lost_fee_minor=lost_fee_minor,
                created_by=actor,
            )  # fmt: skip
    except IntegrityError as error:
        raise Invalid(fields={"valid_from": _("这一天已经有新的条件。")}) from error
    record_event(actor=actor, action="pawn.terms", subject=lender, number=number)
    return terms


def _require_within_caps(fee: Decimal, annual: Decimal, *, on: date) -> None:
    if Fraction(fee) > rule_values.pawn_fee("movable", on=on).permille:
        raise AboveCap(_("综合费率超过法定上限。"), rule=rules.FEE)
    if Fraction(annual) > Fraction(rulebook.get(rules.INTEREST, on=on)):
        raise AboveCap(_("利率超过法定贷款利率。"), rule=rules.INTEREST)


def terms_on(lender: Lender, on: date) -> PawnTerms:
    """The terms in force on a day. Raises `NotOffered`."""
    found = lender.pawn_terms.filter(valid_from__lte=on).order_by("-valid_from").first()
    if found is None:
        raise NotOffered(_("这家典当行还没有公布典当条件。"))
    return found


def _require_pawnshop(lender: Lender) -> None:
    if lender.kind != LenderClass.PAWNSHOP:
        raise WrongState(_("只有典当行可以办理典当。"), rule=citations.LICENCES)


# ------------------------------------------------------------------ requests


@transaction.atomic(durable=True)
def ask_pawn(
    *, actor: User, lender_id: int, work_id: int, amount_minor: int, months: int
) -> PawnRequest:
    """The owner of a work asks a pawnshop to take it.

    Raises `NotAllowed`, `NotIdentified`, `NotOffered`, `WrongState`, `Invalid`.
    """
    lender, work = lock_lender(pk=lender_id), lock_work(pk=work_id)
    _require_pawnshop(lender)
    require_licensed(lender)
    if not actor.has_perm("pledges.pledge_work", work):
        raise NotAllowed(_("只有权利人可以典当作品。"), rule=rules.REFUSED)
    pawner = _sole_owner(work)
    _require_identified(pawner)
    on = db_today()
    terms_on(lender, on)
    if not 0 < amount_minor <= MAX_MINOR:
        raise Invalid(fields={"amount": _("金额要大于零。")})
    _require_months(months, on=on)
    try:
        with transaction.atomic():
            row = PawnRequest.objects.create(
                lender=lender, pawner=pawner, work=work, amount_minor=amount_minor, months=months,
                asked_by=actor,
            )  # fmt: skip
    except IntegrityError as error:
        raise WrongState(_("这件作品已经向这家典当行提出过申请。")) from error
    record_event(actor=actor, action="pawn.asked", subject=row, amount=amount_minor)
    return row


@transaction.atomic(durable=True)
def answer_request(*, actor: User, request_id: int, reason: str) -> PawnRequest:
    """The pawnshop declines a request with a reason, or whoever asked withdraws it.

    Raises `NotAllowed`, `WrongState`, `Invalid`.
    """
    lender_id = PawnRequest.objects.values_list("lender", flat=True).get(pk=request_id)
    lock_lender(pk=lender_id)
    row = PawnRequest.objects.select_related("lender__organisation").get(pk=request_id)
    is_shop = actor.has_perm("pledges.run_lender", row)
    if not (is_shop or actor.has_perm("pledges.borrow", row)):
        raise NotAllowed()
    if row.state != RequestState.OPEN:
        raise WrongState()
    row.reason = words_of(reason) if is_shop else " ".join(reason.split())[:300]
    row.state = RequestState.DECLINED if is_shop else RequestState.WITHDRAWN
    row.save(update_fields=["state", "reason"])
    record_event(actor=actor, action=f"pawn.request_{row.state}", subject=row, reason=row.reason)
    return row


# ------------------------------------------------------------------ a new pawn


@transaction.atomic(durable=True)
def draw_pawn(
    *, actor: User, lender_id: int, work_id: int, thing: Thing, principal_minor: int, months: int,
    request_id: int | None = None, contribution_minor: int | None = None,
) -> PawnTicket:  # fmt: skip
    """The pawnshop draws a ticket on a work of its identified owner; both then sign it.

    `contribution_minor`: the pawner is a shareholder who put in so much. Raises `NotAllowed`,
    `NotLicensed`, `NotIdentified`, `NotOffered`, `NotEligible` (a gate, refused goods),
    `AboveCap`, `AboveCapacity`, `AboveLimit`, `WrongState`, `Invalid`.
    """
    lender, work = lock_lender(pk=lender_id), lock_work(pk=work_id)
    require(actor, "run_lender", lender)
    _require_pawnshop(lender)
    require_licensed(lender)
    on = db_today()
    pawner = _sole_owner(work)
    _require_identified(pawner)
    if pawner.organisation_id == lender.organisation_id:
        raise WrongState(_("典当行不能当自己的作品。"), rule=rules.BANNED)
    _require_not_refused(thing)
    refuse_works([
        (work.pk, work.display_title, gates_of_pawn(work, pawner=pawner, lender=lender, on=on))
    ])  # fmt: skip
    terms = terms_on(lender, on)
    _require_months(months, on=on)
    _require_amount(terms, thing, principal_minor)
    require_limits(lender, pawner, principal_minor, on=on, contribution=contribution_minor)
    request = _request(request_id, lender, work)
    try:
        with transaction.atomic():
            pawn = Pawn.objects.create(
                lender=lender, pawner=pawner, work=work, request=request,
                appraised_minor=thing.appraised_minor, principal_minor=principal_minor,
                contribution_minor=contribution_minor, made_by=actor,
            )  # fmt: skip
    except IntegrityError as error:
        raise WrongState(_("这件作品已经在典当。"), rule=citations.EXCLUSIVE) from error
    if request is not None:
        request.state = RequestState.DRAWN
        request.save(update_fields=["state"])
    return _draw(pawn, terms, place=1, months=months, condition=thing.condition, actor=actor)


def _request(request_id: int | None, lender: Lender, work: Work) -> PawnRequest | None:
    if request_id is None:
        return None
    row = PawnRequest.objects.filter(pk=request_id, lender=lender, work=work).first()
    if row is None or row.state != RequestState.OPEN:
        raise WrongState()
    return row


def _sole_owner(work: Work) -> Party:
    shares = current_shares(work)
    if len(shares) != 1:
        raise NotEligible(_("当户不是作品唯一的权利人。"), code="no_title", rule=rules.REFUSED)
    return shares[0].party


def _require_identified(party: Party) -> None:
    holder = party.organisation or party.user
    if holder is None:
        raise NotEligible(_("当户还没有本站账户。"), code="no_account", rule=citations.IDENTITY)
    gates.require_identity(holder, rule=citations.IDENTITY)


def _require_not_refused(thing: Thing) -> None:
    known = rulebook.get(rules.REFUSED)
    if any(code not in known for code in thing.refused):
        raise Invalid(fields={"refused": _("请从列表中选择。")})
    if thing.refused:
        raise NotEligible(
            _("这是典当行不得收当的财物。"), code="refused_goods", rule=rules.REFUSED,
            found=list(thing.refused),
        )  # fmt: skip


def _require_months(months: int, *, on: date, rule: str = rules.TERM) -> None:
    most = rulebook.get(rule, on=on)
    if not 0 < months <= most:
        raise Invalid(fields={"months": _("期限要在1到%(n)d个月之间。") % {"n": most}}, rule=rule)


def _require_amount(terms: PawnTerms, thing: Thing, principal: int) -> None:
    if not (0 < thing.appraised_minor <= MAX_MINOR and principal > 0):
        raise Invalid(fields={"amount": _("金额要大于零。")})
    words_of(thing.condition, "condition")
    most = down(Fraction(thing.appraised_minor) * Fraction(terms.most_pct) / 100)
    if principal > most:
        raise AboveCapacity(_("当金超过典当行按估价可借的比例。"), rule=rules.TICKET, capacity=most)


def require_limits(
    lender: Lender, pawner: Party, new: int, *, on: date, contribution: int | None = None,
    without: int | None = None,
) -> None:  # fmt: skip
    """One person's pawns keep to the share of the registered capital (44); read under the lock of
    the lender. `without`: the key of a pawn that is asked for. Raises `AboveLimit`."""
    rows = Pawn.objects.counted().filter(
        lender__organisation=lender.organisation_id, pawner=pawner
    ).exclude(pk=without or 0)  # fmt: skip
    standing = rows.aggregate(sum=Sum("principal_minor"))["sum"] or 0
    most = down(lender.capital_minor * rule_values.pawn_limit("same_person", on=on) / 100)
    if contribution is not None:
        most = min(most, contribution)
    if not fits(standing, new, most):
        raise AboveLimit(
            _("对同一当户的典当余额超过上限。"), rule=rules.LIMITS, most=most, standing=standing
        )
    law.require_below_limit(lender, pawner, standing + new, on=on)


def _draw(
    pawn: Pawn, terms: PawnTerms, *, place: int, months: int, condition: str, actor: User,
    starts: date | None = None,
) -> PawnTicket:  # fmt: skip
    """A ticket under the next number of the pawnshop, which is locked."""
    serial = PawnTicket.objects.filter(lender=pawn.lender).aggregate(last=Max("serial"))["last"]
    serial = (serial or 0) + 1
    number = f"DP{pawn.lender_id:04d}-{serial:07d}"
    text = plain(_text(pawn, terms, number, months, condition, starts))
    ticket = PawnTicket.objects.create(
        pawn=pawn, place=place, serial=serial, lender=pawn.lender, number=number, terms=terms,
        months=months, fee_permille=terms.fee_permille, annual_pct=terms.annual_pct, text=text,
        digest=digest_of(text),
    )  # fmt: skip
    record_event(
        actor=actor, action="pawn.drawn", subject=ticket, after={"state": ticket.state},
        number=number, digest=ticket.digest,
    )  # fmt: skip
    return ticket


def _text(
    pawn: Pawn, terms: PawnTerms, number: str, months: int, condition: str, starts: date | None
) -> Mapping[str, Any]:
    """All that a ticket states (30, 31); the document of the pawner stays with his check."""
    of = pawn.lender.organisation
    licence = require_licensed(pawn.lender)
    return {
        "form": FORM,
        "number": number,
        "pawnshop": {"name": of.name, "licence": licence.number},
        "pawner": {"name": pawn.pawner.name, "party": pawn.pawner_id},
        "work": {"number": pawn.work.number, "title": pawn.work.title, "count": 1},
        "condition": words_of(condition, "condition"),
        "appraised": pawn.appraised_minor,
        "principal": pawn.principal_minor,
        "currency": pawn.currency,
        "fee_permille": str(terms.fee_permille),
        "annual_pct": str(terms.annual_pct),
        "months": months,
        "starts": starts.isoformat() if starts else None,
        "made_on": db_today().isoformat(),
        "lost_fee": terms.lost_fee_minor,
        "rules": {
            law_: rulebook.find(law_).number
            for law_ in (
                rules.TICKET, rules.TERM, rules.GRACE, rules.FEE, rules.NOT_IN_ADVANCE,
                rules.DEAD_RULE, rules.NO_USE,
            )
        },
    }  # fmt: skip


# ------------------------------------------------------------------ signed


@transaction.atomic(durable=True)
def sign_ticket(*, actor: User, ticket_id: int, side: str, digest: str) -> PawnTicket:
    """Sign the digest of a ticket for one side; with the second signature it stands.

    Raises `NotAllowed` (not of this side, one person for both), `WrongState`, `Held`, `Invalid`.
    """
    pawn, ticket = _ticket(ticket_id)
    if side not in _PERMS:
        raise Invalid(fields={"side": _("请从列表中选择。")})
    require(actor, _PERMS[side], pawn)
    require_not_held(pawn)
    if ticket.state != TicketState.DRAWN or ticket.signatures.filter(side=side).exists():
        raise WrongState(_("这一方已经签名，或当票已经不能签。"), rule=rules.TICKET)
    if digest != ticket.digest:
        raise Invalid(_("你读到的当票和要签的不是同一份。"), code="other_text", rule=rules.TICKET)
    if ticket.signatures.filter(signer=actor).exists():
        raise NotAllowed(_("双方要由两个人签名。"), code="four_eyes", rule=rules.TICKET)
    PawnSignature.objects.create(ticket=ticket, side=side, signer=actor, digest=digest)
    record_event(actor=actor, action="pawn.signed", subject=ticket, side=side, digest=digest)
    if ticket.signatures.count() == len(PawnSide):
        ticket.state = TicketState.SIGNED
        ticket.save(update_fields=["state"])
        if ticket.place == 1:
            move_pawn(pawn, PawnState.AGREED, actor=actor)
    return ticket


@transaction.atomic(durable=True)
def cancel_ticket(*, actor: User, ticket_id: int, reason: str) -> PawnTicket:
    """Either side takes back a ticket that has no effect yet: a first one before the money is out
    (a thing that was taken in goes back), a renewal before it is paid.

    Raises `NotAllowed`, `WrongState`, `Held`, `Invalid`.
    """
    pawn, ticket = _ticket(ticket_id)
    if not (actor.has_perm("pledges.borrow", pawn) or actor.has_perm("pledges.run_lender", pawn)):
        raise NotAllowed()
    words = words_of(reason)
    require_not_held(pawn)
    if ticket.state not in (TicketState.DRAWN, TicketState.SIGNED):
        raise WrongState(_("当票已经生效，不能取消。"), rule=rules.TICKET)
    ticket.state = TicketState.CANCELLED
    ticket.save(update_fields=["state"])
    record_event(actor=actor, action="pawn.ticket_cancelled", subject=ticket, reason=words)
    if ticket.place == 1:
        pawn.ended_at = db_now()
        to = PawnState.RETURNING if pawn.state == PawnState.HELD else PawnState.CANCELLED
        move_pawn(pawn, to, actor=actor, fields=("ended_at",))
    return ticket


# ------------------------------------------------------------------ renewed, lost


@transaction.atomic(durable=True)
def draw_renewal(*, actor: User, pawn_id: int, months: int) -> PawnTicket:
    """The pawnshop draws the ticket that renews a pawn from its old maturity; both sign it, and it
    takes the place of the old one once the earlier charges are paid.

    Raises `NotAllowed`, `WrongState` (not running, the days are over, one waits), `AboveCap`,
    `NotLicensed`, `Held`, `Invalid`.
    """
    pawn = locked(pawn_id, with_lender=True)
    require(actor, "run_lender", pawn)
    require_licensed(pawn.lender)
    require_not_held(pawn)
    on = db_today()
    old = running(tickets_of(pawn))
    if pawn.state != PawnState.ACTIVE or old is None or old.redeem_until is None:
        raise WrongState(_("只有在当的才能续当。"), rule=rules.RENEWAL)
    if on > old.redeem_until:
        raise WrongState(_("已经超过续当的期限。"), rule=rules.GRACE)
    if pawn.tickets.filter(state__in=[TicketState.DRAWN, TicketState.SIGNED]).exists():
        raise WrongState(_("已经有一张续当的当票。"), rule=rules.RENEWAL)
    _require_months(months, on=on, rule=rules.RENEWAL)
    terms = terms_on(pawn.lender, on)
    _require_within_caps(terms.fee_permille, terms.annual_pct, on=on)
    return _draw(
        pawn, terms, place=old.place + 1, months=months, condition=old.text["condition"],
        actor=actor, starts=old.matures_on,
    )  # fmt: skip


@transaction.atomic(durable=True)
def report_lost(*, actor: User, ticket_id: int, words: str) -> PawnLoss:
    """The pawner reports a lost ticket: the fee is charged, a copy under a new number replaces it.

    A ticket gives its holder nothing: only the pawner redeems. Raises `NotAllowed`, `WrongState`,
    `Held`, `Invalid`.
    """
    pawn, ticket = _ticket(ticket_id)
    require(actor, "borrow", pawn)
    require_not_held(pawn)
    said = words_of(words)
    if ticket.state != TicketState.LIVE:
        raise WrongState(_("只有有效的当票才能挂失。"), rule=rules.TICKET)
    count = ticket.losses.count() + 1
    loss = PawnLoss.objects.create(
        ticket=ticket, number=f"{ticket.number}-B{count}", fee_minor=ticket.text["lost_fee"],
        words=said, reported_by=actor,
    )  # fmt: skip
    record_event(actor=actor, action="pawn.lost", subject=ticket, number=loss.number)
    return loss


def _ticket(ticket_id: int) -> tuple[Pawn, PawnTicket]:
    pawn_id = PawnTicket.objects.filter(pk=ticket_id).values_list("pawn", flat=True).first()
    if pawn_id is None:
        raise WrongState()
    pawn = locked(pawn_id)
    ticket = PawnTicket.objects.select_related("terms").get(pk=ticket_id)
    ticket.pawn = pawn
    return pawn, ticket
