from django.db import migrations

from artmarket.core.triggers import append_only, frozen

TABLES = ("checkin", "keylistchange")
FROZEN = {
    # What two people read and sign; only the answer to it is still written.
    "keylistproposal": (
        "move", "enterprise_id", "entry_id", "from_day", "until_day", "reason", "document",
        "rule_year", "text", "digest", "proposed_by_id",
    ),
}  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("cms", "0002_district")]
    operations = [
        *(append_only(f"cms_{table}") for table in TABLES),
        *(frozen(f"cms_{table}", *columns) for table, columns in FROZEN.items()),
    ]
