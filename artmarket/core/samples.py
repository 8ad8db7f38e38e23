"""Invented content for the page of components: no real work, no real person."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.templatetags.static import static


class SampleForm(forms.Form):
    """One field of each kind, so that every state of a field can be looked at."""

    title = forms.CharField(label="题名", help_text="写作品上的题名；没有题名就写它是什么。")
    size = forms.CharField(label="高", help_text="先写高，再写宽。")
    material = forms.ChoiceField(
        label="材质", choices=[("", "选一种"), ("silk", "绢"), ("paper", "纸")], required=False
    )
    statement = forms.CharField(label="说明", widget=forms.Textarea, required=False)
    way = forms.ChoiceField(
        label="怎么处理",
        choices=[("keep", "自留"), ("show", "展示"), ("sell", "出售")],
        widget=forms.RadioSelect,
    )
    themes = forms.MultipleChoiceField(
        label="题材",
        choices=[("hill", "山水"), ("bird", "花鸟"), ("kite", "风筝")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    agree = forms.BooleanField(label="我看过登记规则（2026年10月版）")
    pictures = forms.FileField(label="照片", help_text="正面、背面、款识、局部。", required=False)


def picture(name: str, width: int, height: int) -> dict[str, Any]:
    """A drawn sample picture with its measures in pixels."""
    return {"src": static(f"artmarket/img/{name}.svg"), "width": width, "height": height}


def cards() -> list[dict[str, Any]]:
    """Cards in the states that the catalogue knows."""
    hill, kite = picture("sample-hills", 800, 1000), picture("sample-kite", 800, 800)
    return [
        {
            "title": "《放飞山水间》",
            "maker": "示例作者",
            "meta": "设色纸本 · 100 × 80厘米",
            "price": "¥13,000",
            "price_label": "一口价，含税",
            "picture": hill,
            "pills": [("ok", "作者确认")],
        },
        {
            "title": "沙燕，硬翅风筝",
            "maker": "示例工坊",
            "meta": "竹、绢 · 翼展120厘米",
            "price": "¥1,200",
            "price_label": "一口价，含税",
            "picture": kite,
            "full": "1",
            "pills": [("neutral", "定做25天"), ("ok", "作者确认")],
        },
        {
            "title": "仿古铜双耳大瓶（一对），附原配木座与书匣",
            "maker": "示例铸坊",
            "meta": "现代制作，2022年",
            "price": "不可购买",
            "price_label": "",
            "picture": kite,
            "full": "1",
            "pills": [("warn", "质押中")],
        },
        {
            "title": "《墨竹》",
            "maker": "示例作者",
            "meta": "水墨纸本 · 125 × 70厘米",
            "price": "",
            "price_label": "仅登记",
            "picture": {},
            "pills": [],
        },
    ]


def desk() -> dict[str, Any]:
    """A desk's rooms, chips and table."""
    rooms = [("今天", 3, True, True), ("我的作品", 12, False, False), ("编辑中", 2, False, False)]
    chips = [("全部", 12, True), ("草稿", 2, False), ("待登记", 1, False), ("已登记", 9, False)]
    return {
        "rooms": [
            {"label": label, "url": "#desk", "count": count, "current": current, "now": now}
            for label, count, current, now in rooms
        ],
        "chips": [
            {"label": label, "url": "#desk", "count": count, "current": current}
            for label, count, current in chips
        ],
    }


def finding() -> dict[str, Any]:
    """Facets, filters and a histogram."""
    heights = [3, 9, 24, 31, 22, 14, 9, 6, 4, 3, 2, 1]
    return {
        "crafts": [
            ("painting", "书画", 68, True),
            ("kite", "风筝", 61, False),
            ("print", "木版年画", 32, False),
            ("bronze", "仿古铜", 24, False),
        ],
        "colours": [
            ("ink", "墨", None, False),
            ("red", "朱", None, False),
            ("green", "青绿", None, False),
            ("blue", "靛", None, False),
            ("gold", "金", None, False),
            ("plain", "素", None, False),
        ],
        "bins": [{"n": n, "chosen": 2 <= i <= 5} for i, n in enumerate(heights)],
        "filters": [("潍坊制作", "#finding"), ("2000年以后", "#finding")],
    }


def context(request: HttpRequest) -> dict[str, Any]:
    """Everything that core/components.html shows."""
    wrong = SampleForm({"title": "春山", "size": "100 × 80", "way": ""})
    views = [
        {
            **picture("sample-hills", 800, 1000),
            "alt": "远山与一只朱红风筝",
            "label": "正面",
            "full": static("artmarket/img/sample-hills.svg"),
            "note": "示例图，2026年10月18日",
        },
        {
            **picture("sample-kite", 800, 800),
            "alt": "沙燕风筝",
            "label": "局部",
            "full": static("artmarket/img/sample-kite.svg"),
            "note": "示例图，局部",
        },
    ]
    return {
        "form": SampleForm(),
        "wrong": wrong,
        "cards": cards(),
        "views": views,
        "page_of": Paginator(range(240), 10).page(4),
        "missing": [("背面照片", "#form"), ("尺寸单位", "#form")],
        "steps": [
            ("done", "草稿", ""),
            ("done", "提交", ""),
            ("current", "登记员核对", ""),
            ("next", "发号", ""),
        ],
        "grades": [("完好", False), ("良好", True), ("一般", False), ("残损", False)],
        "tabs": [("t-source", "来源"), ("t-state", "品相"), ("t-value", "估值")],
        "trail": [("作品", "#top"), ("风筝", "#top"), ("沙燕", "")],
        **desk(),
        **finding(),
    }
