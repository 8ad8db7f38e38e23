"""What people are told of margin calls and of what runs out; each is title and text."""

from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from artmarket.core.money import Money
from auctions.models import Notice

from . import notice_words
from .enums import Side
from .margin_enums import CallStep, Watched


def announce() -> None:
    """Register the news of this part; called once at start."""
    notice_words.register("margin", _of_call, _call_path)
    notice_words.register("watch", _of_watched, _watch_path)


def _of_call(notice: Notice) -> tuple[str, str]:
    facts = notice.facts
    words = {
        "loan": facts["loan"],
        "amount": str(Money(facts["amount"], facts["currency"])),
        "until": _day(facts.get("until", "")),
        "step": CallStep(facts["step"]).label,
    }
    title = _("追加担保，%(step)s：%(loan)s") % words
    if facts.get("to") == Side.BORROWER:
        return title, _to_borrower(facts["step"]) % words
    return title, _to_lender(facts["step"]) % words


def _to_borrower(step: str) -> str:
    return {
        CallStep.NOTIFIED: _(
            "贷款%(loan)s的担保缺少%(amount)s，请在%(until)s以前补足。可以还款，也可以追加作品；"
            "作品从入库起按折扣和质押率计入，不按市价。"
        ),
        CallStep.RETESTED: _("贷款%(loan)s的担保还缺%(amount)s。"),
        CallStep.CURED: _("贷款%(loan)s的担保已经补足，追加担保结束。"),
        CallStep.ESCALATED: _(
            "补足期限已过，贷款%(loan)s的担保还缺%(amount)s。贷款人可以依法变现质物。"
        ),
        CallStep.WAIVED: _("贷款人同意贷款%(loan)s暂缓追加担保，到%(until)s为止。"),
    }.get(CallStep(step), "")


def _to_lender(step: str) -> str:
    return {
        CallStep.OPENED: _("贷款%(loan)s到了追加担保线，缺少%(amount)s。请核对以后通知借款人。"),
        CallStep.RETESTED: _("贷款%(loan)s的担保还缺%(amount)s。"),
        CallStep.CURED: _("贷款%(loan)s的担保已经补足。"),
        CallStep.ESCALATED: _("贷款%(loan)s过了补足期限，还缺%(amount)s。"),
        CallStep.SIGNED: _("贷款%(loan)s的暂缓等另一个人签署。"),
        CallStep.LAPSED: _("贷款%(loan)s的暂缓到期，还缺%(amount)s；要重新通知借款人。"),
    }.get(CallStep(step), "")


def _call_path(notice: Notice) -> str:
    if notice.facts.get("to") == Side.BORROWER:
        return reverse("pledges:loan_margin", args=[notice.facts["loan"]])
    return reverse("pledges:margin_call", args=[notice.facts["call"]])


def _of_watched(notice: Notice) -> tuple[str, str]:
    facts = notice.facts
    words = {
        "loan": facts["loan"],
        "title": facts["title"],
        "kind": Watched(facts["kind"]).label,
        "due": _day(facts.get("due", "")),
    }
    title = _("%(kind)s快到期：《%(title)s》") % words
    if not facts.get("due"):
        return title, _("贷款%(loan)s的《%(title)s》现在没有有效的%(kind)s。") % words
    return title, _("贷款%(loan)s的《%(title)s》，%(kind)s的期限是%(due)s。") % words


def _watch_path(notice: Notice) -> str:
    if notice.facts.get("to") == Side.BORROWER:
        return reverse("pledges:loan_margin", args=[notice.facts["loan"]])
    return reverse("pledges:watch")


def _day(text: str) -> str:
    return date_format(date.fromisoformat(text)) if text else ""
