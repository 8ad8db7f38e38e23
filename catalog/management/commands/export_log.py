"""Write the public log as the files that are served, for a CDN or a mirror; safe to repeat.

Full tiles that are there are not written again. The checkpoint comes last, and only when the tiles
in the folder have its root, so a reader of the folder never sees a tree that is not all there.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from artmarket.core.errors import DomainError
from catalog import log_reads
from catalog.engine.log import (
    LogError,
    Tile,
    bundles_between,
    hashes_from_tiles,
    tiles_of,
    tree_root,
)


class Command(BaseCommand):
    """Exit 0: written. 1: the tiles do not have the root that was signed, or there is no tree."""

    help = "Write checkpoint, tiles and entry bundles of the public log to a folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        try:
            head = log_reads.head()
            size = head.signed.size
            tiles = (*tiles_of(size), *bundles_between(0, size))
            written = sum(_write(folder, tile) for tile in tiles)
            read = hashes_from_tiles(size, lambda tile: (folder / tile.path).read_bytes())
            root = tree_root(size, read)
        except (DomainError, LogError) as error:
            raise CommandError(str(error)) from error
        if root != head.signed.root:
            raise CommandError(_("分片算不出签过的树根，没有写检查点。"))
        _replace(folder / "checkpoint", head.note.encode())
        self.stdout.write(
            _("%(size)d条，新写%(written)d个文件。") % {"size": size, "written": written}
        )


def _write(folder: Path, tile: Tile) -> bool:
    path = folder / tile.path
    if tile.is_full and path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    _replace(path, log_reads.tile_bytes(tile))
    return True


def _replace(path: Path, content: bytes) -> None:
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(content)
    beside.replace(path)
