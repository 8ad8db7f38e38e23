"""The vocabulary: AAT terms with English and Chinese labels, filled by a migration."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Term(models.Model):
    id = models.CharField(max_length=12, primary_key=True)
    en = models.CharField(max_length=120)
    zh = models.CharField(max_length=120)
    category = models.CharField(max_length=24, db_index=True)

    class Meta:
        verbose_name = _("术语")
        verbose_name_plural = _("术语")

    def __str__(self) -> str:
        return self.en if get_language() == "en" else self.zh

    @property
    def uri(self) -> str:
        return f"http://vocab.getty.edu/aat/{self.id}"
