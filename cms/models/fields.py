"""A stream of blocks whose kinds are not written into migrations.

The column is JSON whatever the blocks are; freezing each block with its labels would make a
migration of every changed word, thousands of lines long.
"""

from typing import TYPE_CHECKING, Any

from wagtail.fields import StreamField


class BlocksField(StreamField):
    """StreamField that migrations know without its blocks."""

    if TYPE_CHECKING:
        # Raw data, a list of pairs or a StreamValue may be set; what is read is a StreamValue.
        def __get__(self, instance: Any, owner: Any) -> Any: ...
        def __set__(self, instance: Any, value: Any) -> None: ...

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [[]], kwargs
