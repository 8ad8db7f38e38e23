from django.db import migrations

from artmarket.core.triggers import append_only

TABLES = ("bid", "bidvoid", "lotevent", "ruleset", "conditions")


class Migration(migrations.Migration):
    dependencies = [("auctions", "0001_initial")]
    operations = [append_only(f"auctions_{table}") for table in TABLES]
