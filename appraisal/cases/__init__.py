"""Authentication cases: what pages, desks and duties need beside the services."""
