"""Pure rules of the catalogue: completeness, dates, dimensions, numbers, relics, editions, terms.

Nothing here knows the database, the network, the clock or chance; the only file read is the
catalogue's own vocabulary. The rules come from the registry rules, sections 1, 2, 5 and 9.
"""
