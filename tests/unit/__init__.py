"""Pure functions, all their cases, no database."""
