"""The cast on a real database, in a transaction that is rolled back; and a Meta to call."""

from __future__ import annotations

import pytest

from tests.cast import Cast, a_cast
from tests.simulated import meta, our_app, simulator

__all__ = ["cast", "meta", "our_app", "simulator"]


@pytest.fixture
def cast(db) -> Cast:
    return a_cast()
