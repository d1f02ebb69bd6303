"""Meta's WhatsApp Cloud API as a Python library.

Owns: webhook parser, signature, payload builders, HTTP client, error table, limits, phone rules.
Imports no Django, no database and nothing else of this project.
"""
