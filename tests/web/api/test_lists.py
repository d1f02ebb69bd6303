"""Lists by cursor: nothing twice, nothing left out, and no cursor of somebody's making."""

from __future__ import annotations

import pytest

from tests.cast import a_conversation


@pytest.fixture
def threads(cast) -> dict[str, str]:
    """Ids of conversations, by how long ago the customer wrote."""
    hours = {"just": 0.5, "long": 23, "some": 12, "over": 30}
    return {
        name: str(a_conversation(cast.number, hours_ago=ago, wa_id=f"1202555017{number}").pk)
        for number, (name, ago) in enumerate(hours.items())
    }


def walk(shop, query: str) -> list[str]:
    """Every id, page by page."""
    found: list[str] = []
    cursor = ""
    while True:
        page = shop.get(f"/conversations?{query}{cursor}").json()
        found += [row["id"] for row in page["data"]]
        following = page["pagination"]["cursor"]
        if following is None:
            return found
        cursor = f"&cursor={following}"


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("activity", ["just", "some", "long", "over"]),
        ("window", ["long", "some", "just", "over"]),
        ("created", ["just", "some", "long", "over"]),
    ],
)
@pytest.mark.parametrize("limit", [1, 3, 4])
def test_every_order_can_be_walked_in_pages_of_any_size(shop, threads, sort, order, limit):
    assert walk(shop, f"limit={limit}&sort={sort}") == [threads[name] for name in order]


def test_a_cursor_that_was_touched_or_belongs_elsewhere_is_refused(shop, threads):
    cursor = shop.get("/conversations?limit=1").json()["pagination"]["cursor"]
    for path in (
        f"/conversations?limit=1&cursor={cursor[:-1]}{'A' if cursor[-1] != 'A' else 'B'}",
        f"/conversations?limit=1&cursor=A{cursor}",
        "/conversations?limit=1&cursor=eyJrIjoiMDE5OWIwYzIifQ",
        f"/conversations?limit=1&sort=created&cursor={cursor}",
        f"/messages?limit=1&cursor={cursor}",
        f"/phone-numbers?cursor={cursor}",
    ):
        answer = shop.get(path)
        assert answer.status_code == 400, path
        assert answer.json()["error"]["code"] == "INVALID_CURSOR", path


def test_another_limit_may_go_on_with_a_cursor(shop, threads):
    cursor = shop.get("/conversations?limit=1").json()["pagination"]["cursor"]
    rest = shop.get(f"/conversations?limit=50&cursor={cursor}").json()
    assert len(rest["data"]) == 3
    assert rest["pagination"] == {"cursor": None, "has_more": False, "page_size": 50}


@pytest.mark.parametrize("limit", ["0", "101", "-1", "ten", ""])
def test_a_limit_is_1_to_100(shop, threads, limit):
    answer = shop.get(f"/conversations?limit={limit}")
    assert answer.status_code == 400
    assert answer.json()["error"]["fields"][0]["field"] == "limit"
