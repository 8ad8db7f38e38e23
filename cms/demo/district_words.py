"""Articles, people, topics, rules and calls of the demonstration district; all made up."""

from datetime import date

from .district_pages import DEMO, DEMO_EN, PageFacts, Words, text

ARTICLES = (
    PageFacts(
        "ArticlePage", "kite-class-opens", "news",
        Words("周六扎风筝开课", "十个周六，每次十二个位子。", (text("报名从今天开始。" + DEMO), ("call", {"text": "", "label": "看日期和名额", "link": "/events/saturday-kite-class/"}))),
        Words("The Saturday kite class begins", "Ten Saturdays, twelve places each.", (text("Booking opens today. " + DEMO_EN), ("call", {"text": "", "label": "See dates and places", "link": "/en/events/saturday-kite-class/"}))),
        "kites", {"kind": "news", "ago": 3},
    ),
    PageFacts(
        "ArticlePage", "exhibition-opens", "news",
        Words("“浮烟山的风”开幕", "风筝和山水在十笏园东展厅展到下个季节。", (text("开幕当天来了三百多人。" + DEMO), ("figure", {"value": "312", "label": "开幕当天的参观人数", "source": "演示数据", "day": date(2026, 11, 17)}))),
        Words("“Wind over Fuyan Hill” has opened", "Kites and landscapes in the East Hall of the Shihu Garden.", (text("More than three hundred people came on the first day. " + DEMO_EN), ("figure", {"value": "312", "label": "Visitors on the first day", "source": "Demonstration data", "day": date(2026, 11, 17)}))),
        "kite-goldfish", {"kind": "news", "ago": 12},
    ),
    PageFacts(
        "ArticlePage", "field-maintenance", "news",
        Words("关于放飞基地维护的公告", "下月第一个星期一闭场一天。", (text("维护草地和通道。已报名的活动改到下一天。" + DEMO),)),
        Words("Notice: the kite field closes for maintenance", "Closed on the first Monday of next month.", (text("Grass and paths will be repaired. Booked events move to the next day. " + DEMO_EN),)),
        "", {"kind": "notice", "ago": 6},
    ),
    PageFacts(
        "ArticlePage", "grading-standard-notice", "news",
        Words("仿古铜分级标准第二版公示", "征求意见十五天。", (text("第二版把年份写进题名。全文在“标准”里。" + DEMO),)),
        Words("Second version of the grading standard for bronzes", "Open for comments for fifteen days.", (text("The second version writes the year into the title. The full text is under “Standards”. " + DEMO_EN),)),
        "", {"kind": "notice", "ago": 20},
    ),
    PageFacts(
        "ArticlePage", "how-a-print-is-made", "news",
        Words(
            "一张年画怎么印", "画稿、刻版、套印，最后一步才上脸。",
            (
                text("画稿先贴到梨木板上，按线刻出墨线版。颜色一块一块地加，每块版只印一种。"),
                ("picture", "prints"),
                ("heading", "五块版"),
                text("墨、黄、红、绿、紫，各有一块。纸夹在台子上，版换了，纸不动。"),
                ("chart", {"title": "一张四色年画，大半时间在刻版（演示数据）", "unit": "小时", "rows": [
                    {"label": "画稿", "value": 8}, {"label": "刻版", "value": 40}, {"label": "套印", "value": 6}, {"label": "手绘", "value": 3},
                ], "source": "演示数据"}),
                ("gallery", {"title": "三种题材", "pictures": ["prints", "print-child", "market"]}),
            ),
            {"author": "示例作者"},
        ),
        Words(
            "How a New Year print is made", "Drawing, cutting, printing: the face comes last.",
            (
                text("The drawing is pasted on pear wood and the ink block is cut along its lines. Colours follow one by one, each with a block of its own."),
                ("picture", "prints"),
                ("heading", "Five blocks"),
                text("Ink, yellow, red, green and purple. The paper stays clamped to the table; only the blocks change."),
                ("chart", {"title": "Most of the time goes into cutting (demonstration data)", "unit": "hours", "rows": [
                    {"label": "Drawing", "value": 8}, {"label": "Cutting", "value": 40}, {"label": "Printing", "value": 6}, {"label": "Painting", "value": 3},
                ], "source": "Demonstration data"}),
                ("gallery", {"title": "Three subjects", "pictures": ["prints", "print-child", "market"]}),
            ),
            {"author": "A sample author"},
        ),
        "print-child", {"kind": "essay", "ago": 30},
    ),
    PageFacts(
        "ArticlePage", "choosing-bamboo", "news",
        Words("选竹子", "三年的竹，冬天砍，朝北那一面。", (text("这一篇只有中文，用来说明没有译文的页面怎样显示。" + DEMO),)),
        None, "bamboo", {"kind": "essay", "ago": 45, "author": "示例作者"},
    ),
)  # fmt: skip

