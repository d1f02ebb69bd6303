"""Graph's pages: cursors, a `next` address, and only the fields that were asked for."""

import base64
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

from simulator.graph_errors import Refusal
from simulator.wire import Json, Request

DEFAULT_LIMIT: Final = 25
LARGEST_LIMIT: Final = 250


def page(request: Request, rows: Sequence[Json]) -> Json:
    """`limit` rows after the cursor `after`; `next` only where more follow."""
    limit, start = limit_of(request), _position(request.query.get("after"))
    shown = rows[start : start + limit]
    if not shown:
        return {"data": []}
    end = start + len(shown)
    paging: Json = {"cursors": {"before": _cursor(start), "after": _cursor(end)}}
    if end < len(rows):
        query = request.query | {"after": _cursor(end), "limit": str(limit)}
        paging["next"] = f"{request.base}{request.path}?{urlencode(query)}"
    return {"data": [projected(request, row) for row in shown], "paging": paging}


def page_number(request: Request) -> int:
    """Which page this request asks for, from 1."""
    return _position(request.query.get("after")) // limit_of(request) + 1


def limit_of(request: Request) -> int:
    """Rows a page; Graph's 25 where nothing is asked."""
    text = request.query.get("limit", str(DEFAULT_LIMIT))
    if not text.isdigit() or int(text) < 1:
        raise Refusal(100, "Param limit must be a positive number.")
    return min(int(text), LARGEST_LIMIT)


def projected(request: Request, row: Json, default: Sequence[str] = ()) -> Json:
    """The fields named in `fields` (or the default ones), and always the id."""
    asked = request.query.get("fields")
    names = [part.split("{")[0].split(".")[0] for part in asked.split(",")] if asked else default
    if not names:
        return row
    return {name: row[name] for name in [*names, "id"] if name in row}


def _cursor(position: int) -> str:
    return base64.urlsafe_b64encode(f"simulator:{position}".encode()).decode().rstrip("=")


def _position(cursor: str | None) -> int:
    if not cursor:
        return 0
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        return int(text.removeprefix("simulator:"))
    except ValueError:
        raise Refusal(100, "Invalid cursor.") from None
