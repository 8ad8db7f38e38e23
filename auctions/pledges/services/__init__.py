"""Every change of a loan, of what is pledged for it and of where it is kept."""
