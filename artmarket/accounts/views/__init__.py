"""Pages of people and organisations; a session that ended meanwhile: see accounts.access."""
