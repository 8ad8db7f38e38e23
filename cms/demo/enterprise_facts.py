"""The invented enterprises of the demonstration district; the first thirty are on the key list."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Facts:
    """One enterprise; `revenue` in 10,000 yuan. Classes are pairs of code and name."""

    name: str
    name_en: str
    trade: str
    economy: tuple[str, str]
    culture: tuple[str, str]
    stage: str
    products: str
    products_en: str
    capacity: str
    capacity_en: str
    staff: int
    revenue: int


FACTS: Final = (
    Facts(
        "鸢乡风筝厂", "Yuanxiang Kite Works", "industry",
        ("C2439", "其他工艺美术及礼仪用品制造"), ("09", "文化消费终端生产"),
        "making", "串式、硬翅、软翅风筝", "trains, hard-wing and soft-wing kites",
        "年产风筝12万只", "120,000 kites a year", 86, 2_400,
    ),
    Facts(
        "白浪河风筝社", "White Wave River Kites", "industry",
        ("C2439", "其他工艺美术及礼仪用品制造"), ("09", "文化消费终端生产"),
        "making", "板子风筝、动态风筝", "flat and moving kites",
        "年产风筝3万只", "30,000 kites a year", 32, 620,
    ),
    Facts(
        "青州路竹骨坊", "Qingzhou Road Bamboo Frames", "industry",
        ("C2439", "其他工艺美术及礼仪用品制造"), ("08", "文化装备生产"),
        "materials", "风筝竹骨架", "bamboo frames for kites",
        "月产骨架8,000套", "8,000 frames a month", 24, 380,
    ),
    Facts(
        "纸鸢绢布行", "Paper Kite Silk House", "wholesale",
        ("F514", "文化、体育用品及器材批发"), ("09", "文化消费终端生产"),
        "materials", "绢、宣纸、尼龙布", "silk, paper and nylon for kites",
        "月供绢布5,000米", "5,000 metres of silk a month", 18, 5_200,
    ),
    Facts(
        "云线轮具厂", "Cloud Line Reels", "industry",
        ("C2439", "其他工艺美术及礼仪用品制造"), ("09", "文化消费终端生产"),
        "materials", "线轮、放飞线", "reels and flying lines",
        "年产线轮4万只", "40,000 reels a year", 41, 900,
    ),
    Facts(
        "浮烟仿古铜坊", "Fuyan Bronze Workshop", "industry",
        ("C2432", "金属工艺品制造"), ("09", "文化消费终端生产"),
        "making", "仿古铜器、铜雕", "bronzes after antique forms",
        "年产铜器6,000件", "6,000 bronzes a year", 58, 1_850,
    ),
    Facts(
        "望留翻砂厂", "Wangliu Sand Casting", "industry",
        ("C2432", "金属工艺品制造"), ("09", "文化消费终端生产"),
        "making", "铜件铸造", "cast bronze parts",
        "年铸铜60吨", "60 tonnes of castings a year", 47, 1_320,
    ),
    Facts(
        "老潍县嵌银漆器社", "Old Weixian Silver Inlay", "industry",
        ("C2433", "漆器工艺品制造"), ("09", "文化消费终端生产"),
        "making", "嵌银漆器、红木嵌银", "silver-inlaid lacquer and hardwood",
        "年产漆器2,500件", "2,500 pieces a year", 36, 780,
    ),
    Facts(
        "北关砸铜作坊", "Beiguan Repoussé", "industry",
        ("C2432", "金属工艺品制造"), ("09", "文化消费终端生产"),
        "making", "砸铜浮雕", "repoussé copper reliefs",
        "年产浮雕900件", "900 reliefs a year", 14, 210,
    ),
    Facts(
        "杨家巷年画社", "Yang Lane New Year Prints", "industry",
        ("C2434", "花画工艺品制造"), ("09", "文化消费终端生产"),
        "making", "木版年画", "woodblock New Year prints",
        "年印12万张", "120,000 prints a year", 27, 460,
    ),
    Facts(
        "墨线刻版坊", "Ink Line Block Cutters", "industry",
        ("C2434", "花画工艺品制造"), ("08", "文化装备生产"),
        "making", "年画刻版", "blocks for prints",
        "年刻版300块", "300 blocks a year", 11, 130,
    ),
    Facts(
        "十笏装裱社", "Shihu Mounters", "other",
        ("R884", "文物及非物质文化遗产保护"), ("07", "文化辅助生产和中介服务"),
        "services", "装裱、修复", "mounting and restoration",
        "年装裱5,000件", "5,000 works mounted a year", 22, 340,
    ),
    Facts(
        "竹影画材行", "Bamboo Shade Art Supplies", "retail",
        ("F5246", "工艺美术品及收藏品零售"), ("09", "文化消费终端生产"),
        "materials", "笔墨纸砚", "brush, ink, paper and stone",
        "常备货4,000种", "4,000 articles in stock", 19, 640,
    ),
    Facts(
        "西街设计所", "West Street Design", "other",
        ("M749", "工业与专业设计及其他专业技术服务"), ("03", "创意设计服务"),
        "planning", "文创设计、包装", "design and packaging",
        "年设计240套", "240 designs a year", 38, 720,
    ),
    Facts(
        "双子座创意社", "Twin Towers Creative", "other",
        ("M749", "工业与专业设计及其他专业技术服务"), ("03", "创意设计服务"),
        "planning", "展陈策划", "exhibition planning",
        "年办展30场", "30 exhibitions a year", 45, 980,
    ),
    Facts(
        "玉清印务", "Yuqing Printing", "industry",
        ("C2319", "包装装潢及其他印刷"), ("02", "内容创作生产"),
        "printing", "画册、图录印刷", "catalogues and art books",
        "年印图录80万册", "800,000 catalogues a year", 180, 6_800,
    ),
    Facts(
        "城关彩印厂", "Chengguan Colour Print", "industry",
        ("C2319", "包装装潢及其他印刷"), ("07", "文化辅助生产和中介服务"),
        "printing", "包装印刷", "printed packaging",
        "年印4,000万印", "40 million impressions a year", 132, 3_900,
    ),
    Facts(
        "南关装订社", "Nanguan Bindery", "industry",
        ("C2319", "包装装潢及其他印刷"), ("07", "文化辅助生产和中介服务"),
        "printing", "线装、精装", "stitched and hard bindings",
        "月装订3万册", "30,000 volumes a month", 54, 760,
    ),
    Facts(
        "潍水书业", "Weishui Books", "wholesale",
        ("F5143", "图书批发"), ("04", "文化传播渠道"),
        "distribution", "图书批发", "books, wholesale",
        "年发行260万册", "2.6 million volumes a year", 120, 21_000,
    ),
    Facts(
        "鸢都书店", "Kite City Bookshop", "retail",
        ("F5243", "图书、报刊零售"), ("04", "文化传播渠道"),
        "distribution", "图书、文创零售", "books and gifts",
        "三间门店", "three shops", 33, 1_100,
    ),
    Facts(
        "工艺街商行", "Craft Street Traders", "retail",
        ("F5246", "工艺美术品及收藏品零售"), ("04", "文化传播渠道"),
        "distribution", "工艺品零售", "crafts, retail",
        "常备货1,200种", "1,200 articles in stock", 26, 830,
    ),
    Facts(
        "十笏园文创店", "Shihu Garden Shop", "retail",
        ("F5246", "工艺美术品及收藏品零售"), ("04", "文化传播渠道"),
        "distribution", "园林主题文创", "gifts of the garden",
        "自有产品160种", "160 own articles", 16, 420,
    ),
    Facts(
        "潍河艺术品行", "Wei River Art Dealers", "retail",
        ("F5246", "工艺美术品及收藏品零售"), ("04", "文化传播渠道"),
        "distribution", "书画、瓷杂", "paintings and works of art",
        "年成交900件", "900 works sold a year", 21, 3_600,
    ),
    Facts(
        "胶东艺术物流", "Jiaodong Art Logistics", "other",
        ("G599", "其他仓储业"), ("07", "文化辅助生产和中介服务"),
        "logistics", "艺术品运输、装箱", "art transport and crating",
        "专车12辆", "twelve vehicles", 62, 2_100,
    ),
    Facts(
        "恒温艺术仓", "Steady Climate Store", "other",
        ("G599", "其他仓储业"), ("07", "文化辅助生产和中介服务"),
        "logistics", "恒温恒湿仓储", "climate-controlled storage",
        "库房4,200平方米", "4,200 square metres", 28, 1_150,
    ),
    Facts(
        "北王木箱厂", "Beiwang Crates", "industry",
        ("C2439", "其他工艺美术及礼仪用品制造"), ("08", "文化装备生产"),
        "logistics", "艺术品包装箱", "crates for works of art",
        "月产箱900只", "900 crates a month", 40, 680,
    ),
    Facts(
        "浮烟会展", "Fuyan Fairs", "other",
        ("L728", "会议、展览及相关服务"), ("07", "文化辅助生产和中介服务"),
        "exhibition", "展会组织", "fairs",
        "年办展会8场", "eight fairs a year", 57, 2_600,
    ),
    Facts(
        "麓台书院文化", "Lutai Academy Culture", "other",
        ("R88", "文化艺术业"), ("06", "文化娱乐休闲服务"),
        "exhibition", "讲座、研学", "lectures and study tours",
        "年接待3万人次", "30,000 visits a year", 44, 890,
    ),
    Facts(
        "放飞基地运营", "Kite Field Operations", "other",
        ("R88", "文化艺术业"), ("06", "文化娱乐休闲服务"),
        "exhibition", "风筝放飞、赛事", "kite flying and contests",
        "场地26公顷", "26 hectares", 35, 760,
    ),
    Facts(
        "鸢飞传媒", "Kite Flight Media", "other",
        ("R87", "广播、电视、电影和录音制作业"), ("01", "新闻信息服务"),
        "services", "影像、直播", "film and live streams",
        "年制作200部", "200 films a year", 48, 1_240,
    ),
    Facts(
        "新板年画馆", "New Block Print House", "other",
        ("R88", "文化艺术业"), ("06", "文化娱乐休闲服务"),
        "exhibition", "年画展示、体验", "prints to see and to make",
        "展厅900平方米", "900 square metres", 23, 310,
    ),
    Facts(
        "玄武石砚坊", "Dark Stone Inkstones", "industry",
        ("C2431", "雕塑工艺品制造"), ("09", "文化消费终端生产"),
        "making", "红丝石砚", "red-silk inkstones",
        "年产砚1,600方", "1,600 inkstones a year", 17, 290,
    ),
    Facts(
        "玲珑剪纸社", "Linglong Paper-cuts", "industry",
        ("C2439", "其他工艺美术及礼仪用品制造"), ("09", "文化消费终端生产"),
        "making", "剪纸、窗花", "paper-cuts",
        "年产8万幅", "80,000 a year", 13, 150,
    ),
    Facts(
        "绣针坊", "Needle House Embroidery", "industry",
        ("C2436", "抽纱刺绣工艺品制造"), ("09", "文化消费终端生产"),
        "making", "刺绣、布老虎", "embroidery and cloth tigers",
        "年产2万件", "20,000 pieces a year", 29, 360,
    ),
    Facts(
        "潍城鉴藏服务", "Weicheng Collectors' Services", "other",
        ("R884", "文物及非物质文化遗产保护"), ("07", "文化辅助生产和中介服务"),
        "services", "鉴藏咨询", "advice for collectors",
        "年服务700次", "700 cases a year", 12, 260,
    ),
    Facts(
        "春鸢文创孵化", "Spring Kite Incubator", "other",
        ("M749", "工业与专业设计及其他专业技术服务"), ("05", "文化投资运营"),
        "services", "文创企业孵化", "incubation of creative firms",
        "工位180个", "180 desks", 31, 540,
    ),
)  # fmt: skip
