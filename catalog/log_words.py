"""The public log in words: what an entry says, what the audit found, why a witness refuses."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.engine.log import LogError

Text = str | Promise

_kinds: dict[str, Text] = {
    "work.registered": gettext_lazy("登记作品"),
    "work.merged": gettext_lazy("登记号并入另一个"),
    "title.moved": gettext_lazy("权属转移"),
    "encumbrance.taken": gettext_lazy("设立权利限制"),
    "encumbrance.released": gettext_lazy("解除权利限制"),
}
_refusals: dict[str, Text] = {
    "older_checkpoint": gettext_lazy("旧检查点又被拿出来：日志比已经签过的还短"),
    "fork": gettext_lazy("分叉：两份检查点里，哪一份也不包含另一份"),
    "wrong_origin": gettext_lazy("是另一本日志的检查点"),
    "wrong_signature": gettext_lazy("签名与内容不符"),
    "no_trusted_signature": gettext_lazy("没有日志自己的签名"),
    "malformed_tile": gettext_lazy("分片的长度不对"),
    "wrong_proof_length": gettext_lazy("证明的长度不对"),
}


def name_kind(kind: str, words: Text) -> None:
    """Give the facts of an upper floor a name (AppConfig.ready)."""
    _kinds[kind] = words


def kind_words(kind: str) -> str:
    """What happened; an unknown kind as it is written."""
    return str(_kinds.get(kind, kind))


def refusal_words(error: LogError) -> str:
    """Why something does not belong to the log."""
    known = _refusals.get(error.code)
    return str(known) if known else str(error)


def fault_words(fault: Mapping[str, Any]) -> str:
    """One fault of an audit, naming the entry, the tile or the checkpoint. Positions from zero."""
    return _FAULTS.get(str(fault.get("fault")), _unknown)(fault)


def _entry(fault: Mapping[str, Any]) -> str:
    place = {"position": fault["index"], "other": fault.get("other")}
    told = {
        "changed": _("第%(position)d条被改成了别的内容"),
        "removed": _("第%(position)d条不见了"),
        "inserted": _("第%(position)d条之前插进了没有登记过的条目"),
        "swapped": _("第%(position)d条和第%(other)d条换了位置"),
        "reordered": _("从第%(position)d条起次序被打乱"),
    }[fault["kind"]] % place
    if fault["is_signed"]:
        return _("%(told)s；有签名的检查点为证。") % {"told": told}
    return _("%(told)s；或者是存下的摘要被改了，还没有签名能分辨。") % {"told": told}


def _hash(fault: Mapping[str, Any]) -> str:
    place = {
        "level": fault["level"],
        "tile": fault["index"] // 256,
        "hash": fault["index"] % 256,
    }
    if fault["is_missing"]:
        return _("分片%(level)d/%(tile)d里缺第%(hash)d个摘要。") % place
    return _("分片%(level)d/%(tile)d里第%(hash)d个摘要被改了。") % place


def _checkpoint(fault: Mapping[str, Any]) -> str:
    place = {"size": fault["size"], "since": fault["since"]}
    return {
        "other_log": _("大小为%(size)d的检查点是另一本日志的。"),
        "replayed": _("大小为%(size)d的旧检查点在更大的之后又出现。"),
        "fork": _(
            "分叉：大小为%(size)d的检查点不是这本日志长出来的，第%(since)d条以后分成两种历史。"
        ),
        "beyond": _("已经签到%(size)d条，现在没有这么多。"),
        "contradicted": _("现有条目得不出大小为%(size)d的检查点，改动在第%(since)d条以后。"),
    }[fault["kind"]] % place


def _unreadable(fault: Mapping[str, Any]) -> str:
    if fault.get("size") is None:
        return _("交来的检查点打不开：%(why)s") % {"why": fault["why"]}
    return _("大小为%(size)d的检查点打不开：%(why)s") % {"size": fault["size"], "why": fault["why"]}


def _cosignature(fault: Mapping[str, Any]) -> str:
    return _("见证人%(witness)s签过的大小为%(size)d的检查点，与现在存的不是同一份。") % {
        "witness": fault["witness"],
        "size": fault["size"],
    }


def _suspects(fault: Mapping[str, Any]) -> str:
    return _("条目和摘要被一起改过，改动在第%(first)d条到第%(last)d条之间。") % {
        "first": fault["first"],
        "last": fault["before"] - 1,
    }


def _unknown(fault: Mapping[str, Any]) -> str:
    return str(dict(fault))


_FAULTS = {
    "EntryFault": _entry,
    "HashFault": _hash,
    "CheckpointFault": _checkpoint,
    "checkpoint": _unreadable,
    "cosignature": _cosignature,
    "suspects": _suspects,
}
