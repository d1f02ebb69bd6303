"""The simulator through its real doors: HTTP on loopback in both directions."""
