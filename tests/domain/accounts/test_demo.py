"""`manage.py demo`: once is enough, and twice does no harm."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Event, Person, PhoneNumber
from inbox.models import Message

pytestmark = pytest.mark.django_db


def demo() -> str:
    out = io.StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


def test_a_second_demo_adds_nothing_and_says_the_same(settings, tmp_path):
    settings.SIMULATOR, settings.MEDIA_ROOT = True, tmp_path
    models = (Person, PhoneNumber, Message, Event)
    said, made = demo(), [model.objects.count() for model in models]
    assert (demo(), [model.objects.count() for model in models]) == (said, made)
    assert made[:2] == [4, 1]


def test_the_demos_people_can_log_in(settings, tmp_path, client):
    settings.SIMULATOR, settings.MEDIA_ROOT = True, tmp_path
    demo()
    assert client.login(username="amina@baton.example", password="baton-demo-2026")


def test_without_the_simulator_there_is_no_demo(settings):
    settings.SIMULATOR = False
    with pytest.raises(CommandError, match=r"SIMULATOR"):
        demo()
    assert not Person.objects.exists()
