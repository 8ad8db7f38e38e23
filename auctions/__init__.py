"""Ways of selling: one package per way."""
