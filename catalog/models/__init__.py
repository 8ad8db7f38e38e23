"""What the catalogue stores; one module per subject."""

from .gates import GateClearance, WorkPermit
from .log import (
    LogAudit,
    LogCheckpoint,
    LogCosignature,
    LogEntry,
    LogQueued,
    LogSecret,
    LogTile,
)
from .people import Artist, ArtistIdentifier, ArtistName
from .provenance import ProvenancePeriod, ProvenanceText
from .record import (
    Encumbrance,
    ImportRejection,
    ImportRun,
    RegistryNumber,
    ReviewRemark,
    SavedSearch,
    SourceRecord,
    TitleEvent,
    TitleShare,
)
from .search import FacetSnapshot, SearchEntry, SearchName
from .stolen import (
    StolenChange,
    StolenCheck,
    StolenEntry,
    StolenHit,
    StolenKey,
    StolenList,
)
from .terms import Term
from .works import (
    Attribution,
    Citation,
    Concept,
    Dimension,
    Edition,
    Inscription,
    Work,
    WorkPart,
    WorkPhoto,
    WorkTerm,
)

__all__ = [
    "Artist",
    "ArtistIdentifier",
    "ArtistName",
    "Attribution",
    "Citation",
    "Concept",
    "Dimension",
    "Edition",
    "Encumbrance",
    "FacetSnapshot",
    "GateClearance",
    "ImportRejection",
    "ImportRun",
    "Inscription",
    "LogAudit",
    "LogCheckpoint",
    "LogCosignature",
    "LogEntry",
    "LogQueued",
    "LogSecret",
    "LogTile",
    "ProvenancePeriod",
    "ProvenanceText",
    "RegistryNumber",
    "ReviewRemark",
    "SavedSearch",
    "SearchEntry",
    "SearchName",
    "SourceRecord",
    "StolenChange",
    "StolenCheck",
    "StolenEntry",
    "StolenHit",
    "StolenKey",
    "StolenList",
    "Term",
    "TitleEvent",
    "TitleShare",
    "Work",
    "WorkPart",
    "WorkPermit",
    "WorkPhoto",
    "WorkTerm",
]
