from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0001_tokens_answers_webhooks"),
    ]

    operations = [
        migrations.AlterField(
            model_name="endpoint",
            name="role",
            field=models.CharField(
                blank=True,
                choices=[
                    ("artist", "作者"),
                    ("appraiser", "鉴定师"),
                    ("buyer", "买家"),
                    ("lender", "质押方"),
                    ("merchant", "工坊与商户"),
                    ("registrar", "登记员"),
                    ("bureau", "文化主管部门"),
                    ("approver", "内容审核员"),
                    ("publisher", "内容发布员"),
                    ("operator", "平台管理员"),
                ],
                default="",
                max_length=12,
                verbose_name="以什么角色",
            ),
        ),
        migrations.AlterField(
            model_name="token",
            name="role",
            field=models.CharField(
                blank=True,
                choices=[
                    ("artist", "作者"),
                    ("appraiser", "鉴定师"),
                    ("buyer", "买家"),
                    ("lender", "质押方"),
                    ("merchant", "工坊与商户"),
                    ("registrar", "登记员"),
                    ("bureau", "文化主管部门"),
                    ("approver", "内容审核员"),
                    ("publisher", "内容发布员"),
                    ("operator", "平台管理员"),
                ],
                default="",
                max_length=12,
                verbose_name="以什么角色",
            ),
        ),
    ]
