"""Pages of loans: thin; they ask selectors and call services."""
