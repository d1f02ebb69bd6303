"""A Meta for the doors that call it."""

from tests.simulated import meta, our_app, simulator

__all__ = ["meta", "our_app", "simulator"]
