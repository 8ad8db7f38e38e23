"""What registering announces when the platform starts."""

from django.utils.translation import gettext_lazy as _


def announce() -> None:
    """Duties, the books' words and hooks, planning's news, personal data, notices, desks."""
    from artmarket.accounts import desks
    from artmarket.accounts.enums import Role
    from artmarket.core import duties
    from artmarket.ledger.audit import register_check
    from artmarket.ledger.hooks import on_payment
    from artmarket.ledger.wording import register_purpose

    from .. import hooks
    from ..services import bookings, ticket_money, waiting
    from . import audit, keeping, permissions, tasks, wording

    duties.register("cms.bookings", 60, tasks.keep_moving)
    duties.register("cms.forget_visitors", 3600, tasks.forget)
    on_payment(ticket_money.PURPOSE, bookings.take_in)
    register_purpose(ticket_money.PURPOSE, _("活动门票"), wording.ticket_path, wording.ticket_facts)
    register_check("tickets", audit.accounts_hold)
    hooks.on_programme_cancelled(waiting.on_programme_cancelled)
    hooks.on_session_changed(waiting.on_session_changed)
    hooks.on_quota_raised(waiting.on_quota_raised)
    keeping.announce()
    wording.announce()
    for role in (Role.BUREAU, Role.OPERATOR):
        desks.register(role, _("签到"), "cms:doors", _("今天的场次、读票、离线名单。"))
    desks.register(
        "", _("我的活动报名"), "cms:own_bookings", _("门票、候补、付款和取消。"),
        is_for=permissions.has_bookings,
    )  # fmt: skip
