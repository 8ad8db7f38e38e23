"""What works of each kind are made of and called; the words that every record of them shares."""

from dataclasses import dataclass

Title = tuple[str, str]


@dataclass(frozen=True, slots=True)
class KindFacts:
    """Words of one kind of work.

    types, materials and techniques are AAT ids; `titles` and `features` are used in turn;
    `mark` is the kind of inscription ("seal", "signature", "mark" or "" for none); `no_terms` the
    reason why the vocabulary has no words for the materials.
    """

    types: tuple[str, str]
    materials: tuple[str, ...]
    techniques: tuple[str, ...]
    medium: str
    subject: str
    titles: tuple[Title, ...]
    words: Title
    features: tuple[str, ...]
    mark: str = "seal"
    part: str = ""
    place: str = "山东潍坊"
    extra_views: tuple[str, ...] = ()
    no_terms: str = ""


PAINTING, CALLIGRAPHY, PRINT, KITE = "300033618", "300266660", "300041273", "300218777"
SCROLL, ALBUM, FAN, WOODCUT = "300265079", "300026690", "300391194", "300041412"
INKWASH, OIL, FOLK, BRONZE = "300404637", "300033799", "300056487", "300047333"
INK, PAPER, SILK, PIGMENT = "300015012", "300014109", "300014072", "300375550"
BAMBOO, CANVAS, OILPAINT, METAL = "300011873", "300014078", "300015050", "300010957"
LACQUER, WOOD = "300014916", "300011914"
XIEYI, GONGBI, WRITING, MOUNTING = "300310141", "300310140", "300053162", "300081370"
KITEMAKING, CASTING, LOSTWAX, CARVING = "300061991", "300053104", "300053113", "300053149"
PAINTED, OILPAINTED = "300054216", "300178684"

PAPER_MARKS = (
    "左下角有一处约两厘米的淡水渍，右边裁切略斜",
    "天头有一道装裱前的旧折痕，距上边约九厘米",
    "右下角钤印上方有一粒朱砂飞点，约一毫米",
    "纸面中部偏左有两根较粗的纸筋，呈交叉状",
    "画心左边缘距底十二厘米处有一个针孔大小的补洞",
    "背面托纸接缝在中线偏右三厘米处，从背面可见",
)
PRINT_MARKS = (
    "黄版向右错位约一毫米，左框线有三处断口",
    "墨线版右上角有一处木裂纹，印出细白线",
    "红色在下部波纹处重印一次，颜色略深",
    "纸背可见刷印时的棕擦痕，呈斜向",
)
KITE_MARKS = (
    "右翅第二根竹条上有一圈白线缠补，约四毫米宽",
    "背面主竹条上有匠人的铅笔记号，是一个圆圈加一点",
    "左侧翅尖的纸面有一处米粒大的补片",
    "提线孔用红线锁边，左右针数不同，左七右六",
)
BRONZE_MARKS = (
    "口沿内侧有一处绿豆大的铸疣，未打磨",
    "腹部纹带接缝在左耳下方，错开约一毫米",
    "足内侧留有一小段浇口的锉痕，呈弧形",
    "底部名款最后一字右侧有一个针尖大的砂眼",
)
THING_MARKS = (
    "盖内侧左上角有一处指甲大的色差，近看可辨",
    "底部边缘有一道约一厘米的浅磕痕",
    "正面右下角的纹理呈旋涡状，直径约六毫米",
)

