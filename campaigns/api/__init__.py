"""Campaigns and broadcasts over REST."""
