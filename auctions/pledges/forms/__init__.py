"""What is typed about loans; a module for each part."""
