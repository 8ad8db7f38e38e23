"""Reads of sales, lots and bidders that pages, API and services share."""
