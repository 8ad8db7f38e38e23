"""What can be done with a pawn now: each act with its form, its words, and its service. Thin."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from artmarket.core.errors import Text

from ..forms import pawn as forms
from ..models import Pawn
from ..pawn_enums import DisposalState, DisposalWay, OrderKind, PawnSide, PawnState, TicketState
from ..services import pawn_custody, pawn_ends, pawn_money, pawn_tickets
from ..services.custody import Step

Given = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that can be done: its words, its form, and the service that does it."""

    name: str
    title: Text
    form: type[forms.PawnForm]
    call: Callable[[Any, Given], Any]
    kind: str = "plain"


def acts_for(user: Any, pawn: Pawn) -> list[Act]:
    """What a person may do now; the services decide once more."""
    acts: list[Act] = []
    is_frozen = pawn.holds.filter(lifted_at__isnull=True).exists()
    if user.has_perm("pledges.borrow", pawn) and not is_frozen:
        acts += _of_pawner(pawn)
    if user.has_perm("pledges.run_lender", pawn) and not is_frozen:
        acts += _of_shop(pawn)
    if user.has_perm("pledges.work_for_lender", pawn) and not is_frozen:
        acts += _of_keeper(user, pawn)
    if user.has_perm("pledges.correct_loan", pawn):
        acts += _of_operator(pawn, is_frozen)
    return acts


def _signing(pawn: Pawn, side: PawnSide) -> list[Act]:
    """Sign the ticket that waits, or take it back."""
    waits = pawn.tickets.filter(state__in=[TicketState.DRAWN, TicketState.SIGNED]).last()
    if waits is None:
        return []
    acts = []
    if waits.state == TicketState.DRAWN and not waits.signatures.filter(side=side).exists():

        def sign(user: Any, _given: Given) -> Any:
            return pawn_tickets.sign_ticket(
                actor=user, ticket_id=waits.pk, side=side, digest=waits.digest
            )

        acts.append(
            Act("sign", _("签署当票%(number)s") % {"number": waits.number}, forms.NoFieldsForm,
                sign, "primary")
        )  # fmt: skip
    acts.append(
        Act(f"cancel_{side.value}", _("取消还没有生效的当票"), forms.WordsForm,
            lambda user, given: pawn_tickets.cancel_ticket(
                actor=user, ticket_id=waits.pk, reason=given["words"]
            ))
    )  # fmt: skip
    return acts


def _of_pawner(pawn: Pawn) -> list[Act]:
    acts = _signing(pawn, PawnSide.PAWNER)

    def pay(kind: OrderKind) -> Callable[[Any, Given], Any]:
        return lambda user, given: pawn_money.ask_to_pay(
            actor=user, pawn_id=pawn.pk, kind=kind, gateway=given["gateway"], key=given["key"],
            pay_by=given["pay_by"],
        )  # fmt: skip

    if pawn.state == PawnState.ACTIVE or (pawn.state == PawnState.DEAD and pawn.late_until):
        acts.append(Act("redeem", _("赎当"), forms.PayForm, pay(OrderKind.REDEEM), "primary"))
    if pawn.state == PawnState.ACTIVE:
        if pawn.tickets.filter(state=TicketState.SIGNED).exists():
            acts.append(Act("renew", _("付清前期费用，续当"), forms.PayForm, pay(OrderKind.RENEW)))
        live = pawn.tickets.get(state=TicketState.LIVE)
        acts.append(
            Act("lost", _("挂失补票"), forms.WordsForm,
                lambda user, given: pawn_tickets.report_lost(
                    actor=user, ticket_id=live.pk, words=given["words"]
                ))
        )  # fmt: skip
    if pawn.state == PawnState.DISPOSED and pawn.owed_minor:
        acts.append(Act("claim", _("清偿不足部分"), forms.PayForm, pay(OrderKind.CLAIM)))
    acts += _deciding(pawn, DisposalWay.AGREED)
    return acts


def _deciding(pawn: Pawn, way: DisposalWay) -> list[Act]:
    row = pawn.disposals.filter(state=DisposalState.PROPOSED, way=way).first()
    if row is None:
        return []
    return [
        Act("decide", _("答复处置"), forms.AnswerForm,
            lambda user, given: pawn_ends.decide_disposal(
                actor=user, disposal_id=row.pk, agrees=given["agrees"]
            ), "primary")
    ]  # fmt: skip


def _of_shop(pawn: Pawn) -> list[Act]:
    acts = _signing(pawn, PawnSide.PAWNSHOP)
    if pawn.state == PawnState.HELD:
        acts.append(
            Act("pay_out", _("发放当金"), forms.NoFieldsForm,
                lambda user, _g: pawn_money.pay_out(actor=user, pawn_id=pawn.pk), "primary")
        )  # fmt: skip
    if pawn.state == PawnState.ACTIVE:
        acts.append(
            Act("renewal", _("开续当的当票"), forms.MonthsForm,
                lambda user, given: pawn_tickets.draw_renewal(
                    actor=user, pawn_id=pawn.pk, months=given["months"]
                ))
        )  # fmt: skip
    if pawn.state == PawnState.DEAD:
        acts += [
            Act("late", _("商定赎回"), forms.UntilForm,
                lambda user, given: pawn_money.agree_late(
                    actor=user, pawn_id=pawn.pk, until=given["until"]
                )),
            Act("dispose", _("处置绝当物"), forms.DisposalForm,
                lambda user, given: pawn_ends.propose_disposal(
                    actor=user, pawn_id=pawn.pk, way=given["way"], price_minor=given["price"],
                    costs_minor=given["costs"] or 0, buyer=given["buyer"], note=given["note"],
                )),
        ]  # fmt: skip
    return acts


def _of_keeper(user: Any, pawn: Pawn) -> list[Act]:
    waiting = pawn_custody.waiting_step(pawn)
    if waiting is not None:
        if waiting.by_id == user.pk:
            return []
        return [
            Act("confirm", _("复核出入库"), forms.AnswerForm,
                lambda by, given: pawn_custody.confirm_thing(
                    actor=by, pawn_id=pawn.pk, agrees=given["agrees"], note=given["note"]
                ), "primary")
        ]  # fmt: skip
    acts = _deciding(pawn, DisposalWay.SALE)
    if pawn.state in (PawnState.AGREED, PawnState.RETURNING):
        acts.append(
            Act("step", _("记录出入库"), forms.StepForm,
                lambda by, given: pawn_custody.record_thing(
                    actor=by, pawn_id=pawn.pk, step=Step(**given)
                ))
        )  # fmt: skip
    return acts


def _of_operator(pawn: Pawn, is_frozen: bool) -> list[Act]:
    if is_frozen:
        return [
            Act("lift", _("解除查封"), forms.LiftForm,
                lambda user, given: pawn_ends.lift_hold(actor=user, pawn_id=pawn.pk, **given))
        ]  # fmt: skip
    if pawn.state in pawn_ends.HOLDABLE:
        return [
            Act("hold", _("记录查封"), forms.HoldForm,
                lambda user, given: pawn_ends.set_hold(actor=user, pawn_id=pawn.pk, **given))
        ]  # fmt: skip
    return []
