"""Papers of the demonstration district: every fourth registered work came with one.

Each is known again by its number, so a second run adds only what is missing.
"""

from artmarket.core import demo
from catalog.demo.district import account
from catalog.enums import WorkState
from catalog.models import Work

from ..enums import PaperKind
from ..models import RecordedCertificate
from ..services.certificates import Paper, record_certificate

WANTED = 25
PAPERS = (
    (PaperKind.ARTIST, "作者本人（演示）", "本件为本人所作，未另作同样一件。"),
    (PaperKind.INSTITUTION, "渌水艺术品鉴定评估所", "倾向于所题作者的作品，依据是款识与做法。"),
    (PaperKind.GALLERY, "竹石画廊", "本画廊经手售出，售出时状况与登记照片相符。"),
)


def _chosen() -> list[Work]:
    """The works that get a paper: registered, by their order in the district."""
    works = Work.objects.filter(
        state=WorkState.REGISTERED,
        is_public=True,
        created_by__email__iendswith=f"@{demo.DOMAIN}",
    ).order_by("pk")
    return list(works[1 : 4 * WANTED : 3])[:WANTED]


def load(stage: demo.Stage) -> None:
    """Record the papers that are missing."""
    registrar = account("registrar")
    works = _chosen()
    for serial, work in enumerate(works, start=1):
        kind, issuer, statement = PAPERS[_turn(serial, work)]
        number = f"演示-{serial:03d}"
        if RecordedCertificate.objects.filter(work=work, number=number).exists():
            continue
        paper = Paper(kind, issuer, statement, number, f"20{18 + serial % 7}年{1 + serial % 12}月")
        record_certificate(actor=registrar, work_id=work.pk, paper=paper)
    stage.say(f"certificates: {len(works)} papers of others")


def _turn(serial: int, work: Work) -> int:
    """An artist's paper only where the artist himself lists the work."""
    if work.source_kind == "own_work":
        return 0
    return 1 + serial % 2


def papers_are_recorded() -> bool:
    """Whether an earlier run came to its end."""
    numbers = RecordedCertificate.objects.filter(number__startswith="演示-")
    return numbers.values("number").distinct().count() >= WANTED
