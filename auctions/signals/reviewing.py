"""A reviewer looks at a score and records what he makes of it. Nothing follows by itself."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event

from .. import citations
from ..locks import lock_sale
from ..models import Outcome, ShillScore, SignalReview

MAX_NOTE = 500


@transaction.atomic(durable=True)
def record_review(
    *, actor: User, score_id: int, outcome: str, note: str, lot_count: int
) -> SignalReview:
    """Record an outcome with its reason beside the score; earlier ones stay.

    `lot_count` is that of the score which the reviewer saw: made anew meanwhile, it is to be looked
    at again. Raises `NotAllowed`, `Invalid` (outcome, note), `WrongState` (score changed).
    """
    found = ShillScore.objects.filter(pk=score_id).values_list("paddle__sale", flat=True).first()
    if found is None:
        raise WrongState()
    lock_sale(pk=found)  # scores are made under it
    score = ShillScore.objects.get(pk=score_id)
    if not actor.has_perm("auctions.review_signal", score):
        words = _("只有与双方和拍卖企业都没有关系的经办人可以审看。")
        raise NotAllowed(words, rule=citations.SIGNAL_REVIEW)
    errors = {}
    if outcome not in Outcome.values:
        errors["outcome"] = _("请从列表中选择。")
    if not note.strip() or len(note) > MAX_NOTE:
        errors["note"] = _("写明理由，不超过500个字。")
    if errors:
        raise Invalid(fields=errors)
    if score.lot_count != lot_count:
        raise WrongState(_("又有拍品结束，分数已经重新计算，请再看一次。"))
    review = SignalReview.objects.create(
        score=score, outcome=outcome, note=note.strip(), by=actor, permille=score.permille,
        features=score.features,
    )  # fmt: skip
    record_event(
        actor=actor, action="signal.reviewed", subject=score, after={"outcome": outcome},
        permille=score.permille,
    )  # fmt: skip
    return review
