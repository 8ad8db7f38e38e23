"""The invoice (成交确认书, 拍卖法 52), what may change on it before it is paid, and how it is paid.

One invoice per buyer and sale; a lot sold to him later has another. Every amount is that of
`selectors.costs`, as the bid box and the API tell it. Auction rules §12; instalments: listings §4.
"""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.core.clock import SHANGHAI, db_now, db_today
from artmarket.core.errors import Invalid, Text, WrongState
from artmarket.core.money import Money
from artmarket.ledger.models import Payment
from catalog.locks import lock_works

from ... import citations, money_rules
from ...engine import settlement as engine
from ...engine.instalments import Part, check_plan
from ...enums import LotState
from ...locks import lock_lots, lock_paddles
from ...models import Instalment, Invoice, Lot, Paddle, Settlement
from ...selectors.costs import buyer_bill_of, seller_bill_of, storage_due
from ...settlement_enums import StepKind
from ..terms_of_payment import due_on
from .asking import ask_owed, require_key
from .ground import by_the_rules, escrow_of, lock_settlement, require, shares_of, stood_of, write

PURPOSE = "invoice"


@transaction.atomic(durable=True)
def issue_invoice(*, actor: User, sale_id: int, paddle_id: int) -> Invoice:
    """Invoice all lots that a paddle bought and that have no invoice; repeated, the last one.

    Raises `NotAllowed`, `WrongState` (bought nothing, somebody's part would be below nothing),
    `CalendarNotCovered`.
    """
    paddle = Paddle.objects.select_related("sale__house", "party").filter(pk=paddle_id).first()
    if paddle is None or paddle.sale_id != sale_id:
        raise WrongState()
    require(actor, "auctions.manage_sale", paddle.sale)
    lock_works(pks=list(_open_lots(paddle).values_list("work", flat=True)))
    lock_paddles(pks=[paddle.pk])
    lots = lock_lots(pks=_open_lots(paddle).values_list("pk", flat=True))
    if not lots:
        last = paddle.invoices.order_by("-pk").first()
        if last is None:
            raise WrongState(_("这个号牌没有待开账单的拍品。"), rule=citations.CONFIRMATION)
        return last
    now, count = db_now(), paddle.invoices.count()
    invoice = Invoice.objects.create(
        number=f"{paddle.sale_id}-{paddle.number}-{count + 1}", sale=paddle.sale, paddle=paddle,
        buyer=paddle.party, currency=paddle.sale.currency, issued_by=actor,
        due_on=max(due_on(lot).rolled for lot in lots),
    )  # fmt: skip
    for lot in lots:
        row = _settlement(invoice, lot)
        write(
            row, stood_of(row), StepKind.INVOICED, actor=actor, at=now, total=row.total_minor,
            due_on=invoice.due_on.isoformat(),
        )  # fmt: skip
    return invoice


def _open_lots(paddle: Paddle) -> QuerySet[Lot]:
    """Sold to him, not paid, and on no invoice that stands."""
    standing = Settlement.objects.live().filter(lot=OuterRef("pk"))
    rows = Lot.objects.filter(winner=paddle, state=LotState.SOLD)
    return rows.exclude(Exists(standing)).order_by("number")


def _settlement(invoice: Invoice, lot: Lot) -> Settlement:
    assert lot.hammer_minor is not None  # noqa: S101 - a constraint of sold lots
    buyer, seller = buyer_bill_of(lot), seller_bill_of(lot)
    row = Settlement(
        invoice=invoice, lot=lot, seller=lot.consignor, currency=invoice.currency,
        hammer_minor=lot.hammer_minor, billed_minor=buyer.total, total_minor=buyer.total,
        buyer_lines=buyer.rows(), seller_lines=seller.rows(),
    )  # fmt: skip
    with by_the_rules(citations.CONFIRMATION):
        shares_of(row)
    row.save()
    return row


@transaction.atomic(durable=True)
def plan_instalments(*, actor: User, settlement_id: int, parts: Sequence[Part]) -> Settlement:
    """The house agrees that a lot is paid in parts; it stays in the house until all is paid.

    Raises `NotAllowed`, `WrongState` (not allowed, money came in, planned already), `Invalid` (the
    sum, the first part, the days).
    """
    row, lot = lock_settlement(settlement_id)
    require(actor, "auctions.settle_lot", lot)
    if not rulebook.get(citations.INSTALMENTS):
        raise WrongState(rule=citations.INSTALMENTS)
    if row.state != "invoiced" or row.instalments.exists():
        raise WrongState(_("只有还没有收到款的账单才能约定一次分期。"), rule=citations.INSTALMENTS)
    wrong = check_plan(
        parts, total=row.total_minor, begins=db_today(), limits=money_rules.instalment_limits()
    )
    if wrong:
        words: dict[str, Text] = {
            "parts": _("至少分两期，每期都要大于零。"),
            "sum": _("各期相加要等于%(total)s。") % {"total": row.total},
            "first": _("首期不能低于总额的%(p)s%%。")
            % {"p": rulebook.get(citations.INSTALMENT_FIRST)},
            "days": _("各期日期要从今天起依次往后。"),
            "last": _("最后一期不能晚于%(m)s个月以后。")
            % {"m": rulebook.get(citations.INSTALMENT_MONTHS)},
        }
        raise Invalid(fields={"parts": words[wrong[0]]}, rule=citations.INSTALMENT_FIRST)
    Instalment.objects.bulk_create(
        Instalment(settlement=row, number=n, amount_minor=part.amount, due_on=part.due_on)
        for n, part in enumerate(parts, start=1)
    )
    write(
        row, stood_of(row), StepKind.PLANNED, actor=actor, at=db_now(),
        parts=[[part.amount, part.due_on.isoformat()] for part in parts],
    )  # fmt: skip
    return row


