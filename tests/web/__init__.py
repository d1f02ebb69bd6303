"""Every page, as each person."""
