"""Errors that people read: what happened, which rule, what to do next; a code for machines.

Services raise them; the middleware turns them into a page, an htmx fragment or JSON.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class DomainError(Exception):
    """A refusal of the domain.

    Arguments: `code` for machines, `message` and `hint` in the reader's language (lazy),
    `rule` the id of the rule in the rule book that is cited, `status` the HTTP status,
    `data` whatever the caller needs to explain (JSON-able).
    """

    code = "refused"
    status = 409
    message: Text = _("这一步现在不能做。")
    hint: Text = ""
    rule: str | None = None

    def __init__(
        self,
        message: Text | None = None,
        *,
        code: str | None = None,
        hint: Text | None = None,
        rule: str | None = None,
        status: int | None = None,
        **data: Any,
    ) -> None:
        self.message = message or self.message
        self.code = code or self.code
        self.hint = hint or self.hint
        self.rule = rule or self.rule
        self.status = status or self.status
        self.data = data
        super().__init__(self.code)

    def __str__(self) -> str:
        return str(self.message)


class NotAllowed(DomainError):
    """The actor lacks the permission."""

    code = "not_allowed"
    status = 403
    message = _("你没有做这件事的权限。")
    hint = _("如果应当有，请联系登记员或平台管理员。")


class Busy(DomainError):
    """A lock was not got in time; the same call may succeed in a moment."""

    code = "busy"
    status = 503
    message = _("有人正在处理同一条记录，请稍候再试。")


class WrongState(DomainError):
    """The thing is not in a state in which this can be done (often: somebody was faster)."""

    code = "wrong_state"
    message = _("状态已经变化，这一步不能再做。")
    hint = _("请刷新页面查看当前状态。")


class Invalid(DomainError):
    """Input that breaks a rule; `fields` maps a field's name to the words beside it."""

    code = "invalid"
    status = 422
    message = _("有几处需要修改。")

    def __init__(
        self,
        message: Text | None = None,
        *,
        fields: Mapping[str, Text] | None = None,
        **kwargs: Any,
    ):
        self.fields = dict(fields or {})
        super().__init__(message, **kwargs)
