"""Message templates: the catalogue that Meta approves.

Owns making and changing templates through Meta, syncing the list, compiling a template with its
values into what Meta gets and what the customer sees, and the review status. Imports `webhooks`,
`accounts` and `whatsapp`; knows no conversation.
"""
