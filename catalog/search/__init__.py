"""Search of the catalogue: what may be called from outside this package.

Services call `index_works` in the transaction of their change; the importer `write_documents`;
apps of higher floors register facets, prices and kinds of suggestions in AppConfig.ready.
"""

from .documents import WorkDocument
from .facets import register_facet_source, register_price_source
from .indexing import index_artists, index_works, reindex, write_documents
from .query import SearchQuery
from .selector import SearchPage, matching_ids, search
from .suggest import Suggestion, register_kind, suggest

__all__ = [
    "SearchPage",
    "SearchQuery",
    "Suggestion",
    "WorkDocument",
    "index_artists",
    "index_works",
    "matching_ids",
    "register_facet_source",
    "register_kind",
    "register_price_source",
    "reindex",
    "search",
    "suggest",
    "write_documents",
]
