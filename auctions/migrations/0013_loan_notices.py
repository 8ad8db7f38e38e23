from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("auctions", "0012_claim_files"),
    ]

    operations = [
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
                    ("settlement", "付款、交付和异议的进展"),
                    ("loan", "质押贷款的进展"),
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
                    ("settlement", "付款、交付和异议的进展"),
                    ("loan", "质押贷款的进展"),
                ],
                max_length=11,
            ),
        ),
    ]
