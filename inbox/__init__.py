"""The product: contacts, conversations, messages, the window, ownership, sending, live pages.

Knows templates and numbers below it; nothing of automation, campaigns or reports above it.
"""
