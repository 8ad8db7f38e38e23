"""What can be done with an order: each act with its form, its words, and its service."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from artmarket.core.errors import Text, WrongState

from .. import citations
from .. import settlement_forms as given_forms
from ..models import Settlement, SettlementClaim
from ..selectors.after_release import recourse_owed_by
from ..services.settlement import (
    claims,
    defaulting,
    handing_over,
    invoicing,
    recourse,
    undoing,
)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that can be done: its form, its words, and the service that does it."""

    title: Text
    submit: Text
    form: type[given_forms.OrderForm]
    call: Callable[[Any, Settlement, SettlementClaim | None, dict[str, Any]], object]
    done: Text
    kind: str = "plain"
    lead: Text = ""


def _pay(user: Any, row: Settlement, _claim: Any, given: dict[str, Any]) -> object:
    return invoicing.pay_invoice(
        actor=user, invoice_id=row.invoice_id, gateway=given["gateway"], key=given["key"],
        amount_minor=given["amount"],
    )  # fmt: skip


def _repay(user: Any, row: Settlement, _claim: Any, given: dict[str, Any]) -> object:
    owed = recourse_owed_by(user, row)
    if owed is None:
        raise WrongState(rule=citations.RECOURSE)
    return recourse.pay_recourse(
        actor=user, recourse_id=owed.pk, gateway=given["gateway"], key=given["key"],
        amount_minor=given["amount"],
    )  # fmt: skip


def _dispatch(user: Any, row: Settlement, _claim: Any, given: dict[str, Any]) -> object:
    return handing_over.record_dispatch(
        actor=user, settlement_id=row.pk, shipment=given["shipment"]
    )  # fmt: skip


def _plan(user: Any, row: Settlement, _claim: Any, given: dict[str, Any]) -> object:
    return invoicing.plan_instalments(actor=user, settlement_id=row.pk, parts=given["parts"])


def _decide(user: Any, _row: Settlement, claim: Any, given: dict[str, Any]) -> object:
    return claims.decide_claim(
        actor=user, claim_id=claim.pk, decision=given["decision"], reasons=given["reasons"],
        refund_minor=given["refund"] or 0,
    )  # fmt: skip


def _on_row(service: Callable[..., object], **names: str) -> Any:
    """Call a service of a settlement; `names` maps its arguments to fields of the form."""

    def call(user: Any, row: Settlement, _claim: Any, given: dict[str, Any]) -> object:
        more = {argument: given[field] for argument, field in names.items()}
        return service(actor=user, settlement_id=row.pk, **more)

    return call


def _on_claim(service: Callable[..., object], **names: str) -> Any:
    """Call a service of a claim."""

    def call(user: Any, _row: Settlement, claim: Any, given: dict[str, Any]) -> object:
        more = {argument: given[field] for argument, field in names.items()}
        return service(actor=user, claim_id=claim.pk, **more)

    return call


ACTS: dict[str, Act] = {
    "pay": Act(
        _("付款"), _("去付款"), given_forms.PayForm, _pay, _("付款已经建立。"), "primary",
        _("价款由平台托管，到你验收为止。"),
    ),
    "repay": Act(
        _("付还收到的款"), _("去付款"), given_forms.RepayForm, _repay, _("付款已经建立。"),
        "primary",
        _("成交已经撤销，买受人的款由平台和风险保障金先付了；请付还你收到的款。"),
    ),
    "accept": Act(
        _("验收"), _("没有问题，验收"), given_forms.PlainForm,
        _on_row(handing_over.accept_lot), _("已验收，接着放款。"), "primary",
        _("验收以后价款付给委托人；之后只能就真伪和没有说明的瑕疵索赔。"),
    ),
    "claim": Act(
        _("提出异议"), _("提出异议"), given_forms.ClaimForm,
        _on_row(claims.raise_claim, kind="kind", words="words", files="files"),
        _("异议已提出，价款不放。"),
    ),
    "withdraw": Act(
        _("撤回异议"), _("撤回异议"), given_forms.PlainForm, _on_claim(claims.withdraw_claim),
        _("异议已撤回。"), "quiet",
    ),
    "dispatch": Act(
        _("登记发运"), _("登记发运"), given_forms.ShipmentForm, _dispatch, _("已登记发运。"),
        lead=_("要先有双方签字的出库状况报告。"),
    ),
    "collect": Act(
        _("登记自取"), _("登记自取"), given_forms.ProofForm,
        _on_row(handing_over.record_collection, receipt="proof"), _("已登记自取。"),
    ),
    "deliver": Act(
        _("登记签收"), _("登记签收"), given_forms.ProofForm,
        _on_row(handing_over.record_delivery, proof="proof"), _("已登记签收，验收期开始。"),
    ),
    "answer": Act(
        _("答复异议"), _("答复异议"), given_forms.WordsForm,
        _on_claim(claims.answer_claim, words="words", files="files"), _("已答复，由平台裁定。"),
        "primary",
    ),
    "say": Act(
        _("补充陈述"), _("补充陈述"), given_forms.WordsForm,
        _on_claim(claims.add_statement, words="words", files="files"), _("已补充。"),
    ),
    "decide": Act(_("裁定异议"), _("裁定"), given_forms.DecisionForm, _decide, _("已裁定。")),
    "returned": Act(
        _("作品已退回"), _("登记退回并退款"), given_forms.ProofForm,
        _on_claim(claims.record_return, proof="proof"), _("已登记，价款退给买受人。"),
    ),
    "drop": Act(
        _("没有按期退回"), _("成交照旧"), given_forms.ReasonForm,
        _on_claim(claims.drop_unreturned, reasons="reason"), _("成交照旧。"), "danger",
    ),
    "storage": Act(
        _("保管费"), _("加收到今天的保管费"), given_forms.PlainForm,
        _on_row(invoicing.charge_storage), _("保管费已算到今天。"), "quiet",
    ),
    "tax": Act(
        _("代扣税款"), _("登记代扣税款"), given_forms.TaxForm,
        _on_row(invoicing.set_withholding, amount_minor="amount", basis="basis"), _("已登记。"),
        "quiet",
    ),
    "plan": Act(
        _("分期付款"), _("约定分期"), given_forms.PlanForm, _plan, _("分期已约定。"), "quiet",
        _("付清以前作品不交付。"),
    ),
    "case": Act(
        _("由鉴定案卷审看"), _("写明案卷"), given_forms.CaseForm,
        _on_claim(claims.name_case, case_id="number"), _("案卷结束以后裁定。"), "quiet",
    ),
    "refund": Act(
        _("单件退款"), _("撤销成交并退款"), given_forms.ReasonForm,
        _on_row(undoing.refund_lot, reason="reason"), _("成交已撤销，价款退给买受人。"), "danger",
    ),
    "cancel": Act(
        _("撤销账单"), _("撤销账单"), given_forms.ReasonForm,
        _on_row(invoicing.cancel_invoice, reason="reason"), _("账单已撤销，可以另开。"), "danger",
    ),
    "forfeit": Act(
        _("违约款项结算"), _("结算"), given_forms.PlainForm, _on_row(defaulting.settle_default),
        _("已结算。"),
    ),
}  # fmt: skip
