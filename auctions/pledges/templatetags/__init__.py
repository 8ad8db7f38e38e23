"""Tags of the pages about loans."""
