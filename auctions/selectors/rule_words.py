"""The rules of a sale in words: deposits, approval, steps, premium, commissions, storage, fees."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from artmarket.core.money import Money
from artmarket.core.punctuation import joined

from .. import rule_books, wording
from ..engine.bills import PlatformTerms
from ..engine.fees import PremiumTerms, Tier
from ..engine.ladder import Ladder
from ..engine.seller_fees import SellerTerms
from ..engine.storage import StorageTerms
from ..models import RuleSet


def deposit_words(row: RuleSet | None, currency: str) -> str:
    """What is due, from whom more, for which lots apart, and when it goes back."""
    if row is None:
        return _("不收保证金")
    rule = rule_books.deposit(row.pk, rule_books.parts_of(currency))

    def money(minor: int) -> str:
        return Money(minor, currency).words()

    share = {"share": wording.percent(rule.percent)}
    parts = [
        {
            "none": _("不收保证金"),
            "fixed": _("保证金%(sum)s") % {"sum": money(rule.amount)},
            "opening": _("保证金是最低起拍价的%(share)s") % share,
            "limit": _("保证金是竞买额度的%(share)s") % share,
        }[rule.basis]
    ]
    if rule.newcomer_amount is not None:
        parts.append(_("没有买到过的%(sum)s") % {"sum": money(rule.newcomer_amount)})
    elif rule.newcomer_fold != 1:
        parts.append(_("没有买到过的%(fold)s倍") % {"fold": rule.newcomer_fold})
    if rule.per_strike:
        parts.append(_("每次违约多%(sum)s") % {"sum": money(rule.per_strike)})
    if rule.per_deal:
        parts.append(_("每次成交少%(sum)s") % {"sum": money(-rule.per_deal)})
    if rule.least:
        parts.append(_("至少%(sum)s") % {"sum": money(rule.least)})
    if rule.most is not None:
        parts.append(_("至多%(sum)s") % {"sum": money(rule.most)})
    if rule.high_value:
        floor = {"floor": money(rule.high_value.floor)}
        parts.append(_("估价下限%(floor)s起的拍品另行审批") % floor)
        if rule.high_value.amount:
            parts.append(_("这些拍品另交%(sum)s") % {"sum": money(rule.high_value.amount)})
    return joined(parts)


def approval_words(row: RuleSet | None) -> str:
    """Who approves, or under which conditions nobody has to."""
    rule = rule_books.approval(row.pk) if row else None
    if rule is None or not rule.is_automatic:
        return _("由拍卖企业审核")
    words = _("身份已核验、保证金到账、没有被暂停的号牌，自动通过")
    if rule.limit_fold is None:
        return words
    return joined([words, _("额度不超过保证金的%(n)d倍") % {"n": rule.limit_fold}])


def ladder_rows(ladder: Ladder, currency: str) -> list[tuple[str, str]]:
    """Price from, step."""
    if ladder.percent:
        step = joined(
            [
                wording.percent(ladder.percent.percent),
                _("至少%(least)s") % {"least": Money(ladder.percent.least, currency)},
            ]
        )
        return [(Money(0, currency).words(), step)]
    return [
        (Money(start, currency).words(), Money(step, currency).words())
        for start, step in ladder.rows
    ]


def premium_rows(terms: PremiumTerms, currency: str) -> dict[str, Any]:
    """Slices of the hammer price with their percentages, and what else is said of them."""
    return {
        "rows": tier_rows(terms.tiers, currency),
        "overhead": wording.percent(terms.overhead) if terms.overhead else "",
        "vat": "" if terms.vat_included is None else wording.percent(terms.vat_included),
        "vat_on_top": "" if terms.vat_on_top is None else wording.percent(terms.vat_on_top),
        "priority": tier_rows(terms.priority, currency),
        "early": [
            _("落槌后%(days)d天内付清，佣金按%(rate)s")
            % {"days": days, "rate": wording.percent(rate)}
            for days, rate in terms.early
        ],
    }


def tier_rows(tiers: Iterable[Tier], currency: str) -> list[tuple[str, str]]:
    """Each slice of a price, and its percentage."""
    floor, rows = 0, []
    for tier in tiers:
        low = Money(floor, currency)
        if tier.limit is None:
            words = _("%(low)s以上") % {"low": low} if floor else _("全部")
        else:
            words = _("%(low)s到%(high)s") % {"low": low, "high": Money(tier.limit, currency)}
            floor = tier.limit
        rows.append((words, wording.percent(tier.percent)))
    return rows


def seller_words(terms: SellerTerms, currency: str) -> str:
    """A seller's schedule in one line."""
    parts = [f"{part} {rate}" for part, rate in tier_rows(terms.tiers, currency)]
    if terms.free_above is not None:
        parts.append(_("成交价高于%(sum)s的不收") % {"sum": Money(terms.free_above, currency)})
    if terms.success:
        parts.append(_("高于估价上限的另收%(rate)s") % {"rate": wording.percent(terms.success)})
    if terms.guarantee:
        parts.append(_("保底的另收%(rate)s") % {"rate": wording.percent(terms.guarantee)})
    if terms.rebate_above is not None:
        above = Money(terms.rebate_above, currency)
        parts.append(
            _("成交价高于%(sum)s的，返还买受人佣金的%(rate)s")
            % {"sum": above, "rate": wording.percent(terms.rebate)}
        )
    return joined(parts)


def storage_words(terms: StorageTerms, currency: str) -> str:
    """From which day on keeping costs how much."""
    if not terms.per_month:
        return _("不收保管费")
    return _("前%(days)d天不收，以后每件每%(month)d天%(sum)s，不满的按一期算") % {
        "days": terms.free_days,
        "month": terms.month_days,
        "sum": Money(terms.per_month, currency),
    }


def platform_words(terms: PlatformTerms) -> str:
    """The platform's fee of each side."""
    sides = ((_("买受人%(rate)s"), terms.buyer), (_("委托人%(rate)s"), terms.seller))
    parts = [words % {"rate": wording.percent(rate)} for words, rate in sides if rate]
    return joined(parts) if parts else _("不收平台服务费")
