"""What can be done on the page of a case: each act with its form, its words, and its service."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from artmarket.core.errors import Text

from ..forms import realisation as forms
from ..services import (
    auctioning,
    classing,
    court_sales,
    defaulting,
    direct_sales,
    pre_acquiring,
    realising,
)
from ..services.direct_sales import Costs

Given = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that can be done: its form, its words, the service, and the rule behind it."""

    title: Text
    submit: Text
    form: type[forms.LoanForm]
    call: Callable[[Any, int, Given], object]
    done: Text
    kind: str = "plain"
    lead: Text = ""
    rule: str = ""


def _costs(given: Given) -> Costs:
    return Costs(given["costs"] or 0, given["costs_for"])


def _discount(user: Any, pk: int, given: Given) -> object:
    return direct_sales.propose_discount(
        actor=user, step_id=pk, price_minor=given["price"] or 0, valuation_id=given["valuation"],
        costs=_costs(given),
    )  # fmt: skip


def _sell(user: Any, pk: int, given: Given) -> object:
    return direct_sales.sell_directly(
        actor=user, step_id=pk, party_id=given["party"].pk, price_minor=given["price"] or 0,
        costs=_costs(given),
    )  # fmt: skip


def _round(given: Given, price: int | None) -> court_sales.Round:
    return court_sales.Round(
        given["court"], given["case_number"], given["held_on"], given["appraised"] or 0,
        given["start"] or 0, price,
    )  # fmt: skip


def _burned(user: Any, pk: int, given: Given) -> object:
    return court_sales.report_round(
        actor=user, step_id=pk, round_=_round(given, None), documents=given["documents"]
    )


def _court(user: Any, pk: int, given: Given) -> object:
    paid = court_sales.Paid(given["costs"] or 0, given["to_lender"] or 0, given["to_pledgor"] or 0)
    return court_sales.report_sale(
        actor=user, step_id=pk, round_=_round(given, given["price"]), paid=paid,
        party_id=given["party"].pk, documents=given["documents"],
    )  # fmt: skip


def _ask(user: Any, pk: int, given: Given) -> object:
    return pre_acquiring.ask_pre_acquirer(
        actor=user, item_id=pk, party_id=given["party"].pk, price_minor=given["price"] or 0,
        expires_on=given["expires_on"], deposit_minor=given["deposit"] or 0,
        deposit_terms=given["deposit_terms"],
    )  # fmt: skip


def _on(service: Callable[..., object], target: str, **more: Any) -> Any:
    """Call a service of a target by its key; `more` maps arguments to fields, or to values."""

    def call(user: Any, pk: int, given: Given) -> object:
        values = {
            name: given[value] if isinstance(value, str) else value for name, value in more.items()
        }
        return service(actor=user, **{target: pk}, **values)

    return call


