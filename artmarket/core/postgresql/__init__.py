"""Django's PostgreSQL engine with what we ask of it thousands of times a minute made cheap."""
