"""Pages of the catalogue; thin: parse, call a service or selector, render."""
