"""The books; payments stand beside them in modules of their own."""

from .books import Account, Entry, Period, Transfer

__all__ = ["Account", "Entry", "Period", "Transfer"]
