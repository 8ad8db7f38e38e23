from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("auctions", "0004_notices")]

    operations = []
