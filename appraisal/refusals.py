"""A refusal with several faults at once, each with the rule that it breaks."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from artmarket.core.errors import Invalid, Text


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: a code for the machine, words for the reader, its rule, and whom it concerns
    (an expert's name, a method, or nobody)."""

    code: str
    words: Text
    rule: str
    who: Text = ""


class Refused(Invalid):
    """Everything that stands against this step. `rule` is that of the first fault."""

    code = "faults"
    message = _("有几处不符合规则。")

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(
            faults[0].words if len(faults) == 1 else None,
            rule=faults[0].rule,
            faults=[
                {"code": f.code, "words": str(f.words), "rule": f.rule, "who": str(f.who)}
                for f in faults
            ],
        )

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the faults, in their order."""
        return tuple(fault.code for fault in self.faults)
