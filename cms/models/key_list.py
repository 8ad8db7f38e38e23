"""The list of key enterprises: who is on it, what two people changed and when.

`KeyListChange` is the record: append-only, each row signed by the one who proposed it and another
one who confirmed it, sealed to the row before. What the list was on a day, as it was known at any
moment, follows from these rows alone. `KeyEnterprise` is what they make of the list now.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ..enterprise_enums import KeyMove, ProposalState


class KeyList(models.Model):
    """The one row under whose lock the list changes, with the seal of its last change."""

    ONLY = 1

    number = models.PositiveIntegerField(default=0)
    seal = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        verbose_name = _("重点企业名单")
        verbose_name_plural = _("重点企业名单")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="key_list_only_one")]

    def __str__(self) -> str:
        return str(self.number)


class KeyEnterprise(models.Model):
    """An enterprise on the list from `from_day` to `until_day`, both ends included (None: open).

    `rule_year` is the year of the rule by which it came on the list. A void entry never counted.
    """

    enterprise = models.ForeignKey(
        "cms.Enterprise", on_delete=models.PROTECT, related_name="key_entries"
    )
    from_day = models.DateField(_("列入日期"))
    until_day = models.DateField(_("最后一天"), null=True, blank=True)
    reason = models.CharField(_("理由"), max_length=300)
    document = models.CharField(_("文号"), max_length=120)
    rule_year = models.PositiveSmallIntegerField(_("规则年度"))
    is_void = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("重点企业")
        verbose_name_plural = _("重点企业")
        ordering = ["from_day", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_day__isnull=True) | Q(until_day__gte=F("from_day")),
                name="key_entry_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["enterprise"], condition=Q(until_day__isnull=True, is_void=False),
                name="key_entry_one_open",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.from_day}"


class KeyListProposal(models.Model):
    """What one person of the bureau proposes; another one confirms or refuses it.

    `text` is what both read, `digest` the SHA-256 of it as canonical JSON.
    """

    move = models.CharField(_("变更"), max_length=7, choices=KeyMove)
    enterprise = models.ForeignKey(
        "cms.Enterprise", on_delete=models.PROTECT, related_name="key_proposals"
    )
    entry = models.ForeignKey(
        KeyEnterprise, on_delete=models.PROTECT, null=True, blank=True, related_name="proposals"
    )
    from_day = models.DateField(_("列入日期"))
    until_day = models.DateField(_("最后一天"), null=True, blank=True)
    reason = models.CharField(_("理由"), max_length=300)
    document = models.CharField(_("文号"), max_length=120)
    rule_year = models.PositiveSmallIntegerField(_("规则年度"))
    text = models.JSONField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=9, choices=ProposalState, default=ProposalState.OPEN)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField(db_default=Now(), editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(_("答复"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("名单变更提议")
        verbose_name_plural = _("名单变更提议")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise"], condition=Q(state=ProposalState.OPEN),
                name="key_proposal_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state=ProposalState.OPEN, answered_by__isnull=True)
                | Q(state=ProposalState.WITHDRAWN, answered_by=F("proposed_by"))
                | Q(state__in=[ProposalState.CONFIRMED, ProposalState.REFUSED])
                & Q(answered_by__isnull=False) & ~Q(answered_by=F("proposed_by")),
                name="key_proposal_answered_by_another",
            ),
            models.CheckConstraint(
                condition=Q(move=KeyMove.ENTER, entry__isnull=True)
                | ~Q(move=KeyMove.ENTER) & Q(entry__isnull=False),
                name="key_proposal_about_an_entry",
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(document=""), name="key_proposal_says_why"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.move} {self.from_day}"


class KeyListChange(models.Model):
    """One confirmed change with both signatures, in its order; append-only.

    The days are those of the entry after the change. `seal` is the SHA-256 of this row and the
    seal before it, so that no row can be changed, added between or taken out unseen.
    """

    number = models.PositiveIntegerField(unique=True)
    proposal = models.OneToOneField(
        KeyListProposal, on_delete=models.PROTECT, related_name="change"
    )
    entry = models.ForeignKey(KeyEnterprise, on_delete=models.PROTECT, related_name="changes")
    enterprise = models.ForeignKey("cms.Enterprise", on_delete=models.PROTECT, related_name="+")
    move = models.CharField(max_length=7, choices=KeyMove)
    from_day = models.DateField()
    until_day = models.DateField(null=True, blank=True)
    is_void = models.BooleanField(default=False)
    reason = models.CharField(max_length=300)
    document = models.CharField(max_length=120)
    rule_year = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    previous = models.CharField(max_length=64, blank=True, default="")
    seal = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("名单变更")
        verbose_name_plural = _("名单变更")
        ordering = ["number"]
        indexes = [models.Index(fields=["at"], name="key_change_at")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(confirmed_by=F("proposed_by")), name="key_change_two_people"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.move}"
