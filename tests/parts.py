"""A change tries a part of a long table, another change another part; the night tries all of it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

import pytest
from _pytest.mark import ParameterSet

T = TypeVar("T")


def in_part(table: Sequence[T], *, of: int = 2) -> list[ParameterSet]:
    """The two forms of a test of these rows: every `of`th row with the last, and at night all.

    Which of the parts it is depends on `FAULT_SEED`, which the suite prints.
    """
    first = sum(os.environ.get("FAULT_SEED", "0").encode()) % of
    rows = [*table[first:-1:of], table[-1]]
    return [
        pytest.param(rows, id=f"one in {of}"),
        pytest.param(list(table), id="all", marks=pytest.mark.nightly),
    ]
