"""Chromium: agents and a simulated customer."""
