"""Offers of the demonstration district: some twenty works at believable prices.

Each offer is known again by its work; a work whose lock is taken or that may not be sold is passed
over, so a second run adds only what is missing.
"""

from artmarket.core import demo
from artmarket.core.money import Money
from catalog.demo.facts.plan import all_works
from catalog.enums import RelicStatus, WorkState
from catalog.models import Work

from .enums import Condition
from .models import Offer
from .services.offers import Terms, open_offer

WANTED = 20
# Yuan, by the first word of the kind of work; the second figure is for every other work.
YUAN = {
    "landscape": (9600, 15800), "folding": (2600, 3200), "bamboo": (12000, 18000),
    "orchid": (8800, 11000), "plum": (6800, 9600), "calligraphy": (5800, 7200),
    "couplet": (4800, 6600), "lotus": (4200, 5600), "flower": (3800, 4800), "round": (1600, 1980),
    "newyear": (180, 260), "kite": (680, 1280), "bronze": (3600, 5200), "lacquer": (1980, 2800),
    "inkstone": (1500, 4200), "papercut": (120, 320), "modern": (1200, 1600), "oil": (16000, 26000),
}  # fmt: skip
STATES = (
    (Condition.GOOD, "正面完好，背面有轻微的搬运旧痕；登记照片中都看得到。演示数据。"),
    (Condition.FAIR, "边缘有一处约一厘米的磨损，未修补。演示数据。"),
    (Condition.GOOD, "未装裱，纸面平整，四角略有软折。演示数据。"),
)


def load(stage: demo.Stage) -> None:
    """Open the offers that are missing."""
    missing = WANTED - _opened()
    works = Work.objects.filter(
        state=WorkState.REGISTERED,
        is_public=True,
        is_destroyed=False,
        created_by__email__iendswith=f"@{demo.DOMAIN}",
        relic_status=RelicStatus.NOT_RELIC,
        offers__isnull=True,
        encumbrances__isnull=True,
    ).order_by("pk")
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
        price=Money(_yuan(work) * 100),
        condition=condition,
        condition_words=words,
        includes_tax=work.pk % 2 == 0,
        includes_packing=True,
        includes_shipping=work.pk % 3 == 0,
    )
    open_offer(actor=shares[0].party.user, work_id=work.pk, terms=terms)
    return 1


def _yuan(work: Work) -> int:
    """A believable price for works of this kind."""
    kind = next((facts.kind for facts in all_works() if facts.key == work.credit), "kite")
    return YUAN[kind.partition("_")[0]][work.pk % 2]


def _opened() -> int:
    return Offer.objects.filter(work__created_by__email__iendswith=f"@{demo.DOMAIN}").count()


def offers_are_open() -> bool:
    """Whether an earlier run came to its end."""
    return _opened() >= WANTED
