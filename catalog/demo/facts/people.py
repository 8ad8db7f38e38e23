"""Invented organisations and accounts of the demonstration district."""

from dataclasses import dataclass

from artmarket.accounts.enums import MemberRole, OrganisationKind, Role


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """An invented organisation at a real place."""

    slug: str
    kind: str
    name: str
    name_en: str
    address: str
    about: str
    about_en: str


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """An invented account: the part of its address before the @, its name, what it may do."""

    key: str
    name: str
    role: str
    words: str
    organisation: str = ""
    member_role: str = MemberRole.MEMBER
    language: str = "zh-hans"


ORGANISATIONS = (
    OrganisationFacts(
        "zhushi-gallery",
        OrganisationKind.GALLERY,
        "竹石画廊",
        "Bamboo and Stone Gallery",
        "潍坊市潍城区胡家牌坊街，十笏园旁",
        "演示数据。代理几位书画作者，也替藏家的后人整理旧作。开在十笏园外的一条老街上，周一休息。",
        "Demonstration data. Represents several painters and helps collectors' families to put "
        "older works in order. On an old street outside the Shihu Garden; closed on Mondays.",
    ),
    OrganisationFacts(
        "baifeng-museum",
        OrganisationKind.MUSEUM,
        "白浪河艺术馆",
        "Bailang River Museum of Art",
        "潍坊市奎文区白浪河畔",
        "演示数据。收藏潍坊地区的书画、年画与风筝，常年办借展。",
        "Demonstration data. Collects painting, New Year prints and kites of the Weifang region "
        "and lends them all year round.",
    ),
    OrganisationFacts(
        "lushui-appraisal",
        OrganisationKind.APPRAISAL,
        "渌水艺术品鉴定评估所",
        "Lushui Appraisal Office",
        "潍坊市奎文区东风东街",
        "演示数据。书画、铜器、砚台三组鉴定师，收费与结论无关。",
        "Demonstration data. Three groups of appraisers: painting, bronzes, inkstones. Fees do "
        "not depend on the result.",
    ),
    OrganisationFacts(
        "yuanfeng-auction",
        OrganisationKind.AUCTION_HOUSE,
        "鸢风拍卖行",
        "Yuanfeng Auctions",
        "潍坊市高新区健康东街",
        "演示数据。每年春秋两场，预展三天。",
        "Demonstration data. Sales in spring and autumn, each after three viewing days.",
    ),
    OrganisationFacts(
        "qingzhou-lender",
        OrganisationKind.LENDER,
        "云门小额质押公司",
        "Yunmen Pledge Lending",
        "潍坊市青州市驼山中路",
        "演示数据。以登记作品出质放款，作品入第三方库保管。",
        "Demonstration data. Lends against registered works kept in an independent store.",
    ),
    OrganisationFacts(
        "lujin-store",
        OrganisationKind.MERCHANT,
        "渌津艺术品仓库",
        "Lujin Art Storage",
        "潍坊市保税区，恒温库",
        "演示数据。受贷款人委托保管质押的作品，两人开箱，两人封箱。",
        "Demonstration data. Keeps pledged works for lenders; two persons open and seal each case.",
    ),
    OrganisationFacts(
        "beihai-valuers",
        OrganisationKind.APPRAISAL,
        "北海艺术品评估所",
        "Beihai Art Valuers",
        "潍坊市滨海区",
        "演示数据。只做估值，与放款的机构没有关系。",
        "Demonstration data. Values only, and is related to no lender.",
    ),
    OrganisationFacts(
        "hulu-workshop",
        OrganisationKind.MERCHANT,
        "杨家埠葫芦巷作坊",
        "Hulu Lane Workshop, Yangjiabu",
        "潍坊市寒亭区杨家埠",
        "演示数据。三户人家合开，做风筝，印年画，剪窗花。",
        "Demonstration data. Three families together: kites, New Year prints and paper-cuts.",
    ),
    OrganisationFacts(
        "fuyan-foundry",
        OrganisationKind.MERCHANT,
        "浮烟铸坊",
        "Fuyan Foundry",
        "潍坊市坊子区浮烟山下，创意西街",
        "演示数据。仿古铜、嵌银漆器与红丝石砚，接受定做。",
        "Demonstration data. Bronzes after antique forms, silver-inlaid lacquer, red-silk "
        "inkstones; made to order.",
    ),
    OrganisationFacts(
        "culture-bureau",
        OrganisationKind.BUREAU,
        "演示区文化主管部门",
        "Culture Bureau of the Demonstration District",
        "潍坊市潍城区",
        "演示数据。认定作品的文物状态。",
        "Demonstration data. Decides the relic status of works.",
    ),
)

