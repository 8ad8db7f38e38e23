"""Registering for what happens: limits, words, forms, who may, what is kept of people.

Changes of state are in `cms.services` (`bookings`, `waiting`, `tickets`, `check_in`).
"""
