"""A person's items taken out of the raw log; what stands beside them can still be replayed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import BinaryField, BooleanField, Exists, Func, OuterRef, Q, Value
from django.db.models.functions import Now
from typing_extensions import override

from webhooks.access import fingerprints_only_of
from webhooks.addressees import addressees
from webhooks.models import DeadLetter, Delivery, DeliveryState
from webhooks.works import Work
from whatsapp.inbound import Item, parse
from whatsapp.inbound.redacting import without

WINDOW: Final = 2_000
BATCH: Final = 50

# Of the items of one delivery, those that are to go; and whom an entry of `contacts` is about.
Choose = Callable[[Sequence[Work]], list[Work]]
IsTheirs = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Redacted:
    """What one batch did. cursor: the last delivery that was looked at. waits: the next one is
    not digested yet and can only be looked at later. items: those that were taken out."""

    cursor: int
    deliveries: int = 0
    waits: bool = False
    items: tuple[Item, ...] = ()


class Holds(Func):
    """Whether some bytes are in a column of bytes."""

    function = "POSITION"
    arity = 2
    output_field = BooleanField()
    template = "%(function)s(%(expressions)s) > 0"
    arg_joiner = " IN "

    def __init__(self, column: str, word: bytes) -> None:
        super().__init__(Value(word, output_field=BinaryField()), column)

    @override
    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """SQLite takes the two the other way round."""
        turned = self.copy()
        turned.set_source_expressions(list(reversed(self.get_source_expressions())))
        return turned.as_sql(compiler, connection, function="INSTR", arg_joiner=", ", **context)


def last_delivery() -> int:
    """The id of the newest delivery, 0 where there is none."""
    return Delivery.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def holding(words: Collection[str], column: str = "body") -> Q:
    """Rows with any of these words in a column of bytes."""
    return Q(*(Q(Holds(column, word.encode())) for word in words), _connector=Q.OR)


def of_organization(works: Sequence[Work], organization_id: UUID) -> list[Work]:
    """Those for its numbers and accounts, and those that are for nobody any more."""
    named = addressees([work.item for work in works])
    return [work for work in works if named.organization_id(work.item) in (None, organization_id)]


def redact_next(
    after: int,
    upto: int,
    words: Collection[str],
    choose: Choose,
    is_theirs: IsTheirs,
    *,
    organization_id: UUID,
) -> Redacted:
    """Looks at the next deliveries behind `after` and takes out what `choose` chooses. Commits.

    words: a delivery without any of them is not read. organization_id: what cannot be read goes
    where it is this one's. At `upto` there is nothing left to do.
    """
    window = Delivery.objects.filter(pk__gt=after, pk__lte=upto).order_by("pk")
    ids = list(window.values_list("pk", flat=True)[:WINDOW])
    if not ids or not words:
        return Redacted(upto)
    near = Delivery.objects.filter(holding(words), pk__gt=after, pk__lte=ids[-1]).order_by("pk")
    found = list(near.values_list("pk", flat=True)[: BATCH + 1])
    gone: list[Item] = []
    changed = 0
    unread = _of_nobody_else(organization_id)
    for pk in found[:BATCH]:
        with transaction.atomic():
            row = Delivery.objects.select_for_update().filter(pk=pk).first()
            if row is not None and row.state == DeliveryState.RECEIVED:
                return Redacted(pk - 1, changed, waits=True, items=tuple(gone))
            taken = _redact(row, words, choose, is_theirs, unread) if row else None
        gone += taken or []
        changed += taken is not None
    cursor = found[BATCH - 1] if len(found) > BATCH else ids[-1]
    return Redacted(cursor, changed, items=tuple(gone))


def _of_nobody_else(organization_id: UUID) -> Q:
    """Deliveries that are this organization's even where nobody can read them."""
    letters = DeadLetter.objects.filter(delivery=OuterRef("pk"), organization=organization_id)
    signers = fingerprints_only_of(organization_id)
    return Q(secret_fingerprint__in=signers) | Q(Exists(letters))


def _redact(
    row: Delivery, words: Collection[str], choose: Choose, is_theirs: IsTheirs, unread: Q
) -> list[Item] | None:
    """The items that were taken out; None where the delivery stays as it is."""
    try:
        items = parse(bytes(row.body))
    except ValueError:
        if not Delivery.objects.filter(unread, pk=row.pk).exists():
            return None
        # What cannot be read goes whole: nobody can say what of it is whose.
        DeadLetter.objects.filter(delivery=row).delete()
        _write(row, [], is_theirs)
        return []
    works = [
        Work(row.pk, row.received_at, row.secret_fingerprint, item, index, len(items))
        for index, item in enumerate(items)
    ]
    chosen = choose(works)
    if not chosen:
        return None
    take_out(row, [work.item.path for work in chosen], is_theirs)
    _forget_reasons(row, words)
    return [work.item for work in chosen]


def take_out(row: Delivery, paths: Collection[str], is_theirs: IsTheirs) -> None:
    """Takes these items out of a delivery, and their dead letters with them."""
    _write(row, paths, is_theirs)
    letters = DeadLetter.objects.filter(delivery=row, path__in=[path[:120] for path in paths])
    letters.delete()


def _write(row: Delivery, paths: Collection[str], is_theirs: IsTheirs) -> None:
    body = without(bytes(row.body), paths, is_theirs)
    Delivery.objects.filter(pk=row.pk).update(body=body, redacted_at=Now())


def _forget_reasons(row: Delivery, words: Collection[str]) -> None:
    """A reason may quote what it is about."""
    quoting = Q(*(Q(reason__contains=word) for word in words), _connector=Q.OR)
    DeadLetter.objects.filter(quoting, delivery=row).update(reason="")
