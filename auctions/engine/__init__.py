"""The rules of bidding as pure functions: ladders, proxy maxima, reserves, closing, sealed bids.

Amounts are whole numbers of the smallest unit of one currency, moments are aware datetimes given
by the caller. Nothing here knows Django, a database or a clock. Rules: auction rules §2, §6, §7.
"""
