"""Sales and their lots, the engine of bidding; `listings` is the other way of selling."""
