"""The numbers beside the views: right as long as they are small, cheap when they are not."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from inbox import list_views, queries
from inbox.models import Conversation, Message, ReadMark
from inbox.queries import Wanted
from tests.cast import Cast, a_conversation, labelled, says

INDEXES = {
    "open": "conversation_live",
    "mine": "conversation_of_assignee",
    "waiting": "conversation_waiting",
    "unassigned": "conversation_unassigned",
    "ai": "conversation_with_ai",
    "failed": "message_failed",
    "closed": "conversation_closed",
}


def threads(cast: Cast, count: int, **fields) -> None:
    """So many threads with a message each, as rows only."""
    at = timezone.now()
    made = [
        Conversation(
            organization=cast.organization, phone_number=cast.number, group_id=f"g{n}",
            last_activity_at=at, created_at=at, inbound_count=1, **fields,
        )
        for n in range(count)
    ]  # fmt: skip
    Conversation.objects.bulk_create(made)


def shown(page: str, view: str) -> str:
    return re.search(rf'id="count-menu-{view}"[^>]*>([^<]*)<', page)[1]


def rows_of(cast: Cast, view: str):
    everything = Conversation.objects.filter(organization=cast.organization)
    return list_views.in_view(everything, view, cast.amina)


def test_every_number_is_that_of_its_rows(cast: Cast) -> None:
    changes: list[dict[str, Any]] = [
        {"assignee": cast.amina, "handoff_state": "assigned"},
        {"assignee": cast.ben, "handoff_state": "assigned"},
        {"handoff_state": "queued"},
        {"mode": "ai"},
        {"mode": "ai", "status": "closed"},
        {"status": "closed"},
        {"owned_by_phone": True},
        {"handoff_state": "requested", "status": "snoozed"},
    ]
    for n, change in enumerate(changes):
        thread = says(cast.number, "hello", wa_id=f"120255501{n:02}").conversation
        Conversation.objects.filter(pk=thread.pk).update(**change)
        if n % 3 == 0:
            Message.objects.filter(conversation=thread).update(status="failed")
    found = list_views.counts(cast.amina).views
    assert found == {view: rows_of(cast, view).count() for view in list_views.VIEWS}
    assert found == {
        "open": 5, "mine": 1, "waiting": 1, "unassigned": 1, "ai": 1, "snoozed": 1, "failed": 3,
        "closed": 2,
    }  # fmt: skip


def test_two_failures_of_a_thread_are_one_line_and_an_old_one_is_none(cast: Cast) -> None:
    thread = a_conversation(cast.number)
    says(cast.number, "and this")
    Message.objects.filter(conversation=thread).update(status="failed")
    assert list_views.counts(cast.amina).views["failed"] == 1
    long_ago = timezone.now() - 2 * list_views.FAILED_FOR
    Message.objects.filter(conversation=thread).update(created_at=long_ago)
    assert list_views.counts(cast.amina).views["failed"] == 0


@pytest.mark.parametrize(("count", "said"), [(999, "999"), (1_000, "999+"), (1_001, "999+")])
def test_a_number_ends_where_nobody_counts_any_more(cast, browser, count, said) -> None:
    threads(cast, count)
    page = browser(cast.amina).get("/inbox/").text
    assert (shown(page, "open"), shown(page, "mine")) == (said, "0")
    assert shown(browser(cast.amina).get("/inbox/marks/").text, "open") == said


def test_what_a_person_has_not_seen_is_counted_to_a_hundred(cast: Cast) -> None:
    threads(cast, 99)
    assert list_views.counts(cast.amina).unread == 99
    seen = Conversation.objects.earliest("pk")
    ReadMark.objects.create(
        conversation=seen, person=cast.amina, seen_count=1, updated_at=timezone.now()
    )
    assert (list_views.counts(cast.amina).unread, list_views.counts(cast.ben).unread) == (98, 99)
    threads_before = Conversation.objects.values_list("pk", flat=True)
    Conversation.objects.filter(pk__in=threads_before).update(status="closed")
    assert list_views.counts(cast.amina).unread == 0


def test_another_shop_is_not_counted(cast: Cast) -> None:
    threads(cast, 3)
    assert set(list_views.counts(cast.eve).views.values()) == {0}


def test_the_page_and_its_marks_cost_so_many_queries(cast, django_assert_num_queries) -> None:
    labelled(a_conversation(cast.number), "VIP", "Refund", "Third")
    labelled(a_conversation(cast.number, wa_id="12025550177"), "VIP")
    with django_assert_num_queries(7):
        queries.list_page(cast.amina, Wanted(), at=timezone.now())
    with django_assert_num_queries(7):
        queries.marks(cast.amina, Wanted(), set(), at=timezone.now())


@pytest.mark.postgres
@pytest.mark.parametrize(("view", "index"), INDEXES.items())
def test_a_view_is_found_by_its_index(cast: Cast, view: str, index: str) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("asks PostgreSQL's planner")
    threads(cast, 500)
    at, rows = timezone.now(), Conversation.objects.all()
    # Most are somebody's, as in a shop: where most are nobody's, two indexes serve as well.
    free = Conversation.objects.filter(mode="human", handoff_state="none", assignee=None)
    free.filter(pk__in=free.order_by("pk").values("pk")[150:]).update(assignee=cast.ben)
    # And many are done: where none is, the index of all serves as well as that of the open ones.
    bens = Conversation.objects.filter(assignee=cast.ben).order_by("pk").values("pk")
    Conversation.objects.filter(pk__in=bens[:200]).update(status="closed")
    Message.objects.bulk_create(
        Message(
            organization=cast.organization, conversation=thread, phone_number=cast.number,
            direction="inbound", type="text", status="received", at=at, created_at=at,
        )
        for thread in rows for _ in range(4)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE inbox_conversation, inbox_message; SET LOCAL enable_seqscan = off")
    wanted = rows_of(cast, view).order_by("-last_activity_at", "-pk")[:50]
    assert index in wanted.explain()