KINDS: dict[str, KindFacts] = {
    "landscape": KindFacts(
        (PAINTING, SCROLL),
        (INK, PAPER),
        (XIEYI, MOUNTING),
        "水墨纸本，立轴",
        "山水",
        (
            ("浮烟山晓雾图", "Morning Mist on Fuyan Hill"),
            ("白浪河归舟", "Boat Returning on the Bailang"),
            ("云门春雪", "Spring Snow at Yunmen"),
            ("驼山秋色图", "Autumn on Mount Tuo"),
            ("溪山静钓", "Quiet Fishing by Hills"),
            ("潍水渔村", "Fishing Village on the Wei"),
            ("沂山听瀑", "Listening to the Falls of Mount Yi"),
            ("仰天山云起", "Clouds Rise over Yangtian"),
        ),
        (
            "近岸松石，中景高峰，远山三叠，江上一叶小舟。",
            "Pines and rocks on the near bank, a high peak behind, three ranges beyond and a small "
            "boat on the water.",
        ),
        PAPER_MARKS,
        part="mount",
    ),
    "landscape_leaf": KindFacts(
        (PAINTING, ALBUM),
        (INK, PAPER),
        (XIEYI,),
        "设色纸本，镜片",
        "山水",
        (
            ("山居小景之一", "Hill Dwelling, I"),
            ("山居小景之二", "Hill Dwelling, II"),
            ("平湖远岫", "Still Lake and Far Peaks"),
            ("雨后青山", "Green Hills after Rain"),
        ),
        (
            "横幅小景，水面占去一半，一间草亭临水。",
            "A small horizontal scene, half of it water, with a thatched hut on the bank.",
        ),
        PAPER_MARKS,
    ),
    "bamboo": KindFacts(
        (PAINTING, SCROLL),
        (INK, PAPER),
        (XIEYI, MOUNTING),
        "水墨纸本，立轴",
        "竹",
        (
            ("风竹图", "Bamboo in Wind"),
            ("雨竹", "Bamboo in Rain"),
            ("竹石图", "Bamboo and Rock"),
            ("清影", "Clear Shadows"),
            ("新篁", "New Shoots"),
            ("一竿清风", "One Stem of Breeze"),
        ),
        (
            "竹竿两层，前浓后淡，叶分个介，枝节劲挺。",
            "Stems in two depths, dark before pale, leaves in groups, joints firm.",
        ),
        PAPER_MARKS,
        part="mount",
    ),
    "plum": KindFacts(
        (PAINTING, SCROLL),
        (INK, PAPER),
        (XIEYI,),
        "设色纸本，立轴",
        "梅",
        (
            ("铁骨红梅", "Red Plum on Iron Boughs"),
            ("月下白梅", "White Plum under the Moon"),
            ("探春", "Looking for Spring"),
            ("寒香", "Cold Fragrance"),
        ),
        (
            "老干横出，新枝细劲，花五瓣，疏密相间。",
            "An old trunk thrusts sideways; fine twigs; five-petalled flowers, dense and few.",
        ),
        PAPER_MARKS,
        part="mount",
    ),
    "orchid": KindFacts(
        (PAINTING, SCROLL),
        (INK, PAPER),
        (XIEYI,),
        "水墨纸本，立轴",
        "兰",
        (
            ("幽兰图", "Orchids in a Hidden Valley"),
            ("兰石", "Orchid and Rock"),
            ("空谷", "Empty Valley"),
            ("九畹", "Nine Fields of Orchid"),
        ),
        (
            "兰两丛，长叶交错，坡石一角。",
            "Two clumps of orchid, long leaves crossing, the corner of a rock.",
        ),
        PAPER_MARKS,
        part="mount",
    ),
    "lotus": KindFacts(
        (PAINTING, INKWASH),
        (INK, PAPER, PIGMENT),
        (XIEYI,),
        "设色纸本，斗方",
        "荷花",
        (
            ("半亩荷塘", "Half an Acre of Lotus"),
            ("露荷", "Lotus with Dew"),
            ("新雨", "New Rain"),
            ("秋塘", "Autumn Pond"),
            ("映日", "In Full Sun"),
        ),
        (
            "荷叶用大笔破墨，花瓣双勾，茎直穿叶间。",
            "Leaves in broad broken ink, petals outlined, stems straight between the leaves.",
        ),
        PAPER_MARKS,
    ),
    "flower_bird": KindFacts(
        (PAINTING, INKWASH),
        (INK, PAPER, PIGMENT),
        (GONGBI,),
        "设色纸本，斗方",
        "花鸟",
        (
            ("牡丹小鸟", "Peony and Small Bird"),
            ("枝头", "On the Branch"),
            ("春声", "Sounds of Spring"),
            ("暖风", "Warm Wind"),
            ("对语", "In Conversation"),
        ),
        ("花枝横斜，小鸟立于枝上回望。", "A slanting bough; a small bird looks back from it."),
        PAPER_MARKS,
    ),
    "calligraphy": KindFacts(
        (CALLIGRAPHY, SCROLL),
        (INK, PAPER),
        (WRITING, MOUNTING),
        "纸本墨笔，立轴",
        "书法",
        (
            ("行书自作诗轴", "Own Poem in Running Script"),
            ("行书札语轴", "Note in Running Script"),
            ("楷书格言轴", "Maxim in Regular Script"),
            ("行书记游轴", "Journey in Running Script"),
            ("行书即事轴", "Occasional Lines in Running Script"),
            ("行书寄友轴", "To a Friend, Running Script"),
        ),
        (
            "行笔快慢相间，有飞白。图中笔画为程序所绘，不是文字。",
            "Quick and slow strokes with flying white. The strokes in the picture are drawn by a "
            "program and are not writing.",
        ),
        PAPER_MARKS,
        part="mount",
    ),
    "couplet": KindFacts(
        (CALLIGRAPHY, SCROLL),
        (INK, PAPER),
        (WRITING,),
        "红笺墨笔，对联",
        "书法",
        (
            ("楷书七言联", "Seven-Word Couplet in Regular Script"),
            ("新春联", "New Year Couplet"),
            ("堂联", "Couplet for a Hall"),
        ),
        (
            "上下联各七字，边有细框。图中笔画为程序所绘，不是文字。",
            "Seven characters on each side within a fine frame. The strokes in the picture are "
            "drawn by a program and are not writing.",
        ),
        PAPER_MARKS,
    ),
    "folding_fan": KindFacts(
        (PAINTING, FAN),
        (INK, PAPER, BAMBOO),
        (XIEYI,),
        "设色纸本，成扇",
        "扇面",
        (
            ("江山小景扇", "Folding Fan: Hills and River"),
            ("梅花扇", "Folding Fan: Plum"),
            ("烟雨扇", "Folding Fan: Mist and Rain"),
        ),
        ("扇面一幅，竹骨十六方。", "One leaf on sixteen bamboo sticks."),
        THING_MARKS,
    ),
    "round_fan": KindFacts(
        (PAINTING, FAN),
        (INK, SILK, WOOD),
        (GONGBI,),
        "设色绢本，团扇",
        "扇面",
        (
            ("折枝牡丹团扇", "Round Fan: Cut Peony"),
            ("小鸟团扇", "Round Fan: Bird"),
            ("暗香团扇", "Round Fan: Faint Fragrance"),
        ),
        ("绢面工笔，木柄，丝穗。", "Fine brushwork on silk, wooden handle, silk tassel."),
        THING_MARKS,
    ),
}
