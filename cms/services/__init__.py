"""Every change of state of what the district publishes."""
