"""What must hold of a work before money is lent on it, each question with its rule.

The same questions are asked for the page of an application, before an offer, at delivery and before
a payment. What only the lender can bring (a policy) is asked from delivery on. Pledge rules §4, §5.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from appraisal.enums import CertificateKind, CertificateState
from appraisal.models import Certificate, Valuation
from artmarket import rulebook
from artmarket.accounts.models import Party
from artmarket.core.punctuation import bracketed
from catalog import gate_words
from catalog.enums import Act, EncumbranceKind, WorkState
from catalog.models import Work
from catalog.services.encumbrances import live_encumbrance
from catalog.services.gates import gates_of
from catalog.services.title import current_shares

from .. import advance_citations, citations
from ..enums import ProductKind, RegistryResult
from ..models import Insurance, Lender, ProductVersion, RegistryQuery
from ..refusals import Check
from ..valuing import Valued, appraisals_of, value_of
from .advance import is_apart

LATER: Final = frozenset({"insurance"})
"""What the borrower need not bring before there is an offer."""


@dataclass(frozen=True, slots=True)
class Assessed:
    """A work with what was found: the answers, and its value or why there is none."""

    work: Work
    checks: tuple[Check, ...]
    valued: Valued

    def failing(self, *, later: bool) -> tuple[Check, ...]:
        """What is not met; `later` asks also what may come after an offer."""
        return tuple(c for c in self.checks if not c.is_met and (later or c.code not in LATER))

    def as_dict(self) -> dict[str, Any]:
        """What is kept with an offer."""
        value = self.valued.value
        return {
            "work": self.work.pk, "number": self.work.number,
            "checks": [check.as_dict() for check in self.checks],
            "value": value.as_dict() if value else None, "blocked": self.valued.blocked,
        }  # fmt: skip


def assess(
    works: Sequence[tuple[Work, str]], *, borrower: Party, lender: Lender,
    version: ProductVersion, months: int, on: date, own_pledge: bool = False,
) -> list[Assessed]:  # fmt: skip
    """What is found of works on a day for a loan of so many months, each given with its liquidity.

    `own_pledge`: the pledge of this lender lies on them already.
    """
    currency = version.product.currency
    appraised = appraisals_of([work.pk for work, _l in works], lender=lender, currency=currency)
    found = []
    for work, liquidity in works:
        rows: Sequence[Valuation] = appraised.get(work.pk, ())
        valued = value_of(rows, version, liquidity=liquidity, months=months, on=on)
        checks = (
            _registered(work),
            _title(work, borrower),
            _free(work, own_pledge),
            *_gates(work),
            _authentic(work),
            _queried(work, borrower, lender, on),
            *_valued(valued, version, lender),
            _insured(work, lender, on),
        )
        found.append(Assessed(work, checks, valued))
    return found


def insured_minor(works: Sequence[int], lender: Lender, on: date) -> int:
    """What the policies in force for these works pay the lender together."""
    return sum(
        row.insured_minor for row in policies_in_force(lender, on).filter(work__in=list(works))
    )


def policies_in_force(lender: Lender, on: date) -> Any:
    """Policies whose loss payee is the lender, on a day."""
    return Insurance.objects.filter(
        lender=lender, ended_at__isnull=True, valid_from__lte=on, valid_until__gte=on
    )


# ------------------------------------------------------------------ the questions


def _registered(work: Work) -> Check:
    met = work.state == WorkState.REGISTERED and not work.is_destroyed
    words = _("已登记") if met else _("没有登记，或已登记为销毁")
    return Check("registered", met, words, citations.DELIVERY)


def _title(work: Work, borrower: Party) -> Check:
    shares = current_shares(work)
    waits = work.title_events.filter(checked_at__isnull=True).exists()
    is_sole = len(shares) == 1 and shares[0].party_id == borrower.pk
    if waits:
        words = _("有一项权属变更等待复核")
    elif not is_sole:
        words = _("借款人不是唯一的权利人")
    else:
        words = _("借款人单独所有")
    return Check("title", is_sole and not waits, words, citations.SOLE_TITLE)


def _free(work: Work, own_pledge: bool) -> Check:
    live = live_encumbrance(work)
    if live is None:
        return Check("free", not own_pledge, _("没有权利限制"), citations.EXCLUSIVE)
    since = date_format(localtime(live.taken_at))
    words = _("自%(date)s起%(kind)s") % {"date": since, "kind": live.get_kind_display()}
    is_own = own_pledge and live.kind == EncumbranceKind.PLEDGE
    return Check("free", is_own, words, citations.EXCLUSIVE)


def _gates(work: Work) -> list[Check]:
    """The gates of the registry before a pledge: relic status, stolen works, source, and others."""
    results = gates_of(work, Act.PLEDGE)
    told = [(result, gate_words.told(result)) for result in results if not result.is_advisory]
    return [
        Check(f"gate_{row['gate']}", not result.closes, row["words"], row["rule"])
        for result, row in told
    ]


def _authentic(work: Work) -> Check:
    rows = Certificate.objects.filter(
        Q(kind=CertificateKind.AUTHOR) | Q(kind=CertificateKind.OPINION),
        work=work, state=CertificateState.VALID,
    )  # fmt: skip
    good = next((row for row in rows if _supports(row)), None)
    words = _("证书%(number)s有效") % {"number": good.number} if good else _("没有有效的真品证书")
    return Check("authenticity", good is not None, words, citations.AUTHENTICITY)


def _supports(row: Certificate) -> bool:
    """The author's own certificate, or an opinion whose result supports the attribution."""
    if row.kind == CertificateKind.AUTHOR:
        return True
    subject = json.loads(row.document).get("credentialSubject", {})
    return bool(subject.get("panel", {}).get("result") == "supported")


