"""Reads about loans, what secures them and where it is kept. Nothing here writes."""