@transaction.atomic(durable=True)
def charge_storage(*, actor: User, settlement_id: int) -> Settlement:
    """Add the storage that is due by the rule of the sale; nothing new changes nothing.

    Raises `NotAllowed`, `WrongState` (the work has left, or the contract ended).
    """
    row, lot = lock_settlement(settlement_id)
    require(actor, "auctions.settle_lot", lot)
    now = db_now()
    due = storage_due(lot, until=now.astimezone(SHANGHAI).date())
    more = due - row.storage_minor
    if more <= 0:
        return row
    with by_the_rules(citations.STORAGE):
        stood = engine.charge(stood_of(row), more)
    row.storage_minor = due
    write(
        row, stood, StepKind.CHARGED, actor=actor, at=now, fields=("storage_minor",), amount=more
    )  # fmt: skip
    return row


@transaction.atomic(durable=True)
def set_withholding(
    *, actor: User, settlement_id: int, amount_minor: int, basis: str
) -> Settlement:
    """The house says which tax it withholds of the seller's part; the platform only proposes one.

    Raises `NotAllowed`, `WrongState` (shared out already, ended), `Invalid`.
    """
    row, lot = lock_settlement(settlement_id)
    require(actor, "auctions.settle_lot", lot)
    if row.released_minor or row.state in engine.ENDED:
        raise WrongState()
    most = max(row.seller_bill.total, 0) + row.tax_minor
    if not basis.strip():
        raise Invalid(fields={"basis": _("请写明计税的依据。")})
    if not 0 <= amount_minor <= most:
        words = _("税款在零到%(most)s之间。") % {"most": Money(most, row.currency)}
        raise Invalid(fields={"amount": words})
    row.tax_minor = amount_minor
    write(
        row, stood_of(row), StepKind.TAXED, actor=actor, at=db_now(), fields=("tax_minor",),
        amount=amount_minor, basis=basis.strip()[:200],
    )  # fmt: skip
    return row


@transaction.atomic(durable=True)
def cancel_invoice(*, actor: User, settlement_id: int, reason: str) -> Settlement:
    """Withdraw a lot from its invoice before anything came in, to issue a corrected one.

    The contract stands. Raises `NotAllowed`, `WrongState` (money came in), `Invalid`.
    """
    row, lot = lock_settlement(settlement_id)
    require(actor, "auctions.settle_lot", lot)
    if not reason.strip():
        raise Invalid(fields={"reason": _("请写明理由。")})
    with by_the_rules():
        stood = engine.cancel(stood_of(row))
    write(
        row, stood, StepKind.CANCELLED, actor=actor, at=db_now(), reason=reason.strip()[:300]
    )  # fmt: skip
    return row


@transaction.atomic(durable=True)
def pay_invoice(
    *, actor: User, invoice_id: int, gateway: str, key: str, amount_minor: int | None = None
) -> Payment:
    """Ask for a payment of an invoice: all that is owed, or a part; start it after the commit.

    The same `key`, or the same sum by the same gateway while nobody has paid it, is the same
    payment; what is paid too much goes back by itself. Whoever pays, or the house at its desk, may
    ask. Raises `NotAllowed`, `WrongState` (nothing owed), `Invalid` (amount, key).
    """
    invoice = Invoice.objects.select_related("sale__house", "paddle", "buyer").filter(
        pk=invoice_id
    ).first()  # fmt: skip
    if invoice is None:
        raise WrongState()
    if not actor.has_perm("auctions.manage_sale", invoice.sale):
        require(actor, "auctions.pay_invoice", invoice)
    require_key(key)
    lock_paddles(pks=[invoice.paddle_id])
    rows = list(invoice.settlements.live())
    return ask_owed(
        actor=actor, subject=invoice, purpose=PURPOSE, party=invoice.buyer,
        owed=Money(sum(row.owed_minor for row in rows), invoice.currency),
        amount_minor=amount_minor, gateway=gateway, key=key,
        credit_account=lambda: escrow_of(rows[0]), nothing=_("这张账单没有待付的款。"),
        rule=citations.CONFIRMATION,
    )  # fmt: skip


def payments_of(invoice: Invoice) -> QuerySet[Payment]:
    """What was asked for an invoice."""
    return Payment.objects.asked_for(PURPOSE, invoice)
