"""While an app's secret is changed at Meta, two of them sign: for their account, and in time."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.actions.accounts import rotate_app_secret
from accounts.actors import SYSTEM
from accounts.models import BusinessAccount
from tests.domain.webhooks.conftest import a_delivery, a_text, applied
from webhooks.models import Delivery
from webhooks.secrets import AppSecrets

pytestmark = pytest.mark.usefixtures("handler")


@pytest.mark.case("S07")
@pytest.mark.parametrize(("secret", "taken"), [("old", True), ("new", True), ("other", False)])
def test_while_a_secret_is_changed_both_sign_for_their_account(door, digest, teapot, secret, taken):
    secrets = {"old": "teapot-secret", "new": "fresh-secret", "other": "somebody-elses"}
    rotate(teapot, old_until=timezone.now() + timedelta(hours=1))
    body = a_delivery(a_text("wamid.1"), waba_id="1002", phone_number_id="2002")
    assert door.post(body, secret=secrets[secret]) == (200 if taken else 403)
    digest()
    assert applied() == (["wamid.1"] if taken else [])


@pytest.mark.case("S07")
def test_a_secret_that_is_over_signs_no_more_even_where_it_was_known(door, digest, teapot):
    body = a_delivery(a_text("wamid.1"), waba_id="1002", phone_number_id="2002")
    rotate(teapot, old_until=timezone.now() + timedelta(hours=1))
    assert door.post(body, secret="teapot-secret") == 200
    digest()  # what came in time counts
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert door.post(body, secret="teapot-secret") == 403
    assert applied() == ["wamid.1"]


@pytest.mark.case("S07")
def test_a_delivery_counts_by_when_it_came_however_late_it_is_digested(door, digest, teapot):
    body = a_delivery(a_text("wamid.1"), waba_id="1002", phone_number_id="2002")
    rotate(teapot, old_until=timezone.now() + timedelta(hours=1))
    door.post(body, secret="teapot-secret")
    past = timezone.now() - timedelta(hours=3)
    Delivery.objects.update(received_at=past)
    BusinessAccount.objects.update(previous_app_secret_until=past + timedelta(hours=1))
    digest()
    assert applied() == ["wamid.1"]


@pytest.mark.case("S07")
def test_what_came_before_a_change_at_once_counts_and_what_comes_after_does_not(
    door, digest, teapot
):
    def sent(wamid: str) -> int:
        body = a_delivery(a_text(wamid), waba_id="1002", phone_number_id="2002")
        return door.post(body, secret="teapot-secret")

    assert sent("wamid.1") == 200
    rotate(teapot, old_until=timezone.now())
    digest()
    assert applied() == ["wamid.1"]
    door.ingest.secrets = AppSecrets()  # they are read again once a second at most
    assert sent("wamid.2") == 403
    digest()
    assert applied() == ["wamid.1"]


def test_without_a_secret_of_its_own_the_installations_signs_on(door, digest, kettle):
    rotate(kettle, old_until=timezone.now() + timedelta(hours=1))
    assert door.post(a_delivery(a_text("wamid.1"))) == 200
    digest()
    assert applied() == ["wamid.1"]


def rotate(number, *, old_until):
    rotate_app_secret(
        number.account_id,
        app_secret="fresh-secret",
        old_until=old_until,
        by=SYSTEM,
        at=timezone.now(),
    )
