"""Labels as they are written: in a search, in a link, on a chip."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count
from django.urls import reverse

from inbox.models import Colour, Conversation, Label, Labelling
from inbox.shapes import LabelChip, LabelRow

MOST_LETTERS: Final = 50
_TERM: Final = re.compile(r'(?:^|(?<=\s))label:(?:"([^"]*)"|(\S+))', re.I)


def tidied(name: str) -> str:
    """A name with single spaces."""
    return " ".join(name.split())


def key_of(name: str) -> str:
    """What two spellings of one name have in common."""
    return tidied(name).casefold()


def parted(search: str) -> tuple[str, tuple[str, ...]]:
    """The words of a search, and the keys of the labels it names: `label:vip`, `label:"to do"`."""
    keys = tuple(key_of(quoted or plain) for quoted, plain in _TERM.findall(search))
    return tidied(_TERM.sub(" ", search)) if keys else search, keys


def address_of(name: str) -> str:
    """The list of the conversations that have this label."""
    return f"{reverse('inbox:list')}?" + urlencode({"search": f'label:"{name}"'})


def chip(row: Label) -> LabelChip:
    """A label as it is shown."""
    return LabelChip(row.pk, row.name, row.colour, address_of(row.name))


def chips_of(conversation_ids: Iterable[UUID]) -> dict[UUID, tuple[LabelChip, ...]]:
    """The labels of these conversations, by name. One query."""
    rows = Labelling.objects.filter(conversation__in=list(conversation_ids))
    found: dict[UUID, list[LabelChip]] = {}
    for one in rows.select_related("label").order_by("label__key"):
        found.setdefault(one.conversation_id, []).append(chip(one.label))
    return {key: tuple(chips) for key, chips in found.items()}


def ids_of(conversation: Conversation) -> set[UUID]:
    """The labels that it has. One query."""
    return set(conversation.labellings.values_list("label", flat=True))


def least_used_colour(organization_id: UUID) -> str:
    """The colour that the fewest labels have. One query."""
    used = list(Label.objects.filter(organization=organization_id).values_list("colour", flat=True))
    return min(Colour.values, key=used.count)


def label_rows(organization_id: UUID) -> Sequence[LabelRow]:
    """Every label of the organization by name, with how many conversations have it. One query."""
    rows = Label.objects.filter(organization=organization_id).order_by("key")
    return [LabelRow(chip(one), one.uses) for one in rows.annotate(uses=Count("labellings"))]
