"""Who may act, and as which number.

Owns organizations, people, roles, API keys, WhatsApp Business Accounts, phone numbers and the
event log (here, because every app above announces). Imports `whatsapp` only.
"""
