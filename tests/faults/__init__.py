"""Killed processes, dead services, lost answers."""
