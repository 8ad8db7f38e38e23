"""Joining words in a template:  {% load punctuation %}{{ reasons|clauses }}"""

from django import template

from artmarket.core import punctuation

register = template.Library()
register.filter("listed", punctuation.listed)
register.filter("clauses", punctuation.clauses)
