"""Pages about the API: its description, tokens, webhooks."""
