from django.db import migrations, models

ROLES = [
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
]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_evidence")]

    operations = [
        migrations.AlterField(
            model_name="rolegrant",
            name="role",
            field=models.CharField(choices=ROLES, max_length=12, verbose_name="角色"),
        ),
    ]
