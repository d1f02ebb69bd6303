"""Campaigns: one message to many people, through the same send path as everything else.

Owns who is to get what and when; the messages, their pace and their statuses are the inbox's. A
campaign tells the inbox to pause or cancel its messages (`inbox.actions.batches`). Must not import
analytics; nobody below knows this app, a message names its campaign by a plain UUID.
"""
