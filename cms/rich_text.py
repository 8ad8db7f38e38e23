"""Rich text as it may be shown: what the editor offers, and nothing else.

The editor lets nothing else in; imports, the API and old revisions could. What is not on the list
goes out when the text is shown, so that no script ever reaches a page, whoever stored it.
"""

from functools import lru_cache
from typing import Any

from bs4.element import PreformattedString
from wagtail.whitelist import Whitelister, allow_without_attributes, attribute_rule, check_url

DROPPED_WHOLE = ("script", "style", "iframe", "object", "template", "noscript", "svg", "math")


class _Cleaner(Whitelister):
    element_rules = {
        "[document]": allow_without_attributes,
        "a": attribute_rule({"href": check_url, "linktype": True, "id": True}),
        **dict.fromkeys(
            ("p", "h3", "b", "strong", "br", "ol", "ul", "li"), allow_without_attributes
        ),
    }

    def clean_tag_node(self, doc: Any, tag: Any) -> None:
        if tag.name in DROPPED_WHOLE:
            tag.decompose()
            return
        super().clean_tag_node(doc, tag)

    def clean_string_node(self, doc: Any, node: Any) -> None:
        """Words stay; comments, CDATA and declarations, which are written unescaped, go."""
        if isinstance(node, PreformattedString):
            node.extract()


@lru_cache(maxsize=512)
def cleaned(source: str) -> str:
    """The text with the elements and attributes that are offered; others are unwrapped or gone."""
    return str(_Cleaner().clean(source))
