import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from artmarket.core.triggers import append_only, frozen


class Migration(migrations.Migration):
    dependencies = [
        ("auctions", "0012_claim_files"),
        ("catalog", "0012_gates"),
        ("pledges", "0005_pawn"),
    ]
    operations = [
        migrations.AlterField(
            model_name="product",
            name="kind",
            field=models.CharField(
                choices=[
                    ("term", "定期质押贷款"),
                    ("bridge", "过桥贷款"),
                    ("revolving", "循环额度"),
                    ("advance", "拍卖预付款"),
                ],
                max_length=10,
                verbose_name="种类",
            ),
        ),
        migrations.AlterField(
            model_name="pledgesuspension",
            name="step",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="suspension",
                to="pledges.disposalstep",
            ),
        ),
        migrations.CreateModel(
            name="AdvanceWork",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "came_back_on",
                    models.DateField(blank=True, null=True, verbose_name="退回日"),
                ),
                ("fell_due_at", models.DateTimeField(blank=True, null=True)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="advance_works",
                        to="pledges.application",
                    ),
                ),
                (
                    "consignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="advance_works",
                        to="auctions.consignment",
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pledges.loanevent",
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.work",
                    ),
                ),
            ],
            options={
                "verbose_name": "预付款的委托",
                "verbose_name_plural": "预付款的委托",
                "ordering": ["id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("came_back_on__isnull", False), ("fell_due_at__isnull", True)
                        ),
                        fields=["came_back_on"],
                        name="advance_work_to_fall_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("application", "work"), name="advance_work_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("fell_due_at__isnull", True),
                            ("came_back_on__isnull", False),
                            _connector="OR",
                        ),
                        name="advance_work_came_back",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("event__isnull", True),
                            ("fell_due_at__isnull", False),
                            _connector="OR",
                        ),
                        name="advance_work_fell_due",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AdvanceProceeds",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("received_minor", models.BigIntegerField(verbose_name="委托人所得")),
                ("order", models.JSONField(verbose_name="清偿顺序")),
                ("owed_before", models.JSONField()),
                ("paid", models.JSONField()),
                ("owed_after", models.JSONField()),
                ("surplus_minor", models.BigIntegerField(verbose_name="付给委托人")),
                ("deficiency_minor", models.BigIntegerField(verbose_name="仍欠")),
                ("day", models.DateField(verbose_name="日期")),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pledges.loanevent",
                    ),
                ),
                (
                    "settlement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="auctions.settlement",
                    ),
                ),
                (
                    "suspension",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proceeds",
                        to="pledges.pledgesuspension",
                    ),
                ),
            ],
            options={
                "verbose_name": "预付款的清偿",
                "verbose_name_plural": "预付款的清偿",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("deficiency_minor__gte", 0),
                            ("received_minor__gte", 0),
                            ("surplus_minor__gte", 0),
                            ("surplus_minor__lte", models.F("received_minor")),
                            models.Q(
                                ("surplus_minor", 0), ("deficiency_minor", 0), _connector="OR"
                            ),
                        ),
                        name="advance_proceeds_add_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("event__isnull", False),
                            ("surplus_minor", models.F("received_minor")),
                            _connector="OR",
                        ),
                        name="advance_proceeds_pay_the_loan",
                    ),
                ],
            },
        ),
        append_only("pledges_advanceproceeds"),
        frozen("pledges_advancework", "application_id", "work_id", "consignment_id"),
    ]
