"""What Prometheus reads, and who may."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from inbox import outgoing
from inbox.actions.sending import send
from tests.cast import Cast, a_cast, a_conversation, by
from tests.web.world import a_dead_letter
from webhooks.models import Delivery

pytestmark = pytest.mark.django_db
TOKEN = "a long random text"


@pytest.fixture
def cast(settings) -> Cast:
    settings.METRICS_TOKEN = TOKEN
    return a_cast()


def figures(client):
    """name{label} -> value"""
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.content.decode())
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", "Bearer é"])
def test_only_the_token_opens_it(client, cast, header):
    answer = client.get("/metrics", headers={"Authorization": header})
    assert (answer.status_code, answer.content) == (401, b"")


def test_without_a_token_in_the_settings_nothing_opens_it(client, cast, settings):
    settings.METRICS_TOKEN = ""
    for header in ("", "Bearer ", f"Bearer {TOKEN}"):
        assert client.get("/metrics", headers={"Authorization": header}).status_code == 404


def test_no_role_opens_it(client, cast):
    client.force_login(cast.ada)
    assert client.get("/metrics").status_code == 401


@pytest.mark.case("F27")
def test_it_says_what_waits_and_since_when(client, cast):
    at = timezone.now()
    for age in (90, 30):
        Delivery.objects.create(body=b"{}", received_at=at - timedelta(seconds=age))
    a_dead_letter(cast)
    send(a_conversation(cast.number).pk, outgoing.text("Hello"), by=by(cast.amina), at=at)
    found = figures(client)
    assert found["baton_queue_depth", "digest"] == 3  # the dead letter's delivery is one
    assert 85 < found["baton_queue_oldest_seconds", "digest"] < 300
    assert found["baton_queue_depth", "outbox"] == 1
    assert found["baton_queue_oldest_seconds", "media"] == 0
    assert found["baton_dead_letters", "waiting"] == 1
    assert found["baton_connections", "broken"] == 0
    assert found["baton_deliveries_stored_total",] >= 3


def test_it_costs_the_same_for_any_number_of_rows(client, cast, django_assert_num_queries):
    for _ in range(30):
        a_dead_letter(cast)
    for_the_clock = 0 if connection.vendor == "sqlite" else 1
    with django_assert_num_queries(18 + for_the_clock):
        figures(client)
