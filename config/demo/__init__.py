"""The demo organization: a small shop, its people, and conversations worth looking at."""
