"""Published rule sets of several houses, and those that the district starts with."""

import json
from datetime import date
from pathlib import Path

from django.db import migrations

DATA = Path(__file__).parent / "data" / "rule_sets.json"


def load(apps, schema_editor):
    rule_set = apps.get_model("auctions", "RuleSet")
    rows = json.loads(DATA.read_text(encoding="utf-8"))
    for row in rows:
        row["valid_from"] = row["valid_from"] and date.fromisoformat(row["valid_from"])
    rule_set.objects.bulk_create(rule_set(**row) for row in rows)


class Migration(migrations.Migration):
    dependencies = [("auctions", "0002_append_only")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
