"""The links of the audit log: each field counts, and both databases give the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from accounts.audit_chain import FIELDS, canonical, link

ROW = {
    "organization_id": UUID(int=1),
    "number": 7,
    "kind": "person.added",
    "at": datetime(2026, 11, 28, 10, 0, 0, 5, tzinfo=UTC),
    "actor_type": "agent",
    "actor_id": UUID(int=2),
    "key_id": None,
    "address": "192.0.2.7",
    "agent": "Firefox",
    "conversation": None,
    "ids": ["3"],
    "data": {"role": "admin", "codes": ["b", "a"]},
    "cut_through": None,
}


@pytest.mark.parametrize("field", FIELDS)
def test_no_field_changes_unnoticed(field):
    before = link("", ROW)
    other = 8 if field == "number" else "x"
    assert link("", ROW | {field: other}) != before
    assert link(before, ROW) != before


def test_zone_and_order_make_no_difference():
    moved = ROW["at"].astimezone(timezone(timedelta(hours=3)))
    turned = {"codes": ["b", "a"], "role": "admin"}
    assert canonical(ROW | {"at": moved, "data": turned}) == canonical(ROW)


def test_what_has_no_place_in_the_log_is_refused():
    with pytest.raises(TypeError, match="has no place"):
        link("", ROW | {"data": {"name": object()}})
