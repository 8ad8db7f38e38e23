"""Seal every sealed column again under the newest key; safe to stop and to repeat.

Run it after a new key was put in front of FIELD_KEYS, and before the old one is taken away.
"""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from artmarket.core import sealed
from artmarket.core.sealed import SealBroken, SealedTextField, is_newest, seal, unseal

BATCH = 500


class Command(BaseCommand):
    help = "Seal the sealed columns again under the first of FIELD_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        for model in apps.get_models():
            for field in model._meta.concrete_fields:
                if isinstance(field, SealedTextField) and not model._meta.proxy:
                    key = model._meta.pk.column or "id"
                    count = _reseal(model._meta.db_table, key, str(field.column))
                    self.stdout.write(
                        _("%(table)s.%(column)s：改封%(count)d个值。")
                        % {"table": model._meta.db_table, "column": field.column, "count": count}
                    )
        for name, reseal in sealed.elsewhere().items():
            count = reseal()
            self.stdout.write(_("%(name)s：改封%(count)d个值。") % {"name": name, "count": count})


def _reseal(table: str, key: str, column: str) -> int:
    """In batches by key, each a transaction; a row that changes meanwhile is left to its writer."""
    done, after = 0, ""
    last: list[Any] = []
    quote = connection.ops.quote_name
    table, key, column = quote(table), quote(key), quote(column)
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {key}, {column} FROM {table} WHERE {column} <> '' {after}"  # noqa: S608
                f" ORDER BY {key} LIMIT {BATCH}",
                last,
            )
            rows = cursor.fetchall()
            for pk, token in rows:
                if is_newest(token):
                    continue
                try:
                    again = seal(unseal(token))
                except SealBroken:
                    raise CommandError(
                        _("%(table)s第%(pk)s行没有一把密钥能打开：旧密钥拿走得太早。")
                        % {"table": table, "pk": pk}
                    ) from None
                cursor.execute(
                    f"UPDATE {table} SET {column} = %s WHERE {key} = %s AND {column} = %s",  # noqa: S608
                    [again, pk, token],
                )
                done += cursor.rowcount
        if not rows:
            return done
        after, last = f"AND {key} > %s", [rows[-1][0]]
