"""Settlement of what was sold: invoice, payment, hand-over, claims, release, default.

Every service locks the work, then the lot, whose lock is also that of its settlement; the accounts
of the books come last. What may follow what is decided by `engine.settlement` alone.
"""
