"""What ends by itself: checks that run out, notices before the end, papers past their term.

Called by `manage.py tick`; every step may run again.
"""

from datetime import timedelta

from django.db.models import Q

from artmarket import rulebook
from artmarket.accounts.enums import CheckState, LicenceState
from artmarket.accounts.models import IdentityCheck, Licence
from artmarket.accounts.selectors import NOTICE_RULE
from artmarket.accounts.tasks import mail_ending
from artmarket.core.clock import db_today

from .evidence import clear_untied
from .identity import expire_check
from .privacy import erase_due, purge_identity


def daily() -> str:
    """Everything once; returns words for the log."""
    untied = f"untied {clear_untied()}"
    return "; ".join((_expire(), _tell_ending(), purge_identity(), untied, erase_due()))


def _expire() -> str:
    over = IdentityCheck.objects.filter(state=CheckState.APPROVED, valid_until__lt=db_today())
    return f"expired {sum(expire_check(check_id=pk) for pk in over.values_list('pk', flat=True))}"


def _tell_ending() -> str:
    """One mail for each term; the task marks what it told."""
    until = db_today() + timedelta(days=int(rulebook.get(NOTICE_RULE)))
    soon = Q(notified_at__isnull=True, valid_until__gte=db_today(), valid_until__lte=until)
    checks = IdentityCheck.objects.filter(soon, state=CheckState.APPROVED)
    licences = Licence.objects.filter(soon, state=LicenceState.APPROVED)
    count = 0
    for pk in checks.values_list("pk", flat=True):
        mail_ending.enqueue(check_id=pk)
        count += 1
    for pk in licences.values_list("pk", flat=True):
        mail_ending.enqueue(licence_id=pk)
        count += 1
    return f"told {count}"
