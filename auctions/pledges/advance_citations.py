"""The rules that auction advances cite; their values stand in the rule book."""

from typing import Final

SHARE: Final = "pledge.low_estimate_share"
ADVANCE: Final = "lending.advance"
DAYS: Final = "lending.advance_days"
BURNED_FALL: Final = "pledge.burned_fall"
