"""Whether the log of the key list is whole, and the list is what the log says."""

import hashlib

from catalog.engine.log import canonical_json

from .models import KeyEnterprise, KeyList, KeyListChange
from .selectors.enterprises import key_entries
from .services.key_list import seal_of


def faults() -> list[str]:
    """What is wrong, in words; an empty list where nothing is.

    Every change carries the seal before it and its own, both signed texts have the digest that
    was signed, the head of the list names the last change, and the rows of the list are those that
    the changes make.
    """
    found: list[str] = []
    previous, number = "", 0
    for row in KeyListChange.objects.select_related("proposal").order_by("number"):
        number += 1
        if row.number != number:
            found.append(f"change {number} is missing")
            number = row.number
        if row.previous != previous or row.seal != seal_of(row):
            found.append(f"change {row.number}: its seal does not hold")
        if row.digest != hashlib.sha256(canonical_json(row.proposal.text)).hexdigest():
            found.append(f"change {row.number}: the signed text is another")
        previous = row.seal
    head = KeyList.objects.filter(pk=KeyList.ONLY).first()
    if (head.number if head else 0, head.seal if head else "") != (number, previous):
        found.append("the head of the list names another change")
    standing = {row.entry_id: (row.enterprise_id, row.from_day, row.until_day)
                for row in key_entries()}  # fmt: skip
    stored = {
        row.pk: (row.enterprise_id, row.from_day, row.until_day)
        for row in KeyEnterprise.objects.filter(is_void=False)
    }
    found += [f"entry {pk}: not as its changes say" for pk in sorted(
        {*standing, *stored} - {pk for pk in standing if standing[pk] == stored.get(pk)}
    )]  # fmt: skip
    return found
