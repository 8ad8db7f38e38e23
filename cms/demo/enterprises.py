"""The demonstration register: 36 invented enterprises, thirty of them on the key list.

All through the services; a run that was cut off is completed by the next. On 1 July 2026 one key
enterprise makes room for another, so that two dates give two lists.
"""

from datetime import date
from typing import Final

from stdnum.cn import uscc

from artmarket.accounts.models import User
from artmarket.core import demo
from artmarket.core.errors import WrongState

from ..enterprise_enums import KeyMove, ProposalState
from ..models import Enterprise, KeyEnterprise, KeyListProposal, SupportMeasure
from ..services import enterprises, key_list, support
from .enterprise_facts import FACTS, Facts

KEYS: Final = 30
SINCE, LISTED, CHANGED = date(2024, 1, 1), date(2026, 1, 1), date(2026, 7, 1)
LAST: Final = date(2026, 6, 30)
DOCUMENTS: Final = ("演示文〔2025〕12号", "演示文〔2026〕7号")
PEOPLE: Final = ("bureau", "bureau2")
PER_MINOR: Final = 100
WAN: Final = 10_000 * PER_MINOR


def code_of(number: int) -> str:
    """An invented code with a right check digit, of a county that does not exist."""
    stem = f"91379999XXDEM{number:04d}"
    return stem + str(uscc.calc_check_digit(stem))


def is_loaded() -> bool:
    """Whether all enterprises are there and the last change of the list was made."""
    codes = [code_of(n) for n in range(1, len(FACTS) + 1)]
    return (
        Enterprise.objects.filter(code__in=codes).count() == len(FACTS)
        and KeyEnterprise.objects.filter(enterprise__code=codes[KEYS]).exists()
    )


def load(stage: demo.Stage) -> None:
    """Make what is missing; without the bureau's two people nothing."""
    people = [User.objects.filter(email=demo.address(key)).first() for key in PEOPLE]
    first, second = people
    if first is None or second is None:
        return
    rows = [_enterprise(first, n, facts) for n, facts in enumerate(FACTS, 1)]
    for row in rows[:KEYS]:
        _entered(
            first, second, row,
            key_list.Proposed(
                KeyMove.ENTER, row.pk, "年度评审列入（演示数据）", DOCUMENTS[0], 2025, from_day=LISTED
            ),
        )  # fmt: skip
    _one_for_another(first, second, rows[KEYS - 1], rows[KEYS])
    _supported(first, rows[0])
    stage.say(f"enterprises: {len(rows)}, {KEYS} of them on the key list")


def _enterprise(actor: User, number: int, facts: Facts) -> Enterprise:
    code = code_of(number)
    found = Enterprise.objects.filter(code=code).first()
    if found is not None:
        return found
    return enterprises.add_enterprise(
        actor=actor,
        given=enterprises.EnterpriseInput(
            code=code, name=facts.name, name_en=facts.name_en, trade=facts.trade,
            economy_class=facts.economy[0], economy_name=facts.economy[1],
            culture_class=facts.culture[0], culture_name=facts.culture[1], stage=facts.stage,
            products=facts.products, products_en=facts.products_en,
            capacity=f"演示数据。{facts.capacity}",
            capacity_en=f"Demonstration data. {facts.capacity_en}",
            address="潍坊市潍城区（演示地址）", staff=facts.staff,
            revenue_minor=facts.revenue * WAN, figures_year=2025, since=SINCE,
        ),
    )  # fmt: skip


def _changed(first: User, second: User, given: key_list.Proposed) -> None:
    """Proposed by one, confirmed by the other; what a cut-off run proposed is confirmed."""
    waiting = KeyListProposal.objects.filter(
        enterprise=given.enterprise_id, state=ProposalState.OPEN
    ).first()
    try:
        row = waiting or key_list.propose_change(actor=first, given=given)
        key_list.confirm_change(actor=second, proposal_id=row.pk, digest=row.digest)
    except WrongState:
        return  # an editor has changed the list; his list stays


def _one_for_another(first: User, second: User, old: Enterprise, new: Enterprise) -> None:
    entry = old.key_entries.filter(is_void=False, until_day__isnull=True).first()
    if entry is not None and entry.from_day == LISTED:
        _changed(
            first, second,
            key_list.Proposed(
                KeyMove.LEAVE, old.pk, "不再符合列入条件（演示数据）", DOCUMENTS[1], 2026,
                until_day=LAST, entry_id=entry.pk,
            ),
        )  # fmt: skip
    _entered(
        first, second, new,
        key_list.Proposed(
            KeyMove.ENTER, new.pk, "年中增补（演示数据）", DOCUMENTS[1], 2026, from_day=CHANGED
        ),
    )  # fmt: skip


def _entered(first: User, second: User, row: Enterprise, entry: key_list.Proposed) -> None:
    """The enterprise is on the list, unless it was before."""
    if not row.key_entries.exists():
        _changed(first, second, entry)


def _supported(actor: User, row: Enterprise) -> None:
    if SupportMeasure.objects.filter(enterprise=row).exists():
        return
    made = support.record_support(
        actor=actor, enterprise_id=row.pk, measure="参展补助（演示数据）",
        measure_en="Grant for exhibiting (demonstration data)", amount_minor=20_000 * PER_MINOR,
        document="演示文〔2026〕9号", decided_on=date(2026, 5, 20),
    )  # fmt: skip
    support.publish_support(actor=actor, support_id=made.pk)
