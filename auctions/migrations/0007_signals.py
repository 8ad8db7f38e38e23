from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("auctions", "0006_deposits_and_powers")]

    operations = []
