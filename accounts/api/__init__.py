"""The REST contract's common half: keys and limits, envelope, errors, cursors, idempotency.

Every app's `api` router builds on it; `config.api` assembles the routers. This app's own
endpoints (ping, accounts, phone numbers) are in `accounts.api.endpoints`.
"""
