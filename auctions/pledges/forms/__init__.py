"""Forms of loans, by part."""
