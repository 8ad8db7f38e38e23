"""The words that Chinese provenance is made of: kinship, ways of passing on, currencies.

Data of ours. Nothing is parsed here.
"""

import re
from typing import Final

KIN: Final = {
    "儿子": "son",
    "长子": "son",
    "次子": "son",
    "幼子": "son",
    "子": "son",
    "女儿": "daughter",
    "长女": "daughter",
    "次女": "daughter",
    "女": "daughter",
    "妻子": "wife",
    "妻": "wife",
    "夫人": "wife",
    "丈夫": "husband",
    "夫": "husband",
    "遗孀": "widow",
    "父亲": "father",
    "父": "father",
    "母亲": "mother",
    "母": "mother",
    "兄长": "brother",
    "兄": "brother",
    "弟弟": "brother",
    "弟": "brother",
    "姐姐": "sister",
    "姐": "sister",
    "姊": "sister",
    "妹妹": "sister",
    "妹": "sister",
    "外孙女": "granddaughter",
    "外孙": "grandson",
    "孙女": "granddaughter",
    "孙": "grandson",
    "侄女": "niece",
    "侄子": "nephew",
    "侄": "nephew",
    "外甥女": "niece",
    "外甥": "nephew",
    "祖父": "grandfather",
    "祖母": "grandmother",
    "叔父": "uncle",
    "叔": "uncle",
    "姑母": "aunt",
}
KIN_WORDS: Final = "|".join(sorted(KIN, key=len, reverse=True))
GIVES: Final = {  # giver, verb, receiver
    "捐赠给": "gift",
    "捐赠予": "gift",
    "捐赠于": "gift",
    "捐赠": "gift",
    "捐给": "gift",
    "捐予": "gift",
    "转赠": "gift",
    "赠予": "gift",
    "赠给": "gift",
    "遗赠给": "bequest",
    "遗赠予": "bequest",
    "遗赠": "bequest",
    "移交给": "transfer",
    "移交": "transfer",
    "调拨给": "transfer",
    "调拨至": "transfer",
    "调拨": "transfer",
    "售予": "sale",
    "售给": "sale",
    "售与": "sale",
    "被迫出售给": "forced_sale",
    "被迫出售予": "forced_sale",
    "寄售于": "consignment",
    "委托拍卖于": "consignment",
    "上拍于": "offered",
    "借展于": "on_loan",
    "借予": "on_loan",
    "巡展于": "on_tour",
    "质押于": "pledge",
    "质押给": "pledge",
    "保管于": "possessed_by",
    "寄存于": "on_deposit",
    "交付给": "delivered",
    "交付": "delivered",
    "归还给": "returned",
    "归还": "returned",
    "发还给": "restitution",
    "发还": "restitution",
    "传给": "by_descent",
    "传与": "by_descent",
    "传至": "by_descent",
    "传": "by_descent",
}
TAKES: Final = {  # receiver, verb, source
    "购藏自": "sale",
    "购自": "sale",
    "购于": "sale",
    "购得于": "sale",
    "拍得于": "purchase_at_auction",
    "竞得于": "purchase_at_auction",
    "得自": None,
    "受赠自": "gift",
    "换自": "exchange",
    "继承自": "by_descent",
}
DOES: Final = {  # who, verb
    "继承": "by_descent",
    "赎回": "returned",
    "创作": "creation",
    "购藏": "sale",
    "定制": "commission",
    "发现": "discovery",
    "旧藏": None,
    "自藏": None,
    "收藏": None,
    "珍藏": None,
}
SUFFERS: Final = {  # from whom, verb
    "抄没": "confiscation",
    "没收": "confiscation",
    "被盗": "theft",
    "盗走": "theft",
    "被劫掠": "looting",
    "劫掠": "looting",
    "遗失": "lost",
    "被迫出售": "forced_sale",
}
WHERE: Final = {"发现于": "discovery", "出土于": "excavated", "出土": "excavated"}
ALONE: Final = {
    "以画易画": "exchange",
    "交换": "exchange",
    "委托创作": "commission",
}
CURRENCY: Final = {
    "元": "CNY",
    "圆": "CNY",
    "人民币": "CNY",
    "RMB": "CNY",
    "￥": "CNY",
    "¥": "CNY",
    "港元": "HKD",
    "港币": "HKD",
    "HK$": "HKD",
    "美元": "USD",
    "美金": "USD",
    "US$": "USD",
    "$": "USD",
    "英镑": "GBP",
    "£": "GBP",
    "欧元": "EUR",
    "€": "EUR",
    "日元": "JPY",
    "新台币": "TWD",
    "台币": "TWD",
}
SCALES: Final = {"千": 1000, "万": 10_000, "百万": 10**6, "千万": 10**7, "亿": 10**8}
VERBS: Final = re.compile(
    "|".join(
        sorted(
            verb
            for table in (GIVES, TAKES, DOES, SUFFERS, WHERE, ALONE)
            for verb in table
            if len(verb) > 1
        )
    )
)
TOWNS: Final = frozenset(
    (
        *("北京", "上海", "天津", "重庆", "南京", "苏州", "杭州", "扬州", "广州", "济南", "青岛"),
        *("潍坊", "潍县", "西安", "武汉", "成都", "沈阳", "长春", "香港", "澳门", "台北"),
        *("东京", "京都", "大阪", "纽约", "巴黎", "伦敦"),
    )
)
