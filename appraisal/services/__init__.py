"""What changes the record of other people's papers."""
