"""What the experts saw and found: inspections, evidence, blind opinions, the result, signatures.

A submitted opinion never changes; a conflict found later voids it and it stays. Registry rules,
section 5.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from appraisal.enums import Confidence, EvidenceKind, Outcome, ResultState, SignerRole


class Inspection(models.Model):
    """The thing itself was looked at: where, when, in whose presence (two persons at least)."""

    case = models.ForeignKey(
        "appraisal.AppraisalCase", on_delete=models.PROTECT, related_name="inspections"
    )
    place = models.CharField(_("地点"), max_length=200)
    began_at = models.DateTimeField(_("开始时间"))
    seal_number = models.CharField(_("封签号"), max_length=80, blank=True, default="")
    persons = models.JSONField(_("在场的人"), default=list, help_text="Keys of users, two or more.")
    note = models.TextField(_("情况"), blank=True, default="")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("查验")
        verbose_name_plural = _("查验")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.place} {self.began_at:%Y-%m-%d}"


class Evidence(models.Model):
    """One piece: a photograph, a video, the report of an instrument, with the digest of its file.

    Either `image` or `document` holds the file; `finding` says in words what it shows.
    """

    case = models.ForeignKey(
        "appraisal.AppraisalCase", on_delete=models.PROTECT, related_name="evidence"
    )
    inspection = models.ForeignKey(
        Inspection, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    kind = models.CharField(_("种类"), max_length=12, choices=EvidenceKind)
    image = models.OneToOneField(
        "media.Image",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="appraisal_evidence",
    )
    document = models.OneToOneField(
        "media.Document",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="appraisal_evidence",
    )
    sha256 = models.CharField(max_length=64)
    instrument = models.CharField(_("仪器"), max_length=160, blank=True, default="")
    method = models.CharField(_("方法与参数"), max_length=300, blank=True, default="")
    finding = models.TextField(_("所见"), blank=True, default="")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("证据")
        verbose_name_plural = _("证据")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(image__isnull=False, document__isnull=True)
                | Q(image__isnull=True, document__isnull=False),
                name="evidence_has_one_file",
            ),
            models.UniqueConstraint(fields=["case", "sha256"], name="evidence_file_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.sha256[:8]}"


class Opinion(models.Model):
    """One expert's sealed opinion; nobody else reads it until all of the panel are in.

    `term` is of the attribution scale, empty where he cannot tell. `maker` is whom it names.
    """

    seat = models.OneToOneField(
        "appraisal.PanelSeat", on_delete=models.PROTECT, related_name="opinion"
    )
    term = models.CharField(_("归属"), max_length=16, blank=True, default="")
    maker = models.ForeignKey(
        "catalog.Artist", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    naming = models.CharField(_("定名"), max_length=300, blank=True, default="")
    date_text = models.CharField(_("年代"), max_length=120, blank=True, default="")
    date_edtf = models.CharField(max_length=60, blank=True, default="")
    grade = models.CharField(_("评级"), max_length=60, blank=True, default="")
    confidence = models.CharField(_("把握"), max_length=8, choices=Confidence)
    reasons = models.TextField(_("理由"))
    limits = models.TextField(_("没有查验的"), blank=True, default="")
    saw_object = models.BooleanField(_("看过原物"), default=False)
    evidence = models.ManyToManyField(Evidence, related_name="opinions")
    submitted_at = models.DateTimeField(db_default=Now(), editable=False)
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("鉴定意见")
        verbose_name_plural = _("鉴定意见")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reasons=""), name="opinion_has_reasons"),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True) | ~Q(void_reason=""), name="opinion_void_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat_id}: {self.term or '?'}"


class CaseResult(models.Model):
    """What a panel came to, by the rule in force; one for each round of a case.

    `naming`, dates and `grade` are the chair's summing up of the majority. `digest` is the SHA-256
    of the canonical statement that the signers sign. `rule_version` says which rule counted.
    """

    case = models.ForeignKey(
        "appraisal.AppraisalCase", on_delete=models.PROTECT, related_name="results"
    )
    round = models.PositiveSmallIntegerField()
    state = models.CharField(
        _("状态"), max_length=10, choices=ResultState, default=ResultState.PROPOSED
    )
    outcome = models.CharField(_("结论"), max_length=12, choices=Outcome)
    term = models.CharField(_("归属"), max_length=16, blank=True, default="")
    maker = models.ForeignKey(
        "catalog.Artist", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    naming = models.CharField(_("定名"), max_length=300, blank=True, default="")
    date_text = models.CharField(_("年代"), max_length=120, blank=True, default="")
    date_edtf = models.CharField(max_length=60, blank=True, default="")
    grade = models.CharField(_("评级"), max_length=60, blank=True, default="")
    experts = models.PositiveSmallIntegerField(_("专家人数"))
    agreeing = models.PositiveSmallIntegerField(_("同意的人数"))
    supports_certificate = models.BooleanField(default=False)
    rule_version = models.CharField(max_length=120)
    statement = models.JSONField(default=dict, help_text="What is signed.")
    digest = models.CharField(max_length=64, blank=True, default="")
    decided_at = models.DateTimeField(db_default=Now(), editable=False)
    signed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("认定结果")
        verbose_name_plural = _("认定结果")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "round"], name="result_once_a_round"),
            models.CheckConstraint(
                condition=Q(agreeing__lte=models.F("experts")), name="result_counts_right"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.round}: {self.outcome}"


class ResultSignature(models.Model):
    """A signer's own signature of a result's statement; append-only."""

    result = models.ForeignKey(CaseResult, on_delete=models.PROTECT, related_name="signatures")
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(_("以什么身份"), max_length=9, choices=SignerRole)
    method = models.CharField(max_length=200, help_text="The verification method of the key.")
    proof = models.JSONField(help_text="Data Integrity proof of suite eddsa-jcs-2022.")
    signed_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("签署")
        verbose_name_plural = _("签署")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["result", "signer"], name="signature_one_each"),
            models.UniqueConstraint(fields=["result", "role"], name="signature_one_a_role"),
        ]

    def __str__(self) -> str:
        return f"{self.result_id}: {self.signer}"
