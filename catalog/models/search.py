"""What the search reads: a projection of the public works, kept by catalog.search only.

A work has an entry exactly as long as the public may see it, so no query can leak a draft.
Nothing here is a record: `manage.py reindex` rebuilds all of it from the catalogue.
"""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class TokensField(models.Field):
    """Pieces with their positions: `tsvector` on PostgreSQL. SQLite keeps its own in FTS5."""

    def db_type(self, connection) -> str:
        return "tsvector" if connection.vendor == "postgresql" else "text"


class CodesField(models.Field):
    """Facet codes: `bigint[]` on PostgreSQL, numbers with commas elsewhere."""

    def db_type(self, connection) -> str:
        return "bigint[]" if connection.vendor == "postgresql" else "text"


class SearchEntry(models.Model):
    """One public work as the search sees it. Written in bulk by the search backend."""

    work_id = models.BigIntegerField(primary_key=True)
    order_key = models.BigIntegerField(
        help_text="Microseconds of its registration; the newest first."
    )
    year_key = models.IntegerField(help_text="First possible year; a late number when unknown.")
    price_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    facets = CodesField(null=True)
    head = TokensField(null=True)
    tokens = TokensField(null=True)

    class Meta:
        verbose_name = _("检索条目")
        verbose_name_plural = _("检索条目")
        indexes = [
            models.Index(fields=["-order_key", "-work_id"], name="search_newest"),
            models.Index(fields=["year_key", "work_id"], name="search_oldest"),
            models.Index(
                fields=["price_minor", "work_id"],
                name="search_price",
                condition=models.Q(price_minor__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.work_id)


class SearchName(models.Model):
    """One way to start writing a name; `key` is folded, pinyin, initials, or a later part."""

    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    key = models.CharField(max_length=200)
    is_whole = models.BooleanField(default=False)
    works = models.PositiveIntegerField(default=0, help_text="Public works, for the order.")

    class Meta:
        verbose_name = _("检索名字")
        verbose_name_plural = _("检索名字")
        indexes = [
            models.Index(fields=["kind", "object_id"], name="search_name_object"),
            models.Index(fields=["key"], opclasses=["varchar_pattern_ops"], name="search_name_key"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["key", "kind", "object_id"], name="search_name_unique")
        ]

    def __str__(self) -> str:
        return self.key


class FacetSnapshot(models.Model):
    """Counts of the unfiltered page, so that nobody waits for a count of everything."""

    name = models.CharField(max_length=20, primary_key=True)
    total = models.PositiveBigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    counted_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("筛选计数")
        verbose_name_plural = _("筛选计数")

    def __str__(self) -> str:
        return self.name
