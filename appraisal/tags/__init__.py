"""Tags on works: forms, reads, labels and what is shown."""
