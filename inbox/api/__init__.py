"""Conversations and messages over REST: reading, sending, marking, passing the baton."""
