"""A bid as JSON: the short way for scripts of our own pages.

Signed in by the session and guarded like every form; the answer is that of the service, told with
words and the rule. 200 when it was decided, accepted or not; 403, 422 when it could not be.
"""

import json
from typing import Any, Final

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from artmarket.core.errors import DomainError, Invalid
from artmarket.core.middleware import problem

from .. import wording
from ..services.bidding import Answer, BidRequest, place_bid

_LARGEST: Final = 4096
_FIELDS: Final = {"paddle": int, "amount": int, "currency": str, "key": str}


@require_POST
@never_cache
def post_bid(request: HttpRequest, lot_id: int) -> JsonResponse:
    """Decide one bid: `paddle`, `amount` (smallest unit), `currency`, `key`, `confirmed`."""
    if not request.user.is_authenticated:
        return JsonResponse(
            {"title": _("登录已结束，请重新登录。"), "status": 401, "code": "signed_out"},
            status=401,
        )
    try:
        given = _read(request)
        answer = place_bid(
            actor=request.user,
            lot_id=lot_id,
            request=BidRequest(
                request.user, given["paddle"], given["amount"], given["currency"], given["key"],
                is_confirmed=given["confirmed"],
            ),
        )  # fmt: skip
    except DomainError as error:
        return JsonResponse(problem(error), status=error.status)
    return JsonResponse(_told(answer))


def _read(request: HttpRequest) -> dict[str, Any]:
    try:
        given = json.loads(request.read(_LARGEST + 1)[:_LARGEST])
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise Invalid(_("出价要以JSON对象发送。"), code="json_broken")
    wrong = {
        name: _("缺少，或类型不对。")
        for name, kind in _FIELDS.items()
        if not isinstance(given.get(name), kind) or isinstance(given.get(name), bool)
    }
    if not isinstance(given.get("confirmed", False), bool):
        wrong["confirmed"] = _("缺少，或类型不对。")
    if wrong:
        raise Invalid(fields=wrong)
    return {"confirmed": False, **given}


def _told(answer: Answer) -> dict[str, Any]:
    told = wording.told(answer)
    if not answer.is_accepted:
        words = wording.answered(answer.result, answer.bar)
        told |= {"title": str(words.text), "hint": str(words.hint), "rule": words.rule}
    return told
