"""Pictures of the demonstration district: hills, kites in the wind, bronzes on a wall, prints.

Made of the same drawing table as the invented works, from seeds; nothing is a photograph of a real
place. 1600 by 1000 points, the subject near the middle, where the focal point is set.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image

from catalog.demo.pictures import KINDS, views
from catalog.demo.pictures.studio import Colour, Studio, mix

WIDTH: Final = 1600
HEIGHT: Final = 1000


@dataclass(frozen=True, slots=True)
class Scene:
    """How one picture is made, and what it shows, in both languages."""

    name: str
    make: Callable[[], Image.Image]
    title: str
    alt: str
    alt_en: str


def hills(seed: int) -> Callable[[], Image.Image]:
    """A painted landscape that fills the picture."""

    def make() -> Image.Image:
        return KINDS["landscape"].paint(Studio(seed, WIDTH, HEIGHT)).image.convert("RGB")

    return make


def painted(kind: str, seed: int) -> Callable[[], Image.Image]:
    """One flat work, filling the picture."""

    def make() -> Image.Image:
        return KINDS[kind].paint(Studio(seed, WIDTH, HEIGHT)).image.convert("RGB")

    return make


def sky(kinds: Sequence[str], seed: int, top: Colour, low: Colour) -> Callable[[], Image.Image]:
    """Kites in the air over a wash that grows lighter downwards."""

    def make() -> Image.Image:
        image = Studio(seed, WIDTH, HEIGHT).paper(mix(top, low, 0.5), strength=0.3).convert("RGB")
        shade = Image.new("RGB", (1, HEIGHT))
        for y in range(HEIGHT):
            shade.putpixel((0, y), mix(top, low, y / HEIGHT))
        image = Image.blend(image, shade.resize((WIDTH, HEIGHT)), 0.75)
        for place, kind in enumerate(kinds):
            size = (700, 420, 330)[place % 3]
            x, y = ((470, 260), (90, 90), (1180, 100))[place % 3]
            _put(image, _solid(kind, seed + place, size), (x, y), turn=(-12, 16, 8)[place % 3])
        return image

    return make


def shelf(kinds: Sequence[str], seed: int, ground: Colour) -> Callable[[], Image.Image]:
    """Things that stand side by side before a wall."""

    def make() -> Image.Image:
        image = views.backdrop(WIDTH, HEIGHT, seed, ground)
        room = WIDTH // len(kinds)
        for place, kind in enumerate(kinds):
            size = min(room - 50, 660)
            work = _solid(kind, seed + place, size)
            x = place * room + (room - work.width) // 2
            _put(image, work, (x, HEIGHT - 160 - work.height))
        return image

    return make


def wall(kinds: Sequence[str], seed: int, ground: Colour) -> Callable[[], Image.Image]:
    """Sheets that hang side by side."""

    def make() -> Image.Image:
        image = views.backdrop(WIDTH, HEIGHT, seed, ground)
        room = WIDTH // len(kinds)
        for place, kind in enumerate(kinds):
            chosen = KINDS[kind]
            height = 700
            width = min(round(height * chosen.width_mm / chosen.height_mm), room - 70)
            work = chosen.paint(Studio(seed + place, width, height)).image.convert("RGBA")
            _put(image, work, (place * room + (room - work.width) // 2, 130))
        return image

    return make


def jpeg(scene: Scene) -> bytes:
    """The picture as a file."""
    buffer = BytesIO()
    scene.make().save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


def _solid(kind: str, seed: int, size: int) -> Image.Image:
    """A thing without its empty margins, `size` points along its longer side."""
    work = KINDS[kind].paint(Studio(seed, round(size * 1.25), round(size * 1.25))).image
    work = work.convert("RGBA")
    box = work.getchannel("A").getbbox()
    work = work.crop(box) if box else work
    share = size / max(work.size)
    return work.resize(
        (round(work.width * share), round(work.height * share)), Image.Resampling.LANCZOS
    )


def _put(image: Image.Image, work: Image.Image, at: tuple[int, int], *, turn: float = 0) -> None:
    if turn:
        work = work.rotate(turn, Image.Resampling.BICUBIC, expand=True)
    alpha = work.getchannel("A")
    views.shadow(image, alpha, (at[0] + 8, at[1] + 16), 12, 0.4)
    image.paste(work, at, alpha)


BLUE: Final = (150, 178, 196)
PALE: Final = (236, 229, 214)
DUSK: Final = (196, 176, 160)
STONE: Final = (206, 203, 197)
WARM: Final = (214, 202, 184)

SCENES: Final = {
    scene.name: scene
    for scene in (
        Scene("garden", painted("flower_bird", 21), "园中花鸟", "设色画：花枝上的鸟", "Colour painting of a bird on a flowering branch"),
        Scene("street", painted("bamboo", 33), "墙边的竹", "水墨画：墙边的竹子", "Ink painting of bamboo by a wall"),
        Scene("fuyan", hills(77), "浮烟山", "水墨画：山峰浮在雾里", "Ink painting of peaks floating in mist"),
        Scene("kites", sky(("kite_swallow", "kite_butterfly", "kite_goldfish"), 5, BLUE, PALE), "三只风筝", "天上三只风筝：沙燕、蝴蝶和金鱼", "Three kites in the sky: a swallow, a butterfly and a goldfish"),
        Scene("kite-eagle", sky(("kite_eagle", "kite_swallow", "kite_butterfly"), 23, DUSK, PALE), "黄昏的鹰", "黄昏的天上，一只鹰形风筝和两只小风筝", "An eagle kite and two small kites in an evening sky"),
        Scene("kite-goldfish", sky(("kite_goldfish", "kite_goldfish", "kite_swallow"), 31, BLUE, WARM), "金鱼风筝", "天上两只金鱼风筝和一只沙燕", "Two goldfish kites and a swallow in the sky"),
        Scene("bronzes", shelf(("bronze_ding", "bronze_hu", "bronze_zun"), 9, STONE), "三件仿古铜", "三件现代仿古铜器：鼎、壶和尊", "Three modern bronzes after ancient forms: a ding, a hu and a zun"),
        Scene("bronze-jue", shelf(("bronze_jue", "bronze_hu"), 15, WARM), "爵与壶", "两件现代仿古铜器：爵和壶", "Two modern bronzes after ancient forms: a jue and a hu"),
        Scene("prints", wall(("newyear_fish", "newyear_guardian", "newyear_child"), 3, WARM), "三张年画", "墙上三张木版年画：鲤鱼、门神和娃娃", "Three New Year prints on a wall: a carp, a door guardian and a child"),
        Scene("print-child", wall(("newyear_child", "papercut"), 19, PALE), "年画与剪纸", "墙上一张娃娃年画和一张剪纸", "A New Year print of a child and a paper-cut on a wall"),
        Scene("inlay", shelf(("lacquer_box", "inkstone"), 27, STONE), "盒与砚", "一只漆盒和一方砚", "A lacquer box and an inkstone"),
        Scene("lotus", painted("lotus", 8), "荷", "设色画：荷叶和荷花", "Colour painting of lotus leaves and flowers"),
        Scene("birds", painted("flower_bird", 14), "花鸟", "设色画：枝头的花和鸟", "Colour painting of blossom and a bird on a branch"),
        Scene("bamboo", painted("bamboo", 6), "墨竹", "水墨画：竹子", "Ink painting of bamboo"),
        Scene("plum", painted("plum", 11), "梅", "水墨画：梅枝和花", "Ink painting of a flowering plum branch"),
        Scene("market", wall(("newyear_guardian", "newyear_fish", "papercut", "newyear_child"), 45, PALE), "市集上的纸货", "墙上四张年画和剪纸", "Four prints and paper-cuts on a wall"),
    )
}  # fmt: skip
