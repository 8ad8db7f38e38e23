"""Condition reports: forms, terms, reading, drawing and printing."""