def _queried(work: Work, borrower: Party, lender: Lender, on: date) -> Check:
    oldest = on - timedelta(days=rulebook.get(citations.REGISTRY_DAYS, on=on))
    last = RegistryQuery.objects.filter(
        work=work, lender=lender, pledgor=borrower, made_on__gte=oldest, made_on__lte=on
    ).first()
    if last is None:
        return Check("registry", False, _("还没有查询动产融资登记"), citations.REGISTRY_DAYS)
    met = last.result == RegistryResult.CLEAR
    words = last.get_result_display() + bracketed(last.number)
    return Check("registry", met, words, citations.REGISTRY_DAYS)


def _valued(valued: Valued, version: ProductVersion, lender: Lender) -> tuple[Check, ...]:
    """What the value rests on; an estimate is that of a house which has nobody of the lender."""
    if version.product.kind != ProductKind.ADVANCE:
        return (_appraised(valued),)
    if valued.value is None or valued.value.consignment is None:
        return (Check("value", False, valued.words, advance_citations.SHARE),)
    until = date_format(valued.value.until)
    words = _("委托合同的估价有效期至%(date)s") % {"date": until}
    apart = is_apart(valued.value.consignment, lender)
    said = _("贷款人和拍卖企业没有关联") if apart else _("贷款人和拍卖企业有共同的人员")
    return (
        Check("value", True, words, advance_citations.SHARE),
        Check("house_apart", apart, said, advance_citations.ADVANCE),
    )


def _appraised(valued: Valued) -> Check:
    rule = citations.DISAGREEMENT_MOST if valued.blocked == "disagreement" else citations.APPRAISALS
    if valued.value is None:
        return Check("value", False, valued.words, rule)
    until = date_format(valued.value.until)
    return Check("value", True, _("评估有效期至%(date)s") % {"date": until}, rule)


def _insured(work: Work, lender: Lender, on: date) -> Check:
    row = policies_in_force(lender, on).filter(work=work).first()
    words = (
        _("保单%(policy)s，到%(date)s")
        % {"policy": row.policy, "date": date_format(row.valid_until)}
        if row
        else _("没有以贷款人为第一受益人的有效保险")
    )
    return Check("insurance", row is not None, words, citations.INSURANCE)


def gates_of_pawn(
    work: Work, *, pawner: Party, lender: Lender, on: date, own_pledge: bool = False
) -> tuple[Check, ...]:
    """What must hold of a work before it is taken in pawn: all but appraisals of other firms and a
    policy. A ticket states the value on which both sides agreed, and the pawnshop answers for it.
    """
    return (
        _registered(work), _title(work, pawner), _free(work, own_pledge), *_gates(work),
        _authentic(work), _queried(work, pawner, lender, on),
    )  # fmt: skip
