"""Message templates: the catalogue that Meta approves.

Owns syncing it, compiling a template with its values into what Meta gets and what the customer
sees, and the review status. Imports `webhooks`, `accounts` and `whatsapp`; knows no conversation.
"""
