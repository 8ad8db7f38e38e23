"""Pictures of works that never were: what the demonstration district shows.

Every picture comes from a seed, shapes and noise, so that it is the same everywhere and belongs
to nobody. It never reads a file, a font or the clock. The views follow what a registry asks for:
the whole with a ruler, the back or base, a detail, the seal or inscription.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Literal

from PIL import Image

from catalog.demo.pictures import (
    bronzes,
    child,
    fans,
    flowers,
    ink,
    kites,
    objects,
    oils,
    plants,
    prints,
    sheets,
    views,
    writing,
)
from catalog.demo.pictures.studio import Piece, Studio

View = Literal["overall", "verso", "detail", "seal"]
Form = Literal["flat", "solid"]
Mount = Literal["scroll", "sheet", "frame", "none"]


@dataclass(frozen=True)
class Kind:
    """One kind of work: how it is drawn, whether it is flat, and its usual size.

    height_mm and width_mm are the size of the picture itself for flat works (without mount),
    of the whole for solid ones.
    """

    name: str
    paint: Callable[[Studio], Piece]
    form: Form
    mount: Mount
    height_mm: int
    width_mm: int

    @property
    def aspect(self) -> float:
        """Width divided by height."""
        return self.width_mm / self.height_mm


def _kinds() -> dict[str, Kind]:
    table: tuple[tuple[str, Callable[[Studio], Piece], Form, Mount, int, int], ...] = (
        ("landscape", ink.landscape, "flat", "scroll", 1360, 680),
        ("landscape_leaf", ink.landscape, "flat", "sheet", 450, 680),
        ("bamboo", plants.bamboo, "flat", "scroll", 1360, 520),
        ("plum", plants.plum, "flat", "scroll", 1200, 600),
        ("orchid", plants.orchid, "flat", "scroll", 1000, 520),
        ("lotus", flowers.lotus, "flat", "sheet", 680, 680),
        ("flower_bird", flowers.flower_bird, "flat", "sheet", 690, 680),
        ("calligraphy", writing.scroll, "flat", "scroll", 1360, 520),
        ("couplet", writing.couplet, "flat", "none", 1360, 760),
        ("folding_fan", fans.folding, "solid", "none", 320, 520),
        ("round_fan", fans.round_fan, "solid", "none", 380, 270),
        ("kite_swallow", kites.swallow, "solid", "none", 1000, 1000),
        ("kite_dragon", kites.dragon, "solid", "none", 2400, 2400),
        ("kite_butterfly", kites.butterfly, "solid", "none", 900, 900),
        ("kite_goldfish", kites.goldfish, "solid", "none", 1000, 1000),
        ("kite_eagle", kites.eagle, "solid", "none", 1500, 1500),
        ("bronze_ding", bronzes.ding, "solid", "none", 420, 420),
        ("bronze_hu", bronzes.hu, "solid", "none", 460, 460),
        ("bronze_zun", bronzes.zun, "solid", "none", 340, 340),
        ("bronze_jue", bronzes.jue, "solid", "none", 240, 240),
        ("newyear_fish", prints.carp, "flat", "sheet", 560, 420),
        ("newyear_guardian", prints.guardian, "flat", "sheet", 600, 400),
        ("newyear_child", child.child, "flat", "sheet", 560, 420),
        ("papercut", sheets.papercut, "flat", "sheet", 450, 450),
        ("modern_print", sheets.modern, "flat", "sheet", 700, 560),
        ("inkstone", objects.inkstone, "solid", "none", 210, 160),
        ("lacquer_box", objects.lacquer_box, "solid", "none", 180, 290),
        ("oil_field", oils.field, "flat", "frame", 600, 800),
        ("oil_sea", oils.sea, "flat", "frame", 500, 720),
    )
    return {row[0]: Kind(*row) for row in table}


KINDS: dict[str, Kind] = _kinds()


def draw(
    kind: str,
    *,
    seed: int,
    view: View,
    long_edge: int = 1400,
    size_mm: tuple[int, int] | None = None,
) -> Image.Image:
    """Draw one view of one work.

    Arguments: kind, a key of KINDS; seed, which work it is (the same seed gives the same work in
    every view); long_edge in pixels; size_mm, the work's height and width, when it differs from
    the kind's usual size, so that shape and ruler are true.
    Raises KeyError for an unknown kind.
    """
    return draw_views(kind, seed=seed, edges={view: long_edge}, size_mm=size_mm)[view]


def draw_views(
    kind: str,
    *,
    seed: int,
    edges: Mapping[View, int],
    size_mm: tuple[int, int] | None = None,
) -> dict[View, Image.Image]:
    """Draw several views of one work, which is painted only once.

    Arguments as of `draw`; `edges` gives the long edge of each view that is wanted.
    """
    chosen = KINDS[kind]
    height_mm, width_mm = size_mm or (chosen.height_mm, chosen.width_mm)
    rubbed = "seal" in edges and kind.startswith("bronze")
    painted = {view: edge for view, edge in edges.items() if not (rubbed and view == "seal")}
    images: dict[View, Image.Image] = {}
    if rubbed:
        edge = edges["seal"]
        images["seal"] = bronzes.rubbing(Studio(seed, round(edge * 0.7), edge))
    if not painted:
        return images
    edge = max(_work_edge(chosen, view, size) for view, size in painted.items())
    piece = _piece(chosen, seed, height_mm / width_mm, edge)
    for view, size in painted.items():
        images[view] = _view(chosen, piece, seed, view, size, height_mm)
    return images


def jpegs(
    kind: str, seed: int, edges: dict[View, int], size_mm: tuple[int, int]
) -> dict[View, bytes]:
    """The same as files: what a pool of processes is given to do."""
    files: dict[View, bytes] = {}
    for view, image in draw_views(kind, seed=seed, edges=edges, size_mm=size_mm).items():
        buffer = BytesIO()
        image.save(buffer, "JPEG", quality=90)
        files[view] = buffer.getvalue()
    return files


def _view(
    kind: Kind, piece: Piece, seed: int, view: View, long_edge: int, height_mm: int
) -> Image.Image:
    if view in ("detail", "seal"):
        return _close(piece, seed, view, long_edge)
    piece = _fitted(piece, _work_edge(kind, view, long_edge))
    if view == "verso":
        if kind.form == "flat":
            return _laid(views.verso_flat(piece, seed), seed, long_edge, height_mm)
        back = views.verso_solid(piece, kind.name, seed)
        return _stood(back, seed, long_edge, height_mm, flat=True)
    if kind.form == "solid":
        lying = not kind.name.startswith("bronze")
        return _stood(piece.image, seed, long_edge, height_mm, flat=lying)
    whole, _, _ = views.mounted(piece.image, kind.mount, seed, piece.image.width / 1000)
    return _laid(whole, seed, long_edge, height_mm, work_height=piece.image.height)


def _work_edge(kind: Kind, view: View, long_edge: int) -> int:
    """How long the work itself is drawn for a view, so that it fits with its mount."""
    if view in ("detail", "seal"):
        return round(long_edge * 1.15)
    share = {"scroll": 0.68, "frame": 0.8, "sheet": 0.84, "none": 0.86}[kind.mount]
    return round(long_edge * (0.84 if view == "verso" else share))


def _piece(kind: Kind, seed: int, ratio: float, long_edge: int) -> Piece:
    """Draw the work alone; ratio is height by width."""
    if ratio >= 1:
        return kind.paint(Studio(seed, round(long_edge / ratio), long_edge))
    return kind.paint(Studio(seed, long_edge, round(long_edge * ratio)))


def _fitted(piece: Piece, long_edge: int) -> Piece:
    """The piece made smaller, when it was painted larger for the sake of another view."""
    longest = max(piece.image.size)
    if longest <= long_edge:
        return piece
    w, h = (max(1, round(v * long_edge / longest)) for v in piece.image.size)
    small = piece.image.resize((w, h), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return Piece(small, piece.seal, piece.detail)


def _laid(
    work: Image.Image, seed: int, long_edge: int, height_mm: int, *, work_height: int | None = None
) -> Image.Image:
    """A flat thing on the studio wall, a ruler and colour patches below it."""
    margin, foot = round(long_edge * 0.045), round(long_edge * 0.1)
    room = long_edge - margin - foot
    fit = min(1.0, room / work.height, (long_edge - 2 * margin) / work.width)
    if fit < 1:
        work = work.resize(
            (round(work.width * fit), round(work.height * fit)), Image.Resampling.LANCZOS
        )
    w = max(work.width + 2 * margin, round(long_edge * 0.62))
    h = work.height + margin + foot
    image = views.backdrop(w, h, seed)
    at = ((w - work.width) // 2, margin)
    cut = work.mode == "RGBA"
    shape = work.getchannel("A") if cut else Image.new("L", work.size, 255)
    views.shadow(image, shape, (at[0] + 3, at[1] + 8), long_edge * 0.009, 0.5)
    image.paste(work, at, shape if cut else None)
    drawn = (work_height * fit) if work_height else work.height
    _target(image, drawn / height_mm, margin)
    return image


def _stood(
    work: Image.Image, seed: int, long_edge: int, height_mm: int, *, flat: bool
) -> Image.Image:
    """A solid thing before the studio ground with its shadow."""
    margin, foot = round(long_edge * 0.06), round(long_edge * 0.1)
    w, h = work.width + 2 * margin, work.height + margin + foot
    image = views.backdrop(w, h, seed, (206, 203, 197))
    alpha = work.getchannel("A")
    if flat:
        views.shadow(image, alpha, (margin + 8, margin + 14), long_edge * 0.014, 0.5)
    else:
        box = alpha.getbbox() or (0, 0, *work.size)
        wide, floor = box[2] - box[0], margin + box[3]
        pool = Image.new("L", (round(wide * 1.06), max(8, round(wide * 0.12))), 0)
        views.ImageDraw.Draw(pool).ellipse((0, 0, pool.width - 1, pool.height - 1), fill=255)
        views.shadow(
            image,
            pool,
            (margin + box[0] + round(wide * 0.03), floor - pool.height * 2 // 3),
            long_edge * 0.016,
            0.66,
        )
    image.paste(work, (margin, margin), alpha)
    _target(image, work.height / height_mm, margin)
    return image


def _target(image: Image.Image, px_per_mm: float, margin: int) -> None:
    thick = max(13, round(min(image.size) * 0.017))
    y = image.height - thick * 4 - round(margin * 0.25)
    views.ruler(image, margin // 2, y, px_per_mm, round(image.width * 0.4))
    views.patches(image, image.width - margin // 2, y + thick)


def _close(piece: Piece, seed: int, view: View, long_edge: int) -> Image.Image:
    """A detail or the seal, cut from the work."""
    share, out = (0.56, 0.7) if view == "detail" else (0.3, 0.42)
    fx, fy = piece.detail if view == "detail" else piece.seal
    work = piece.image
    side = round(min(work.size) * share)
    left = min(max(0, round(fx * work.width - side / 2)), work.width - side)
    top = min(max(0, round(fy * work.height - side / 2)), work.height - side)
    cut = work.crop((left, top, left + side, top + side))
    if cut.mode == "RGBA":
        ground = views.backdrop(side, side, seed, (206, 203, 197))
        ground.paste(cut, (0, 0), cut.getchannel("A"))
        cut = ground
    target = round(long_edge * out)
    return cut.resize((target, target), Image.Resampling.LANCZOS)
