"""Tokens, signatures and addresses as pure functions: no Django, no clock of their own."""
