import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from artmarket.core.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_evidence"),
        ("auctions", "0004_notices"),
        ("catalog", "0008_released_by_the_platform"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AfterSaleOffer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount_minor", models.BigIntegerField()),
                (
                    "is_below_reserve",
                    models.BooleanField(
                        default=False,
                        help_text="Accepted with the consignor's consent to less than his reserve.",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "待答复"),
                            ("accepted", "已接受"),
                            ("refused", "已谢绝"),
                            ("replaced", "已另出一价"),
                            ("lapsed", "已过期"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("offered_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "会后出价",
                "verbose_name_plural": "会后出价",
                "ordering": ["-amount_minor", "id"],
            },
        ),
        migrations.CreateModel(
            name="BuyerDefault",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("hammer_minor", models.BigIntegerField()),
                ("buyer_commission_minor", models.BigIntegerField()),
                ("seller_commission_minor", models.BigIntegerField()),
                ("due_on", models.DateField()),
                ("reason", models.CharField(max_length=300, verbose_name="解除的理由")),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "verbose_name": "违约",
                "verbose_name_plural": "违约",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="LotCorrection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "before",
                    models.JSONField(help_text="The fields that changed, as they were announced."),
                ),
                ("after", models.JSONField()),
                ("reason", models.CharField(max_length=300, verbose_name="理由")),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "勘误",
                "verbose_name_plural": "勘误",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="SecondChance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount_minor", models.BigIntegerField()),
                (
                    "is_below_reserve",
                    models.BooleanField(
                        default=False, help_text="The consignor agreed to less than his reserve."
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "待答复"),
                            ("accepted", "已接受"),
                            ("refused", "已谢绝"),
                            ("replaced", "已另出一价"),
                            ("lapsed", "已过期"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("offered_at", models.DateTimeField()),
                ("open_until", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "第二次机会",
                "verbose_name_plural": "第二次机会",
                "ordering": ["-id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="lot",
            name="lot_sold_to_somebody",
        ),
        migrations.AddField(
            model_name="sale",
            name="cancel_reason",
            field=models.CharField(
                blank=True, default="", max_length=300, verbose_name="取消的理由"
            ),
        ),
        migrations.AlterField(
            model_name="lot",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "准备中"),
                    ("announced", "已公告"),
                    ("open", "竞价中"),
                    ("sold", "成交"),
                    ("passed", "流拍"),
                    ("below_reserve", "未达保留价"),
                    ("withdrawn", "撤回"),
                    ("settled", "成交，已付清"),
                    ("defaulted", "买受人未付款，合同已解除"),
                ],
                default="draft",
                max_length=13,
            ),
        ),
        migrations.AlterField(
            model_name="lotevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("opened", "开始"),
                    ("bid", "出价"),
                    ("voided", "作废一笔出价"),
                    ("end_moved", "延时"),
                    ("withdrawn", "撤回"),
                    ("closed", "落槌"),
                    ("settled", "付清"),
                    ("defaulted", "因未付款解除合同"),
                    ("awarded", "落槌后成交"),
                    ("released", "退还作品"),
                    ("corrected", "勘误"),
                ],
                max_length=9,
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("outbid", "有人出价更高"),
                    ("leading", "出价已收到，你领先"),
                    ("won", "你拍得一件拍品"),
                    ("lost", "你出过价的拍品有了结果"),
                    ("withdrawn", "拍品被撤回"),
                    ("ending", "拍品快结束了"),
                    ("reminder", "拍卖会快开始了"),
                    ("paddle", "竞买登记有了答复"),
                    ("consignment", "委托有了答复"),
                    ("defaulted", "未付款的成交被解除"),
                    ("chance", "给你的第二次机会"),
                    ("after_sale", "会后出价有了消息"),
                    ("corrected", "出过价的拍品有勘误"),
                    ("cancelled", "拍卖会取消"),
                ],
                max_length=11,
            ),
        ),
        migrations.AlterField(
            model_name="noticechoice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("outbid", "有人出价更高"),
                    ("leading", "出价已收到，你领先"),
                    ("won", "你拍得一件拍品"),
                    ("lost", "你出过价的拍品有了结果"),
                    ("withdrawn", "拍品被撤回"),
                    ("ending", "拍品快结束了"),
                    ("reminder", "拍卖会快开始了"),
                    ("paddle", "竞买登记有了答复"),
                    ("consignment", "委托有了答复"),
                    ("defaulted", "未付款的成交被解除"),
                    ("chance", "给你的第二次机会"),
                    ("after_sale", "会后出价有了消息"),
                    ("corrected", "出过价的拍品有勘误"),
                    ("cancelled", "拍卖会取消"),
                ],
                max_length=11,
            ),
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("hammer_minor__isnull", False),
                        ("state__in", ("sold", "settled")),
                        ("winner__isnull", False),
                    ),
                    models.Q(
                        models.Q(("state__in", ("sold", "settled")), _negated=True),
                        ("hammer_minor__isnull", True),
                        ("winner__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="lot_sold_to_somebody",
            ),
        ),
        migrations.AddField(
            model_name="aftersaleoffer",
            name="answered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="aftersaleoffer",
            name="lot",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="after_sale_offers",
                to="auctions.lot",
            ),
        ),
        migrations.AddField(
            model_name="aftersaleoffer",
            name="offered_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="aftersaleoffer",
            name="paddle",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="after_sale_offers",
                to="auctions.paddle",
            ),
        ),
        migrations.AddField(
            model_name="buyerdefault",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="buyerdefault",
            name="lot",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="defaults",
                to="auctions.lot",
            ),
        ),
        migrations.AddField(
            model_name="buyerdefault",
            name="paddle",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="defaults",
                to="auctions.paddle",
            ),
        ),
        migrations.AddField(
            model_name="lotcorrection",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="lotcorrection",
            name="lot",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrections",
                to="auctions.lot",
            ),
        ),
        migrations.AddField(
            model_name="secondchance",
            name="default",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="second_chances",
                to="auctions.buyerdefault",
            ),
        ),
        migrations.AddField(
            model_name="secondchance",
            name="lot",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="second_chances",
                to="auctions.lot",
            ),
        ),
        migrations.AddField(
            model_name="secondchance",
            name="offered_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="secondchance",
            name="paddle",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="second_chances",
                to="auctions.paddle",
            ),
        ),
        migrations.AddIndex(
            model_name="aftersaleoffer",
            index=models.Index(fields=["state", "offered_at"], name="after_sale_by_state"),
        ),
        migrations.AddConstraint(
            model_name="aftersaleoffer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("lot", "paddle"),
                name="after_sale_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="aftersaleoffer",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="after_sale_above_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="aftersaleoffer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at__isnull", True), ("state", "open")),
                    models.Q(
                        models.Q(("state", "open"), _negated=True), ("answered_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="after_sale_answered",
            ),
        ),
        migrations.AddConstraint(
            model_name="buyerdefault",
            constraint=models.UniqueConstraint(
                fields=("lot", "number"), name="buyer_default_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="buyerdefault",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="buyer_default_has_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="lotcorrection",
            constraint=models.UniqueConstraint(
                fields=("lot", "number"), name="lot_correction_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="lotcorrection",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="lot_correction_has_reason"
            ),
        ),
        migrations.AddIndex(
            model_name="secondchance",
            index=models.Index(fields=["state", "open_until"], name="second_chance_by_end"),
        ),
        migrations.AddConstraint(
            model_name="secondchance",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("lot",),
                name="second_chance_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="secondchance",
            constraint=models.CheckConstraint(
                condition=models.Q(("open_until__gt", models.F("offered_at"))),
                name="second_chance_is_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="secondchance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at__isnull", True), ("state", "open")),
                    models.Q(
                        models.Q(("state", "open"), _negated=True), ("answered_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="second_chance_answered",
            ),
        ),
        append_only("auctions_buyerdefault"),
        append_only("auctions_lotcorrection"),
    ]