ACCOUNTS = (
    AccountFacts("operator", "秦守正", Role.OPERATOR, "平台管理员：发放角色，看审计记录"),
    AccountFacts("registrar", "滕慎言", Role.REGISTRAR, "登记员：审核、发号、办理权属"),
    AccountFacts("registrar2", "麻知微", Role.REGISTRAR, "第二位登记员：复核权属"),
    AccountFacts(
        "bureau",
        "管若谷",
        Role.BUREAU,
        "文化主管部门：认定文物状态",
        "culture-bureau",
        MemberRole.ADMIN,
    ),
    AccountFacts(
        "bureau2",
        "丘知远",
        Role.BUREAU,
        "第二位文化主管部门人员：确认名单变更",
        "culture-bureau",
    ),
    AccountFacts("artist", "陆青屿", Role.ARTIST, "作者：登记自己的作品"),
    AccountFacts(
        "merchant",
        "杨树穗",
        Role.MERCHANT,
        "工坊：风筝、年画、剪纸",
        "hulu-workshop",
        MemberRole.ADMIN,
    ),
    AccountFacts("buyer", "傅闻笛", Role.BUYER, "买家：收藏、关注、竞买"),
    AccountFacts("collector", "阚怀瑾", Role.BUYER, "藏家：买到过拍品，有订单、付款和异议"),
    AccountFacts("appraiser", "邴见微", Role.APPRAISER, "鉴定师：书画组", "lushui-appraisal"),
    AccountFacts("appraiser2", "蔚知墨", Role.APPRAISER, "鉴定师：书画组", "lushui-appraisal"),
    AccountFacts("appraiser3", "宫辨之", Role.APPRAISER, "鉴定师：印章组", "lushui-appraisal"),
    AccountFacts(
        "lender",
        "解持衡",
        Role.LENDER,
        "质押方：看质押中的作品",
        "qingzhou-lender",
        MemberRole.ADMIN,
    ),
    AccountFacts("valuer", "公冶衡", Role.APPRAISER, "评估师：只做估值", "beihai-valuers"),
    AccountFacts("keeper", "即墨守", Role.BUYER, "保管员：记录质押作品的进出", "lujin-store"),
    AccountFacts("keeper2", "逯同检", Role.BUYER, "保管员：第二个人，复核进出", "lujin-store"),
    AccountFacts(
        "gallery", "仲竹君", Role.MERCHANT, "画廊：替作者登记", "zhushi-gallery", MemberRole.ADMIN
    ),
    AccountFacts(
        "foundry",
        "逄启明",
        Role.MERCHANT,
        "铸坊：铜器、漆器、砚台",
        "fuyan-foundry",
        MemberRole.ADMIN,
    ),
    AccountFacts(
        "auction", "冷闻钟", Role.BUYER, "拍卖行经办人", "yuanfeng-auction", MemberRole.ADMIN
    ),
    AccountFacts(
        "museum",
        "栾观澜",
        Role.BUYER,
        "艺术馆藏品部",
        "baifeng-museum",
        MemberRole.ADMIN,
        language="en",
    ),
    AccountFacts("approver", "司马衡", Role.APPROVER, "内容审核员：审核别人写的页面"),
    AccountFacts("publisher", "钟离信", Role.PUBLISHER, "内容发布员：定时发布审核过的页面"),
)
