"""Wagtail's search in the database with queries cut like the texts, for the site and the admin.

Named by WAGTAILSEARCH_BACKENDS. Models whose texts are not cut (documents, people) are asked as
Wagtail asks them.
"""

from typing import Any

from django.db.models import QuerySet
from wagtail.models import AbstractPage
from wagtail.search.backends import database

from .search_fields import rewritten


def SearchBackend(params: dict[str, Any]) -> Any:
    """The engine of the default database, as Wagtail chooses it."""
    # Words are spelled in letters: an English stem of them would be nonsense.
    stock = database.SearchBackend(params | {"SEARCH_CONFIG": "simple"})
    stock.__class__ = _cutting(type(stock))
    return stock


def _cutting(stock: type[Any]) -> type[Any]:
    class CuttingBackend(stock):  # type: ignore[misc]
        def _search(
            self, query_compiler_class: Any, query: Any, model_or_queryset: Any, **kwargs: Any
        ) -> Any:
            model = (
                model_or_queryset.model
                if isinstance(model_or_queryset, QuerySet)
                else model_or_queryset
            )
            if query and is_cut(model):
                typing = query_compiler_class is self.autocomplete_query_compiler_class
                query = rewritten(query, typing=typing)
            return super()._search(query_compiler_class, query, model_or_queryset, **kwargs)

    return CuttingBackend


def is_cut(model: Any) -> bool:
    """Whether the texts of this model stand in the index in pieces."""
    return issubclass(model, AbstractPage) or getattr(model, "texts_are_cut", False)
