"""Signals of shill bidding for a person who looks: never a ban, never told to the public.

`origins` keeps keyed hashes of where sessions came from and finds what two people share, `scoring`
makes scores from the bids that count, `reviewing` records what a reviewer decided, `wording` says
it. Auction rules §14.
"""
