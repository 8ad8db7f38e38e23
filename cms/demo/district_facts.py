"""What the demonstration district holds: places, programmes, in plain data.

Names of places are real (Weifang, Shandong); points are approximate, and hours, rooms, prices,
events and people are made up for the demonstration. No database, no clock.
"""

from dataclasses import dataclass, field

WEEKLY_HOURS = dict.fromkeys(("tue", "wed", "thu", "fri", "sat", "sun"), "09:00-17:00")
DAILY_HOURS = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "08:30-18:00")
SHOP_HOURS = dict.fromkeys(
    ("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "09:30-12:00,13:30-20:00"
)


@dataclass(frozen=True, slots=True)
class RoomFacts:
    name: str
    name_en: str
    capacity: int
    step_free: str = "yes"


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """A place: `point` is (latitude, longitude), approximate."""

    key: str
    kind: str
    name: str
    name_en: str
    point: tuple[str, str]
    part_of: str = ""
    address: str = ""
    address_en: str = ""
    transit: str = ""
    transit_en: str = ""
    step_free: str = "unknown"
    access: str = ""
    access_en: str = ""
    hours: dict[str, str] = field(default_factory=dict)
    heritage: str = ""
    heritage_en: str = ""
    rooms: tuple[RoomFacts, ...] = ()


PLACES = (
    PlaceFacts(
        "shihu", "district", "十笏园文化街区", "Shihu Garden Quarter", ("36.706800", "119.098200"),
        address="潍坊市潍城区胡家牌坊街一带", address_en="Around Hujia Paifang Street, Weicheng, Weifang",
        transit="公交到向阳路，步行约五分钟（示意）", transit_en="Bus to Xiangyang Road, five minutes on foot (indicative)",
        step_free="partly", access="主街平整；部分院门有门槛。演示数据。", access_en="The main street is level; some gates have a threshold. Demonstration data.",
        hours=DAILY_HOURS,
    ),
    PlaceFacts(
        "garden", "museum", "十笏园", "Shihu Garden", ("36.706500", "119.097600"), "shihu",
        "潍坊市潍城区胡家牌坊街49号", "49 Hujia Paifang Street, Weicheng, Weifang",
        step_free="partly", access="园内有台阶和窄桥，前院可以无台阶进入。演示数据。", access_en="Steps and narrow bridges inside; the front court is step-free. Demonstration data.",
        hours=WEEKLY_HOURS, heritage="全国重点文物保护单位（1988年公布）", heritage_en="Major historical site protected at the national level (announced in 1988)",
        rooms=(RoomFacts("东展厅", "East Hall", 80), RoomFacts("西展厅", "West Hall", 60, "partly")),
    ),
    PlaceFacts(
        "paifang", "street", "胡家牌坊街", "Hujia Paifang Street", ("36.706200", "119.098900"), "shihu",
        "潍坊市潍城区", "Weicheng, Weifang", step_free="yes", access="石板路，平整。演示数据。", access_en="Level stone paving. Demonstration data.",
    ),
    PlaceFacts(
        "guo", "museum", "郭味蕖美术馆", "Guo Weiqu Art Museum", ("36.708400", "119.095100"), "shihu",
        "潍坊市潍城区", "Weicheng, Weifang", step_free="yes", access="有坡道和无障碍卫生间。演示数据。", access_en="Ramp and accessible toilet. Demonstration data.",
        hours=WEEKLY_HOURS, rooms=(RoomFacts("一层展厅", "Ground-floor gallery", 60),),
    ),
    PlaceFacts(
        "west", "district", "创意西街", "Creative West Street", ("36.711800", "119.089200"),
        address="潍坊市潍城区", address_en="Weicheng, Weifang", transit="公交到西街口（示意）", transit_en="Bus to West Street (indicative)",
        step_free="yes", access="街面平整，多数店门无台阶。演示数据。", access_en="Level street; most shops have no step. Demonstration data.", hours=SHOP_HOURS,
    ),
    PlaceFacts(
        "west68", "venue", "西街68", "West Street 68", ("36.711500", "119.088300"), "west",
        "潍坊市潍城区创意西街68号（示意）", "68 Creative West Street, Weicheng, Weifang (indicative)",
        step_free="yes", access="有电梯；课室的工作台可以升降。演示数据。", access_en="Lift; adjustable benches in the workshop. Demonstration data.", hours=SHOP_HOURS,
        rooms=(RoomFacts("工坊课室", "Workshop room", 12), RoomFacts("报告厅", "Lecture hall", 120)),
    ),
    PlaceFacts(
        "mall", "mall", "工艺品商城", "Crafts Mall", ("36.712600", "119.090600"), "west",
        "潍坊市潍城区", "Weicheng, Weifang", step_free="yes", access="有电梯。演示数据。", access_en="Lift. Demonstration data.", hours=SHOP_HOURS,
        rooms=(RoomFacts("中庭", "Atrium", 200),),
    ),
    PlaceFacts(
        "zhongren", "park", "中仁文化创意产业园", "Zhongren Cultural Park", ("36.714100", "119.086900"), "west",
        "潍坊市潍城区", "Weicheng, Weifang", step_free="partly", access="一号库和二号库无台阶。演示数据。", access_en="Stores 1 and 2 are step-free. Demonstration data.",
        rooms=(RoomFacts("铸造间", "Foundry floor", 20, "partly"),),
    ),
    PlaceFacts(
        "fuyan", "district", "浮烟山", "Fuyan Hill", ("36.650300", "119.065000"),
        address="潍坊市潍城区西南", address_en="South-west of Weicheng, Weifang", transit="从街区驾车约二十分钟（示意）", transit_en="About twenty minutes by car from the quarter (indicative)",
        step_free="partly", access="放飞场平坦；上山的路有台阶。演示数据。", access_en="The flying field is level; the paths up have steps. Demonstration data.", hours=DAILY_HOURS,
    ),
    PlaceFacts(
        "lutai", "academy", "麓台书院", "Lutai Academy", ("36.646800", "119.061200"), "fuyan",
        "潍坊市潍城区浮烟山", "Fuyan Hill, Weicheng, Weifang", step_free="partly", access="讲堂从侧门无台阶进入。演示数据。", access_en="Step-free side door to the lecture room. Demonstration data.",
        hours=WEEKLY_HOURS, rooms=(RoomFacts("讲堂", "Lecture room", 60, "partly"),),
    ),
    PlaceFacts(
        "field", "park", "浮烟山风筝放飞基地", "Fuyan Hill Kite Field", ("36.652900", "119.070300"), "fuyan",
        "潍坊市潍城区浮烟山", "Fuyan Hill, Weicheng, Weifang", step_free="yes", access="草地平坦，有轮椅通道。演示数据。", access_en="Level grass with a path for wheelchairs. Demonstration data.",
        hours=DAILY_HOURS, rooms=(RoomFacts("放飞场", "Flying field", 500),),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TicketFacts:
    name: str
    name_en: str
    yuan: int = 0


@dataclass(frozen=True, slots=True)
class ProgrammeFacts:
    """What happens: `first` is (days from today, hour, minute); `rule` repeats it.

    `end` is what becomes of it: "", "moved", "cancelled", "ended", "full".
    """

    key: str
    title: str
    title_en: str
    place: str
    room: str
    first: tuple[int, int, int]
    minutes: int
    tickets: tuple[TicketFacts, ...] = ()
    kind: str = "event"
    rule: str = ""
    seats: int | None = None
    end: str = ""
    is_for_children: bool = False
    is_online: bool = False
    has_sign_language: bool = False
    has_quiet_hours: bool = False
    min_age: int | None = None


FREE = (TicketFacts("免费票", "Free ticket"),)
PROGRAMMES = (
    ProgrammeFacts(
        "kite-class", "周六扎风筝", "Saturday kite class", "west68", "工坊课室", (0, 14, 0), 90,
        (TicketFacts("成人", "Adult", 80), TicketFacts("儿童", "Child", 40)),
        rule="FREQ=WEEKLY;BYDAY=SA;COUNT=10", seats=12, is_for_children=True,
    ),
    ProgrammeFacts(
        "banqiao", "郑板桥在潍县的七年", "Zheng Banqiao’s seven years in Weixian", "lutai", "讲堂",
        (5, 19, 0), 90, FREE, has_sign_language=True,
    ),
    ProgrammeFacts(
        "rubbing", "拓一张碑", "Take a rubbing", "garden", "西展厅", (3, 10, 0), 60,
        FREE, seats=4, end="full",
    ),
    ProgrammeFacts(
        "casting", "看一次翻砂", "Watch a sand casting", "zhongren", "铸造间", (9, 15, 0), 60, FREE,
        seats=20, end="moved", min_age=12,
    ),
    ProgrammeFacts(
        "flying", "浮烟山放飞", "Flying day on Fuyan Hill", "field", "放飞场", (6, 9, 30), 150, FREE,
        end="cancelled", is_for_children=True,
    ),
    ProgrammeFacts(
        "print-children", "孩子的年画课", "A print class for children", "west68", "工坊课室", (2, 10, 0),
        75, FREE, seats=12, is_for_children=True,
    ),
    ProgrammeFacts(
        "certificate", "怎么看一份证书", "How to read a certificate", "", "", (4, 20, 0), 60, FREE,
        seats=200, is_online=True, has_sign_language=True,
    ),
    ProgrammeFacts(
        "quiet", "十笏园安静时段", "Quiet hour in the Shihu Garden", "garden", "", (1, 8, 0), 60, FREE,
        rule="FREQ=WEEKLY;COUNT=6", seats=15, has_quiet_hours=True,
    ),
    ProgrammeFacts(
        "market", "秋季年画市集", "Autumn print market", "mall", "中庭", (-40, 10, 0), 420, end="ended",
    ),
    ProgrammeFacts(
        "wind", "浮烟山的风", "Wind over Fuyan Hill", "garden", "东展厅", (-12, 9, 0), 480,
        kind="exhibition", rule="FREQ=WEEKLY;BYDAY=TU,WE,TH,FR,SA,SU;COUNT=52",
    ),
    ProgrammeFacts(
        "blocks", "一块版，五种颜色", "One block, five colours", "guo", "一层展厅", (-150, 9, 0), 480,
        kind="exhibition", rule="FREQ=WEEKLY;BYDAY=TU,WE,TH,FR,SA,SU;COUNT=38", end="ended",
    ),
)  # fmt: skip
