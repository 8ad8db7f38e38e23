"""Changes of state of sales, lots, bidders and bids."""