PEOPLE = (
    PageFacts(
        "PersonPage", "lu-qingyu", "people",
        Words("陆青屿", "画山水，常年在浮烟山写生。", (text("演示数据。早年学水利制图，三十岁以后专事水墨。"), ("quotation", {"text": "山不动，风动；我画的是风。", "who": "陆青屿（示例人物）", "source": ""})), {"role": "画家"}),
        Words("Lu Qingyu", "Paints landscapes from life on Fuyan Hill.", (text("Demonstration data. Trained in hydraulic drafting; ink has been her whole work since thirty."), ("quotation", {"text": "The hill stands still, the wind does not. I paint the wind.", "who": "Lu Qingyu (an invented person)", "source": ""})), {"role": "Painter"}),
        "fuyan", {"artist": "陆青屿", "craft": "painting"},
    ),
    PageFacts(
        "PersonPage", "yang-shusui", "people",
        Words("杨树穗", "画稿、刻版、印，都自己来。", (text("演示数据。杨家埠的木版年画匠人。"),), {"role": "木版年画匠人"}),
        Words("Yang Shusui", "Draws, cuts and prints by himself.", (text("Demonstration data. A maker of New Year prints in Yangjiabu."),), {"role": "Maker of woodblock prints"}),
        "prints", {"artist": "杨树穗", "craft": "print"},
    ),
    PageFacts(
        "PersonPage", "bu-yuansheng", "people",
        Words("卜鸢生", "扎风筝四十年，竹骨自己劈。", (text("演示数据。专做沙燕与龙头蜈蚣。"),), {"role": "风筝匠人"}),
        Words("Bu Yuansheng", "Forty years of kites; splits his own bamboo.", (text("Demonstration data. Chiefly swallows and dragon trains."),), {"role": "Kite maker"}),
        "kites", {"artist": "卜鸢生", "craft": "kite"},
    ),
)  # fmt: skip

TOPICS = (
    PageFacts(
        "TopicPage", "kites", "topics",
        Words("风筝", "串式、硬翅、软翅、板子、桶形：怎么分，怎么看。", (text("风筝按骨架分。买的时候看三样：能不能放，多大的风，拆开有多长。"), ("facts", {"title": "看一只风筝", "facts": [{"label": "骨", "value": "竹、碳纤维或玻璃纤维"}, {"label": "面", "value": "绢、纸、尼龙或涤纶"}, {"label": "尺寸", "value": "翼展乘高；串式写节数和总长"}, {"label": "用途", "value": "放飞还是陈设，写明风力"}]}), ("map", {"title": "在哪里放", "places": ["field", "west68"]}))),
        Words("Kites", "Trains, rigid wings, soft wings, flat and tubular kites: how to tell them apart.", (text("Kites are told apart by their frames. When you buy one, ask three things: does it fly, in what wind, and how long is it when folded."), ("facts", {"title": "Reading a kite", "facts": [{"label": "Frame", "value": "Bamboo, carbon or glass fibre"}, {"label": "Cover", "value": "Silk, paper, nylon or polyester"}, {"label": "Size", "value": "Span by height; trains by pieces and length"}, {"label": "Use", "value": "For flying or for show, with its wind range"}]}), ("map", {"title": "Where to fly", "places": ["field", "west68"]}))),
        "kites", {"craft": "kite"},
    ),
    PageFacts(
        "TopicPage", "prints", "topics",
        Words("木版年画", "一块版一种颜色，一张画五块版。", (text("杨家埠的年画是木版套印。"),)),
        Words("Woodblock prints", "One block for each colour, five for a picture.", (text("The prints of Yangjiabu are made from wood blocks."),)),
        "prints", {"craft": "print"},
    ),
    PageFacts(
        "TopicPage", "bronzes", "topics",
        Words("仿古铜", "仿古·现代制作·年份，三样写在题名里。", (text("这里的铜器都是现代制作。题名、卡片、拍品和证书都写明“仿古·现代制作”和年份，不写年代。"),)),
        Words("Bronzes after ancient forms", "After the antique · modern work · year: all three in the title.", (text("All bronzes here are modern. Title, card, lot and certificate say so and name the year; none is given a period."),)),
        "bronzes", {"craft": "bronze"},
    ),
    PageFacts(
        "TopicPage", "inlay", "topics",
        Words("嵌银", "硬木上刻线，银丝敲进去。", (text("木料写明树种；受保护的树种先核对。"),)),
        Words("Silver inlay", "A line cut in hardwood, a wire hammered in.", (text("The species of the wood is named; protected species are checked first."),)),
        "inlay", {"craft": "inlay"},
    ),
    PageFacts(
        "TopicPage", "rules-and-support", "topics",
        Words("政策和标准", "每个版本都留着，写明从哪天起施行。", ()),
        Words("Policies and standards", "Every version stays, with the day from which it applies.", ()),
        "plum",
    ),
)  # fmt: skip

