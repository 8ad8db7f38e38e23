"""Certificates: numbers, facts, the package that is signed, papers, and the words of a check."""
