"""The words of the demonstration district's pages, in both languages; all made up, and says so.

`P` is a pair of one page; a page without English shows how the site falls back.
"""

from dataclasses import dataclass, field
from typing import Any

Block = tuple[str, Any]


@dataclass(frozen=True, slots=True)
class Words:
    """One language of a page."""

    title: str
    summary: str
    body: tuple[Block, ...] = ()
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PageFacts:
    """A page: `under` is the slug of its parent, `fields` are the same in both languages."""

    model: str
    slug: str
    under: str
    zh: Words
    en: Words | None = None
    picture: str = ""
    fields: dict[str, Any] = field(default_factory=dict)


def text(*paragraphs: str) -> Block:
    return ("text", "".join(f"<p>{words}</p>" for words in paragraphs))


DEMO = "演示数据。"
DEMO_EN = "Demonstration data."

PLACES = (
    PageFacts(
        "DistrictPage", "shihu-garden", "district",
        Words(
            "十笏园", "一座小园、一条老街、两座美术馆。",
            (
                text("十笏园建在一块很小的地上，主人说它只有十个笏板那么大，因此得名。园外的胡家牌坊街上有画廊、裱画店和风筝店。"),
                ("heading", "来历"),
                text("园子是清代光绪年间在旧宅上改建的。今天园里办书画展，园外办市集和工坊课。"),
                ("quotation", {"text": "地方小，才看得仔细。", "who": "示例人物", "source": "演示数据"}),
            ),
            {"sources": "地方志和公布的文物名录；开放时间为演示数据"},
        ),
        Words(
            "Shihu Garden", "A small garden, an old street and two museums of art.",
            (
                text("The garden stands on a very small plot: no larger than ten court tablets, its owner said, and so it got its name. Galleries, mounters and kite shops line Hujia Paifang Street outside."),
                ("heading", "History"),
                text("It was laid out in the Guangxu years of the Qing dynasty on the site of an older house. Today it shows painting and calligraphy; markets and classes take place around it."),
                ("quotation", {"text": "Small enough to be looked at closely.", "who": "An invented person", "source": "Demonstration data"}),
            ),
            {"sources": "Local gazetteers and the published list of protected sites; opening hours are demonstration data"},
        ),
        "garden", {"place": "shihu"},
    ),
    PageFacts(
        "DistrictPage", "west-street", "district",
        Words(
            "创意西街", "工坊、课室和商城，做东西的人在这里。",
            (
                text("西街的旧厂房改成了工坊和课室。周末有手艺课，平日可以看师傅干活。" + DEMO),
                ("facts", {"title": "来之前", "facts": [{"label": "停车", "value": "中仁产业园北门（示意）"}, {"label": "儿童", "value": "课室有矮桌和小号工具"}]}),
            ),
        ),
        Words(
            "Creative West Street", "Workshops, classrooms and a mall: where things are made.",
            (
                text("Old factory buildings have become workshops and classrooms. There are craft classes at weekends; on other days one can watch the makers. " + DEMO_EN),
                ("facts", {"title": "Before you come", "facts": [{"label": "Parking", "value": "North gate of the Zhongren Park (indicative)"}, {"label": "Children", "value": "Low tables and small tools"}]}),
            ),
        ),
        "print-child", {"place": "west"},
    ),
    PageFacts(
        "DistrictPage", "fuyan-hill", "district",
        Words(
            "浮烟山", "放风筝的山坡，读书的院子。",
            (text("春天的浮烟山是放风筝的地方。山脚的麓台书院办讲座和读书会。" + DEMO),),
        ),
        Words(
            "Fuyan Hill", "A slope for kites and a court for reading.",
            (text("In spring Fuyan Hill belongs to the kites. The Lutai Academy at its foot holds talks and reading circles. " + DEMO_EN),),
        ),
        "fuyan", {"place": "fuyan"},
    ),
    PageFacts(
        "StreetPage", "hujia-paifang-street", "shihu-garden",
        Words("胡家牌坊街", "画廊、裱画店、风筝店，一家挨一家。", (text("老街不长，走完只要一刻钟。" + DEMO),)),
        Words("Hujia Paifang Street", "Galleries, mounters and kite shops, door by door.", (text("A short street: a quarter of an hour from end to end. " + DEMO_EN),)),
        "street", {"place": "paifang"},
    ),
    PageFacts(
        "PlacePage", "the-garden", "shihu-garden",
        Words("十笏园园林", "园子本身：山石、水面和展厅。", (text("东、西两个展厅轮流办书画展。" + DEMO),)),
        Words("The garden itself", "Rocks, water and two halls.", (text("Exhibitions of painting and calligraphy in the East and West Halls. " + DEMO_EN),)),
        "birds", {"place": "garden"},
    ),
    PageFacts(
        "PlacePage", "guo-weiqu-museum", "shihu-garden",
        Words("郭味蕖美术馆", "以画家郭味蕖命名的美术馆。", (text("郭味蕖（1908—1971）是潍坊人，画花鸟，也写画史。馆里的展览安排为演示数据。"),)),
        Words("Guo Weiqu Art Museum", "A museum named after the painter Guo Weiqu.", (text("Guo Weiqu (1908–1971), born in Weifang, painted flowers and birds and wrote on the history of painting. The exhibitions listed here are demonstration data."),)),
        "lotus", {"place": "guo"},
    ),
    PageFacts(
        "VenuePage", "west-street-68", "west-street",
        Words("西街68", "一间课室，一个报告厅。", (text("课室十二个工位，报告厅一百二十座。" + DEMO),)),
        Words("West Street 68", "A workshop and a lecture hall.", (text("Twelve benches in the workshop, a hundred and twenty seats in the hall. " + DEMO_EN),)),
        "kite-goldfish", {"place": "west68"},
    ),
    PageFacts(
        "PlacePage", "crafts-mall", "west-street",
        Words("工艺品商城", "四层楼的手艺，逐件有登记号。", (text("卖的东西写明材料、作者和年份。" + DEMO),)),
        Words("Crafts Mall", "Four floors of craft, each piece with its number.", (text("Everything for sale names its material, maker and year. " + DEMO_EN),)),
        "inlay", {"place": "mall"},
    ),
    PageFacts(
        "PlacePage", "zhongren-park", "west-street",
        Words("中仁文化创意产业园", "铸造间、仓库和办公。", (text("仿古铜的翻砂和精修在这里。" + DEMO),)),
        Words("Zhongren Cultural Park", "Foundry floor, stores and offices.", (text("Where bronzes after ancient forms are cast and finished. " + DEMO_EN),)),
        "bronze-jue", {"place": "zhongren"},
    ),
    PageFacts(
        "PlacePage", "lutai-academy", "fuyan-hill",
        Words("麓台书院", "讲座和读书会，多数免费。", (text("讲堂六十座。" + DEMO),)),
        Words("Lutai Academy", "Talks and reading circles, mostly free.", (text("A lecture room for sixty. " + DEMO_EN),)),
        "bamboo", {"place": "lutai"},
    ),
    PageFacts(
        "PlacePage", "kite-field", "fuyan-hill",
        Words("浮烟山风筝放飞基地", "一片平坦的草地，四面来风。", (text("请不要在高压线和机场附近放飞。" + DEMO),)),
        Words("Fuyan Hill Kite Field", "A level field, open to every wind.", (text("Please never fly near power lines or airfields. " + DEMO_EN),)),
        "kite-eagle", {"place": "field"},
    ),
)  # fmt: skip

