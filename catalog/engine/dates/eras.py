"""Dynasties, reign eras and the cycle of sixty: the years they mean.

General knowledge, at year precision: the first year of an era counts from the year in which it
was proclaimed, the lunisolar new year is not modelled. Compare with an authority table before
relying on a single year. Nothing is parsed here beyond the tables themselves.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Era:
    """A named stretch of years, astronomical, both ends included."""

    name: str
    dynasty: str
    first: int
    last: int
    calendar: str = "lunisolar"


STEMS: Final = "甲乙丙丁戊己庚辛壬癸"
BRANCHES: Final = "子丑寅卯辰巳午未申酉戌亥"
CYCLE: Final = tuple(STEMS[i % 10] + BRANCHES[i % 12] for i in range(60))
"""The sixty cyclical years in order; the first fell on 4 CE."""

LONE_CYCLE_FROM: Final = 1804
LONE_CYCLE_TO: Final = 2043
"""A cyclical year without any context is offered for these four whole rounds of sixty."""

_DYNASTIES: Final = """
夏 -2069 -1599; 商 -1599 -1045; 殷 -1299 -1045; 西周 -1045 -770; 东周 -769 -255; 周 -1045 -255
春秋 -769 -475; 战国 -474 -220; 先秦 -2069 -220; 秦 -220 -206; 西汉 -205 8; 新莽 9 23
东汉 25 220; 汉 -205 220; 秦汉 -220 220; 三国 220 280; 西晋 265 316; 东晋 317 420; 晋 265 420
十六国 304 439; 南北朝 420 589; 南朝 420 589; 北朝 386 581; 六朝 220 589; 北魏 386 534
魏晋 220 420; 东魏 534 550; 西魏 535 556; 北齐 550 577; 北周 557 581; 隋 581 618; 唐 618 907
隋唐 581 907; 五代 907 960; 五代十国 907 979; 北宋 960 1127; 南宋 1127 1279; 宋 960 1279
辽 916 1125; 金 1115 1234; 西夏 1038 1227; 元 1271 1368; 宋元 960 1368; 明 1368 1644
清 1644 1911; 明清 1368 1911
"""

_ERAS: Final = """
唐: 武德 618 626; 贞观 627 649; 永徽 650 655; 显庆 656 661; 龙朔 661 663; 麟德 664 665
唐: 乾封 666 668; 总章 668 670; 咸亨 670 674; 上元 674 676; 仪凤 676 679; 调露 679 680
唐: 永隆 680 681; 开耀 681 682; 永淳 682 683; 垂拱 685 688; 神龙 705 707; 景龙 707 710
唐: 景云 710 712; 先天 712 713; 开元 713 741; 天宝 742 756; 至德 756 758; 乾元 758 760
唐: 上元 760 761; 宝应 762 763; 广德 763 764; 永泰 765 766; 大历 766 779; 建中 780 783
唐: 兴元 784 784; 贞元 785 805; 永贞 805 805; 元和 806 820; 长庆 821 824; 宝历 825 827
唐: 大和 827 835; 开成 836 840; 会昌 841 846; 大中 847 860; 咸通 860 874; 乾符 874 879
唐: 广明 880 881; 中和 881 885; 光启 885 888; 文德 888 888; 龙纪 889 889; 大顺 890 891
唐: 景福 892 893; 乾宁 894 898; 光化 898 901; 天复 901 904; 天祐 904 907
北宋: 建隆 960 963; 乾德 963 968; 开宝 968 976; 太平兴国 976 984; 雍熙 984 987
北宋: 端拱 988 989; 淳化 990 994; 至道 995 997; 咸平 998 1003; 景德 1004 1007
北宋: 大中祥符 1008 1016; 天禧 1017 1021; 乾兴 1022 1022; 天圣 1023 1032; 明道 1032 1033
北宋: 景祐 1034 1038; 宝元 1038 1040; 康定 1040 1041; 庆历 1041 1048; 皇祐 1049 1054
北宋: 至和 1054 1056; 嘉祐 1056 1063; 治平 1064 1067; 熙宁 1068 1077; 元丰 1078 1085
北宋: 元祐 1086 1094; 绍圣 1094 1098; 元符 1098 1100; 建中靖国 1101 1101; 崇宁 1102 1106
北宋: 大观 1107 1110; 政和 1111 1118; 重和 1118 1119; 宣和 1119 1125; 靖康 1126 1127
南宋: 建炎 1127 1130; 绍兴 1131 1162; 隆兴 1163 1164; 乾道 1165 1173; 淳熙 1174 1189
南宋: 绍熙 1190 1194; 庆元 1195 1200; 嘉泰 1201 1204; 开禧 1205 1207; 嘉定 1208 1224
南宋: 宝庆 1225 1227; 绍定 1228 1233; 端平 1234 1236; 嘉熙 1237 1240; 淳祐 1241 1252
南宋: 宝祐 1253 1258; 开庆 1259 1259; 景定 1260 1264; 咸淳 1265 1274; 德祐 1275 1276
金: 大定 1161 1189; 明昌 1190 1196; 泰和 1201 1208
元: 中统 1260 1264; 至元 1264 1294; 元贞 1295 1297; 大德 1297 1307; 至大 1308 1311
元: 皇庆 1312 1313; 延祐 1314 1320; 至治 1321 1323; 泰定 1324 1328; 致和 1328 1328
元: 天历 1328 1330; 至顺 1330 1333; 元统 1333 1335; 至元 1335 1340; 至正 1341 1368
明: 洪武 1368 1398; 建文 1399 1402; 永乐 1403 1424; 洪熙 1425 1425; 宣德 1426 1435
明: 正统 1436 1449; 景泰 1450 1457; 天顺 1457 1464; 成化 1465 1487; 弘治 1488 1505
明: 正德 1506 1521; 嘉靖 1522 1566; 隆庆 1567 1572; 万历 1573 1620; 泰昌 1620 1620
明: 天启 1621 1627; 崇祯 1628 1644; 弘光 1645 1645; 永历 1647 1661
清: 顺治 1644 1661; 康熙 1662 1722; 雍正 1723 1735; 乾隆 1736 1795; 嘉庆 1796 1820
清: 道光 1821 1850; 咸丰 1851 1861; 同治 1862 1874; 光绪 1875 1908; 宣统 1909 1911
"""

_PERIODS_EN: Final = """
shang -1599 -1045; western zhou -1045 -770; eastern zhou -769 -255; zhou -1045 -255
spring and autumn -769 -475; warring states -474 -220; qin -220 -206; western han -205 8
eastern han 25 220; han -205 220; three kingdoms 220 280; western jin 265 316
eastern jin 317 420; northern and southern dynasties 420 589; northern wei 386 534
eastern wei 534 550; western wei 535 556; northern qi 550 577; northern zhou 557 581
sui 581 618; tang 618 907; five dynasties 907 960; northern song 960 1127
southern song 1127 1279; song 960 1279; liao 916 1125; yuan 1271 1368; ming 1368 1644
qing 1644 1911; xuande 1426 1435; chenghua 1465 1487; hongzhi 1488 1505; zhengde 1506 1521
jiajing 1522 1566; wanli 1573 1620; tianqi 1621 1627; chongzhen 1628 1644; shunzhi 1644 1661
kangxi 1662 1722; yongzheng 1723 1735; qianlong 1736 1795; jiaqing 1796 1820
daoguang 1821 1850; xianfeng 1851 1861; tongzhi 1862 1874; guangxu 1875 1908
xuantong 1909 1911; heian 794 1185; kamakura 1185 1333; muromachi 1336 1573
momoyama 1573 1615; edo 1603 1868; meiji 1868 1912; taisho 1912 1926; showa 1926 1989
goryeo 918 1392; joseon 1392 1910
"""

REPUBLIC: Final = Era("民国", "", 1912, 1949, "gregorian")


def _table(text: str, dynasty: str = "") -> list[Era]:
    rows = []
    for row in text.replace("\n", ";").split(";"):
        if row.strip():
            name, first, last = row.strip().rsplit(" ", 2)
            rows.append(Era(name, dynasty, int(first), int(last)))
    return rows


def _eras() -> dict[str, tuple[Era, ...]]:
    found: dict[str, tuple[Era, ...]] = {}
    for line in _ERAS.strip().splitlines():
        dynasty, _, rows = line.partition(": ")
        for era in _table(rows, dynasty):
            found[era.name] = (*found.get(era.name, ()), era)
    return found


DYNASTIES: Final = {era.name: era for era in [*_table(_DYNASTIES), REPUBLIC]}
ERAS: Final = _eras()
"""Era name to its stretches; a name used twice has two."""
PERIODS_EN: Final = {era.name: era for era in _table(_PERIODS_EN)}


def cycle_years(name: str, first: int, last: int) -> tuple[int, ...]:
    """The years of a stretch that bear a cyclical name.

    Args:
        name: one of `CYCLE`.
        first: first year, astronomical.
        last: last year, included.
    """
    start = first + (CYCLE.index(name) - (first - 4)) % 60
    return tuple(range(start, last + 1, 60))
