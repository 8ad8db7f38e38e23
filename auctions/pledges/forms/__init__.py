"""What is typed about loans; a module for each part."""
"""What is typed on the pages of loans; one module for each part."""
"""Forms of loans, by part."""
