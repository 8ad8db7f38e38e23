import uuid

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import modelcluster.fields
import modelsearch.index
import taggit.managers
import wagtail.fields
import wagtail.images.models
import wagtail.models.media
from django.conf import settings
from django.db import migrations, models

import cms.models.fields


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_content_roles"),
        ("accounts", "__first__"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("catalog", "0012_gates"),
        ("cms", "0001_initial"),
        ("ledger", "0005_tickets_account"),
        ("taggit", "0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtaildocs", "0014_alter_document_file_size"),
    ]

    operations = [
        migrations.AddField(
            model_name="contentpage",
            name="first_shown_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="contentpage",
            name="review_on",
            field=models.DateField(blank=True, null=True, verbose_name="下次复核日期"),
        ),
        migrations.AddField(
            model_name="contentpage",
            name="summary",
            field=models.CharField(
                blank=True,
                default="",
                help_text="列表、搜索和分享时显示",
                max_length=200,
                verbose_name="一句话",
            ),
        ),
        migrations.AddField(
            model_name="homepage",
            name="first_shown_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="homepage",
            name="review_on",
            field=models.DateField(blank=True, null=True, verbose_name="下次复核日期"),
        ),
        migrations.AddField(
            model_name="homepage",
            name="summary",
            field=models.CharField(
                blank=True,
                default="",
                help_text="列表、搜索和分享时显示",
                max_length=200,
                verbose_name="一句话",
            ),
        ),
        migrations.AlterField(
            model_name="contentpage",
            name="body",
            field=cms.models.fields.BlocksField([], blank=True, verbose_name="正文"),
        ),
        migrations.AlterField(
            model_name="homepage",
            name="body",
            field=cms.models.fields.BlocksField([], blank=True, verbose_name="专题"),
        ),
        migrations.AlterField(
            model_name="homepage",
            name="current",
            field=cms.models.fields.BlocksField([], blank=True, verbose_name="当前"),
        ),
        migrations.AlterField(
            model_name="homepage",
            name="notices",
            field=cms.models.fields.BlocksField([], blank=True, verbose_name="公告"),
        ),
        migrations.CreateModel(
            name="ApprovalTask",
            fields=[
                (
                    "task_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="wagtailcore.task",
                    ),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        help_text="Pages/snippets at this step in a workflow will be moderated or approved by these groups of users",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
            ],
            options={
                "verbose_name": "审核步骤",
                "verbose_name_plural": "审核步骤",
            },
            bases=("wagtailcore.task",),
        ),
        migrations.CreateModel(
            name="CalendarAddress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calendar_address",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "日历地址",
                "verbose_name_plural": "日历地址",
            },
        ),
        migrations.CreateModel(
            name="Enterprise",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(max_length=18, unique=True, verbose_name="统一社会信用代码"),
                ),
                ("name", models.CharField(max_length=120, verbose_name="企业名称")),
                (
                    "name_en",
                    models.CharField(
                        blank=True, default="", max_length=160, verbose_name="英文名称"
                    ),
                ),
                (
                    "trade",
                    models.CharField(
                        choices=[
                            ("industry", "工业"),
                            ("wholesale", "批发业"),
                            ("retail", "零售业"),
                            ("other", "文化等其他行业"),
                        ],
                        default="other",
                        max_length=9,
                        verbose_name="划分规模的行业",
                    ),
                ),
                ("economy_class", models.CharField(max_length=5, verbose_name="国民经济行业代码")),
                (
                    "economy_name",
                    models.CharField(
                        blank=True, default="", max_length=80, verbose_name="国民经济行业"
                    ),
                ),
                (
                    "culture_edition",
                    models.CharField(
                        choices=[("2012", "2012年版"), ("2018", "2018年版")],
                        default="2018",
                        max_length=4,
                        verbose_name="文化产业分类版本",
                    ),
                ),
                ("culture_class", models.CharField(max_length=4, verbose_name="文化产业分类代码")),
                (
                    "culture_name",
                    models.CharField(
                        blank=True, default="", max_length=80, verbose_name="文化产业分类"
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("planning", "策划与创作"),
                            ("materials", "材料与工具"),
                            ("making", "制作"),
                            ("printing", "印刷与复制"),
                            ("distribution", "发行与销售"),
                            ("logistics", "仓储与物流"),
                            ("exhibition", "展示与会展"),
                            ("services", "配套服务"),
                        ],
                        max_length=12,
                        verbose_name="产业链环节",
                    ),
                ),
                (
                    "products",
                    models.CharField(
                        blank=True, default="", max_length=500, verbose_name="主要产品"
                    ),
                ),
                (
                    "products_en",
                    models.CharField(
                        blank=True, default="", max_length=700, verbose_name="主要产品（英文）"
                    ),
                ),
                (
                    "capacity",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="生产能力"
                    ),
                ),
                (
                    "capacity_en",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="生产能力（英文）"
                    ),
                ),
                (
                    "address",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="地址"),
                ),
                ("website", models.URLField(blank=True, default="", verbose_name="网站")),
                (
                    "staff",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="从业人员（人）"
                    ),
                ),
                (
                    "revenue_minor",
                    models.BigIntegerField(blank=True, null=True, verbose_name="营业收入"),
                ),
                (
                    "figures_year",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="数据年度"
                    ),
                ),
                (
                    "contact_name",
                    models.CharField(blank=True, default="", max_length=80, verbose_name="联系人"),
                ),
                (
                    "contact_phone",
                    models.CharField(
                        blank=True, default="", max_length=32, verbose_name="联系电话"
                    ),
                ),
                (
                    "contact_email",
                    models.EmailField(
                        blank=True, default="", max_length=254, verbose_name="联系邮箱"
                    ),
                ),
                (
                    "contact_consent_on",
                    models.DateField(blank=True, null=True, verbose_name="联系人同意公开的日期"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("active", "在册"), ("left", "已退出")],
                        default="active",
                        max_length=6,
                        verbose_name="状态",
                    ),
                ),
                ("since", models.DateField(verbose_name="入册日期")),
                ("left_on", models.DateField(blank=True, null=True, verbose_name="退出日期")),
                (
                    "left_reason",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="退出的理由"
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enterprise",
                        to="accounts.organisation",
                        verbose_name="平台上的单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "企业",
                "verbose_name_plural": "企业",
                "ordering": ["name", "id"],
                "indexes": [
                    models.Index(fields=["name", "id"], name="enterprise_by_name"),
                    models.Index(fields=["stage", "name"], name="enterprise_by_stage"),
                    models.Index(fields=["culture_class"], name="enterprise_by_class"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^[0-9A-HJ-NP-RTUWXY]{18}$")),
                        name="enterprise_code_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("left_on__isnull", True), ("left_reason", ""), ("state", "active")
                            ),
                            models.Q(
                                ("left_on__gte", models.F("since")),
                                ("state", "left"),
                                models.Q(("left_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="enterprise_left_when_and_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("contact_consent_on__isnull", False),
                            models.Q(
                                ("contact_email", ""), ("contact_name", ""), ("contact_phone", "")
                            ),
                            _connector="OR",
                        ),
                        name="enterprise_contact_by_consent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("revenue_minor__isnull", True),
                            models.Q(
                                ("revenue_minor__gte", 0), ("revenue_minor__lte", 1000000000000000)
                            ),
                            _connector="OR",
                        ),
                        name="enterprise_revenue",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("revenue_minor__isnull", True), ("staff__isnull", True)),
                            ("figures_year__isnull", False),
                            _connector="OR",
                        ),
                        name="enterprise_figures_of_a_year",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KeyEnterprise",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("from_day", models.DateField(verbose_name="列入日期")),
                ("until_day", models.DateField(blank=True, null=True, verbose_name="最后一天")),
                ("reason", models.CharField(max_length=300, verbose_name="理由")),
                ("document", models.CharField(max_length=120, verbose_name="文号")),
                ("rule_year", models.PositiveSmallIntegerField(verbose_name="规则年度")),
                ("is_void", models.BooleanField(default=False)),
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="key_entries",
                        to="cms.enterprise",
                    ),
                ),
            ],
            options={
                "verbose_name": "重点企业",
                "verbose_name_plural": "重点企业",
                "ordering": ["from_day", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_day__isnull", True),
                            ("until_day__gte", models.F("from_day")),
                            _connector="OR",
                        ),
                        name="key_entry_ends_after_start",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_void", False), ("until_day__isnull", True)),
                        fields=("enterprise",),
                        name="key_entry_one_open",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KeyList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(default=0)),
                ("seal", models.CharField(blank=True, default="", max_length=64)),
            ],
            options={
                "verbose_name": "重点企业名单",
                "verbose_name_plural": "重点企业名单",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("pk", 1)), name="key_list_only_one")
                ],
            },
        ),
        migrations.CreateModel(
            name="KeyListProposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "move",
                    models.CharField(
                        choices=[
                            ("enter", "列入"),
                            ("leave", "移出"),
                            ("correct", "更正日期"),
                            ("void", "撤销列入"),
                        ],
                        max_length=7,
                        verbose_name="变更",
                    ),
                ),
                ("from_day", models.DateField(verbose_name="列入日期")),
                ("until_day", models.DateField(blank=True, null=True, verbose_name="最后一天")),
                ("reason", models.CharField(max_length=300, verbose_name="理由")),
                ("document", models.CharField(max_length=120, verbose_name="文号")),
                ("rule_year", models.PositiveSmallIntegerField(verbose_name="规则年度")),
                ("text", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "待确认"),
                            ("confirmed", "已确认"),
                            ("refused", "未同意"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="open",
                        max_length=9,
                    ),
                ),
                (
                    "proposed_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answer",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="答复"),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="key_proposals",
                        to="cms.enterprise",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="cms.keyenterprise",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "名单变更提议",
                "verbose_name_plural": "名单变更提议",
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("enterprise",),
                        name="key_proposal_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_by__isnull", True), ("state", "open")),
                            models.Q(
                                ("answered_by", models.F("proposed_by")), ("state", "withdrawn")
                            ),
                            models.Q(
                                ("state__in", ["confirmed", "refused"]),
                                ("answered_by__isnull", False),
                                models.Q(("answered_by", models.F("proposed_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="key_proposal_answered_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("entry__isnull", True), ("move", "enter")),
                            models.Q(
                                models.Q(("move", "enter"), _negated=True), ("entry__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="key_proposal_about_an_entry",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), _negated=True),
                            models.Q(("document", ""), _negated=True),
                        ),
                        name="key_proposal_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KeyListChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(unique=True)),
                (
                    "move",
                    models.CharField(
                        choices=[
                            ("enter", "列入"),
                            ("leave", "移出"),
                            ("correct", "更正日期"),
                            ("void", "撤销列入"),
                        ],
                        max_length=7,
                    ),
                ),
                ("from_day", models.DateField()),
                ("until_day", models.DateField(blank=True, null=True)),
                ("is_void", models.BooleanField(default=False)),
                ("reason", models.CharField(max_length=300)),
                ("document", models.CharField(max_length=120)),
                ("rule_year", models.PositiveSmallIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("proposed_at", models.DateTimeField()),
                ("at", models.DateTimeField()),
                ("previous", models.CharField(blank=True, default="", max_length=64)),
                ("seal", models.CharField(max_length=64, unique=True)),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cms.enterprise",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="cms.keyenterprise",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="change",
                        to="cms.keylistproposal",
                    ),
                ),
            ],
            options={
                "verbose_name": "名单变更",
                "verbose_name_plural": "名单变更",
                "ordering": ["number"],
                "indexes": [models.Index(fields=["at"], name="key_change_at")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by", models.F("proposed_by")), _negated=True
                        ),
                        name="key_change_two_people",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MissedSearch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="日期")),
                ("language", models.CharField(max_length=10, verbose_name="语言")),
                ("words", models.CharField(max_length=60, verbose_name="搜索词")),
                ("times", models.PositiveIntegerField(default=1, verbose_name="次数")),
                (
                    "first_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "verbose_name": "没有结果的搜索",
                "verbose_name_plural": "没有结果的搜索",
                "ordering": ["-day", "-times", "words"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "language", "words"), name="missed_search_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Picture",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=255, verbose_name="title")),
                (
                    "file",
                    wagtail.images.models.WagtailImageField(
                        height_field="height",
                        upload_to=wagtail.images.models.get_upload_to,
                        verbose_name="file",
                        width_field="width",
                    ),
                ),
                (
                    "description",
                    models.CharField(
                        blank=True, default="", max_length=255, verbose_name="description"
                    ),
                ),
                ("width", models.IntegerField(editable=False, verbose_name="width")),
                ("height", models.IntegerField(editable=False, verbose_name="height")),
                (
                    "created_at",
                    models.DateTimeField(
                        auto_now_add=True, db_index=True, verbose_name="created at"
                    ),
                ),
                ("focal_point_x", models.PositiveIntegerField(blank=True, null=True)),
                ("focal_point_y", models.PositiveIntegerField(blank=True, null=True)),
                ("focal_point_width", models.PositiveIntegerField(blank=True, null=True)),
                ("focal_point_height", models.PositiveIntegerField(blank=True, null=True)),
                ("file_size", models.PositiveIntegerField(editable=False, null=True)),
                (
                    "file_hash",
                    models.CharField(blank=True, db_index=True, editable=False, max_length=40),
                ),
                (
                    "description_en",
                    models.CharField(
                        blank=True, default="", max_length=255, verbose_name="替代文字（英文）"
                    ),
                ),
                (
                    "credit",
                    models.CharField(
                        blank=True, default="", max_length=160, verbose_name="作者或来源"
                    ),
                ),
                (
                    "credit_en",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="作者或来源（英文）"
                    ),
                ),
                (
                    "licence",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="谁准许我们怎么用",
                        max_length=160,
                        verbose_name="使用许可",
                    ),
                ),
                (
                    "licence_en",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="使用许可（英文）"
                    ),
                ),
                ("is_press", models.BooleanField(default=False, verbose_name="可供媒体下载")),
                (
                    "collection",
                    models.ForeignKey(
                        default=wagtail.models.media.get_root_collection_id,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="wagtailcore.collection",
                        verbose_name="collection",
                    ),
                ),
                (
                    "tags",
                    taggit.managers.TaggableManager(
                        blank=True,
                        help_text=None,
                        through="taggit.TaggedItem",
                        to="taggit.Tag",
                        verbose_name="tags",
                    ),
                ),
                (
                    "uploaded_by_user",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="uploaded by user",
                    ),
                ),
            ],
            options={
                "verbose_name": "页面图片",
                "verbose_name_plural": "页面图片",
                "abstract": False,
            },
            bases=(wagtail.images.models.ImageFileMixin, modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name="PersonPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "summary",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="列表、搜索和分享时显示",
                        max_length=200,
                        verbose_name="一句话",
                    ),
                ),
                ("review_on", models.DateField(blank=True, null=True, verbose_name="下次复核日期")),
                ("first_shown_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "role",
                    models.CharField(blank=True, default="", max_length=120, verbose_name="身份"),
                ),
                (
                    "craft",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("painting", "书画"),
                            ("kite", "风筝"),
                            ("print", "木版年画"),
                            ("bronze", "仿古铜"),
                            ("inlay", "嵌银"),
                            ("repousse", "砸铜"),
                            ("other", "其他"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="工艺",
                    ),
                ),
                ("body", cms.models.fields.BlocksField([], blank=True, verbose_name="正文")),
                (
                    "artist",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="catalog.artist",
                        verbose_name="登记册里的作者",
                    ),
                ),
                (
                    "picture",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="cms.picture",
                        verbose_name="图片",
                    ),
                ),
            ],
            options={
                "verbose_name": "人物页面",
                "verbose_name_plural": "人物页面",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="PeoplePage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "summary",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="列表、搜索和分享时显示",
                        max_length=200,
                        verbose_name="一句话",
                    ),
                ),
                ("review_on", models.DateField(blank=True, null=True, verbose_name="下次复核日期")),
                ("first_shown_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "picture",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="cms.picture",
                        verbose_name="图片",
                    ),
                ),
            ],
            options={
                "verbose_name": "人物",
                "verbose_name_plural": "人物",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="EventIndexPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "summary",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="列表、搜索和分享时显示",
                        max_length=200,
                        verbose_name="一句话",
                    ),
                ),
                ("review_on", models.DateField(blank=True, null=True, verbose_name="下次复核日期")),
                ("first_shown_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "picture",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="cms.picture",
                        verbose_name="图片",
                    ),
                ),
            ],
            options={
                "verbose_name": "展览与活动",
                "verbose_name_plural": "展览与活动",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="ArticlePage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "summary",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="列表、搜索和分享时显示",
                        max_length=200,
                        verbose_name="一句话",
                    ),
                ),
                ("review_on", models.DateField(blank=True, null=True, verbose_name="下次复核日期")),
                ("first_shown_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("news", "新闻"), ("notice", "公告"), ("essay", "文章")],
                        default="news",
                        max_length=6,
                        verbose_name="种类",
                    ),
                ),
                ("day", models.DateField(verbose_name="日期")),
                (
                    "author",
                    models.CharField(blank=True, default="", max_length=80, verbose_name="作者"),
                ),
                ("body", cms.models.fields.BlocksField([], blank=True, verbose_name="正文")),
                (
                    "supersedes",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="superseded_by",
                        to="cms.articlepage",
                        verbose_name="代替哪一篇",
                    ),
                ),
                (
                    "picture",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="cms.picture",
                        verbose_name="图片",
                    ),
                ),
            ],
            options={
                "verbose_name": "文章",
                "verbose_name_plural": "文章",
                "indexes": [models.Index(fields=["kind", "-day"], name="article_day")],
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="ArticleIndexPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "summary",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="列表、搜索和分享时显示",
                        max_length=200,
                        verbose_name="一句话",
                    ),
                ),
                ("review_on", models.DateField(blank=True, null=True, verbose_name="下次复核日期")),
                ("first_shown_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "picture",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="cms.picture",
                        verbose_name="图片",
                    ),
                ),
            ],
            options={
                "verbose_name": "新闻与公告",
                "verbose_name_plural": "新闻与公告",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.AddField(
            model_name="contentpage",
            name="picture",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="cms.picture",
                verbose_name="图片",
            ),
        ),
        migrations.AddField(
            model_name="homepage",
            name="picture",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="cms.picture",
                verbose_name="图片",
            ),
        ),
        migrations.CreateModel(
            name="Place",
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
                            ("district", "街区"),
                            ("street", "街道"),
                            ("museum", "博物馆、美术馆"),
                            ("academy", "书院"),
                            ("park", "公园、园区"),
                            ("mall", "工艺品商城"),
                            ("venue", "场馆"),
                            ("other", "其他场所"),
                        ],
                        max_length=8,
                        verbose_name="种类",
                    ),
                ),
                ("name", models.CharField(max_length=120, unique=True, verbose_name="名称")),
                ("name_en", models.CharField(max_length=160, verbose_name="英文名称")),
                (
                    "address",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="地址"),
                ),
                (
                    "address_en",
                    models.CharField(
                        blank=True, default="", max_length=240, verbose_name="英文地址"
                    ),
                ),
                (
                    "latitude",
                    models.DecimalField(
                        blank=True,
                        decimal_places=6,
                        max_digits=8,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-90),
                            django.core.validators.MaxValueValidator(90),
                        ],
                        verbose_name="纬度",
                    ),
                ),
                (
                    "longitude",
                    models.DecimalField(
                        blank=True,
                        decimal_places=6,
                        max_digits=9,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-180),
                            django.core.validators.MaxValueValidator(180),
                        ],
                        verbose_name="经度",
                    ),
                ),
                (
                    "transit",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="怎么到"),
                ),
                (
                    "transit_en",
                    models.CharField(
                        blank=True, default="", max_length=400, verbose_name="怎么到（英文）"
                    ),
                ),
                (
                    "step_free",
                    models.CharField(
                        choices=[
                            ("yes", "全程无台阶"),
                            ("partly", "部分无台阶"),
                            ("no", "有台阶"),
                            ("unknown", "尚未核实"),
                        ],
                        default="unknown",
                        max_length=7,
                        verbose_name="无障碍",
                    ),
                ),
                (
                    "access",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="无障碍说明"
                    ),
                ),
                (
                    "access_en",
                    models.CharField(
                        blank=True, default="", max_length=400, verbose_name="无障碍说明（英文）"
                    ),
                ),
                (
                    "phone",
                    models.CharField(blank=True, default="", max_length=40, verbose_name="电话"),
                ),
                (
                    "heritage",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="只写公布过的级别和年份",
                        max_length=120,
                        verbose_name="文物保护级别",
                    ),
                ),
                (
                    "heritage_en",
                    models.CharField(
                        blank=True, default="", max_length=160, verbose_name="文物保护级别（英文）"
                    ),
                ),
                (
                    "hours",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="星期一到星期日各写开门和关门，例如09:00-17:00；空的是不开门",
                        verbose_name="开放时间",
                    ),
                ),
                (
                    "part_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="cms.place",
                        verbose_name="属于",
                    ),
                ),
            ],
            options={
                "verbose_name": "场所",
                "verbose_name_plural": "场所",
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("latitude__isnull", True), ("longitude__isnull", True)),
                            models.Q(("latitude__isnull", False), ("longitude__isnull", False)),
                            _connector="OR",
                        ),
                        name="place_point_is_whole",
                    )
                ],
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name="EnterprisePage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "summary",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="列表、搜索和分享时显示",
                        max_length=200,
                        verbose_name="一句话",
                    ),
                ),
                ("review_on", models.DateField(blank=True, null=True, verbose_name="下次复核日期")),
                ("first_shown_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "enterprise_code",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="企业名录里的代码；事实都从名录来",
                        max_length=18,
                        verbose_name="统一社会信用代码",
                    ),
                ),
                (
                    "craft",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("painting", "书画"),
                            ("kite", "风筝"),
                            ("print", "木版年画"),
                            ("bronze", "仿古铜"),
                            ("inlay", "嵌银"),
                            ("repousse", "砸铜"),
                            ("other", "其他"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="工艺",
                    ),
                ),
                ("body", cms.models.fields.BlocksField([], blank=True, verbose_name="介绍")),
                (
                    "picture",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="cms.picture",
                        verbose_name="图片",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enterprises",
                        to="cms.place",
                        verbose_name="场所",
                    ),
                ),
            ],
            options={
                "verbose_name": "企业页面",
                "verbose_name_plural": "企业页面",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="DistrictPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "summary",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="列表、搜索和分享时显示",
                        max_length=200,
                        verbose_name="一句话",
                    ),
                ),
                ("review_on", models.DateField(blank=True, null=True, verbose_name="下次复核日期")),
                ("first_shown_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("body", cms.models.fields.BlocksField([], blank=True, verbose_name="正文")),
                (
                    "sources",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="资料出处"
                    ),
                ),
                (
                    "picture",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="cms.picture",
                        verbose_name="图片",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cms.place",
                        verbose_name="场所",
                    ),
                ),
            ],
            options={
                "verbose_name": "街区",
                "verbose_name_plural": "街区",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="PlacePage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "summary",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="列表、搜索和分享时显示",
                        max_length=200,
                        verbose_name="一句话",
                    ),
                ),
                ("review_on", models.DateField(blank=True, null=True, verbose_name="下次复核日期")),
                ("first_shown_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("body", cms.models.fields.BlocksField([], blank=True, verbose_name="正文")),
                (
                    "sources",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="资料出处"
                    ),
                ),
                (
                    "picture",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="cms.picture",
                        verbose_name="图片",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cms.place",
                        verbose_name="场所",
                    ),
                ),
            ],
            options={
                "verbose_name": "场所页面",
                "verbose_name_plural": "场所页面",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="PolicyPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "summary",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="列表、搜索和分享时显示",
                        max_length=200,
                        verbose_name="一句话",
                    ),
                ),
                ("review_on", models.DateField(blank=True, null=True, verbose_name="下次复核日期")),
                ("first_shown_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "number",
                    models.CharField(blank=True, default="", max_length=80, verbose_name="文号"),
                ),
                (
                    "issuer",
                    models.CharField(
                        blank=True, default="", max_length=120, verbose_name="发布单位"
                    ),
                ),
                ("versions", cms.models.fields.BlocksField([], blank=True, verbose_name="版本")),
                (
                    "picture",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="cms.picture",
                        verbose_name="图片",
                    ),
                ),
            ],
            options={
                "verbose_name": "政策",
                "verbose_name_plural": "政策",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="Programme",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("event", "活动"), ("exhibition", "展览")],
                        max_length=10,
                        verbose_name="种类",
                    ),
                ),
                ("title", models.CharField(max_length=160, verbose_name="内部名称")),
                (
                    "title_en",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="英文内部名称"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "筹备中"),
                            ("open", "开放报名"),
                            ("closed", "停止报名"),
                            ("cancelled", "已取消"),
                        ],
                        default="draft",
                        max_length=9,
                        verbose_name="状态",
                    ),
                ),
                (
                    "rule",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="重复规则"
                    ),
                ),
                (
                    "first_start",
                    models.DateTimeField(blank=True, null=True, verbose_name="第一场开始"),
                ),
                (
                    "length_minutes",
                    models.PositiveIntegerField(default=90, verbose_name="每场时长（分钟）"),
                ),
                (
                    "seats",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="空的按场地容纳人数",
                        null=True,
                        verbose_name="每场名额",
                    ),
                ),
                (
                    "booking",
                    models.CharField(
                        choices=[
                            ("none", "不用报名"),
                            ("open", "报名即成"),
                            ("approval", "报名后审核"),
                        ],
                        default="open",
                        max_length=8,
                        verbose_name="报名方式",
                    ),
                ),
                (
                    "waiting",
                    models.CharField(
                        choices=[
                            ("off", "没有候补"),
                            ("automatic", "自动递补"),
                            ("manual", "人工递补"),
                        ],
                        default="automatic",
                        max_length=9,
                        verbose_name="候补",
                    ),
                ),
                (
                    "waiting_size",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="候补人数上限"),
                ),
                (
                    "people_per_booking",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="每次最多几人"),
                ),
                (
                    "cut_off_minutes",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="开始前几分钟截止报名"
                    ),
                ),
                (
                    "min_age",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="最低年龄"
                    ),
                ),
                ("is_for_children", models.BooleanField(default=False, verbose_name="适合儿童")),
                ("is_online", models.BooleanField(default=False, verbose_name="线上")),
                ("has_sign_language", models.BooleanField(default=False, verbose_name="有手语")),
                ("has_quiet_hours", models.BooleanField(default=False, verbose_name="有安静时段")),
                (
                    "cancel_reason",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="取消的原因"
                    ),
                ),
                ("cancel_reason_en", models.CharField(blank=True, default="", max_length=400)),
                ("sequence", models.PositiveIntegerField(default=0, editable=False)),
                ("starts_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("ends_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "organiser",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="主办单位",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="programmes",
                        to="cms.place",
                        verbose_name="场所",
                    ),
                ),
            ],
            options={
                "verbose_name": "活动安排",
                "verbose_name_plural": "活动安排",
                "indexes": [
                    models.Index(fields=["state", "ends_at", "starts_at"], name="programme_when"),
                    models.Index(fields=["kind", "ends_at"], name="programme_kind"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at__isnull", True),
                            ("ends_at__gt", models.F("starts_at")),
                            _connector="OR",
                        ),
                        name="programme_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("rule", ""), ("first_start__isnull", False), _connector="OR"
                        ),
                        name="programme_rule_has_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("length_minutes__gt", 0)),
                        name="programme_length_positive",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExhibitionPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "summary",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="列表、搜索和分享时显示",
                        max_length=200,
                        verbose_name="一句话",
                    ),
                ),
                ("review_on", models.DateField(blank=True, null=True, verbose_name="下次复核日期")),
                ("first_shown_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "audience",
                    models.CharField(blank=True, default="", max_length=160, verbose_name="适合谁"),
                ),
                (
                    "craft",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("painting", "书画"),
                            ("kite", "风筝"),
                            ("print", "木版年画"),
                            ("bronze", "仿古铜"),
                            ("inlay", "嵌银"),
                            ("repousse", "砸铜"),
                            ("other", "其他"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="工艺",
                    ),
                ),
                ("body", cms.models.fields.BlocksField([], blank=True, verbose_name="内容")),
                (
                    "contact",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="联系方式"
                    ),
                ),
                (
                    "terms",
                    wagtail.fields.RichTextField(blank=True, default="", verbose_name="取消和退款"),
                ),
                ("opens_on", models.DateField(blank=True, null=True, verbose_name="开幕")),
                ("closes_on", models.DateField(blank=True, null=True, verbose_name="闭幕")),
                (
                    "hours",
                    models.CharField(
                        blank=True, default="", max_length=160, verbose_name="开放时间"
                    ),
                ),
                (
                    "closed_on",
                    models.CharField(blank=True, default="", max_length=160, verbose_name="闭馆日"),
                ),
                (
                    "school_visits",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="学校参观"
                    ),
                ),
                (
                    "catalogue",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="wagtaildocs.document",
                        verbose_name="图录",
                    ),
                ),
                (
                    "picture",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="cms.picture",
                        verbose_name="图片",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="cms.programme",
                        verbose_name="活动安排",
                    ),
                ),
            ],
            options={
                "verbose_name": "展览",
                "verbose_name_plural": "展览",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="ExhibitedWork",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order", models.PositiveIntegerField(default=0, verbose_name="次序")),
                (
                    "section",
                    models.CharField(
                        blank=True, default="", max_length=80, verbose_name="展厅或单元"
                    ),
                ),
                (
                    "section_en",
                    models.CharField(
                        blank=True, default="", max_length=120, verbose_name="展厅或单元（英文）"
                    ),
                ),
                (
                    "caption",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="说明牌"),
                ),
                (
                    "caption_en",
                    models.CharField(
                        blank=True, default="", max_length=400, verbose_name="说明牌（英文）"
                    ),
                ),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "loan_out",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.encumbrance",
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exhibited",
                        to="catalog.work",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exhibited",
                        to="cms.programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "展出的作品",
                "verbose_name_plural": "展出的作品",
                "ordering": ["order", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at__isnull", True)),
                        fields=("programme", "work"),
                        name="exhibited_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RecruitmentPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "summary",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="列表、搜索和分享时显示",
                        max_length=200,
                        verbose_name="一句话",
                    ),
                ),
                ("review_on", models.DateField(blank=True, null=True, verbose_name="下次复核日期")),
                ("first_shown_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("tenancy", "招商"), ("tender", "招标"), ("talent", "招聘")],
                        default="tenancy",
                        max_length=7,
                        verbose_name="种类",
                    ),
                ),
                ("closes_at", models.DateTimeField(blank=True, null=True, verbose_name="截止时间")),
                (
                    "contact",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="联系方式"
                    ),
                ),
                ("body", cms.models.fields.BlocksField([], blank=True, verbose_name="正文")),
                (
                    "picture",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="cms.picture",
                        verbose_name="图片",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cms.place",
                        verbose_name="场所",
                    ),
                ),
            ],
            options={
                "verbose_name": "招商与招标",
                "verbose_name_plural": "招商与招标",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="Rendition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("filter_spec", models.CharField(db_index=True, max_length=255)),
                (
                    "file",
                    wagtail.images.models.WagtailImageField(
                        height_field="height",
                        storage=wagtail.images.models.get_rendition_storage,
                        upload_to=wagtail.images.models.get_rendition_upload_to,
                        width_field="width",
                    ),
                ),
                ("width", models.IntegerField(editable=False)),
                ("height", models.IntegerField(editable=False)),
                (
                    "focal_point_key",
                    models.CharField(blank=True, default="", editable=False, max_length=16),
                ),
                (
                    "image",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="renditions",
                        to="cms.picture",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("image", "filter_spec", "focal_point_key"),
                        name="cms_rendition_once",
                    )
                ],
            },
            bases=(wagtail.images.models.ImageFileMixin, models.Model),
        ),
        migrations.CreateModel(
            name="Room",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="名称")),
                ("name_en", models.CharField(max_length=120, verbose_name="英文名称")),
                (
                    "capacity",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="容纳人数"),
                ),
                (
                    "step_free",
                    models.CharField(
                        choices=[
                            ("yes", "全程无台阶"),
                            ("partly", "部分无台阶"),
                            ("no", "有台阶"),
                            ("unknown", "尚未核实"),
                        ],
                        default="unknown",
                        max_length=7,
                        verbose_name="无障碍",
                    ),
                ),
                (
                    "place",
                    modelcluster.fields.ParentalKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rooms",
                        to="cms.place",
                    ),
                ),
            ],
            options={
                "verbose_name": "场地",
                "verbose_name_plural": "场地",
                "ordering": ["place_id", "name"],
                "constraints": [
                    models.UniqueConstraint(fields=("place", "name"), name="room_name_once")
                ],
            },
        ),
        migrations.AddField(
            model_name="programme",
            name="room",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cms.room",
                verbose_name="场地",
            ),
        ),
        migrations.CreateModel(
            name="SeriesPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "summary",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="列表、搜索和分享时显示",
                        max_length=200,
                        verbose_name="一句话",
                    ),
                ),
                ("review_on", models.DateField(blank=True, null=True, verbose_name="下次复核日期")),
                ("first_shown_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("body", cms.models.fields.BlocksField([], blank=True, verbose_name="内容")),
                (
                    "picture",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="cms.picture",
                        verbose_name="图片",
                    ),
                ),
            ],
            options={
                "verbose_name": "系列活动",
                "verbose_name_plural": "系列活动",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="EventPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "summary",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="列表、搜索和分享时显示",
                        max_length=200,
                        verbose_name="一句话",
                    ),
                ),
                ("review_on", models.DateField(blank=True, null=True, verbose_name="下次复核日期")),
                ("first_shown_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "audience",
                    models.CharField(blank=True, default="", max_length=160, verbose_name="适合谁"),
                ),
                (
                    "craft",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("painting", "书画"),
                            ("kite", "风筝"),
                            ("print", "木版年画"),
                            ("bronze", "仿古铜"),
                            ("inlay", "嵌银"),
                            ("repousse", "砸铜"),
                            ("other", "其他"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="工艺",
                    ),
                ),
                ("body", cms.models.fields.BlocksField([], blank=True, verbose_name="内容")),
                (
                    "contact",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="联系方式"
                    ),
                ),
                (
                    "terms",
                    wagtail.fields.RichTextField(blank=True, default="", verbose_name="取消和退款"),
                ),
                (
                    "picture",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="cms.picture",
                        verbose_name="图片",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="cms.programme",
                        verbose_name="活动安排",
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="events",
                        to="cms.seriespage",
                        verbose_name="系列",
                    ),
                ),
            ],
            options={
                "verbose_name": "活动",
                "verbose_name_plural": "活动",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("starts_at", models.DateTimeField(verbose_name="开始")),
                ("ends_at", models.DateTimeField(verbose_name="结束")),
                ("original_start", models.DateTimeField()),
                (
                    "previous_start",
                    models.DateTimeField(blank=True, null=True, verbose_name="原定开始"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("scheduled", "如期"), ("moved", "改期"), ("cancelled", "取消")],
                        default="scheduled",
                        max_length=9,
                        verbose_name="状态",
                    ),
                ),
                ("is_exception", models.BooleanField(default=False)),
                (
                    "note",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="说明"),
                ),
                (
                    "note_en",
                    models.CharField(
                        blank=True, default="", max_length=260, verbose_name="说明（英文）"
                    ),
                ),
                ("sequence", models.PositiveIntegerField(default=0)),
                (
                    "changed_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="cms.programme",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="cms.room",
                        verbose_name="场地",
                    ),
                ),
            ],
            options={
                "verbose_name": "场次",
                "verbose_name_plural": "场次",
                "ordering": ["starts_at", "id"],
                "indexes": [
                    models.Index(fields=["starts_at", "id"], name="session_start"),
                    models.Index(fields=["room", "starts_at"], name="session_room"),
                    models.Index(fields=["programme", "starts_at"], name="session_programme"),
                    models.Index(fields=["ends_at"], name="session_end"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="session_ends_after_start",
                    ),
                    models.UniqueConstraint(
                        fields=("programme", "original_start"), name="session_planned_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "moved"), _negated=True),
                            ("previous_start__isnull", False),
                            _connector="OR",
                        ),
                        name="session_moved_from",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Booking",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "等待审核"),
                            ("waiting", "候补中"),
                            ("offered", "有了空位，等你确认"),
                            ("to_pay", "待付款"),
                            ("confirmed", "已确认"),
                            ("refused", "未通过"),
                            ("cancelled", "已取消"),
                            ("expired", "逾期作废"),
                        ],
                        max_length=9,
                        verbose_name="状态",
                    ),
                ),
                ("places", models.PositiveIntegerField(verbose_name="人数")),
                (
                    "name",
                    models.CharField(blank=True, default="", max_length=80, verbose_name="联系人"),
                ),
                (
                    "phone",
                    models.CharField(blank=True, default="", max_length=30, verbose_name="电话"),
                ),
                (
                    "need",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="需要的帮助"
                    ),
                ),
                ("language", models.CharField(default="zh-hans", max_length=10)),
                ("price_minor", models.BigIntegerField(default=0, verbose_name="应付")),
                ("currency", models.CharField(default="CNY", max_length=3)),
                ("key", models.CharField(max_length=64)),
                ("consent_at", models.DateTimeField()),
                ("queued_at", models.DateTimeField(blank=True, null=True)),
                ("offer_until", models.DateTimeField(blank=True, null=True)),
                ("known_start", models.DateTimeField(blank=True, null=True)),
                (
                    "reason",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="理由"),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("forgotten_at", models.DateTimeField(blank=True, null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "payment",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.payment",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="event_bookings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="cms.programme",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="cms.session",
                    ),
                ),
            ],
            options={
                "verbose_name": "报名",
                "verbose_name_plural": "报名",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["session", "state"], name="booking_session"),
                    models.Index(fields=["state", "offer_until"], name="booking_offers"),
                    models.Index(fields=["user", "-id"], name="booking_user"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "key"), name="booking_key_once"),
                    models.CheckConstraint(
                        condition=models.Q(("places__gt", 0)), name="booking_has_places"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("price_minor__gte", 0)),
                        name="booking_price_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "offered"), _negated=True),
                            ("offer_until__isnull", False),
                            _connector="OR",
                        ),
                        name="booking_offer_ends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "waiting"), _negated=True),
                            ("queued_at__isnull", False),
                            _connector="OR",
                        ),
                        name="booking_waits_since",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StandardPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "summary",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="列表、搜索和分享时显示",
                        max_length=200,
                        verbose_name="一句话",
                    ),
                ),
                ("review_on", models.DateField(blank=True, null=True, verbose_name="下次复核日期")),
                ("first_shown_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "number",
                    models.CharField(blank=True, default="", max_length=80, verbose_name="文号"),
                ),
                (
                    "issuer",
                    models.CharField(
                        blank=True, default="", max_length=120, verbose_name="发布单位"
                    ),
                ),
                ("versions", cms.models.fields.BlocksField([], blank=True, verbose_name="版本")),
                (
                    "picture",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="cms.picture",
                        verbose_name="图片",
                    ),
                ),
            ],
            options={
                "verbose_name": "标准",
                "verbose_name_plural": "标准",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="StreetPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "summary",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="列表、搜索和分享时显示",
                        max_length=200,
                        verbose_name="一句话",
                    ),
                ),
                ("review_on", models.DateField(blank=True, null=True, verbose_name="下次复核日期")),
                ("first_shown_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("body", cms.models.fields.BlocksField([], blank=True, verbose_name="正文")),
                (
                    "sources",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="资料出处"
                    ),
                ),
                (
                    "picture",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="cms.picture",
                        verbose_name="图片",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cms.place",
                        verbose_name="场所",
                    ),
                ),
            ],
            options={
                "verbose_name": "街道",
                "verbose_name_plural": "街道",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="SupportMeasure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("measure", models.CharField(max_length=160, verbose_name="扶持措施")),
                (
                    "measure_en",
                    models.CharField(
                        blank=True, default="", max_length=240, verbose_name="扶持措施（英文）"
                    ),
                ),
                (
                    "amount_minor",
                    models.BigIntegerField(blank=True, null=True, verbose_name="金额"),
                ),
                ("currency", models.CharField(default="CNY", max_length=3, verbose_name="币种")),
                ("document", models.CharField(max_length=120, verbose_name="文件")),
                ("decided_on", models.DateField(verbose_name="决定日期")),
                (
                    "recorded_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="support",
                        to="cms.enterprise",
                        verbose_name="企业",
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "扶持措施",
                "verbose_name_plural": "扶持措施",
                "ordering": ["-decided_on", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_minor__isnull", True),
                            models.Q(
                                ("amount_minor__gt", 0), ("amount_minor__lte", 1000000000000000)
                            ),
                            _connector="OR",
                        ),
                        name="support_amount",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("published_at__isnull", True), ("published_by__isnull", True)
                            ),
                            models.Q(
                                ("published_at__isnull", False), ("published_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="support_published_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("document", ""), _negated=True),
                        name="support_has_document",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Ticket",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "checked_in_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="签到时间"),
                ),
                (
                    "booking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to="cms.booking",
                    ),
                ),
                (
                    "checked_in_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "票",
                "verbose_name_plural": "票",
                "ordering": ["booking_id", "number"],
                "indexes": [models.Index(fields=["checked_in_at"], name="ticket_came")],
                "constraints": [
                    models.UniqueConstraint(fields=("booking", "number"), name="ticket_number_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="CheckIn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reading", models.UUIDField(unique=True)),
                ("read_at", models.DateTimeField(verbose_name="读票时间")),
                ("is_first", models.BooleanField(verbose_name="第一次")),
                ("is_offline", models.BooleanField(default=False, verbose_name="离线读的")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cms.session",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings",
                        to="cms.ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "签到记录",
                "verbose_name_plural": "签到记录",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_first", True)),
                        fields=("ticket",),
                        name="checkin_first_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TicketType",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                ("name_en", models.CharField(max_length=80, verbose_name="英文名称")),
                ("price_minor", models.BigIntegerField(default=0, verbose_name="票价")),
                ("currency", models.CharField(default="CNY", max_length=3, verbose_name="币种")),
                (
                    "min_age",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="最低年龄"
                    ),
                ),
                (
                    "max_age",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="最高年龄"
                    ),
                ),
                ("is_offered", models.BooleanField(default=True, verbose_name="可以报")),
                ("order", models.PositiveSmallIntegerField(default=0)),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ticket_types",
                        to="cms.programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "票种",
                "verbose_name_plural": "票种",
                "ordering": ["order", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("price_minor__gte", 0)),
                        name="ticket_price_not_negative",
                    ),
                    models.UniqueConstraint(
                        fields=("programme", "name"), name="ticket_type_name_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Quota",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="名称")),
                ("name_en", models.CharField(max_length=120, verbose_name="英文名称")),
                (
                    "size",
                    models.PositiveIntegerField(
                        blank=True, help_text="空的是不限", null=True, verbose_name="名额"
                    ),
                ),
                (
                    "taken",
                    models.PositiveIntegerField(default=0, editable=False, verbose_name="已占"),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quotas",
                        to="cms.programme",
                    ),
                ),
                (
                    "sessions",
                    models.ManyToManyField(
                        related_name="quotas", to="cms.session", verbose_name="场次"
                    ),
                ),
                (
                    "ticket_types",
                    models.ManyToManyField(
                        blank=True, related_name="quotas", to="cms.tickettype", verbose_name="票种"
                    ),
                ),
            ],
            options={
                "verbose_name": "名额",
                "verbose_name_plural": "名额",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("size__isnull", True),
                            ("taken__lte", models.F("size")),
                            _connector="OR",
                        ),
                        name="quota_never_over",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="booking",
            name="ticket_type",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="bookings",
                to="cms.tickettype",
            ),
        ),
        migrations.CreateModel(
            name="TopicPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "summary",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="列表、搜索和分享时显示",
                        max_length=200,
                        verbose_name="一句话",
                    ),
                ),
                ("review_on", models.DateField(blank=True, null=True, verbose_name="下次复核日期")),
                ("first_shown_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "craft",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("painting", "书画"),
                            ("kite", "风筝"),
                            ("print", "木版年画"),
                            ("bronze", "仿古铜"),
                            ("inlay", "嵌银"),
                            ("repousse", "砸铜"),
                            ("other", "其他"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="工艺",
                    ),
                ),
                ("body", cms.models.fields.BlocksField([], blank=True, verbose_name="内容")),
                (
                    "picture",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="cms.picture",
                        verbose_name="图片",
                    ),
                ),
            ],
            options={
                "verbose_name": "专题",
                "verbose_name_plural": "专题",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="VenuePage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "summary",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="列表、搜索和分享时显示",
                        max_length=200,
                        verbose_name="一句话",
                    ),
                ),
                ("review_on", models.DateField(blank=True, null=True, verbose_name="下次复核日期")),
                ("first_shown_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("body", cms.models.fields.BlocksField([], blank=True, verbose_name="正文")),
                (
                    "sources",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="资料出处"
                    ),
                ),
                (
                    "picture",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="cms.picture",
                        verbose_name="图片",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cms.place",
                        verbose_name="场所",
                    ),
                ),
            ],
            options={
                "verbose_name": "场馆",
                "verbose_name_plural": "场馆",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="ViewingRoomPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "summary",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="列表、搜索和分享时显示",
                        max_length=200,
                        verbose_name="一句话",
                    ),
                ),
                ("review_on", models.DateField(blank=True, null=True, verbose_name="下次复核日期")),
                ("first_shown_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("body", cms.models.fields.BlocksField([], blank=True, verbose_name="内容")),
                (
                    "picture",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="cms.picture",
                        verbose_name="图片",
                    ),
                ),
            ],
            options={
                "verbose_name": "线上展厅",
                "verbose_name_plural": "线上展厅",
            },
            bases=("wagtailcore.page",),
        ),
    ]
