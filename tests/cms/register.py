"""Enterprises and the key list for tests, through the services; one function a state."""

from datetime import date
from itertools import count

from stdnum.cn import uscc

from cms.models import Enterprise, KeyListChange, KeyListProposal
from cms.services.enterprises import EnterpriseInput, add_enterprise
from cms.services.key_list import Proposed, confirm_change, propose_change
from tests.catalog.factories import person

_serial = count(1)
SINCE = date(2024, 1, 1)
FIRST = date(2026, 1, 1)


def code(number: int | None = None) -> str:
    """A code with a right check digit, of a county that does not exist."""
    stem = f"91379999XXT{number or next(_serial):06d}"
    return stem + uscc.calc_check_digit(stem)


def given(**changes) -> EnterpriseInput:
    """A kite works, as it is typed."""
    n = next(_serial)
    values = {
        "code": code(n), "name": f"鸢坊{n:04d}", "name_en": f"Kites {n:04d}",
        "economy_class": "C2439", "culture_class": "09", "culture_name": "文化消费终端生产",
        "stage": "making", "since": SINCE, "products": "风筝", "products_en": "kites",
    }  # fmt: skip
    return EnterpriseInput(**(values | changes))


def enterprise(actor=None, **changes) -> Enterprise:
    """One in the register."""
    return add_enterprise(actor=actor or person("bureau"), given=given(**changes))


def entering(row: Enterprise, from_day: date = FIRST, **changes) -> Proposed:
    values = {"move": "enter", "enterprise_id": row.pk, "reason": "年度评审", "document": "文〔2025〕1号",
              "rule_year": 2025, "from_day": from_day}  # fmt: skip
    return Proposed(**(values | changes))


def leaving(entry, until_day: date) -> Proposed:
    return Proposed(
        "leave", entry.enterprise_id, "停产", "文〔2026〕2号", 2026, until_day=until_day,
        entry_id=entry.pk,
    )  # fmt: skip


def proposed(what: Proposed, actor=None) -> KeyListProposal:
    """A change that waits for a second person."""
    row = propose_change(actor=actor or person("bureau"), given=what)
    return KeyListProposal.objects.get(pk=row.pk)


def changed(what: Proposed) -> KeyListChange:
    """A change that two people signed."""
    row = proposed(what)
    return confirm_change(actor=person("bureau"), proposal_id=row.pk, digest=row.digest)


def listed(n: int, from_day: date = FIRST) -> list[Enterprise]:
    """So many enterprises on the list from a day on."""
    rows = [enterprise() for _n in range(n)]
    for row in rows:
        changed(entering(row, from_day))
    return rows
