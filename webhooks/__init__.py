"""Webhooks: verify, store, 200; then digest.

Owns the raw deliveries and the dead letters, and (being the lowest app with a worker) the worker
loop and the failpoints. Knows nothing of what a message means: handlers above do.
"""
