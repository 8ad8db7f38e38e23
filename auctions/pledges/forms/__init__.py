"""What is typed on the pages of loans; one module for each part."""
