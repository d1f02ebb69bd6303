"""Keyset pages: a row that moves is never given twice in one direction, and none is skipped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol, TypeVar
from uuid import UUID

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.refusals import Refused

DEFAULT_LIMIT: Final = 25
MOST: Final = 100
SALT: Final = "api.cursor"


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is sorted: columns that are never null, all in one direction, the last unique."""

    columns: tuple[str, ...]
    descending: bool = True

    def of(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows in this order."""
        sign = "-" if self.descending else ""
        return rows.order_by(*(f"{sign}{column}" for column in self.columns))

    def beyond(self, values: Sequence[Any]) -> Q:
        """After the row with these values: (a, b) after (1, 2) is a > 1, or a = 1 and b > 2."""
        step = "lt" if self.descending else "gt"
        condition, same = Q(pk__in=()), Q()
        for column, value in zip(self.columns, values, strict=True):
            condition |= same & Q(**{f"{column}__{step}": value})
            same &= Q(**{column: value})
        return condition


@dataclass(frozen=True, slots=True)
class Page:
    """Shapes of one page. cursor: of the next page, None on the last. size: the limit in force."""

    rows: list[Any]
    cursor: str | None
    size: int


def paged(
    rows: QuerySet[Any],
    *,
    order: Order,
    limit: int,
    cursor: str | None,
    question: Mapping[str, Any],
    shape: Callable[[Sequence[Any]], Sequence[Any]],
) -> Page:
    """One page. question: the filters, for which alone a cursor holds. One query and the shape's.

    Refuses: INVALID_CURSOR.
    """
    mark = _mark(question, order)
    if cursor:
        rows = rows.filter(order.beyond(_opened(cursor, mark)))
    found = list(order.of(rows)[: limit + 1])
    shown = found[:limit]
    following = _sealed(shown[-1], order, mark) if len(found) > limit else None
    return Page(list(shape(shown)), following, limit)


class HasId(Protocol):
    """What can be gone on after."""

    @property
    def id(self) -> UUID:
        """Ours."""


Thing = TypeVar("Thing", bound=HasId)
BY_ID: Final = Order(("id",))


def paged_by_id(
    find: Callable[[UUID | None, int], Sequence[Thing]],
    *,
    limit: int,
    cursor: str | None,
    question: Mapping[str, Any],
    shape: Callable[[Thing], Any],
) -> Page:
    """One page of a query that goes on after an id by itself, at most so many. Refuses: as `paged`.

    find: called with the id of the last row of the page before, and how many rows are wanted.
    """
    mark = _mark(question, BY_ID)
    after = _opened(cursor, mark)[0] if cursor else None
    found = find(after, limit + 1)
    shown = found[:limit]
    following = _sealed(shown[-1], BY_ID, mark) if len(found) > limit else None
    return Page([shape(one) for one in shown], following, limit)


def _mark(question: Mapping[str, Any], order: Order) -> str:
    text = json.dumps(
        [dict(question), order.columns, order.descending], sort_keys=True, default=str
    )
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _sealed(row: Model | HasId, order: Order, mark: str) -> str:
    values = [_packed(getattr(row, column)) for column in order.columns]
    return signing.dumps([mark, values], salt=SALT, compress=True)


def _packed(value: Any) -> list[Any]:
    match value:
        case datetime():
            return ["t", value.isoformat()]
        case UUID():
            return ["u", str(value)]
        case _:
            return ["v", value]


def _opened(cursor: str, mark: str) -> list[Any]:
    try:
        kept_mark, values = signing.loads(cursor, salt=SALT)
        if kept_mark != mark:
            raise signing.BadSignature
        return [_unpacked(kind, value) for kind, value in values]
    except (signing.BadSignature, ValueError, TypeError):
        raise Refused(
            "INVALID_CURSOR",
            _("This cursor is damaged, or belongs to a list with other filters."),
            field="cursor",
        ) from None


def _unpacked(kind: str, value: Any) -> Any:
    if kind == "t":
        return datetime.fromisoformat(value)
    return UUID(value) if kind == "u" else value
