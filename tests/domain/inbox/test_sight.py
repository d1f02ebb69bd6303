"""One predicate for everything that shows a conversation, in SQL and over values."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Role
from inbox import list_views, queries
from inbox.access import sight_of, visible_conversations
from inbox.models import Conversation
from inbox.queries import Wanted
from tests.cast import Cast, a_conversation, with_teams


@pytest.fixture
def everything(cast: Cast):
    """A conversation for every assignee, team, end and memory of who had it."""
    teams, at = with_teams(cast), timezone.now()
    people: tuple[Any, ...] = (None, cast.amina, teams.chidi)
    Conversation.objects.bulk_create(
        Conversation(
            organization=cast.organization, phone_number=cast.number, group_id=f"g{n}",
            assignee=assignee, team=team, status=status, last_assignee_id=last.pk if last else None,
            last_activity_at=at, created_at=at,
        )
        for n, (assignee, team, status, last) in enumerate(
            product(people, (None, teams.theirs, teams.chidis), ("open", "closed"), people)
        )
    )  # fmt: skip
    return teams


@pytest.mark.case("S85")
def test_the_condition_and_the_rule_over_values_say_the_same(cast: Cast, everything) -> None:
    rows = list(Conversation.objects.all())
    for person in (cast.amina, cast.ben, everything.chidi, cast.sara, cast.ada):
        sight = sight_of(person)
        told = {row.pk for row in rows if sight.sees(row.holder)}
        found = list(visible_conversations(person).values_list("pk", flat=True))
        assert (len(found), set(found)) == (len(told), told), person
    assert not visible_conversations(cast.eve).exists()


def test_only_agents_of_an_organization_that_wants_it_have_limits(cast: Cast) -> None:
    assert not sight_of(cast.amina).is_limited
    teams = with_teams(cast)
    assert sight_of(teams.chidi).team_ids == {teams.chidis.pk}
    teams.chidi.role = Role.SUPERVISOR
    assert not sight_of(teams.chidi).is_limited


def test_limits_cost_the_list_no_query(cast: Cast, django_assert_num_queries) -> None:
    with_teams(cast)
    a_conversation(cast.number)
    with django_assert_num_queries(7):
        queries.list_page(cast.amina, Wanted(), at=timezone.now())


def test_the_counters_count_what_is_seen(cast: Cast, everything) -> None:
    for person in (everything.chidi, cast.sara):
        seen = list_views.in_view(visible_conversations(person), "closed", person).count()
        assert list_views.counts(person).views["closed"] == seen
    assert list_views.counts(everything.chidi).views["closed"] < seen
