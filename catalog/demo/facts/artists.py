"""Twelve invented makers: names in several scripts, life dates as EDTF, lives in both languages.

Each is listed by one account of the district (`lister`); one has an account of his own.
"""

from dataclasses import dataclass

from catalog.enums import Living, NameKind

Name = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class ArtistFacts:
    """An invented maker. `names` are (text, kind, language); `seals` what his seals say."""

    key: str
    name: str
    name_en: str
    lister: str
    birth: str
    death: str
    biography: str
    biography_en: str
    names: tuple[Name, ...]
    seals: tuple[str, ...]
    nationality: str = "中国"

    @property
    def living(self) -> str:
        """Whether the maker lives, from the date of death."""
        return Living.NO if self.death else Living.YES


def _names(
    courtesy: str, art: str, romanised: str, traditional: str = "", studio: str = ""
) -> tuple[Name, ...]:
    rows = (
        (courtesy, NameKind.COURTESY, "zh-Hans"),
        (art, NameKind.ART, "zh-Hans"),
        (studio, NameKind.STUDIO, "zh-Hans"),
        (romanised, NameKind.ROMANISED, "zh-Latn"),
        (traditional, NameKind.NAME, "zh-Hant"),
    )
    return tuple((text, str(kind), language) for text, kind, language in rows if text)