RULES = (
    PageFacts(
        "PolicyPage", "support-for-makers", "rules-and-support",
        Words("街区扶持手艺人办法（示例）", "谁可以申请，支持什么，多久答复。", (), {"issuer": "示例单位", "versions": (
            ("1.0", date(2025, 3, 1), date(2026, 3, 1), "第一版。", "<h3>第一条</h3><p>在街区开课满一年的手艺人可以申请场地。</p>"),
            ("2.0", date(2026, 3, 1), None, "申请改为全年受理；加上材料补助。", "<h3>第一条</h3><p>在街区开课满半年的手艺人可以申请场地和材料补助，全年受理。</p><h3>第二条</h3><p>收到申请后二十个工作日内答复。</p>"),
        )}),
        Words("Support for makers in the district (sample)", "Who may apply, for what, and when there is an answer.", (), {"issuer": "A sample office", "versions": (
            ("1.0", date(2025, 3, 1), date(2026, 3, 1), "First version.", "<h3>Article 1</h3><p>Makers who have taught in the district for a year may apply for rooms.</p>"),
            ("2.0", date(2026, 3, 1), None, "Applications all year; a grant for materials added.", "<h3>Article 1</h3><p>Makers who have taught in the district for half a year may apply for rooms and a grant for materials, all year.</p><h3>Article 2</h3><p>There is an answer within twenty working days.</p>"),
        )}),
        "", {"number": "示例〔2026〕1号"},
    ),
    PageFacts(
        "StandardPage", "grading-bronzes", "rules-and-support",
        Words("仿古铜器分级（示例）", "按铸造、修整和着色分三级。", (), {"issuer": "示例协会", "versions": (
            ("1.0", date(2025, 6, 1), date(2027, 1, 1), "第一版。", "<p>分甲、乙、丙三级，看铸造、修整和着色。</p>"),
            ("2.0", date(2027, 1, 1), None, "年份写进题名；丙级不再单列。", "<p>分甲、乙两级。题名写明“仿古·现代制作”和年份。</p>"),
        )}),
        Words("Grading of bronzes after ancient forms (sample)", "Three grades by casting, finishing and colouring.", (), {"issuer": "A sample association", "versions": (
            ("1.0", date(2025, 6, 1), date(2027, 1, 1), "First version.", "<p>Three grades, by casting, finishing and colouring.</p>"),
            ("2.0", date(2027, 1, 1), None, "The year is part of the title; the third grade is gone.", "<p>Two grades. The title says “after the antique, modern work” and names the year.</p>"),
        )}),
        "", {"number": "T/SAMPLE 001"},
    ),
    PageFacts(
        "EnterprisePage", "huluxiang-prints", "topics",
        Words("葫芦巷年画坊（示例）", "画稿、刻版、印，一间屋里做完。", (text(DEMO),)),
        Words("Huluxiang Print Workshop (sample)", "Drawing, cutting and printing in one room.", (text(DEMO_EN),)),
        "market", {"craft": "print", "place": "mall"},
    ),
    PageFacts(
        "EnterprisePage", "qiming-foundry", "topics",
        Words("启明铸坊（示例）", "翻砂和失蜡，做现代仿古铜。", (text(DEMO),)),
        Words("Qiming Foundry (sample)", "Sand and lost-wax casting of modern bronzes.", (text(DEMO_EN),)),
        "bronzes", {"craft": "bronze", "place": "zhongren"},
    ),
    PageFacts(
        "RecruitmentPage", "workshops-to-let", "west-street",
        Words(
            "创意西街工坊招商（示例）", "三间朝街的工坊，优先给自己做东西的人。",
            (text("面积二十到四十平方米，有水、电和排风。租期一年起。" + DEMO), ("facts", {"title": "要准备的", "facts": [{"label": "材料", "value": "作品照片、营业执照或身份证明"}, {"label": "答复", "value": "收到后十个工作日内"}]})),
            {"contact": "街区服务台招商窗口（演示数据）"},
        ),
        Words(
            "Workshops to let on Creative West Street (sample)", "Three rooms on the street, first for those who make things.",
            (text("Twenty to forty square metres with water, power and extraction. Leases from one year. " + DEMO_EN), ("facts", {"title": "What to send", "facts": [{"label": "Papers", "value": "Pictures of your work, licence or identity"}, {"label": "Answer", "value": "Within ten working days"}]})),
            {"contact": "The district’s letting desk (demonstration data)"},
        ),
        "inlay", {"kind": "tenancy", "closes": 40, "place": "west"},
    ),
)  # fmt: skip
