"""English ways of writing dates."""
