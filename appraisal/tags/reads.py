"""Reads about tags. Nothing here writes."""

from django.db.models import Prefetch, QuerySet

from appraisal.enums import TagState
from appraisal.models import Tag, TagBinding
from artmarket.core.once import once
from catalog.models import Work


def bindings_of(work: Work) -> QuerySet[TagBinding]:
    """All that ever was bound to a work, those in force first."""
    rows = TagBinding.objects.filter(work=work).order_by("ended_at", "pk")
    return rows.select_related("tag", "attached_by", "confirmed_by", "ended_by", "photograph")


def live_tags(work: Work) -> list[TagBinding]:
    """The whole tags on a work, read once for one page."""
    rows = TagBinding.objects.live().filter(work=work, tag__state=TagState.BOUND)
    return once(work, "live_tags", lambda: list(rows.select_related("tag").order_by("pk")))


def tag_of_address(token: str) -> Tag | None:
    """The tag that an address names, with the work it hangs on as `on`."""
    live = TagBinding.objects.live().select_related("work")
    return (
        Tag.objects.filter(token=token.upper())
        .prefetch_related(Prefetch("bindings", queryset=live, to_attr="on"))
        .first()
    )


def broken_tags() -> QuerySet[TagBinding]:
    """Tags found broken that nobody has taken off yet: somebody must look at the thing."""
    rows = TagBinding.objects.live().filter(tag__state=TagState.BROKEN)
    return rows.select_related("tag", "work").order_by("-tag__ended_at")


def blank_labels() -> QuerySet[Tag]:
    """Seal labels that were made and not used yet, the newest first."""
    return Tag.objects.filter(state=TagState.BLANK, kind="seal").order_by("-pk")
