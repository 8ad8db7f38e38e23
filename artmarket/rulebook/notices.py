"""How long state property must be announced before it may be sold.

Source: 企业国有资产交易监督管理办法 (32号令, 2016); rules for listings, section 3.
"""

from datetime import date
from decimal import Decimal

from artmarket import rulebook

PROPERTY_RIGHT = "property_right"
ASSET = "asset"


def least_notice(kind: str, floor: Decimal, *, on: date | None = None) -> int | None:
    """Working days of notice for a state property right or tangible asset.

    Arguments: `kind` property_right or asset, `floor` the floor price in yuan. None means that
    the law sets no term and the house decides. Raises LookupError for another kind.
    """
    days = rulebook.get("listing.state_notice_working_days", on=on)
    if kind == PROPERTY_RIGHT:
        return days["property_right"]
    if kind != ASSET:
        raise LookupError(f"no notice period is known for {kind}")
    if floor <= rulebook.get("listing.state_asset_small_floor", on=on):
        return None
    large = floor >= rulebook.get("listing.state_asset_large_floor", on=on)
    return days["asset_large"] if large else days["asset"]
