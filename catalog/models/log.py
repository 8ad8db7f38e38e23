"""The public log as rows: what waits, what is logged, the hashes of the tree, what was signed.

Entries, checkpoints and audits never change; triggers refuse it on both engines. No two entries can
have one position and no two checkpoints one size: the keys say so, so two processes that integrate
at the same moment cannot fork the log. Registry rules, section 7; the tree is `catalog.engine.log`.
"""

from django.db import models
from django.db.models.functions import Now

from artmarket.core.sealed import SealedTextField


class LogQueued(models.Model):
    """A fact that waits for its position; written with the fact, gone once it is logged.

    Its key is the ticket under which the entry is found later.
    """

    text = models.TextField(help_text="Canonical JSON (RFC 8785), at most 65,535 bytes.")
    queued_at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return self.text[:80]


class LogEntry(models.Model):
    """One logged fact at its position, from zero; append-only."""

    position = models.PositiveBigIntegerField(primary_key=True)
    ticket = models.PositiveBigIntegerField(unique=True, help_text="The key it waited under.")
    text = models.TextField()
    leaf_hash = models.BinaryField(max_length=32)
    queued_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.position}: {self.text[:80]}"


class LogTile(models.Model):
    """Up to 256 hashes side by side of one level of the tree; the last of a level still grows."""

    level = models.PositiveSmallIntegerField()
    index = models.PositiveBigIntegerField()
    hashes = models.BinaryField(help_text="32 bytes each.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="log_tile_once")]

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class LogCheckpoint(models.Model):
    """What the log has signed: one root for each size; append-only."""

    size = models.PositiveBigIntegerField(primary_key=True)
    note = models.TextField(help_text="The signed note, as it is served.")
    signed_at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return str(self.size)


class LogAudit(models.Model):
    """One look over the whole log; nothing is signed after one that found a fault. Append-only."""

    at = models.DateTimeField(db_default=Now(), editable=False)
    size = models.PositiveBigIntegerField()
    is_sound = models.BooleanField()
    faults = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.at}: {'sound' if self.is_sound else 'broken'}"


class LogSecret(models.Model):
    """What stands behind one commitment in an entry: salt and value, kept apart from the log.

    Deleting the row forgets the value for ever: the entry keeps a hash that nobody can match.
    """

    ticket = models.PositiveBigIntegerField(help_text="The key under which the entry waited.")
    member = models.CharField(
        max_length=60, help_text="Its name in the entry, `holders/0` in a list."
    )
    work = models.ForeignKey("catalog.Work", on_delete=models.PROTECT, related_name="log_secrets")
    party = models.ForeignKey(
        "accounts.Party", on_delete=models.PROTECT, null=True, related_name="+",
        help_text="Whom the value names; his erasure deletes the row.",
    )  # fmt: skip
    salt = models.BinaryField(max_length=32)
    value = SealedTextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "member"], name="log_secret_once")]

    def __str__(self) -> str:
        return f"{self.ticket}/{self.member}"


class LogCosignature(models.Model):
    """A witness has signed the checkpoint of this size at this time; append-only."""

    size = models.PositiveBigIntegerField()
    key = models.CharField(max_length=300, help_text="The verifier key of the witness.")
    line = models.TextField(help_text="The signature line, as it is served.")
    signed_at = models.DateTimeField(help_text="As the witness says.")
    received_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["size", "key", "signed_at"], name="log_cosignature_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.size}: {self.key}"
