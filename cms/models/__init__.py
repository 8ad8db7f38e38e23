"""Pages that editors keep, and what they tell of. Wagtail does the editing."""

from .base import BasePage, Picture, Rendition
from .bookings import Booking, CalendarAddress, CheckIn, Quota, Ticket, TicketType
from .editing import ApprovalTask, MissedSearch
from .enterprises import Enterprise, SupportMeasure
from .events import (
    EventIndexPage,
    EventPage,
    ExhibitionPage,
    ProgrammePage,
    SeriesPage,
    ViewingRoomPage,
)
from .key_list import KeyEnterprise, KeyList, KeyListChange, KeyListProposal
from .pages import ContentPage, HomePage
from .places import (
    DistrictPage,
    Place,
    PlaceBasePage,
    PlacePage,
    Room,
    StreetPage,
    VenuePage,
)
from .programmes import ExhibitedWork, Programme, Session
from .words import (
    ArticleIndexPage,
    ArticlePage,
    EnterprisePage,
    PeoplePage,
    PersonPage,
    PolicyPage,
    RecruitmentPage,
    StandardPage,
    TopicPage,
)

__all__ = [
    "ApprovalTask",
    "ArticleIndexPage",
    "ArticlePage",
    "BasePage",
    "Booking",
    "CalendarAddress",
    "CheckIn",
    "ContentPage",
    "DistrictPage",
    "Enterprise",
    "EnterprisePage",
    "EventIndexPage",
    "EventPage",
    "ExhibitedWork",
    "ExhibitionPage",
    "HomePage",
    "KeyEnterprise",
    "KeyList",
    "KeyListChange",
    "KeyListProposal",
    "MissedSearch",
    "PeoplePage",
    "PersonPage",
    "Picture",
    "Place",
    "PlaceBasePage",
    "PlacePage",
    "PolicyPage",
    "Programme",
    "ProgrammePage",
    "Quota",
    "RecruitmentPage",
    "Rendition",
    "Room",
    "SeriesPage",
    "Session",
    "StandardPage",
    "StreetPage",
    "SupportMeasure",
    "Ticket",
    "TicketType",
    "TopicPage",
    "VenuePage",
    "ViewingRoomPage",
]
