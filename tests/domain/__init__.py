"""Actions on the real database."""
