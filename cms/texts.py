"""The pages every installation has, in both languages: how the platform treats people.

An editor may change them afterwards in the CMS; they are only written where they are missing.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Words:
    """One language's title and paragraphs; a paragraph of one string pair is (heading, text)."""

    title: str
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class StandardPage:
    slug: str
    label: Any
    zh: Words
    en: Words
    in_footer: bool = True


PAGES = (
    StandardPage(
        "how-it-works",
        _("登记怎么办"),
        Words(
            "登记怎么办",
            (
                (
                    "先存草稿",
                    "一张照片、一个名称就能存成草稿。以后任何时候都可以接着填，填到哪里都不会丢。",
                ),
                (
                    "十项资料",
                    "照片、类别、材料与技法、尺寸、款识与钤印、辨识特征、名称、题材、年代、作者。页面会逐项写明还缺什么。确实不知道的，名称、题材、年代、材料和作者可以写“不详”，但要写理由。",
                ),
                (
                    "登记员审核",
                    "提交后由登记员审核。不合适的会退回，并写明要改哪里；合适的发给登记号。自己提交的作品由另一位登记员审核。",
                ),
                (
                    "登记号",
                    "八个字符，最后一个是校验位。号码永久有效，不再发给别的作品。两条登记合并时，两个号都保留，打开的是同一页。",
                ),
                (
                    "登记不等于鉴定",
                    "登记说明这件东西是哪一件，不证明作者是谁。作者归属是有出处、有日期的意见，和谁说的写在一起。",
                ),
            ),
        ),
        Words(
            "How to register a work",
            (
                (
                    "Start with a draft",
                    "One photograph and a title are enough for a draft. Continue whenever you like; nothing you typed is lost.",
                ),
                (
                    "Ten answers",
                    "Photographs, type, materials and techniques, measurements, inscriptions and seals, distinguishing features, title, subject, date, maker. The page names what is missing. Title, subject, date, materials and maker may be unknown if you say why.",
                ),
                (
                    "A registrar reviews",
                    "A registrar sends the submission back with remarks, or registers it. Nobody registers a work that he or she listed.",
                ),
                (
                    "The registry number",
                    "Eight characters, the last one a check character. A number is permanent and never given to another work. When two entries are merged, both numbers stay and lead to one page.",
                ),
                (
                    "Registered is not authenticated",
                    "The registry says which thing this is; it does not prove who made it. Attribution is a dated opinion, shown with the person who holds it.",
                ),
            ),
        ),
    ),
    StandardPage(
        "privacy",
        _("隐私"),
        Words(
            "隐私",
            (
                (
                    "公开什么",
                    "作品的资料、照片的公开版本和变更历史。权利人、价格、联系方式、来源说明和原始照片不公开。",
                ),
                (
                    "照片",
                    "公开的照片都重新制作，去掉拍摄地点和相机信息。原始文件只有你和登记员能取。",
                ),
                (
                    "你的账户",
                    "我们存电子邮箱、显示名、你填写的手机和语言。办理过的事情写入不可修改的记录，用来证明登记的真实。",
                ),
                (
                    "你的权利",
                    "你可以随时修改资料。需要副本或删除，请写信给平台；法律要求保留的登记和档案除外。",
                ),
                (
                    "竞买",
                    "拍品结束后，平台按出价的时间和次数计算托价信号，只给与各方无关的经办人看，由人判断，不会自动限制任何人。登录的网络地址和浏览器只以带密钥的散列用来比较，按规则书的天数保存后删除。",
                ),
                ("Cookie", "只用登录、语言、明暗和字号所必需的 Cookie，不做跟踪。"),
            ),
        ),
        Words(
            "Privacy",
            (
                (
                    "What is public",
                    "A work's description, the public copies of its photographs and its history. Holders of title, prices, contacts, notes on the source and original photographs are not.",
                ),
                (
                    "Photographs",
                    "Public pictures are made anew, without place and camera data. Only you and the registrars can fetch the original files.",
                ),
                (
                    "Your account",
                    "We keep your e-mail address, display name, and the phone number and language you enter. What you do in the registry is written to a record that cannot be changed, because it proves the registry true.",
                ),
                (
                    "Your rights",
                    "You can change your details at any time. For a copy or erasure write to us; entries and files that the law makes us keep are excepted.",
                ),
                (
                    "Bidding",
                    "When a lot is over, signals of shill bidding are computed from the times and numbers of bids. Only an operator without a tie to either side reads and judges them; nobody is barred automatically. Network addresses and browsers of sessions are compared by keyed hashes only, deleted after the days in the rule book.",
                ),
                (
                    "Cookies",
                    "Only those needed for signing in, language, theme and type size. No tracking.",
                ),
            ),
        ),
    ),
    StandardPage(
        "accessibility",
        _("无障碍"),
        Words(
            "无障碍",
            (
                (
                    "我们怎么做",
                    "所有页面都能只用键盘操作，关掉脚本也能用。文字和背景的对比不低于5.8比1。右上角的“大字版”把字号放大到125%，内容不变。",
                ),
                (
                    "怎么检查",
                    "每次修改都用真实浏览器在手机和桌面宽度、浅色和深色下自动检查。自动检查不能代替真人使用，因此我们不宣称达到某个等级。",
                ),
                ("告诉我们", "遇到读不出、点不到、看不清的地方，请写信说明页面和所用设备。"),
            ),
        ),
        Words(
            "Accessibility",
            (
                (
                    "What we do",
                    "Every page works with the keyboard alone and without scripts. Text has a contrast of at least 5.8 to 1. “Larger” in the header enlarges all type to 125% and changes nothing else.",
                ),
                (
                    "How we check",
                    "Every change is checked in a real browser at phone and desk width, light and dark. Automatic checks do not replace people, so we claim no conformance level.",
                ),
                (
                    "Tell us",
                    "If something can't be read, reached or seen, write to us and name the page and your device.",
                ),
            ),
        ),
    ),
    StandardPage(
        "complaints",
        _("投诉与纠错"),
        Words(
            "投诉与纠错",
            (
                (
                    "登记有误",
                    "请写明登记号、哪一项不对、依据是什么。登记员核对后更正，前后内容都留在变更历史里。",
                ),
                (
                    "作品有争议",
                    "主张权利的人可以提交凭证。登记员可以在作品上设立“有争议”，在解除之前不能出售、质押或转让。",
                ),
                ("账户和数据", "需要数据副本、更正或删除，请从注册邮箱写信。"),
            ),
        ),
        Words(
            "Complaints and corrections",
            (
                (
                    "An entry is wrong",
                    "Name the registry number, what is wrong and what you base it on. A registrar checks and corrects; what stood before stays in the history.",
                ),
                (
                    "A work is disputed",
                    "Whoever claims a right may hand in evidence. A registrar can mark the work as disputed; until that is lifted it can't be sold, pledged or transferred.",
                ),
                (
                    "Account and data",
                    "For a copy, a correction or erasure of your data write from the address of your account.",
                ),
            ),
        ),
    ),
)
