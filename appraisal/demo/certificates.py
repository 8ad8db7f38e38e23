"""Certificates of the demonstration district: locks, the author's own word, a panel's opinion.

Through the real services; another run adds only what is missing. The recordings are not drawn:
their digests are those of a sentence that says so.
"""

from hashlib import sha256

from django.db.models import Q

from artmarket.core import demo
from artmarket.core.errors import DomainError
from catalog.demo.district import account
from catalog.enums import AttributionStatus, Living, WorkState
from catalog.models import Work

from ..enums import CertificateKind, Outcome, ResultState
from ..models import AuthorConfirmation, CaseResult, Certificate
from ..services import author_confirmations, issuing, signing_keys
from ..services.author_confirmations import AUTOGRAPH

LOCKS = 4
CONFIRMED = 3
SUSPENDED = "演示：藏家来函对实物是否为同一件提出疑问，查清之前暂停。"
REVOKED = "演示：登记照片拍的是另一件，重新拍照后另发。"


def load(stage: demo.Stage) -> None:
    """Make the platform's key and issue what is missing."""
    if not signing_keys.signing_method():
        signing_keys.create_key(actor=account("operator"))
    _locks()
    _confirmed()
    _opinions()
    stage.say(f"certificates: {Certificate.objects.count()} of the platform's own")


def certificates_are_issued() -> bool:
    """Whether an earlier run came to its end."""
    wanted = {CertificateKind.LOCK: LOCKS, CertificateKind.AUTHOR: CONFIRMED}
    waiting = _results().exclude(certificates__isnull=False).exists()
    return not waiting and all(
        Certificate.objects.filter(kind=kind).count() >= least for kind, least in wanted.items()
    )


def _works() -> list[Work]:
    """Registered, public, listed by people of the district, nothing lying on them."""
    return list(
        Work.objects.filter(
            state=WorkState.REGISTERED, is_public=True, is_destroyed=False,
            created_by__email__iendswith=f"@{demo.DOMAIN}",
        )
        .exclude(encumbrances__released_at__isnull=True, encumbrances__isnull=False)
        .order_by("pk")
    )  # fmt: skip


def _locks() -> None:
    """Four locks: two valid, one suspended, one revoked and issued anew."""
    registrar = account("registrar")
    for work in _works():
        done = Certificate.objects.filter(kind=CertificateKind.LOCK)
        if done.order_by().values("work").distinct().count() >= LOCKS:
            break
        if not done.filter(work=work).exists():
            _tried(lambda pk=work.pk: issuing.issue_lock(actor=registrar, work_id=pk))
    rows = list(Certificate.objects.filter(kind=CertificateKind.LOCK).order_by("pk"))
    firsts = [row for row in rows if row.replaces_id is None]
    if len(firsts) < LOCKS:
        return
    if not firsts[2].changes.filter(reason=SUSPENDED).exists():
        issuing.suspend(actor=registrar, certificate_id=firsts[2].pk, reason=SUSPENDED)
    if firsts[3].is_live:
        issuing.supersede(actor=registrar, certificate_id=firsts[3].pk, reason=REVOKED)


def _confirmed() -> None:
    """The living author of the district confirms works of his own; a registrar witnesses."""
    author, registrar = account("artist"), account("registrar")
    own = Q(attributions__artist__account=author, attributions__artist__living=Living.YES)
    own &= Q(attributions__term=AUTOGRAPH, attributions__status=AttributionStatus.CURRENT)
    works = Work.objects.filter(own, pk__in=[work.pk for work in _works()]).distinct()
    for work in works.order_by("pk"):
        done = Certificate.objects.filter(kind=CertificateKind.AUTHOR)
        if done.count() >= CONFIRMED:
            return
        if done.filter(work=work).exists():
            continue
        row = AuthorConfirmation.objects.filter(work=work, withdrawn_at__isnull=True).first()
        if row is None:
            row = author_confirmations.confirm_author(
                actor=author, work_id=work.pk, place="潍城登记室（演示）"
            )
        if row.witnessed_at is None:
            author_confirmations.witness_author(
                actor=registrar,
                confirmation_id=row.pk,
                recording_sha256=sha256(f"演示录像 {work.number}".encode()).hexdigest(),
                recording_place="演示：没有录像文件",
            )
        _tried(lambda pk=work.pk: issuing.issue_author(actor=registrar, work_id=pk))


def _opinions() -> None:
    """A certificate for each signed result of the district that supports one."""
    registrar = account("registrar")
    for pk in _results().exclude(certificates__isnull=False).values_list("pk", flat=True):
        _tried(lambda pk=pk: issuing.issue_opinion(actor=registrar, result_id=pk))


def _results():
    certified = Q(supports_certificate=True) | Q(outcome=Outcome.UNDETERMINED)
    return CaseResult.objects.filter(
        certified,
        state=ResultState.SIGNED,
        case__work__created_by__email__iendswith=f"@{demo.DOMAIN}",
    ).order_by("pk")


def _tried(issue) -> None:
    """A work that may not be certified today is passed over."""
    try:
        issue()
    except DomainError:
        return
