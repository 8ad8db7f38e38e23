"""Addresses of loans, a module for each kind of user or part of the work."""
