"""A New Year print: a laughing child that lifts a lotus among fruit and peonies."""

from PIL import Image

from catalog.demo.pictures.prints import (
    GREEN,
    KEY,
    PINK,
    PURPLE,
    RED,
    SHEET,
    YELLOW,
    Block,
    frame,
    leaf,
    oval,
    peony,
)
from catalog.demo.pictures.studio import Colour, Piece, Point, Studio, curve, ink
from catalog.demo.pictures.writing import column, seal


def child(studio: Studio) -> Piece:
    """A laughing child that holds a lotus and sits among fruit."""
    rng, tall = studio.rng, studio.tall
    block = Block(studio)
    coat = rng.choice((RED, GREEN, PURPLE))
    skin: Colour = (250, 222, 196)
    k = tall / 1300
    for x, y, tint in ((190, 260, PINK), (820, 300, RED)):
        peony(block, x, y * k, 110, tint)
        for a in (70, 120):
            leaf(block, x, y * k + 90, a, 120)
    for x in (-1, 1):
        block.shape(
            [
                (500 + x * a, b * k)
                for a, b in curve((30, 1010), (220, 930), (380, 1010), (330, 1130))
                + curve((330, 1130), (220, 1180), (80, 1160), (20, 1110))
            ],
            GREEN,
            7,
        )
        block.shape([(500 + x * a, b * k) for a, b in oval(320, 1136, 74, 46)], RED, 6)
    block.shape(
        [
            (500 + a, b * k)
            for a, b in curve((-190, 1050), (-260, 860), (-200, 720), (-90, 700))
            + curve((90, 700), (200, 720), (260, 860), (190, 1050))
        ],
        coat,
        7,
    )
    for a, b in ((-90, 960), (92, 960), (0, 1000)):
        peony(block, 500 + a, b * k, 48, YELLOW)
    bib = curve((-110, 700), (-150, 800), (-90, 900), (0, 920)) + curve(
        (0, 920), (90, 900), (150, 800), (110, 700)
    )
    block.shape([(500 + a, b * k) for a, b in bib], YELLOW, 6)
    block.shape([(500 + a, b * k) for a, b in oval(0, 800, 54, 54)], RED, 5)
    for x in (-1, 1):
        arm = curve((x * 170, 760), (x * 330, 760), (x * 320, 620), (x * 260, 560)) + curve(
            (x * 260, 560), (x * 200, 620), (x * 200, 680), (x * 120, 720)
        )
        block.shape([(500 + a, b * k) for a, b in arm], coat, 7)
        block.shape([(500 + a, b * k) for a, b in oval(x * 258, 556, 46, 44)], skin, 6)
    _child_face(block, k, skin)
    _lotus_and_fruit(block, k)
    frame(block, tall)
    image = block.printed()
    place = _written(studio, image)
    return Piece(image, place, (0.5, 0.42))


def _lotus_and_fruit(block: Block, k: float) -> None:
    """The lifted lotus and two peaches."""
    stem = curve((760, 600 * k), (790, 480 * k), (760, 380 * k), (700, 250 * k))
    block.colours.stroke(stem, (14, 12), (*GREEN, 255))
    block.key.line(stem, 255, 4)
    for a in range(-160, -10, 30):
        leaf(block, 700, 250 * k, a, 120, PINK)
    block.shape(oval(700, 236 * k, 46, 30), YELLOW, 5)
    for x in (150, 860):
        block.disc(x, 1120 * k, 74, PINK, 6)
        leaf(block, x, 1060 * k, -120 if x < 500 else -60, 90)


def _child_face(block: Block, k: float, skin: Colour) -> None:
    block.shape([(500 + a, b * k) for a, b in oval(0, 520, 196, 190, 44)], skin, 7)
    for x in (-1, 1):
        block.shape([(500 + a, b * k) for a, b in oval(x * 200, 540, 32, 42)], skin, 6)
        block.shape([(500 + a, b * k) for a, b in oval(x * 150, 346, 62, 56)], KEY, 4)
        block.shape([(500 + a, b * k) for a, b in oval(x * 150, 396, 40, 20)], RED, 4)
        block.key.line(
            [
                (500 + a, b * k)
                for a, b in curve((x * 40, 470), (x * 66, 444), (x * 100, 446), (x * 124, 470))
            ],
            255,
            7,
        )
        block.shape([(500 + a, b * k) for a, b in oval(x * 82, 506, 34, 25)], SHEET, 5)
        block.shape([(500 + a, b * k) for a, b in oval(x * 80, 508, 16, 18, 16)], KEY, 2)
        block.shape([(500 + a, b * k) for a, b in oval(x * 122, 588, 38, 30)], PINK, 0)
    block.shape(
        [
            (500 + a, b * k)
            for a, b in curve((-70, 352), (-50, 400), (50, 400), (70, 352))
            + curve((70, 352), (40, 322), (-40, 322), (-70, 352))
        ],
        KEY,
        3,
    )
    block.key.line(
        [(500 + a, b * k) for a, b in curve((-18, 566), (-8, 582), (8, 582), (18, 566))], 255, 5
    )
    block.shape(
        [
            (500 + a, b * k)
            for a, b in curve((-60, 612), (-30, 676), (30, 676), (60, 612))
            + curve((60, 612), (30, 628), (-30, 628), (-60, 612))
        ],
        RED,
        5,
    )
    block.shape([(500 + a, b * k) for a, b in oval(0, 430, 15, 15, 14)], RED, 3)


def _written(studio: Studio, image: Image.Image) -> Point:
    """Four characters and a seal on the left; returns the seal."""
    text = studio.layer()
    column(text, studio.rng, 120, studio.tall * 0.42, count=4, size=66, cursive=0.1)
    ink(image, text.done(), KEY, 0.95)
    return seal(studio, image, 92, studio.tall * 0.42 + 320, 58)