ARTISTS = (
    ArtistFacts(
        "lu",
        "陆青屿",
        "Lu Qingyu",
        "artist",
        "1978",
        "",
        "演示数据。画山水，常年在浮烟山与白浪河写生。早年学水利制图，三十岁以后专事水墨。",
        "Demonstration data. Paints landscapes from life on Fuyan Hill and along the Bailang "
        "River. Trained in hydraulic drafting; ink has been her whole work since thirty.",
        _names("望川", "浮烟山民", "Lù Qīngyǔ", "陸青嶼", "听潦堂"),
        ("青屿", "望川", "浮烟山民"),
    ),
    ArtistFacts(
        "xing",
        "邢栖竹",
        "Xing Qizhu",
        "gallery",
        "1898",
        "1971",
        "演示数据。以墨竹与兰石知名于乡里，中年在十笏园教过画，晚年目力衰退，多作大笔。",
        "Demonstration data. Known at home for bamboo, orchids and rocks; taught painting near "
        "the Shihu Garden and turned to broad strokes when his sight failed.",
        _names("子筠", "瘦石翁", "Xíng Qīzhú", "邢棲竹", "一竿馆"),
        ("子筠", "瘦石翁"),
    ),
    ArtistFacts(
        "zhuang",
        "庄砚秋",
        "Zhuang Yanqiu",
        "gallery",
        "1912~",
        "1989",
        "演示数据。生年有两说。小学教师，写行书与楷书，常替邻里写春联。",
        "Demonstration data. Two years of birth are told. A village teacher who wrote running and "
        "regular hands, and couplets for the whole street every New Year.",
        _names("伯耕", "听松馆主", "Zhuāng Yànqiū", "莊硯秋", "听松馆"),
        ("砚秋", "听松"),
    ),
    ArtistFacts(
        "ding",
        "丁若水",
        "Ding Ruoshui",
        "gallery",
        "1985",
        "",
        "演示数据。画荷花与花鸟，也画团扇。住在昌乐，院里养荷。",
        "Demonstration data. Paints lotus, flowers and birds, and round fans. Lives in Changle "
        "with a pond of lotus in the yard.",
        _names("上善", "半亩塘", "Dīng Ruòshuǐ"),
        ("若水", "半亩塘"),
    ),
    ArtistFacts(
        "yang",
        "杨树穗",
        "Yang Shusui",
        "merchant",
        "1956",
        "",
        "演示数据。杨家埠的木版年画匠人，会画稿、刻版，也会印。",
        "Demonstration data. A maker of New Year prints in Yangjiabu who draws, cuts the blocks "
        "and prints them himself.",
        _names("禾生", "葫芦巷", "Yáng Shùsuì", "楊樹穗"),
        ("葫芦巷", "树穗"),
    ),
    ArtistFacts(
        "bu",
        "卜鸢生",
        "Bu Yuansheng",
        "merchant",
        "1963",
        "",
        "演示数据。扎风筝四十年，专做沙燕与龙头蜈蚣，竹骨自己劈。",
        "Demonstration data. Forty years of kites, chiefly swallows and dragon trains; splits his "
        "own bamboo.",
        _names("", "放云居", "Bǔ Yuānshēng", "卜鳶生", "放云居"),
        ("鸢生",),
    ),
    ArtistFacts(
        "zhuo",
        "禚云翎",
        "Zhuo Yunling",
        "merchant",
        "1991",
        "",
        "演示数据。年轻的风筝作者，做金鱼、蝴蝶与鹰，颜色常取自老年画。",
        "Demonstration data. A young maker of goldfish, butterflies and eagles whose colours come "
        "from old New Year prints.",
        _names("", "翎子", "Zhuó Yúnlíng", "禚雲翎"),
        ("云翎",),
    ),
    ArtistFacts(
        "pang",
        "逄铸庵",
        "Pang Zhu'an",
        "foundry",
        "1949",
        "",
        "演示数据。诸城人，失蜡法铸仿古铜器，每件都在底部铸自己的名款，与古器不相混。",
        "Demonstration data. From Zhucheng; casts bronzes after antique forms by the lost-wax "
        "process and casts his own name under each, so that none is taken for old.",
        _names("范之", "铸庵", "Páng Zhù'ān", "逄鑄庵", "守朴炉"),
        ("铸庵",),
    ),
    ArtistFacts(
        "qi",
        "綦嵌云",
        "Qi Qianyun",
        "foundry",
        "1968",
        "",
        "演示数据。嵌银漆器匠人，银丝现锤现嵌，多作梅竹。",
        "Demonstration data. A maker of silver-inlaid lacquer who hammers and lays each wire by "
        "hand; mostly plum and bamboo.",
        _names("", "一丝斋", "Qí Qiànyún", "綦嵌雲", "一丝斋"),
        ("嵌云",),
    ),
    ArtistFacts(
        "zhao",
        "赵石麓",
        "Zhao Shilu",
        "foundry",
        "1936",
        "2009",
        "演示数据。琢红丝石砚，好随石形，少雕饰。",
        "Demonstration data. Cut inkstones of red-silk stone, following the shape of the stone "
        "with little carving.",
        _names("子砺", "石麓", "Zhào Shílù", "趙石麓"),
        ("石麓",),
    ),
    ArtistFacts(
        "shan",
        "单巧雁",
        "Shan Qiaoyan",
        "merchant",
        "1952",
        "",
        "演示数据。高密人，剪纸不打稿，一把剪子剪到底。",
        "Demonstration data. From Gaomi; cuts paper without a drawing, with one pair of scissors "
        "to the end.",
        _names("", "雁娘", "Shàn Qiǎoyàn", "單巧雁"),
        ("巧雁",),
    ),
    ArtistFacts(
        "vos",
        "艾琳·沃斯",
        "Eline Vos",
        "gallery",
        "1971",
        "",
        "演示数据。荷兰人，2004年起住在创意西街，画油画，也做版画。",
        "Demonstration data. Dutch; has lived on Chuangyi West Street since 2004, paints in oil "
        "and makes prints.",
        (
            ("Eline Vos", str(NameKind.NAME), "nl"),
            ("沃斯艾琳", str(NameKind.AS_WRITTEN), "zh-Hans"),
            ("海风室", str(NameKind.STUDIO), "zh-Hans"),
        ),
        ("海风", "E. Vos"),
        "荷兰",
    ),
)
BY_KEY = {artist.key: artist for artist in ARTISTS}
