import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from artmarket.core.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_evidence"),
        ("auctions", "0006_deposits_and_powers"),
        ("catalog", "0008_released_by_the_platform"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ScoredLot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "verbose_name": "已计分的拍品",
                "verbose_name_plural": "已计分的拍品",
            },
        ),
        migrations.CreateModel(
            name="SessionTrace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("network", "同一网络地址"),
                            ("browser", "同一网络地址和同一种浏览器"),
                        ],
                        max_length=8,
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("last_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "登录来源的指纹",
                "verbose_name_plural": "登录来源的指纹",
            },
        ),
        migrations.CreateModel(
            name="ShillScore",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "permille",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MaxValueValidator(1000)]
                    ),
                ),
                ("features", models.JSONField(default=dict, help_text="Thousandths by name.")),
                ("links", models.JSONField(default=list)),
                ("names_house", models.BooleanField(default=False)),
                ("lot_count", models.PositiveIntegerField()),
                ("history_count", models.PositiveIntegerField()),
                (
                    "rules",
                    models.JSONField(
                        default=dict, help_text="Versions of the rules it was made by."
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "托价信号",
                "verbose_name_plural": "托价信号",
                "ordering": ["-permille", "id"],
            },
        ),
        migrations.CreateModel(
            name="SignalReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("no_concern", "没有疑问"),
                            ("watch", "继续留意"),
                            ("referred", "移交处理"),
                        ],
                        max_length=10,
                    ),
                ),
                ("note", models.CharField(max_length=500, verbose_name="理由")),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("permille", models.PositiveSmallIntegerField()),
                ("features", models.JSONField(default=dict)),
            ],
            options={
                "verbose_name": "信号审看",
                "verbose_name_plural": "信号审看",
                "ordering": ["-id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="watch",
            name="watch_lot_or_sale",
        ),
        migrations.AddField(
            model_name="watch",
            name="artist",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="catalog.artist",
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
                    ("maker", "关注的作者有作品上拍"),
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
                    ("maker", "关注的作者有作品上拍"),
                ],
                max_length=11,
            ),
        ),
        migrations.AddConstraint(
            model_name="watch",
            constraint=models.UniqueConstraint(fields=("user", "artist"), name="watch_artist_once"),
        ),
        migrations.AddConstraint(
            model_name="watch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("artist__isnull", True), ("lot__isnull", False), ("sale__isnull", True)
                    ),
                    models.Q(
                        ("artist__isnull", True), ("lot__isnull", True), ("sale__isnull", False)
                    ),
                    models.Q(
                        ("artist__isnull", False), ("lot__isnull", True), ("sale__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="watch_one_subject",
            ),
        ),
        migrations.AddField(
            model_name="scoredlot",
            name="lot",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="scored",
                to="auctions.lot",
            ),
        ),
        migrations.AddField(
            model_name="sessiontrace",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="session_traces",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="shillscore",
            name="paddle",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="shill_scores",
                to="auctions.paddle",
            ),
        ),
        migrations.AddField(
            model_name="shillscore",
            name="seller",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.party"
            ),
        ),
        migrations.AddField(
            model_name="signalreview",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="signalreview",
            name="score",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reviews",
                to="auctions.shillscore",
            ),
        ),
        migrations.AddIndex(
            model_name="sessiontrace",
            index=models.Index(fields=["last_at"], name="session_trace_age"),
        ),
        migrations.AddConstraint(
            model_name="sessiontrace",
            constraint=models.UniqueConstraint(
                fields=("user", "kind", "digest"), name="session_trace_once"
            ),
        ),
        migrations.AddIndex(
            model_name="shillscore",
            index=models.Index(fields=["-permille", "id"], name="shill_score_order"),
        ),
        migrations.AddConstraint(
            model_name="shillscore",
            constraint=models.UniqueConstraint(
                fields=("paddle", "seller"), name="shill_score_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="shillscore",
            constraint=models.CheckConstraint(
                condition=models.Q(("permille__lte", 1000)), name="shill_score_within_thousand"
            ),
        ),
        migrations.AddConstraint(
            model_name="signalreview",
            constraint=models.CheckConstraint(
                condition=models.Q(("note", ""), _negated=True), name="signal_review_has_note"
            ),
        ),
        append_only("auctions_signalreview"),
    ]
