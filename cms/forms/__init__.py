"""What people type about the district, by what it is for."""
