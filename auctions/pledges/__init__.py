"""Loans against works and pawn: what is owed, what secures it, and what follows default."""
