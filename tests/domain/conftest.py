"""The cast on a real database, in a transaction that is rolled back."""

from __future__ import annotations

import pytest

from tests.cast import Cast, a_cast


@pytest.fixture
def cast(db) -> Cast:
    return a_cast()
