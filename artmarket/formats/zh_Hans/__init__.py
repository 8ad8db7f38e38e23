"""Chinese ways of writing dates."""
