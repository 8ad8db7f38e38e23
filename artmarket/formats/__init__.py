"""How dates and times are written for readers, one module a language (look.md: typography)."""
