"""Filters for the list of sessions."""

from django import template

from artmarket.accounts import devices

register = template.Library()
register.filter("device_words", devices.device_words)
register.filter("short_address", devices.short_address)
