"""Addresses of the district, by what they are for."""
