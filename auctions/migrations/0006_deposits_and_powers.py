from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("auctions", "0005_after_the_hammer")]

    operations = []