TERMS = "<p>开始前24小时以前可以自己取消，票款原路退回；之后取消不退。主办方取消的，全部退回。</p>"
TERMS_EN = "<p>You can cancel up to 24 hours before the start and get your money back; later there is no refund. If we cancel, you get everything back.</p>"
CONTACT = "街区服务台，服务时间见地点页（演示数据）"
CONTACT_EN = "The district’s desk; hours on the page of the place (demonstration data)"


def happening(slug: str, programme: str, zh: Words, en: Words, picture: str, craft: str = "", *, model: str = "EventPage", **fields: Any) -> PageFacts:  # fmt: skip
    """A page of an event or exhibition with the same contact and terms."""
    said = {"contact": CONTACT, "terms": TERMS} | zh.more
    said_en = {"contact": CONTACT_EN, "terms": TERMS_EN} | en.more
    return PageFacts(
        model, slug, "events", Words(zh.title, zh.summary, zh.body, said),
        Words(en.title, en.summary, en.body, said_en), picture,
        {"programme": programme, "craft": craft} | fields,
    )  # fmt: skip


HAPPENINGS = (
    PageFacts(
        "SeriesPage", "weekend-crafts", "events",
        Words("周末手艺课", "每个周末一双手，学一样东西。", (text("材料现场提供，做好的带走。" + DEMO),)),
        Words("Weekend crafts", "One weekend, one craft, your own hands.", (text("Materials are provided; you take home what you make. " + DEMO_EN),)),
        "prints",
    ),
    happening(
        "saturday-kite-class", "kite-class",
        Words(
            "周六扎风筝", "从劈竹到放飞，一个半小时做一只沙燕。",
            (
                text("老师带你扎骨、糊面、上色。做好的风筝当场试飞，可以带走。"),
                ("timetable", {"title": "一个半小时怎么过", "rows": [
                    {"time": "14:00", "what": "扎骨", "who": "卜鸢生（示例人物）"},
                    {"time": "14:30", "what": "糊面", "who": ""},
                    {"time": "14:50", "what": "上色", "who": "禚云翎（示例人物）"},
                    {"time": "15:15", "what": "到院子里试飞", "who": ""},
                ]}),
                ("facts", {"title": "带什么来", "facts": [{"label": "材料", "value": "现场提供，含在票价里"}, {"label": "衣服", "value": "会沾颜料，请穿旧一点的"}]}),
            ),
            {"audience": "没有做过风筝的人；孩子由一位大人陪着"},
        ),
        Words(
            "Saturday kite class", "From bamboo to flight: make a swallow kite in an hour and a half.",
            (
                text("A maker shows you how to tie the frame, paste the paper and paint it. You try it in the courtyard and take it home."),
                ("timetable", {"title": "The hour and a half", "rows": [
                    {"time": "14:00", "what": "Tie the frame", "who": "Bu Yuansheng (an invented person)"},
                    {"time": "14:30", "what": "Paste the paper", "who": ""},
                    {"time": "14:50", "what": "Paint", "who": "Zhuo Yunling (an invented person)"},
                    {"time": "15:15", "what": "Try it in the courtyard", "who": ""},
                ]}),
                ("facts", {"title": "What to bring", "facts": [{"label": "Materials", "value": "Provided, included in the price"}, {"label": "Clothes", "value": "Old ones: paint stays"}]}),
            ),
            {"audience": "people who have never made a kite; children with one adult"},
        ),
        "kites", "kite", series="weekend-crafts",
    ),
    happening(
        "zheng-banqiao", "banqiao",
        Words("郑板桥在潍县的七年", "他在这里做知县，也在这里画竹。", (text("郑燮，号板桥，1746年到1753年任潍县知县。讲座谈这七年里的公事、饥荒和画。讲者为示例人物。"),), {"audience": "对书画和地方史有兴趣的人"}),
        Words("Zheng Banqiao’s seven years in Weixian", "He governed here, and painted bamboo.", (text("Zheng Xie, called Banqiao, was magistrate of Weixian from 1746 to 1753. The talk is about office, famine and painting in these seven years. The speaker is invented."),), {"audience": "anyone curious about painting and local history"}),
        "bamboo", "painting",
    ),
    happening(
        "take-a-rubbing", "rubbing",
        Words("拓一张碑", "一张纸、一块墨包，把石头上的字带回家。", (text("一次四个人，老师在旁边看着。拓的是翻刻的石头，不是文物。" + DEMO),), {"audience": "十岁以上，一次四人"}),
        Words("Take a rubbing", "A sheet of paper, a pad of ink, and the words come off the stone.", (text("Four people at a time. The stones are copies made for this purpose, not relics. " + DEMO_EN),), {"audience": "ten years and older, four at a time"}),
        "plum", "painting",
    ),
    happening(
        "sand-casting", "casting",
        Words("看一次翻砂", "铜水倒进砂箱的那几分钟。", (text("站在线外看，全程有讲解。铸的是仿古铜，现代制作。" + DEMO),), {"audience": "满十二岁的人"}),
        Words("Watch a sand casting", "The few minutes in which bronze runs into the sand.", (text("You stand behind a line and everything is explained. What is cast is modern work after ancient forms. " + DEMO_EN),), {"audience": "people of twelve and older"}),
        "bronzes", "bronze",
    ),
    happening(
        "flying-day", "flying",
        Words("浮烟山放飞", "自己带风筝来，场地和救援都有。", (text("风太大就取消，前一天下午在这里公布。" + DEMO),), {"audience": "全家"}),
        Words("Flying day on Fuyan Hill", "Bring your own kite; field and helpers are there.", (text("In too much wind it is cancelled; we say so here the afternoon before. " + DEMO_EN),), {"audience": "families"}),
        "kite-eagle", "kite",
    ),
    happening(
        "prints-for-children", "print-children",
        Words("孩子的年画课", "一块版印一种颜色，五块版印一张画。", (text("孩子自己套印一张鲤鱼。" + DEMO),), {"audience": "六到十二岁的孩子"}),
        Words("A print class for children", "One block for each colour, five blocks for a picture.", (text("Every child prints a carp. " + DEMO_EN),), {"audience": "children from six to twelve"}),
        "print-child", "print", series="weekend-crafts",
    ),
    happening(
        "reading-a-certificate", "certificate",
        Words("怎么看一份证书", "谁签的，没有查什么，号码怎么核对。", (text("在线上讲，有手语。讲完答问题。" + DEMO), ("call", {"text": "手里有证书？现在就可以核对。", "label": "核验证书", "link": "/verify/"}),), {"audience": "买过、准备买和卖作品的人"}),
        Words("How to read a certificate", "Who signed, what was not examined, how to check the number.", (text("Online, with sign language and time for questions. " + DEMO_EN), ("call", {"text": "Have a certificate at hand? Check it now.", "label": "Verify a certificate", "link": "/en/verify/"}),), {"audience": "everybody who buys or sells works"}),
        "inlay",
    ),
    happening(
        "quiet-hour", "quiet",
        Words("十笏园安静时段", "开门以前一小时，灯光调低，不开广播。", (text("给怕吵、怕挤的人。可以带一位陪伴的人。" + DEMO),), {"audience": "需要安静的人和陪伴的人"}),
        Words("Quiet hour in the Shihu Garden", "An hour before opening: soft light, no announcements.", (text("For people who find noise and crowds hard. You may bring a companion. " + DEMO_EN),), {"audience": "people who need quiet, and their companions"}),
        "garden",
    ),
    happening(
        "autumn-print-market", "market",
        Words("秋季年画市集", "四十个摊位，两天卖完。", (text("来了作坊十二家。市集已经结束，这里留作记录。" + DEMO),), {"audience": "所有人"}),
        Words("Autumn print market", "Forty stalls, sold out in two days.", (text("Twelve workshops came. The market is over; this page stays as a record. " + DEMO_EN),), {"audience": "everybody"}),
        "market", "print",
    ),
    happening(
        "wind-over-fuyan-hill", "wind",
        Words(
            "浮烟山的风", "风筝和山水：同一阵风，画在绢上，也飞在天上。",
            (
                text("展出登记在册的风筝和山水画。每一件都有登记号，手机扫展签就能核验。"),
                ("heading", "两个单元"),
                text("第一单元看纸上的风，第二单元看天上的风。" + DEMO),
            ),
            {"audience": "所有人", "hours": "9:00–17:00，16:30停止入场", "closed_on": "每周一", "school_visits": "学校团体提前五个工作日联系，免费讲解"},
        ),
        Words(
            "Wind over Fuyan Hill", "Kites and landscapes: one wind, painted on silk and flown in the sky.",
            (
                text("Registered kites and landscapes. Each has its number: scan the label and check it."),
                ("heading", "Two parts"),
                text("The first part is wind on paper, the second wind in the sky. " + DEMO_EN),
            ),
            {"audience": "everybody", "hours": "9:00–17:00, last admission 16:30", "closed_on": "Mondays", "school_visits": "Groups write five working days ahead; guided tours are free"},
        ),
        "kite-goldfish", "kite", model="ExhibitionPage", opens=-12, closes=47,
    ),
    happening(
        "one-block-five-colours", "blocks",
        Words("一块版，五种颜色", "一张年画从画稿到套印。", (text("展览已经结束，作品和说明留在这里。" + DEMO),), {"audience": "所有人", "hours": "9:00–17:00", "closed_on": "每周一"}),
        Words("One block, five colours", "A New Year print from drawing to printing.", (text("The exhibition is over; works and words stay here. " + DEMO_EN),), {"audience": "everybody", "hours": "9:00–17:00", "closed_on": "Mondays"}),
        "prints", "print", model="ExhibitionPage", opens=-150, closes=-106,
    ),
    PageFacts(
        "ViewingRoomPage", "on-paper", "wind-over-fuyan-hill",
        Words("纸上的风", "第一单元：四件山水。", (text("往下看，一件一件来。"), ("works", "landscape"))),
        Words("Wind on paper", "First part: four landscapes.", (text("Scroll down, one work after another."), ("works", "landscape"))),
        "fuyan",
    ),
)  # fmt: skip
