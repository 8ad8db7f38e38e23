"""Pages of sales; thin: parse, call a service, render."""