_CASE = "pledge.realisation_order"
ACTS: Final[dict[str, Act]] = {
    "notice": Act(
        _("通知违约"), _("发出通知"), forms.NoticeForm,
        _on(defaulting.give_notice, "loan_id", words="words"), _("通知已发出。"),
        lead=_("写明逾期的金额，借款人在期限内补正就不算违约。"), rule="pledge.realisation_days",
    ),
    "declare": Act(
        _("宣告违约"), _("宣告违约"), forms.NothingForm,
        _on(defaulting.declare_default, "default_id"), _("已宣告违约。"), kind="danger",
        lead=_("补正期限过了还没有补正，才能宣告。"), rule="lending.surplus",
    ),
    "withdraw": Act(
        _("撤销违约"), _("撤销"), forms.ReasonForm,
        _on(defaulting.withdraw_default, "default_id", reason="reason"), _("已撤销。"),
    ),
    "open": Act(
        _("开始处置质物"), _("开始处置"), forms.NothingForm,
        _on(realising.open_case, "default_id"), _("处置已经开始。"), kind="primary",
        lead=_("按合同约定的次序，一种方式不成，才进行下一种。"), rule=_CASE,
    ),
    "fact": Act(
        _("记录影响分类的事实"), _("记录"), forms.FactForm,
        _on(classing.find_fact, "loan_id", at_least="at_least", words="words"), _("已记录。"),
        lead=_("其他事实只能使分类更差。"), rule="pledge.class_floor",
    ),
    "demand": Act(
        _("请求及时变现"), _("提出请求"), forms.NothingForm,
        _on(realising.demand_sale, "default_id"), _("请求已送达贷款人。"),
        lead=_("贷款人怠于变现造成的损失由他承担。"), rule="lending.surplus",
    ),
    "discount": Act(
        _("提出折价"), _("提出"), forms.DiscountForm, _discount, _("已提出，等出质人答复。"),
        lead=_("价款不低于近期评估的低值，出质人同意以后才成立。"),
        rule="pledge.discount_appraisal_days",
    ),
    "accept": Act(
        _("同意折价"), _("同意折价"), forms.NothingForm,
        _on(direct_sales.answer_discount, "step_id", agrees=True), _("折价已成立，作品归贷款人。"),
        kind="danger", lead=_("同意以后不能撤回，多出的部分退还给你。"), rule="lending.surplus",
    ),
    "decline": Act(
        _("不同意折价"), _("不同意"), forms.NothingForm,
        _on(direct_sales.answer_discount, "step_id", agrees=False), _("已答复，进行下一种方式。"),
    ),
    "call": Act(
        _("请预收购人购买"), _("通知预收购人"), forms.CostForm,
        lambda user, pk, given: direct_sales.call_pre_acquirer(
            actor=user, step_id=pk, costs=_costs(given)
        ),
        _("已通知预收购人付款。"), rule="pledge.pre_acquirer_check_days",
    ),
    "announce": Act(
        _("通知自行变卖"), _("发出通知"), forms.AnnounceForm,
        _on(direct_sales.announce_self_sale, "step_id", floor_minor="floor"), _("通知已发出。"),
        rule="pledge.realisation_floors",
    ),
    "sell": Act(
        _("确定买受人"), _("确定"), forms.SellForm, _sell, _("已通知买受人付款。"),
        rule="pledge.self_sale_valid",
    ),
    "consign": Act(
        _("委托拍卖"), _("委托"), forms.ConsignForm,
        lambda user, pk, given: auctioning.consign_pledge(
            actor=user, step_id=pk, house_id=given["house"].pk, note=given["note"]
        ),
        _("已委托，等拍卖企业提出条件。"), rule=_CASE,
    ),
    "agree": Act(
        _("同意拍卖条件"), _("同意"), forms.NothingForm,
        _on(auctioning.agree_to_terms, "step_id"), _("委托合同已成立。"), kind="primary",
    ),
    "leave": Act(
        _("结束拍卖委托"), _("结束委托"), forms.ReasonForm,
        _on(auctioning.end_consignment, "step_id", reason="reason"), _("委托已结束。"),
    ),
    "round": Act(
        _("报告司法拍卖流拍"), _("报告"), forms.RoundForm, _burned, _("已记录。"),
        rule="pledge.realisation_floors",
    ),
    "court": Act(
        _("报告司法拍卖成交"), _("报告"), forms.CourtForm, _court, _("已报告，等平台核对凭证。"),
        rule="pledge.waterfall",
    ),
    "confirm_court": Act(
        _("确认司法拍卖"), _("凭证属实"), forms.NothingForm,
        _on(court_sales.confirm_sale, "step_id"), _("已确认，权属已变更。"), kind="primary",
    ),
    "fail": Act(
        _("这种方式没有成交"), _("进行下一种方式"), forms.ReasonForm,
        _on(realising.fail_step, "step_id", reason="reason"), _("已进行下一种方式。"), rule=_CASE,
    ),
    "again": Act(
        _("再试一次"), _("开始"), forms.AgainForm,
        _on(realising.try_again, "disposal_id", way="way"), _("已开始。"), rule=_CASE,
    ),
    "give_up": Act(
        _("停止处置这件作品"), _("停止"), forms.ReasonForm,
        _on(realising.give_up, "disposal_id", reason="reason"), _("已停止，质权仍在。"),
    ),
    "ask": Act(
        _("邀请预收购人"), _("邀请"), forms.AskForm, _ask, _("已邀请，等预收购人签字。"),
        lead=_("借款人签字以前确定，他会读到价格和是谁。"), rule="pledge.pre_acquirer",
    ),
    "check": Act(
        _("核实预收购人的能力"), _("记录"), forms.CheckForm,
        _on(pre_acquiring.check_capacity, "commitment_id", is_able="is_able", papers="papers"),
        _("已记录。"), rule="pledge.pre_acquirer_check_days",
    ),
}  # fmt: skip
