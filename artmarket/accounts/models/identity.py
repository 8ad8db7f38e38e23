"""Who a person or an enterprise really is, and what it is licensed to do, as a reviewer found.

Rows end and never vanish before their time: a renewal is a new check. Numbers of people are
sealed; their fingerprints tell two accounts of one person apart from two persons. Evidence files
are private documents of `media`.
"""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from artmarket.core.sealed import SealedTextField

from ..enums import (
    OPEN_CHECKS,
    CheckState,
    EvidenceKind,
    LicenceKind,
    LicenceState,
    PaperKind,
)
from .people import Organisation, User

_ONE_HOLDER = Q(user__isnull=False, organisation__isnull=True) | Q(
    user__isnull=True, organisation__isnull=False
)


def link_of(holder: User | Organisation) -> dict[str, User | Organisation]:
    """The column that names a holder, and the holder, for filters and new rows."""
    return {"organisation" if isinstance(holder, Organisation) else "user": holder}


class IdentityCheck(models.Model):
    """One check of a person (`user`) or an enterprise (`organisation`).

    `number` is the paper's number, or the unified social credit code. `valid_until` is the last
    day on which the check holds; `paper_until` the last day of the paper, None for one that does
    not run out.
    """

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="identity_checks"
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="identity_checks",
    )
    state = models.CharField(_("状态"), max_length=10, choices=CheckState, default=CheckState.DRAFT)
    legal_name = SealedTextField(_("证件上的姓名或名称"), blank=True, default="")
    paper_kind = models.CharField(
        _("证件种类"), max_length=10, choices=PaperKind, blank=True, default=""
    )
    number = SealedTextField(_("证件号码"), blank=True, default="")
    number_digest = models.CharField(max_length=64, blank=True, default="", db_index=True)
    representative = SealedTextField(_("法定代表人"), blank=True, default="")
    paper_until = models.DateField(_("证件有效期至"), null=True, blank=True)
    consent_at = models.DateTimeField(_("同意处理的时间"), null=True, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    decided_at = models.DateTimeField(_("核验时间"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("理由"), max_length=500, blank=True, default="")
    valid_until = models.DateField(_("核验有效期至"), null=True, blank=True)
    notified_at = models.DateTimeField(null=True, blank=True)
    purged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("身份核验")
        verbose_name_plural = _("身份核验")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "submitted_at"], name="identity_queue")]
        constraints = [
            models.CheckConstraint(condition=_ONE_HOLDER, name="identity_one_subject"),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | (Q(decided_by__isnull=False, valid_until__isnull=False) & ~Q(number_digest="")),
                name="identity_approved_is_whole",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(state__in=[s.value for s in OPEN_CHECKS]),
                name="identity_one_open_person",
            ),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(state__in=[s.value for s in OPEN_CHECKS]),
                name="identity_one_open_enterprise",
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(state="approved"), name="identity_one_person"
            ),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(state="approved"),
                name="identity_one_enterprise",
            ),
            models.UniqueConstraint(
                fields=["number_digest"],
                condition=Q(state="approved"),
                name="identity_one_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user or self.organisation}: {self.get_state_display()}"

    @property
    def holder(self) -> User | Organisation:
        found = self.user or self.organisation
        assert found is not None  # noqa: S101 - identity_one_subject
        return found

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_CHECKS


class Licence(models.Model):
    """A licence or filing of a person or an organisation, with its scope and days.

    `scope` lists what it covers in the words of the paper's categories; empty covers everything
    of its kind. Both days are included; `valid_until` None runs on.
    """

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="licences"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="licences"
    )
    kind = models.CharField(_("种类"), max_length=16, choices=LicenceKind)
    number = models.CharField(_("证号或备案号"), max_length=80)
    authority = models.CharField(_("发证机关"), max_length=120)
    scope = models.JSONField(_("范围"), default=list, blank=True)
    valid_from = models.DateField(_("有效期自"))
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    state = models.CharField(
        _("状态"), max_length=10, choices=LicenceState, default=LicenceState.SUBMITTED
    )
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    decided_at = models.DateTimeField(_("核验时间"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("理由"), max_length=500, blank=True, default="")
    notified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("许可与备案")
        verbose_name_plural = _("许可与备案")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "kind"], name="licence_queue")]
        constraints = [
            models.CheckConstraint(condition=_ONE_HOLDER, name="licence_one_holder"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=models.F("valid_from")),
                name="licence_days_in_order",
            ),
            models.UniqueConstraint(
                fields=["kind", "number", "authority"],
                condition=Q(state__in=["submitted", "returned", "approved", "suspended"]),
                name="licence_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    @property
    def holder(self) -> User | Organisation:
        found = self.user or self.organisation
        assert found is not None  # noqa: S101 - licence_one_holder
        return found


class Evidence(models.Model):
    """A private file that supports a check or a licence."""

    check_of = models.ForeignKey(
        IdentityCheck, on_delete=models.CASCADE, null=True, blank=True, related_name="evidence"
    )
    licence = models.ForeignKey(
        Licence, on_delete=models.CASCADE, null=True, blank=True, related_name="evidence"
    )
    kind = models.CharField(_("内容"), max_length=10, choices=EvidenceKind)
    document = models.OneToOneField(
        "media.Document", on_delete=models.PROTECT, related_name="evidence"
    )

    class Meta:
        verbose_name = _("证明材料")
        verbose_name_plural = _("证明材料")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(check_of__isnull=False, licence__isnull=True)
                | Q(check_of__isnull=True, licence__isnull=False),
                name="evidence_of_one",
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
