"""An authentication case: who asks what, where it stands, who sits on its panel, its papers.

The moves between stages are `appraisal.engine.flow`. Steps and documents never change and never
go; a panel is one round of a case, and a dispute opens the next with other experts.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from appraisal.enums import CaseKind, DisputeOutcome, DocumentKind, Stage

_OPEN = [s.value for s in Stage if s not in (Stage.FILED, Stage.REFUSED, Stage.WITHDRAWN)]


class AppraisalCaseQuerySet(models.QuerySet["AppraisalCase"]):
    def open(self) -> "AppraisalCaseQuerySet":
        """Neither filed nor refused nor withdrawn."""
        return self.filter(stage__in=_OPEN)


class AppraisalCase(models.Model):
    """One commission about one work.

    `due_at` is the moment by which whoever must act next has to (None: nobody waits). The contract
    says matter, scope of use, liability and fee; the fee, in the smallest unit of its currency,
    depends neither on result nor value. `custody` is the lock on the work while it is in our care.
    """

    work = models.ForeignKey(
        "catalog.Work", on_delete=models.PROTECT, related_name="appraisal_cases"
    )
    kind = models.CharField(_("种类"), max_length=11, choices=CaseKind, default=CaseKind.FIRST)
    follows = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by"
    )
    stage = models.CharField(_("阶段"), max_length=11, choices=Stage, default=Stage.REQUEST)
    round = models.PositiveSmallIntegerField(default=1, help_text="Counts panels.")
    client = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="appraisal_cases"
    )
    question = models.TextField(_("委托事项"))
    scope_of_use = models.CharField(_("结论的使用范围"), max_length=300, blank=True, default="")
    wants_valuation = models.BooleanField(_("需要估值"), default=False)
    is_contested = models.BooleanField(_("有争议的作品"), default=False)
    is_relic = models.BooleanField(_("按文物鉴定"), default=False)
    category = models.CharField(_("专业类别"), max_length=20, blank=True, default="")
    # contract
    panel_size = models.PositiveSmallIntegerField(
        _("专家人数"), null=True, blank=True, help_text="As agreed; the fee depends on it."
    )
    contract_text = models.TextField(_("合同"), blank=True, default="")
    contract_text_en = models.TextField(_("合同（英文）"), blank=True, default="")
    contract_sha256 = models.CharField(max_length=64, blank=True, default="")
    fee_minor = models.PositiveBigIntegerField(_("鉴定费"), null=True, blank=True)
    currency = models.CharField(_("币种"), max_length=3, default="CNY")
    contract_agreed_at = models.DateTimeField(null=True, blank=True)
    fee_reference = models.CharField(_("收款凭证"), max_length=120, blank=True, default="")
    fee_received_at = models.DateTimeField(null=True, blank=True)
    # course
    opened_at = models.DateTimeField(db_default=Now(), editable=False)
    stage_since = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(null=True, blank=True)
    overdue_noted_at = models.DateTimeField(
        null=True, blank=True, help_text="That `due_at` has passed was noted then, once."
    )
    opinions_opened_at = models.DateTimeField(
        null=True, blank=True, help_text="All opinions of this round are in; None: sealed."
    )
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    custody = models.OneToOneField(
        "catalog.Encumbrance", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    close_reason = models.CharField(_("结束的理由"), max_length=500, blank=True, default="")
    keep_until = models.DateField(_("档案保存至"), null=True, blank=True)

    objects = AppraisalCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("鉴定案卷")
        verbose_name_plural = _("鉴定案卷")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["stage", "due_at"], name="case_queue")]
        constraints = [
            models.UniqueConstraint(
                fields=["work"], condition=Q(stage__in=_OPEN), name="case_one_open_per_work"
            ),
            models.CheckConstraint(
                condition=Q(kind=CaseKind.FIRST, follows__isnull=True)
                | (~Q(kind=CaseKind.FIRST) & Q(follows__isnull=False)),
                name="case_follows_another",
            ),
            models.CheckConstraint(
                condition=Q(stage__in=_OPEN, closed_at__isnull=True)
                | (~Q(stage__in=_OPEN) & Q(closed_at__isnull=False)),
                name="case_closed_iff_ended",
            ),
            models.CheckConstraint(
                condition=Q(contract_agreed_at__isnull=True)
                | (Q(fee_minor__isnull=False) & ~Q(contract_sha256="")),
                name="case_agreed_contract_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.work}"

    @property
    def number(self) -> str:
        """What people call the case by."""
        return f"JD-{self.pk:06d}"


class CaseStep(models.Model):
    """One move of a case from stage to stage; append-only."""

    case = models.ForeignKey(AppraisalCase, on_delete=models.PROTECT, related_name="steps")
    before = models.CharField(max_length=11, choices=Stage, blank=True, default="")
    after = models.CharField(max_length=11, choices=Stage)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(db_default=Now(), editable=False)
    note = models.CharField(_("说明"), max_length=500, blank=True, default="")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class CaseDocument(models.Model):
    """A private paper of a case; its digest is that of the stored file."""

    case = models.ForeignKey(AppraisalCase, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(_("内容"), max_length=11, choices=DocumentKind)
    document = models.OneToOneField(
        "media.Document", on_delete=models.PROTECT, related_name="appraisal_document"
    )
    note = models.CharField(_("说明"), max_length=300, blank=True, default="")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.get_kind_display()


class PanelSeat(models.Model):
    """One expert on one panel.

    `conflicts` is None until he has declared; an empty list declares that there is none. A seat
    that ended (a conflict, an illness) keeps its row.
    """

    case = models.ForeignKey(AppraisalCase, on_delete=models.PROTECT, related_name="seats")
    round = models.PositiveSmallIntegerField()
    expert = models.ForeignKey(
        "appraisal.Appraiser", on_delete=models.PROTECT, related_name="seats"
    )
    is_chair = models.BooleanField(_("组长"), default=False)
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    assigned_at = models.DateTimeField(db_default=Now(), editable=False)
    declared_at = models.DateTimeField(null=True, blank=True)
    conflicts = models.JSONField(_("利益冲突"), null=True, blank=True)
    declaration = models.CharField(_("声明"), max_length=500, blank=True, default="")
    due_at = models.DateTimeField(_("意见截止"), null=True, blank=True)
    draft = models.JSONField(default=dict, blank=True, help_text="The opinion as typed so far.")
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("专家席位")
        verbose_name_plural = _("专家席位")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "round", "expert"],
                condition=Q(ended_at__isnull=True),
                name="seat_once_a_round",
            ),
            models.UniqueConstraint(
                fields=["case", "round"],
                condition=Q(is_chair=True, ended_at__isnull=True),
                name="seat_one_chair",
            ),
            models.CheckConstraint(
                condition=Q(declared_at__isnull=True, conflicts__isnull=True)
                | Q(declared_at__isnull=False, conflicts__isnull=False),
                name="seat_declared_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.round} {self.expert}"


class Dispute(models.Model):
    """Somebody concerned disputes a result; it ends rejected, or with a panel of other experts."""

    case = models.ForeignKey(AppraisalCase, on_delete=models.PROTECT, related_name="disputes")
    round = models.PositiveSmallIntegerField(help_text="The round whose result is disputed.")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField(db_default=Now(), editable=False)
    reason = models.TextField(_("异议的理由"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(
        _("处置"), max_length=9, choices=DisputeOutcome, blank=True, default=""
    )
    answer = models.TextField(_("答复"), blank=True, default="")

    class Meta:
        verbose_name = _("异议")
        verbose_name_plural = _("异议")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(decided_at__isnull=True), name="dispute_one_open"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("opened_by")),
                name="dispute_decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.round}"
