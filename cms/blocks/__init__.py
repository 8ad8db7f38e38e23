"""What editors put on pages, block by block; each kind of page takes its own set."""

from wagtail import blocks

from .pictures import (
    ChartBlock,
    FigureBlock,
    GalleryBlock,
    MapBlock,
    PictureBlock,
    TimetableBlock,
)
from .records import ArtistBlock, CurrentBlock, NumberBlock, SaleBlock, WorkBlock, WorksBlock
from .texts import (
    FEATURES,
    CallBlock,
    FactsBlock,
    HeadingBlock,
    NoticeBlock,
    QuotationBlock,
    TextBlock,
    VersionBlock,
)

__all__ = [
    "ArticleBlocks",
    "BodyBlocks",
    "CurrentBlock",
    "DistrictBlocks",
    "EventBlocks",
    "NoticeBlock",
    "NumberBlock",
    "TopicBlocks",
    "VersionBlocks",
    "ViewingBlocks",
    "WorksBlock",
]


class BodyBlocks(blocks.StreamBlock):
    """The body of a page of words."""

    heading = HeadingBlock(max_length=80)
    text = TextBlock(features=FEATURES)
    works = WorksBlock()
    notice = NoticeBlock()


class ArticleBlocks(blocks.StreamBlock):
    """Words and pictures."""

    heading = HeadingBlock(max_length=80)
    text = TextBlock(features=FEATURES)
    picture = PictureBlock()
    gallery = GalleryBlock()
    quotation = QuotationBlock()
    facts = FactsBlock()
    figure = FigureBlock()
    chart = ChartBlock()
    notice = NoticeBlock()
    call = CallBlock()
    work = WorkBlock()
    works = WorksBlock()


class EventBlocks(ArticleBlocks):
    """What an event or exhibition is made of."""

    timetable = TimetableBlock()
    artist = ArtistBlock()
    sale = SaleBlock()
    map = MapBlock()


class DistrictBlocks(EventBlocks):
    """What a place is told with."""


class TopicBlocks(EventBlocks):
    """What a topic is told with."""


class ViewingBlocks(blocks.StreamBlock):
    """A walk along works, with words and pictures between."""

    work = WorkBlock()
    heading = HeadingBlock(max_length=80)
    text = TextBlock(features=FEATURES)
    picture = PictureBlock()
    quotation = QuotationBlock()


class VersionBlocks(blocks.StreamBlock):
    version = VersionBlock()
