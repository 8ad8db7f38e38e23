"""Offers of the demonstration district: some twenty works at believable prices.

Each offer is known again by its work; a work whose lock is taken or that may not be sold is passed
over, so a second run adds only what is missing.
"""

from artmarket.core import demo
from artmarket.core.money import Money
from catalog.enums import RelicStatus, WorkState
from catalog.models import Work

from .enums import Condition
from .models import Offer
from .services.offers import Terms, open_offer

WANTED = 20
YUAN = (680, 1280, 4800, 260, 9600, 3200, 15800, 1980, 520, 26000)
STATES = (
    (Condition.GOOD, "正面完好，背面有轻微的搬运旧痕；登记照片中都看得到。演示数据。"),
    (Condition.FAIR, "边缘有一处约一厘米的磨损，未修补。演示数据。"),
    (Condition.GOOD, "未装裱，纸面平整，四角略有软折。演示数据。"),
)


def load(stage: demo.Stage) -> None:
    """Open the offers that are missing."""
    missing = WANTED - _opened()
    works = (
        Work.objects.filter(
            state=WorkState.REGISTERED,
            is_public=True,
            is_destroyed=False,
            created_by__email__iendswith=f"@{demo.DOMAIN}",
            relic_status=RelicStatus.NOT_RELIC,
            offers__isnull=True,
        )
        .exclude(encumbrances__released_at__isnull=True, encumbrances__isnull=False)
        .order_by("pk")
    )
    for work in list(works[::4]) + list(works[1::4]):
        if missing <= 0:
            break
        missing -= _offer(work)
    stage.say(f"offers: {_opened()} works at a price")


def _offer(work: Work) -> int:
    """Offer one work if one account of the district holds it alone; how many were opened."""
    shares = list(work.title_shares.filter(to_event__isnull=True).select_related("party__user"))
    if len(shares) != 1 or shares[0].party.user is None:
        return 0
    condition, words = STATES[work.pk % len(STATES)]
    terms = Terms(
        price=Money(YUAN[work.pk % len(YUAN)] * 100),
        condition=condition,
        condition_words=words,
        includes_tax=work.pk % 2 == 0,
        includes_packing=True,
        includes_shipping=work.pk % 3 == 0,
    )
    open_offer(actor=shares[0].party.user, work_id=work.pk, terms=terms)
    return 1


def _opened() -> int:
    return Offer.objects.filter(work__created_by__email__iendswith=f"@{demo.DOMAIN}").count()


def offers_are_open() -> bool:
    """Whether an earlier run came to its end."""
    return _opened() >= WANTED
