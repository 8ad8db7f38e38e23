"""Reads that pages, feeds and the API share."""
